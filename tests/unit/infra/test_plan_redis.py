"""How Redis is set: what each of its jobs needs, on small nodes and on large ones."""

from __future__ import annotations

import pytest

from infra.plan import redis

MIB = 1024**2
HARD = "client-output-buffer-limit-pubsub-hard-limit"
SOFT = "client-output-buffer-limit-pubsub-soft-limit"
# Amazon ElastiCache user guide, parameters of Redis 7 that may be changed.
CHANGEABLE = {
    "maxmemory-policy",
    "tcp-keepalive",
    HARD,
    SOFT,
    "client-output-buffer-limit-pubsub-soft-seconds",
}


@pytest.mark.parametrize(
    ("node_type", "mebibytes"),
    [
        ("cache.t3.micro", 32),
        ("cache.m6g.large", 102),
        ("cache.r7g.16xlarge", 256),
    ],
)
def test_the_buffer_of_a_slow_task_grows_with_the_node_between_two_bounds(
    node_type: str, mebibytes: int
) -> None:
    parameters = redis.plan_cache(redis.ADAPTER, node_type).parameters

    assert int(parameters[HARD]) // MIB == mebibytes
    assert int(parameters[SOFT]) == int(parameters[HARD]) // 2


@pytest.mark.parametrize("part", [redis.SINGLE, redis.ADAPTER, redis.STATE])
def test_only_parameters_are_set_that_elasticache_lets_one_change(part: str) -> None:
    assert set(redis.plan_cache(part, "cache.m6g.large").parameters) <= CHANGEABLE


def test_only_the_adapter_goes_without_snapshots() -> None:
    saved = {
        part: redis.plan_cache(part, "cache.m6g.large").snapshots
        for part in (redis.SINGLE, redis.ADAPTER, redis.STATE)
    }

    assert saved == {redis.SINGLE: True, redis.ADAPTER: False, redis.STATE: True}


def test_each_group_says_what_it_is_for() -> None:
    purposes = {
        redis.plan_cache(part, "cache.m6g.large").purpose
        for part in (redis.SINGLE, redis.ADAPTER, redis.STATE)
    }

    assert len(purposes) == 3
