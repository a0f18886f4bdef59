"""How far and by what a service scales (chat spec 000, Scaling Model; chat spec 001, figures).

Every service follows CPU and memory. What else moves it depends on what it does: requests (API),
connections and event-loop lag (realtime), queues (workers); the latter two where the stack's
configuration says so. Target tracking moves both ways. Steps only scale out: they answer a spike
that an average hides, and once they have acted, the trackings see idle tasks and take them away.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from infra.plan.alarm import AlarmRule, Metric, Severity
from infra.plan.metrics import chat_metrics

CPU_TARGET_PERCENT = 60
MEMORY_TARGET_PERCENT = 70
SCALE_OUT_COOLDOWN_SECONDS = 60
SCALE_IN_COOLDOWN_SECONDS = 300
"""Scaling in is the slower way: a task too many costs cents, one too few costs users."""

CONNECTED_SCALE_IN_COOLDOWN_SECONDS = 900
"""A realtime task that goes takes up to its share of all connections with it, whose clients then
connect anew to the tasks that are left: those must have settled before the next one goes. Scaling
in is not switched off, because an evening's tasks would then be paid for through the night."""

MAXIMUM_STEPS = 20
"""Step adjustments that Application Auto Scaling takes in one policy."""

LAG_STATISTIC = "p95"
LAG_MINUTES = 3

_HEADROOM = 3
"""A service may grow to three times its normal size, an evening's peak over a day's mean."""

_REQUESTS_PER_MINUTE_OF_A_VCPU = 12_000
"""200 requests a second: a tenth of what one core of such a service served with a database
(2,500 pages a second), so that a target is reached well before the CPU target is."""


class Predefined(StrEnum):
    """A predefined metric of Application Auto Scaling."""

    CPU = "ECSServiceAverageCPUUtilization"
    MEMORY = "ECSServiceAverageMemoryUtilization"
    REQUESTS = "ALBRequestCountPerTarget"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceMetric:
    """A metric that the service's tasks report themselves, averaged over them."""

    metric: Metric
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueBacklog:
    """The visible messages of all queues for each running task."""

    messages: Metric
    tasks: Metric


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracking:
    """Keep `metric` near `target`."""

    part: str
    metric: Predefined | ServiceMetric | QueueBacklog
    target: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Add `percent` of the tasks where the metric is `lower` to `upper` over the threshold."""

    lower: float
    upper: float | None
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stepping:
    """Scale out by steps while `rule` alarms; with `by_queue` there is one alarm a queue."""

    part: str
    rule: AlarmRule
    steps: tuple[Step, ...]
    by_queue: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaling:
    """The bounds of a service's task count, and what moves it between them; times in seconds."""

    minimum: int
    maximum: int
    trackings: tuple[Tracking, ...]
    steppings: tuple[Stepping, ...] = ()
    out_cooldown: int = SCALE_OUT_COOLDOWN_SECONDS
    in_cooldown: int = SCALE_IN_COOLDOWN_SECONDS


def requests_of_tasks(cpu: int, tasks: int) -> int:
    """How many requests a minute `tasks` tasks of `cpu` units are meant to serve."""
    return _REQUESTS_PER_MINUTE_OF_A_VCPU * cpu * tasks // 1024


def plan_api_scaling(desired_count: int, cpu: int) -> Scaling:
    """The scaling of the API, which normally runs `desired_count` tasks of `cpu` units."""
    requests = Tracking(
        part="requests", metric=Predefined.REQUESTS, target=requests_of_tasks(cpu, 1)
    )
    return _scaling(desired_count, requests)


def plan_realtime_scaling(
    desired_count: int, *, connections: int, lag_ms: int, by_connections: bool
) -> Scaling:
    """The scaling of the realtime service.

    `connections` is what one task is to hold, `lag_ms` the event-loop lag (milliseconds) from
    which on it is too busy, whatever its CPU says; both only count with `by_connections`.
    """
    if not by_connections:
        return _scaling(desired_count, in_cooldown=CONNECTED_SCALE_IN_COOLDOWN_SECONDS)
    metrics = chat_metrics()
    tracking = Tracking(
        part="connections",
        metric=ServiceMetric(
            metric=Metric(
                namespace=metrics.namespace,
                name=metrics.active_connections.name,
                statistic="Average",
            ),
            unit=metrics.active_connections.unit,
        ),
        target=connections,
    )
    return _scaling(
        desired_count,
        tracking,
        steppings=(_by_lag(lag_ms),),
        in_cooldown=CONNECTED_SCALE_IN_COOLDOWN_SECONDS,
    )


