"""Scaling and capacity: bounds that hold, and scaling in slower than out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from infra.plan.capacity import ON_DEMAND, SPOT, share_capacity
from infra.plan.fargate import MEMORY_BY_CPU
from infra.plan.scaling import (
    SCALE_IN_COOLDOWN_SECONDS,
    SCALE_OUT_COOLDOWN_SECONDS,
    Metric,
    plan_scaling,
)


@given(
    desired=st.integers(1, 1000),
    cpu=st.sampled_from(sorted(MEMORY_BY_CPU)),
    by_requests=st.booleans(),
)
def test_a_service_may_grow_and_never_falls_below_its_normal_size(
    desired: int, cpu: int, *, by_requests: bool
) -> None:
    scaling = plan_scaling(desired, cpu, by_requests=by_requests)

    assert scaling.minimum == desired < scaling.maximum
    assert all(tracking.target > 0 for tracking in scaling.trackings)
    assert (Metric.REQUESTS in {tracking.metric for tracking in scaling.trackings}) == by_requests


def test_targets_are_those_of_chat_spec_001() -> None:
    targets = {
        tracking.metric: tracking.target
        for tracking in plan_scaling(4, 1024, by_requests=True).trackings
    }

    assert targets == {Metric.CPU: 60, Metric.MEMORY: 70, Metric.REQUESTS: 12_000}


def test_a_smaller_task_is_given_fewer_requests() -> None:
    (requests,) = [
        tracking.target
        for tracking in plan_scaling(1, 256, by_requests=True).trackings
        if tracking.metric is Metric.REQUESTS
    ]

    assert requests == 3_000


def test_scaling_in_is_slower_than_scaling_out() -> None:
    assert SCALE_IN_COOLDOWN_SECONDS > SCALE_OUT_COOLDOWN_SECONDS


@given(st.integers(0, 100))
def test_shares_add_up_and_one_task_is_always_on_demand(spot: int) -> None:
    shares = {share.provider: share for share in share_capacity(spot)}

    assert sum(share.weight for share in shares.values()) == 100
    assert shares[ON_DEMAND].base == 1
    assert (SPOT in shares) == (spot > 0)
