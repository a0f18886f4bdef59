"""Alarms: thresholds that follow from sizes, and rules that CloudWatch can take."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.plan.alarm import DAY, HOUR, AlarmRule, Comparison, Missing, Severity, queries
from infra.plan.alarms_cache import cache_alarms
from infra.plan.alarms_database import database_alarms, maximum_connections, replica_alarms
from infra.plan.alarms_edge import NAT_GATEWAYS, balancer_alarms, firewall_alarms, target_alarms
from infra.plan.alarms_services import outbox_alarms, queue_alarms, realtime_alarms, service_alarms
from infra.plan.instances import CACHE_NODE_TYPES, DATABASE_CLASSES, GIB, memory_bytes
from infra.plan.processors import credits_per_hour, vcpus
from infra.plan.queues import RETENTION_SECONDS
from tests.unit.infra.alarm_rules import EVERY_RULE, chosen, rule

COUNTS = st.integers(1, 1000)
CLASSES = st.sampled_from(sorted(DATABASE_CLASSES))
NODE_TYPES = st.sampled_from(sorted(CACHE_NODE_TYPES))


@pytest.mark.parametrize("one", EVERY_RULE, ids=lambda one: f"{one.id}-{one.part}")
def test_an_alarm_is_one_that_cloudwatch_takes(one: AlarmRule) -> None:
    assert one.metric.percentile or one.metric.statistic in {
        "Sum",
        "Average",
        "Minimum",
        "Maximum",
        "SampleCount",
    }
    assert 1 <= one.datapoints <= one.periods
    assert one.period % 60 == 0
    # Over an hour's period an alarm may look back a week, else a day.
    assert one.period * one.periods <= (7 * DAY if one.period >= HOUR else DAY)
    assert len(one.description) <= 1024


@pytest.mark.parametrize("one", EVERY_RULE, ids=lambda one: f"{one.id}-{one.part}")
def test_an_alarm_says_how_urgent_it_is_what_it_means_and_where_to_read_on(one: AlarmRule) -> None:
    assert re.fullmatch(
        rf"\[(page|ticket|scaling)\] [A-Z0-9].*\. See docs/runbook\.md#{one.id}", one.description
    )


def test_most_silence_is_fine_and_only_that_of_what_always_reports_is_alarming() -> None:
    alarming = {one.id for one in EVERY_RULE if one.missing is Missing.ALARMING}

    assert alarming == {"target-healthy", "service-tasks", "realtime-silent"}


def test_nobody_is_woken_by_what_scaling_answers_itself() -> None:
    assert {one.id for one in EVERY_RULE if one.severity is Severity.SCALING} == {
        "scaling-lag",
        "scaling-age",
    }


def test_latency_is_watched_only_where_requests_are_short() -> None:
    parts = {one.part for one in target_alarms(2, 6000, latency=False)}

    assert parts == {"errors", "unhealthy", "healthy"}


@given(minimum=COUNTS)
def test_a_service_is_alarmed_on_below_its_minimum_and_at_its_maximum(minimum: int) -> None:
    rules = service_alarms(minimum, 3 * minimum)

    tasks, full = rule(rules, "tasks"), rule(rules, "full")
    assert (tasks.threshold, tasks.comparison) == (minimum, Comparison.BELOW)
    assert (full.threshold, full.comparison) == (3 * minimum, Comparison.AT_LEAST)


@given(minimum=COUNTS)
def test_a_service_is_ill_at_the_latest_when_half_of_its_targets_are_gone(minimum: int) -> None:
    healthy = rule(target_alarms(minimum, 1000, latency=False), "healthy")

    assert 1 <= healthy.threshold <= minimum
    assert healthy.threshold * 2 >= minimum


@given(small=st.integers(0, 10**7), more=st.integers(0, 10**7))
def test_the_larger_a_stack_the_more_errors_and_blocks_are_noise(small: int, more: int) -> None:
    before, after = (
        (*balancer_alarms(size, 3 * size), *firewall_alarms(size)) for size in (small, small + more)
    )

    for part in ("errors", "requests", "blocked"):
        assert rule(before, part).threshold <= rule(after, part).threshold


@given(small=st.integers(0, 10**7), more=st.integers(0, 10**7))
def test_the_larger_a_stack_the_more_requests_a_share_is_taken_of(small: int, more: int) -> None:
    before, after = (
        rule(target_alarms(1, size, latency=False), "errors").share
        for size in (small, small + more)
    )

    assert before is not None
    assert after is not None
    assert 20 <= before.floor <= after.floor


@given(connections=st.integers(1, 100_000), lag=st.integers(1, 10_000))
def test_a_human_is_told_only_after_scaling_has_had_its_turn(connections: int, lag: int) -> None:
    rules = realtime_alarms(connections=connections, lag_ms=lag, reports=False)

    assert rule(rules, "connections").threshold >= connections
    assert rule(rules, "lag").threshold == 2 * lag
    assert rule(rules, "lag").datapoints > 3


@given(depth=st.integers(1, 10_000), age=st.integers(1, RETENTION_SECONDS), workers=COUNTS)
def test_queues_are_alarmed_on_beyond_what_all_workers_should_have(
    depth: int, age: int, workers: int
) -> None:
    rules = queue_alarms(depth=depth, age_seconds=age, maximum_workers=workers)

    assert rule(rules, "depth").threshold == depth * workers
    # A message that SQS throws away gets no older.
    assert rule(rules, "age").threshold == min(3 * age, RETENTION_SECONDS // 2)
    assert rule(outbox_alarms(age), "outbox").threshold == rule(rules, "age").threshold


def test_silence_is_alarming_only_where_an_image_runs_that_reports() -> None:
    silent = {one.part for one in realtime_alarms(connections=1, lag_ms=1, reports=False)}
    reporting = {one.part for one in realtime_alarms(connections=1, lag_ms=1, reports=True)}

    assert reporting - silent == {"silent"}


@given(CLASSES, st.integers(20, 65_536))
def test_the_alarms_of_a_database_follow_its_class_and_storage(name: str, storage: int) -> None:
    rules = database_alarms(name, storage, pool_percent=None)

    memory = memory_bytes(name)
    assert memory is not None
    assert 0 < rule(rules, "memory").threshold < memory // 10
    # RDS grows the storage at 10 % free: an alarm above it would come too early.
    assert rule(rules, "storage").threshold < storage * GIB // 10
    assert rule(rules, "connections").threshold < maximum_connections(name)
    assert rule(rules, "load").threshold == vcpus(name) >= 2
    assert ("credits" in {one.part for one in rules}) == name.startswith("db.t")


@given(CLASSES, CLASSES)
def test_a_larger_class_never_has_a_lower_threshold_for_what_it_can_take(
    one: str, other: str
) -> None:
    small, large = sorted((one, other), key=lambda name: memory_bytes(name) or 0)

    before, after = (database_alarms(name, 100, pool_percent=None) for name in (small, large))
    for part in ("connections", "memory"):
        assert rule(before, part).threshold <= rule(after, part).threshold


@given(st.integers(20, 60_000), st.integers(0, 5_000))
def test_more_storage_never_has_a_lower_threshold(storage: int, more: int) -> None:
    before, after = (
        database_alarms("db.t3.small", size, pool_percent=None)
        for size in (storage, storage + more)
    )
    for part in ("storage", "queue"):
        assert rule(before, part).threshold <= rule(after, part).threshold


@given(st.integers(1, 100))
def test_a_pool_that_may_fill_up_does_not_alarm_by_filling_up(percent: int) -> None:
    allowed = maximum_connections("db.r6g.large")
    found = rule(database_alarms("db.r6g.large", 100, pool_percent=percent), "connections")

    assert found.threshold <= allowed * 95 // 100
    if percent < 90:
        assert found.threshold >= allowed * percent // 100


def test_a_replica_is_watched_like_its_source_and_by_how_far_it_is_behind() -> None:
    source = {one.part for one in database_alarms("db.r6g.large", 100, pool_percent=None)}
    replica = {one.part for one in replica_alarms("db.r6g.large", 100)}

    assert replica - source == {"lag"}
    assert source - replica == {"transactions"}


@given(NODE_TYPES, st.integers(1, 6), COUNTS)
def test_the_alarms_of_a_cache_follow_its_nodes_and_tasks(
    name: str, nodes: int, tasks: int
) -> None:
    rules = cache_alarms(name, nodes, tasks, carries_messages=False)

    parts = {one.part for one in rules}
    assert ("lag" in parts) == (nodes > 1)
    assert ("credits" in parts) == name.startswith("cache.t")
    assert tasks <= rule(rules, "connections").threshold <= 65_000


def test_publishing_is_watched_only_where_messages_are_published() -> None:
    adapter, state = (
        {one.part for one in cache_alarms("cache.m6g.large", 3, 39, carries_messages=carries)}
        for carries in (True, False)
    )

    assert adapter - state == {"publishing"}


def test_the_processors_of_every_class_are_known() -> None:
    names = sorted(DATABASE_CLASSES | CACHE_NODE_TYPES)

    earning = {name for name in names if credits_per_hour(name) is not None}

    assert [name for name in names if vcpus(name) < 2] == []
    assert earning == {name for name in names if name.split(".")[1].startswith("t")}


@pytest.mark.parametrize(
    ("name", "processors"), [("db.t3.xlarge", 4), ("db.r6g.large", 2), ("db.r6g.4xlarge", 16)]
)
def test_processors_double_with_the_size(name: str, processors: int) -> None:
    assert vcpus(name) == processors


@pytest.mark.parametrize("name", ["db.r6g", "db.r6g.huge", "large"])
def test_the_processors_of_what_is_no_class_are_an_error(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        vcpus(name)


def value(found: AlarmRule, *subjects: dict[str, float]) -> float:
    """What a rule's metric math makes of figures, with CloudWatch's functions as Python's."""
    math = queries(found, [{str(number): "x"} for number in range(len(subjects))])
    (term,) = [one.expression for one in math if one.returned]
    figures: dict[str, object] = {"MAX": max, "MIN": min, "IF": chosen}
    for number, subject in enumerate(subjects, start=1):
        figures |= {f"{key}{number}": figure for key, figure in subject.items()}
    return float(eval(term or "", figures))  # noqa: S307 - our own term


def test_a_share_counts_few_requests_as_its_floor() -> None:
    errors = rule(target_alarms(1, 100_000, latency=False), "errors")

    assert value(errors, {"m": 10, "w": 200}) == 5
    assert value(errors, {"m": 1, "w": 1}) == 1


def test_of_several_subjects_the_worst_counts() -> None:
    memory = rule(cache_alarms("cache.t3.micro", 3, 9, carries_messages=True), "memory")
    credit = rule(cache_alarms("cache.t3.micro", 3, 9, carries_messages=True), "credits")
    drops = NAT_GATEWAYS[1]

    assert value(memory, {"m": 10}, {"m": 90}, {"m": 20}) == 90
    assert value(credit, {"m": 10}, {"m": 90}, {"m": 20}) == 10
    assert value(drops, {"m": 0, "w": 10**6}, {"m": 10**5, "w": 10**6}) == 10


def test_more_metrics_than_cloudwatch_takes_in_an_alarm_are_refused() -> None:
    with pytest.raises(ValueError, match="would look at 12 metrics; CloudWatch takes 1 to 10"):
        queries(NAT_GATEWAYS[1], [{"NatGatewayId": "nat"}] * 6)
