"""Alarms: thresholds that follow from sizes, and rules that CloudWatch can take."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.plan import alarms
from infra.plan.alarms import AlarmRule, Comparison, Missing
from infra.plan.instances import GIB

ALL_RULES = (
    *alarms.LOAD_BALANCER,
    *alarms.QUEUE,
    *alarms.DEAD_LETTERS,
    *alarms.CACHE_NODE,
    *alarms.target_alarms(latency=True),
    *alarms.service_alarms(2),
    *alarms.database_alarms("db.t3.small", 20),
)


def rule(rules: tuple[AlarmRule, ...], part: str) -> AlarmRule:
    (found,) = [one for one in rules if one.part == part]
    return found


@pytest.mark.parametrize("one", ALL_RULES, ids=lambda one: f"{one.namespace}-{one.part}")
def test_an_alarm_says_what_it_means_and_looks_at_a_statistic_that_exists(one: AlarmRule) -> None:
    assert one.meaning.endswith(".")
    assert one.periods >= 1
    assert one.percentile or one.statistic in {"Sum", "Average", "Minimum", "Maximum"}


def test_latency_is_watched_only_where_requests_are_short() -> None:
    parts = {one.part for one in alarms.target_alarms(latency=False)}

    assert parts == {"target-5xx", "unhealthy-hosts"}


@given(st.integers(1, 1000))
def test_a_service_is_alarmed_on_below_its_own_minimum(minimum: int) -> None:
    running = rule(alarms.service_alarms(minimum), "running-tasks")

    assert (running.threshold, running.comparison) == (minimum, Comparison.BELOW)
    assert running.missing is Missing.ALARMING


@given(st.integers(20, 65_536))
def test_the_storage_alarm_follows_the_size_of_the_storage(gibibytes: int) -> None:
    storage = rule(alarms.database_alarms("db.t3.micro", gibibytes), "storage")

    assert storage.threshold == gibibytes * GIB * 15 // 100


def test_a_larger_database_may_have_more_connections_before_it_alarms() -> None:
    small = rule(alarms.database_alarms("db.t3.micro", 20), "connections")
    large = rule(alarms.database_alarms("db.r6g.xlarge", 20), "connections")

    assert (small.threshold, large.threshold) == (89, 2883)


def test_one_dead_letter_is_enough() -> None:
    (depth,) = alarms.DEAD_LETTERS

    assert (depth.threshold, depth.comparison, depth.periods) == (0, Comparison.ABOVE, 1)
