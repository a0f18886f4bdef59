"""A stack of one size takes on the next: in place, and with nothing lost."""

import pytest

from integration.harness import EphemeralStack
from integration.lifecycle.questions import databases, figures, one, services

# A task definition is never changed in AWS: another revision takes its place.
_REVISED = {"aws:ecs/taskDefinition:TaskDefinition"}


def _kind(urn: str) -> str:
    """The resource's own type: a URN has those of its parents before it."""
    return urn.split("::")[2].rpartition("$")[2]


def test_growing_replaces_nothing_that_holds_data_or_is_addressed(
    growing: EphemeralStack,
) -> None:
    growing.resize("10k-dau")

    planned = growing.preview()

    kinds = {operation: {_kind(urn) for urn in urns} for operation, urns in planned.items()}
    replaced = {kind for operation in kinds if "replace" in operation for kind in kinds[operation]}
    assert replaced == _REVISED
    # Services now reach the database by the proxy alone.
    gone = {urn.rpartition("::")[2] for urn in planned["delete"]}
    assert gone == {
        rule
        for service in ("api", "realtime", "workers")
        for rule in (f"{service}-to-postgres", f"postgres-from-{service}")
    }
    assert {"aws:rds/instance:Instance", "aws:elasticache/replicationGroup:ReplicationGroup"} <= (
        kinds["update"]
    )
    assert {"aws:rds/proxy:Proxy", "aws:ec2/natGateway:NatGateway"} <= kinds["create"]


@pytest.mark.requirement("CHAT-001-001")
def test_after_the_update_it_has_the_next_size_and_the_same_database(
    growing: EphemeralStack,
) -> None:
    before = one(databases(growing)[0])
    growing.resize("10k-dau")

    growing.up()

    database = one(databases(growing)[0])
    groups = growing.aws.client("elasticache").describe_replication_groups()["ReplicationGroups"]
    gateways = growing.aws.client("ec2").describe_nat_gateways()["NatGateways"]
    storage, nodes, nats = figures(
        growing, "rdsAllocatedStorage", "redisNumCacheNodes", "natGateways"
    )
    assert database["DbiResourceId"] == before["DbiResourceId"]
    assert database["DBInstanceClass"] == growing.config["plumbline:rdsInstanceClass"]
    assert database["AllocatedStorage"] == storage
    assert len(one(groups)["MemberClusters"]) == nodes
    assert one(groups)["AutomaticFailover"] == "enabled"
    assert len([gateway for gateway in gateways if gateway["State"] == "available"]) == nats


def test_tasks_of_the_next_size_talk_to_the_proxy(growing: EphemeralStack) -> None:
    ecs, rds = growing.aws.client("ecs"), growing.aws.client("rds")
    cpu, memory = figures(growing, "apiServiceCpu", "apiServiceMemory")
    proxy = one(rds.describe_db_proxies()["DBProxies"])

    family = services(growing)["api"]["taskDefinition"]
    task = ecs.describe_task_definition(taskDefinition=family)["taskDefinition"]

    told = {
        entry["name"]: entry["value"] for entry in one(task["containerDefinitions"])["environment"]
    }
    assert (int(task["cpu"]), int(task["memory"])) == (cpu, memory)
    assert told["DATABASE_HOST"] == proxy["Endpoint"]


def test_then_it_is_at_rest(growing: EphemeralStack) -> None:
    assert set(growing.preview()) == {"same"}
