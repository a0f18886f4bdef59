"""Redis: encrypted, behind a token, failing over, and set for the job it has."""

from __future__ import annotations

from functools import cache

import pulumi
import pytest

from graph.model import Graph
from infra.components.cache import Cache, CacheArgs
from infra.plan import redis
from infra.plan.context import Environment
from infra.plan.lifecycle import lifecycle_of
from tests.unit.infra.recorded import CONTEXT, KEY, all_of, asked, component_graph, one


@cache
def cache_of(
    *, part: str = redis.SINGLE, nodes: int = 3, environment: Environment = Environment.PROD
) -> Graph:
    def build() -> None:
        built = Cache(
            part,
            CacheArgs(
                context=CONTEXT,
                lifecycle=lifecycle_of(environment),
                plan=redis.plan_cache(part, "cache.m6g.large"),
                node_type="cache.m6g.large",
                nodes=nodes,
                subnet_ids=["subnet-a", "subnet-b"],
                security_group_id="sg-1",
                auth_token=pulumi.Output.secret("t" * 64),
                key_arn=KEY,
                log_key_arn=KEY,
            ),
        )
        assert list(built.node_ids) == [
            f"{built.replication_group_id}-{number:03d}" for number in range(1, nodes + 1)
        ]

    return component_graph(build)


def parameters(graph: Graph) -> dict[str, str]:
    listed = one(graph, "ParameterGroup")["parameters"].items()
    return {str(p["name"].value): str(p["value"].value) for p in listed}


@pytest.mark.requirement("CHAT-001-121", "CHAT-001-144", "CHAT-001-170")
def test_redis_is_encrypted_both_ways_and_asks_for_a_token() -> None:
    group = one(cache_of(), "ReplicationGroup")

    assert group["transitEncryptionEnabled"].value
    assert group["transitEncryptionMode"].value == "required"
    assert str(group["atRestEncryptionEnabled"].value) == "true"
    assert group["kmsKeyId"].value == KEY
    assert group["authToken"].secret


@pytest.mark.requirement("CHAT-001-145")
def test_redis_fails_over_where_there_is_another_node() -> None:
    group = one(cache_of(nodes=2), "ReplicationGroup")

    assert group["automaticFailoverEnabled"].value
    assert group["multiAzEnabled"].value
    assert group["numCacheClusters"].value == 2


def test_a_single_node_promises_no_failover() -> None:
    group = one(cache_of(nodes=1), "ReplicationGroup")

    assert group["automaticFailoverEnabled"].value is False
    assert group["multiAzEnabled"].value is False


@pytest.mark.requirement("CHAT-001-142")
def test_redis_is_version_7_with_parameters_of_its_family() -> None:
    assert one(cache_of(), "ReplicationGroup")["engineVersion"].value == "7.1"
    assert one(cache_of(), "ParameterGroup")["family"].value == "redis7"
    assert parameters(cache_of()) == {"maxmemory-policy": "volatile-ttl", "tcp-keepalive": "60"}


@pytest.mark.requirement("CHAT-001-143")
def test_the_adapter_lets_tasks_fall_behind_and_evicts_nothing() -> None:
    found = parameters(cache_of(part=redis.ADAPTER))

    assert found["maxmemory-policy"] == "noeviction"
    assert int(found["client-output-buffer-limit-pubsub-hard-limit"]) > 32 * 1024**2


@pytest.mark.requirement("CHAT-001-143")
def test_the_state_drops_what_expires_first() -> None:
    assert parameters(cache_of(part=redis.STATE))["maxmemory-policy"] == "volatile-ttl"


def test_production_keeps_the_state_and_leaves_a_last_snapshot() -> None:
    group = one(cache_of(part=redis.STATE), "ReplicationGroup")

    assert group["snapshotRetentionLimit"].value == 7
    assert group["snapshotWindow"].value == redis.SNAPSHOT_WINDOW
    assert group["finalSnapshotIdentifier"].value == "chat-test-redis-state-final"


def test_there_is_nothing_of_the_adapter_to_keep() -> None:
    group = asked(one(cache_of(part=redis.ADAPTER), "ReplicationGroup"))

    assert group["snapshotRetentionLimit"].value == 0
    assert group["snapshotWindow"].absent
    assert group["finalSnapshotIdentifier"].absent


def test_a_development_cache_goes_without_a_trace() -> None:
    group = asked(one(cache_of(environment=Environment.DEV), "ReplicationGroup"))

    assert group["finalSnapshotIdentifier"].absent


def test_logs_of_each_cache_are_kept_encrypted_and_apart() -> None:
    names: set[str] = set()
    for part in (redis.ADAPTER, redis.STATE):
        graph = cache_of(part=part)
        logs = one(graph, "ReplicationGroup")["logDeliveryConfigurations"].items()
        assert {str(log["logType"].value) for log in logs} == {"slow-log", "engine-log"}
        assert all(group["kmsKeyId"].value == KEY for group in all_of(graph, "LogGroup"))
        names |= {str(log["destination"].value) for log in logs}

    assert names == {
        f"/elasticache/chat-test/{part}/{kind}"
        for part in ("redis-adapter", "redis-state")
        for kind in ("slow-log", "engine-log")
    }


def test_two_caches_of_a_stack_share_no_name() -> None:
    adapter, state = cache_of(part=redis.ADAPTER), cache_of(part=redis.STATE)

    for kind, key in (
        ("ReplicationGroup", "replicationGroupId"),
        ("SubnetGroup", "name"),
        ("ParameterGroup", "name"),
    ):
        assert one(adapter, kind)[key].value != one(state, kind)[key].value
