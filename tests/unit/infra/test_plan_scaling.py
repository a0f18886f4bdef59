"""Scaling and capacity: bounds that hold, figures AWS takes, and scaling in slower than out."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.plan.capacity import ON_DEMAND, SPOT, share_capacity
from infra.plan.fargate import MEMORY_BY_CPU
from infra.plan.scaling import (
    MAXIMUM_STEPS,
    Predefined,
    QueueBacklog,
    Scaling,
    ServiceMetric,
    Stepping,
    Tracking,
    backlog_expression,
    plan_api_scaling,
    plan_realtime_scaling,
    plan_workers_scaling,
    requests_of_tasks,
)
from tests.unit.infra.alarm_rules import chosen

COUNTS = st.integers(1, 1000)


def realtime(
    desired: int = 6, *, connections: int = 3000, lag_ms: int = 100, full: bool = True
) -> Scaling:
    return plan_realtime_scaling(
        desired, connections=connections, lag_ms=lag_ms, by_connections=full
    )


def workers(
    desired: int = 3, *, depth: int = 100, age_seconds: int = 60, full: bool = True
) -> Scaling:
    return plan_workers_scaling(desired, depth=depth, age_seconds=age_seconds, by_queue=full)


def scalings(desired: int, cpu: int, *, full: bool) -> list[Scaling]:
    return [
        plan_api_scaling(desired, cpu),
        realtime(desired, full=full),
        workers(desired, full=full),
    ]


def tracking(scaling: Scaling, part: str) -> Tracking:
    (found,) = [one for one in scaling.trackings if one.part == part]
    return found


@given(desired=COUNTS, cpu=st.sampled_from(sorted(MEMORY_BY_CPU)), full=st.booleans())
def test_a_service_may_grow_and_never_falls_below_its_normal_size(
    desired: int, cpu: int, *, full: bool
) -> None:
    for scaling in scalings(desired, cpu, full=full):
        assert scaling.minimum == desired < scaling.maximum
        assert all(one.target > 0 for one in scaling.trackings)


@pytest.mark.requirement("CHAT-000-50", "CHAT-001-178", "CHAT-001-179")
def test_every_service_follows_cpu_and_memory_as_chat_spec_001_says() -> None:
    for scaling in scalings(2, 512, full=False):
        assert tracking(scaling, "cpu").target == 60
        assert tracking(scaling, "memory").target == 70


@pytest.mark.requirement("CHAT-000-51", "CHAT-001-129")
def test_only_the_api_follows_requests_and_a_smaller_task_is_given_fewer() -> None:
    assert tracking(plan_api_scaling(1, 1024), "requests").target == 12_000
    assert tracking(plan_api_scaling(1, 256), "requests").target == 3_000
    for scaling in (realtime(), workers()):
        assert Predefined.REQUESTS not in {one.metric for one in scaling.trackings}


@given(cpu=st.sampled_from(sorted(MEMORY_BY_CPU)), tasks=COUNTS)
def test_more_tasks_and_larger_ones_are_meant_for_more_requests(cpu: int, tasks: int) -> None:
    assert requests_of_tasks(cpu, tasks) < requests_of_tasks(cpu, tasks + 1)
    assert requests_of_tasks(cpu, tasks) < requests_of_tasks(2 * cpu, tasks)


@pytest.mark.requirement("CHAT-001-061", "CHAT-001-176")
@given(st.integers(1, 100_000))
def test_connections_for_each_task_are_kept_at_what_one_is_to_hold(connections: int) -> None:
    found = tracking(realtime(connections=connections), "connections")

    assert found.target == connections
    assert isinstance(found.metric, ServiceMetric)
    # The average over data points is the average over tasks, for each reports one a minute.
    assert (found.metric.metric.name, found.metric.metric.statistic) == (
        "ActiveConnections",
        "Average",
    )


@pytest.mark.requirement("CHAT-001-062", "CHAT-001-177")
@given(st.integers(1, 10_000))
def test_a_late_event_loop_adds_tasks_after_three_minutes_and_more_if_it_is_very_late(
    lag_ms: int,
) -> None:
    (stepping,) = realtime(lag_ms=lag_ms).steppings

    rule = stepping.rule
    assert (rule.metric.name, rule.metric.statistic) == ("EventLoopLagMs", "p95")
    assert (rule.threshold, rule.periods, rule.datapoints, rule.period) == (lag_ms, 3, 3, 60)
    assert [step.lower for step in stepping.steps] == [0, lag_ms]


@pytest.mark.requirement("CHAT-001-072", "CHAT-001-073")
def test_workers_follow_the_backlog_of_each_and_the_age_of_the_oldest_message() -> None:
    scaling = workers(depth=40, age_seconds=30)

    assert tracking(scaling, "backlog").target == 40
    assert isinstance(tracking(scaling, "backlog").metric, QueueBacklog)
    (stepping,) = scaling.steppings
    assert stepping.by_queue
    assert stepping.rule.threshold == 30
    # Offsets from the threshold: once, twice and four times the age.
    assert [step.lower for step in stepping.steps] == [0, 30, 90]


@pytest.mark.requirement("CHAT-001-030")
def test_a_small_stack_scales_by_cpu_and_memory_alone() -> None:
    for scaling in (realtime(full=False), workers(full=False)):
        assert [one.part for one in scaling.trackings] == ["cpu", "memory"]
        assert scaling.steppings == ()


def steppings() -> list[Stepping]:
    return [*realtime().steppings, *workers().steppings]


def test_steps_begin_at_the_threshold_follow_each_other_and_only_ever_add() -> None:
    for stepping in steppings():
        steps = stepping.steps
        assert 1 <= len(steps) <= MAXIMUM_STEPS
        assert steps[0].lower == 0
        assert steps[-1].upper is None
        for step, following in pairwise(steps):
            assert step.upper == following.lower > step.lower
            assert 0 < step.percent < following.percent


@given(desired=COUNTS, full=st.booleans())
def test_scaling_in_is_slower_than_scaling_out(desired: int, *, full: bool) -> None:
    for scaling in scalings(desired, 256, full=full):
        assert scaling.in_cooldown > scaling.out_cooldown > 0


def test_tasks_that_hold_connections_are_taken_away_slowest() -> None:
    assert realtime().in_cooldown > workers().in_cooldown


def filled(value: float, _: None) -> float:
    """CloudWatch's FILL, of a metric that has a figure."""
    return value


def evaluated(queues: dict[str, float], tasks: float) -> float:
    """The backlog's term, with CloudWatch's functions as Python's."""
    names: dict[str, object] = {"FILL": filled, "REPEAT": None, "IF": chosen}
    term = backlog_expression(len(queues))
    return float(eval(term, names, {**queues, "tasks": tasks}))  # noqa: S307 - our own term


def test_the_backlog_is_shared_out_over_running_tasks_and_whole_without_any() -> None:
    assert evaluated({"q1": 30, "q2": 10}, tasks=4) == 10
    assert evaluated({"q1": 30, "q2": 10}, tasks=0) == 40


@pytest.mark.requirement("CHAT-001-126", "CHAT-001-183")
@given(st.integers(0, 100))
def test_shares_add_up_and_one_task_is_always_on_demand(spot: int) -> None:
    shares = {share.provider: share for share in share_capacity(spot)}

    assert sum(share.weight for share in shares.values()) == 100
    assert shares[ON_DEMAND].base == 1
    assert (SPOT in shares) == (spot > 0)
