"""How far and by what a service scales (chat spec 000, Scaling Model; chat spec 001, figures)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

CPU_TARGET_PERCENT = 60
MEMORY_TARGET_PERCENT = 70
SCALE_OUT_COOLDOWN_SECONDS = 60
SCALE_IN_COOLDOWN_SECONDS = 300
"""Scaling in is the slower way: a task too many costs cents, one too few costs users."""

_HEADROOM = 3
"""A service may grow to three times its normal size, an evening's peak over a day's mean."""

_REQUESTS_PER_MINUTE_OF_A_VCPU = 12_000
"""200 requests a second: a tenth of what one core of such a service served with a database
(2,500 pages a second), so that a target is reached well before the CPU target is."""


class Metric(StrEnum):
    """A predefined metric of Application Auto Scaling."""

    CPU = "ECSServiceAverageCPUUtilization"
    MEMORY = "ECSServiceAverageMemoryUtilization"
    REQUESTS = "ALBRequestCountPerTarget"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracking:
    """Keep `metric` near `target`."""

    part: str
    metric: Metric
    target: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaling:
    """The bounds of a service's task count, and what moves it between them."""

    minimum: int
    maximum: int
    trackings: tuple[Tracking, ...]


def plan_scaling(desired_count: int, cpu: int, *, by_requests: bool) -> Scaling:
    """The scaling of a service that normally runs `desired_count` tasks of `cpu` units.

    `by_requests` adds the request count per target, which only means something behind a load
    balancer and where requests are short.
    """
    trackings = [
        Tracking(part="cpu", metric=Metric.CPU, target=CPU_TARGET_PERCENT),
        Tracking(part="memory", metric=Metric.MEMORY, target=MEMORY_TARGET_PERCENT),
    ]
    if by_requests:
        requests = _REQUESTS_PER_MINUTE_OF_A_VCPU * cpu // 1024
        trackings.append(Tracking(part="requests", metric=Metric.REQUESTS, target=requests))
    return Scaling(
        minimum=desired_count, maximum=_HEADROOM * desired_count, trackings=tuple(trackings)
    )
