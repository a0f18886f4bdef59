"""The database: private, encrypted, guarded, and never Aurora."""

from __future__ import annotations

from functools import cache

from graph.model import Graph
from infra.components.database import Database, DatabaseArgs
from infra.plan.context import Environment
from infra.plan.lifecycle import lifecycle_of
from tests.unit.infra.recorded import CONTEXT, KEY, all_of, component_graph, one


@cache
def database(environment: Environment = Environment.PROD, version: str = "16") -> Graph:
    args = DatabaseArgs(
        context=CONTEXT,
        lifecycle=lifecycle_of(environment),
        instance_class="db.r6g.xlarge",
        allocated_storage=200,
        engine_version=version,
        multi_az=True,
        subnet_ids=["subnet-a", "subnet-b"],
        security_group_id="sg-1",
        key_arn=KEY,
        log_key_arn=KEY,
    )
    return component_graph(lambda: Database("postgres", args))


def test_the_database_is_a_private_encrypted_postgresql_with_a_standby() -> None:
    instance = one(database(), "Instance")

    assert instance["engine"].value == "postgres"
    assert instance["multiAz"].value
    assert instance["storageEncrypted"].value
    assert instance["kmsKeyId"].value == KEY
    assert instance["publiclyAccessible"].value is False


def test_aws_makes_keeps_and_renews_the_password() -> None:
    instance = one(database(), "Instance")

    assert instance["manageMasterUserPassword"].value
    assert instance["masterUserSecretKmsKeyId"].value == KEY
    assert instance["password"].absent


def test_production_data_survives_its_stack() -> None:
    instance = one(database(), "Instance")

    assert instance["deletionProtection"].value
    assert instance["skipFinalSnapshot"].value is False
    assert instance["finalSnapshotIdentifier"].value == "chat-test-postgres-final"
    assert instance["backupRetentionPeriod"].value == 7


def test_a_development_database_goes_without_a_trace() -> None:
    instance = one(database(Environment.DEV), "Instance")

    assert instance["deletionProtection"].value is False
    assert instance["skipFinalSnapshot"].value
    assert instance["finalSnapshotIdentifier"].absent


def test_the_parameter_group_is_of_the_major_version() -> None:
    for version, family in (("16", "postgres16"), ("15.4", "postgres15")):
        group = one(database(version=version), "ParameterGroup")

        assert group["family"].value == family


def test_a_named_minor_version_is_pinned_and_a_major_one_is_kept_current() -> None:
    assert one(database(version="16"), "Instance")["autoMinorVersionUpgrade"].value
    assert not one(database(version="16.4"), "Instance")["autoMinorVersionUpgrade"].value


def test_a_parameter_that_needs_a_restart_waits_for_one() -> None:
    parameters = one(database(), "ParameterGroup")["parameters"].items()

    methods = {p["name"].value: p["applyMethod"].value for p in parameters}
    assert methods["shared_preload_libraries"] == "pending-reboot"
    assert methods["rds.force_ssl"] == "immediate"


def test_the_log_groups_exist_before_the_database_would_make_its_own() -> None:
    instance = one(database(), "Instance")

    groups = {group.urn: group["name"].value for group in all_of(database(), "LogGroup")}
    assert set(groups.values()) == {
        "/aws/rds/instance/chat-test-postgres/postgresql",
        "/aws/rds/instance/chat-test-postgres/upgrade",
    }
    assert set(groups) <= instance.dependencies


def test_figures_of_the_operating_system_are_written_by_a_role_of_the_databases_own() -> None:
    instance = one(database(), "Instance")

    (role,) = instance.references("monitoringRoleArn", "aws:iam/role:Role")
    assert instance["monitoringInterval"].value == 60
    assert "monitoring.rds.amazonaws.com" in str(role["assumeRolePolicy"].value)
    assert "db:chat-test-postgres" in str(role["assumeRolePolicy"].value)