def plan_workers_scaling(
    desired_count: int, *, depth: int, age_seconds: int, by_queue: bool
) -> Scaling:
    """The scaling of the workers.

    `depth` is how many messages may wait for each of them, `age_seconds` how long the oldest may;
    both only count with `by_queue`.
    """
    if not by_queue:
        return _scaling(desired_count)
    backlog = QueueBacklog(
        messages=Metric(
            namespace="AWS/SQS", name="ApproximateNumberOfMessagesVisible", statistic="Maximum"
        ),
        tasks=Metric(
            namespace="ECS/ContainerInsights", name="RunningTaskCount", statistic="Average"
        ),
    )
    return _scaling(
        desired_count,
        Tracking(part="backlog", metric=backlog, target=depth),
        steppings=(_by_age(age_seconds),),
    )


def _scaling(
    desired_count: int,
    *trackings: Tracking,
    steppings: tuple[Stepping, ...] = (),
    in_cooldown: int = SCALE_IN_COOLDOWN_SECONDS,
) -> Scaling:
    return Scaling(
        minimum=desired_count,
        maximum=_HEADROOM * desired_count,
        trackings=(
            Tracking(part="cpu", metric=Predefined.CPU, target=CPU_TARGET_PERCENT),
            Tracking(part="memory", metric=Predefined.MEMORY, target=MEMORY_TARGET_PERCENT),
            *trackings,
        ),
        steppings=steppings,
        in_cooldown=in_cooldown,
    )


def _by_lag(lag_ms: int) -> Stepping:
    """Late by the threshold: a fifth more tasks; by twice as much, clients notice: half more."""
    metrics = chat_metrics()
    return Stepping(
        part="lag",
        rule=AlarmRule(
            id="scaling-lag",
            part="scale-lag",
            meaning=f"Event loops run over {lag_ms} ms late: realtime tasks are being added.",
            severity=Severity.SCALING,
            metric=Metric(
                namespace=metrics.namespace,
                name=metrics.event_loop_lag.name,
                statistic=LAG_STATISTIC,
            ),
            threshold=lag_ms,
            periods=LAG_MINUTES,
        ),
        steps=(
            Step(lower=0, upper=lag_ms, percent=20),
            Step(lower=lag_ms, upper=None, percent=50),
        ),
    )


def _by_age(age_seconds: int) -> Stepping:
    """From once, twice and four times the threshold on: a quarter, half and all as many again."""
    return Stepping(
        part="age",
        rule=AlarmRule(
            id="scaling-age",
            part="scale-age",
            meaning=f"A message waits for over {age_seconds} s: workers are being added.",
            severity=Severity.SCALING,
            metric=Metric(
                namespace="AWS/SQS", name="ApproximateAgeOfOldestMessage", statistic="Maximum"
            ),
            threshold=age_seconds,
            periods=2,
        ),
        steps=(
            Step(lower=0, upper=age_seconds, percent=25),
            Step(lower=age_seconds, upper=3 * age_seconds, percent=50),
            Step(lower=3 * age_seconds, upper=None, percent=100),
        ),
        by_queue=True,
    )


def backlog_expression(queues: int) -> str:
    """The metric math of `QueueBacklog` over queues `q1`, `q2`… and running tasks `tasks`.

    The newest minute of either metric may not have arrived yet: its last value stands in, since
    a zero would let a backlog look empty (or a service look idle) just when it is judged. Queues
    that workers poll always report. Without any running task the whole backlog counts.
    """
    messages = " + ".join(f"FILL(q{number}, REPEAT)" for number in range(1, queues + 1))
    tasks = "FILL(tasks, REPEAT)"
    return f"({messages}) / IF({tasks} > 0, {tasks}, 1)"
