"""The database: private, encrypted, guarded, and never Aurora."""

from __future__ import annotations

from functools import cache

import pytest

from graph.model import Graph
from infra.components.database import Database, DatabaseArgs
from infra.plan import postgres
from infra.plan.context import Environment
from infra.plan.lifecycle import lifecycle_of
from tests.unit.infra.recorded import (
    CONTEXT,
    KEY,
    all_of,
    asked,
    component_graph,
    named,
    one,
)


@cache
def database(
    environment: Environment = Environment.PROD,
    version: str = "16",
    *,
    replicated: bool = False,
    storage: int = 200,
) -> Graph:
    args = DatabaseArgs(
        context=CONTEXT,
        lifecycle=lifecycle_of(environment),
        instance_class="db.r6g.xlarge",
        allocated_storage=storage,
        engine_version=version,
        multi_az=True,
        replicated=replicated,
        backed_up_elsewhere=environment is Environment.PROD,
        subnet_ids=["subnet-a", "subnet-b"],
        security_group_id="sg-1",
        key_arn=KEY,
        log_key_arn=KEY,
    )
    return component_graph(lambda: Database("postgres", args))


@pytest.mark.requirement("CHAT-000-18", "CHAT-000-19", "CHAT-001-123")
def test_the_database_is_a_private_encrypted_postgresql_with_a_standby() -> None:
    instance = one(database(), "Instance")

    assert instance["engine"].value == "postgres"
    assert instance["multiAz"].value
    assert instance["storageEncrypted"].value
    assert instance["kmsKeyId"].value == KEY
    assert instance["publiclyAccessible"].value is False


@pytest.mark.requirement("CHAT-000-38", "CHAT-001-120")
def test_aws_makes_keeps_and_renews_the_password() -> None:
    instance = one(database(), "Instance")

    assert instance["manageMasterUserPassword"].value
    assert instance["masterUserSecretKmsKeyId"].value == KEY
    assert instance["password"].absent


def test_an_instance_with_a_replica_gets_a_password_of_ours_because_rds_manages_none() -> None:
    instance = asked(one(database(replicated=True), "Instance"))

    assert instance["manageMasterUserPassword"].absent
    assert instance["masterUserSecretKmsKeyId"].absent
    assert instance["password"].absent
    assert instance["passwordWo"].secret
    assert instance["passwordWoVersion"].value == 1


def test_our_password_is_stored_before_the_instance_is_made_from_it() -> None:
    graph = database(replicated=True)
    instance = one(graph, "Instance")

    first = named(graph, "postgres-administrator-first-value")
    assert first in instance.references(
        "passwordWo", "aws:secretsmanager/secretVersion:SecretVersion"
    )


def test_the_address_is_added_to_the_secret_once_the_instance_is_there() -> None:
    graph = database(replicated=True)

    complete = named(graph, "postgres-administrator-with-address")
    assert one(graph, "Instance") in complete.references(
        "secretString", "aws:rds/instance:Instance"
    )


def test_rds_takes_the_instance_size_as_the_baseline_of_gp3() -> None:
    instance = asked(one(database(storage=500), "Instance"))

    assert instance["storageType"].value == "gp3"
    assert instance["allocatedStorage"].value == 500
    assert instance["maxAllocatedStorage"].value == 1000
    assert instance["iops"].absent
    assert instance["storageThroughput"].absent


def test_the_largest_storage_has_no_limit_to_grow_to() -> None:
    instance = asked(one(database(storage=65_536), "Instance"))

    assert instance["maxAllocatedStorage"].absent


def test_what_aws_backup_sets_is_not_set_back() -> None:
    prod, dev = one(database(), "Instance"), one(database(Environment.DEV), "Instance")

    assert set(prod.options.ignore_changes) == {"backupRetentionPeriod", "backupWindow"}
    assert not dev.options.ignore_changes


def test_performance_insights_is_on_and_encrypted() -> None:
    instance = one(database(), "Instance")

    assert instance["performanceInsightsEnabled"].value
    assert instance["performanceInsightsKmsKeyId"].value == KEY
    assert instance["performanceInsightsRetentionPeriod"].value == 7


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


@pytest.mark.requirement("CHAT-001-078")
def test_the_parameter_group_is_of_the_major_version() -> None:
    for version, family in (("16", "postgres16"), ("15.4", "postgres15")):
        group = one(database(version=version), "ParameterGroup")

        assert group["family"].value == family


def test_each_supported_version_gets_its_family_and_all_parameters() -> None:
    for major in postgres.SUPPORTED_MAJORS:
        group = one(database(version=str(major)), "ParameterGroup")

        assert group["family"].value == f"postgres{major}"
        names = {str(parameter["name"].value) for parameter in group["parameters"].items()}
        assert names == {parameter.name for parameter in postgres.PARAMETERS}


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
