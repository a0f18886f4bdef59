"""The copy of the database for reading."""

from __future__ import annotations

from functools import cache

from graph.model import Graph
from infra.components.read_replica import ReadReplica, ReadReplicaArgs
from infra.plan.context import Environment
from infra.plan.lifecycle import lifecycle_of
from tests.unit.infra.recorded import CONTEXT, KEY, all_of, asked, component_graph, one


@cache
def replica(environment: Environment = Environment.PROD) -> Graph:
    args = ReadReplicaArgs(
        context=CONTEXT,
        lifecycle=lifecycle_of(environment),
        source_identifier="chat-test-postgres",
        source_storage=200,
        engine_version="16",
        instance_class="db.r6g.large",
        parameter_group_name="chat-test-postgres-1",
        security_group_id="sg-replica",
        key_arn=KEY,
        log_key_arn=KEY,
    )
    return component_graph(lambda: ReadReplica("postgres-replica", args))


def test_a_replica_follows_its_source_with_a_class_and_a_group_of_its_own() -> None:
    instance = asked(one(replica(), "Instance"))

    assert instance["replicateSourceDb"].value == "chat-test-postgres"
    assert instance["instanceClass"].value == "db.r6g.large"
    assert instance["parameterGroupName"].value == "chat-test-postgres-1"
    assert [group.value for group in instance["vpcSecurityGroupIds"].items()] == ["sg-replica"]
    assert instance["identifier"].value == "chat-test-postgres-replica"


def test_what_is_its_sources_is_not_said_again() -> None:
    instance = asked(one(replica(), "Instance"))

    for key in (
        *("engine", "engineVersion", "username", "passwordWo", "manageMasterUserPassword"),
        *("allocatedStorage", "dbSubnetGroupName", "kmsKeyId", "dbName"),
    ):
        assert instance[key].absent, key


def test_a_replica_is_private_encrypted_and_guarded() -> None:
    instance = one(replica(), "Instance")

    assert instance["storageEncrypted"].value
    assert instance["publiclyAccessible"].value is False
    assert instance["deletionProtection"].value
    assert one(replica(Environment.DEV), "Instance")["deletionProtection"].value is False


def test_a_replica_can_grow_as_far_as_its_source() -> None:
    assert one(replica(), "Instance")["maxAllocatedStorage"].value == 400


def test_a_replica_has_no_backups_because_its_source_has_them() -> None:
    instance = one(replica(), "Instance")

    assert instance["backupRetentionPeriod"].value == 0
    assert instance["skipFinalSnapshot"].value


def test_a_replica_is_watched_as_its_source_is() -> None:
    instance = one(replica(), "Instance")

    (role,) = instance.references("monitoringRoleArn", "aws:iam/role:Role")
    assert "db:chat-test-postgres-replica" in str(role["assumeRolePolicy"].value)
    assert instance["performanceInsightsEnabled"].value
    groups = {group.urn: group["name"].value for group in all_of(replica(), "LogGroup")}
    assert set(groups.values()) == {
        "/aws/rds/instance/chat-test-postgres-replica/postgresql",
        "/aws/rds/instance/chat-test-postgres-replica/upgrade",
    }
    assert set(groups) <= instance.dependencies
