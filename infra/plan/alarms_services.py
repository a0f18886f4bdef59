"""From which figure on services and queues are ill."""

from __future__ import annotations

from infra.plan.alarm import AlarmRule, Comparison, Metric, Missing, Severity
from infra.plan.metrics import chat_metrics
from infra.plan.queues import RETENTION_SECONDS
from infra.plan.scaling import LAG_STATISTIC

_ECS = "AWS/ECS"
_INSIGHTS = "ECS/ContainerInsights"
_SQS = "AWS/SQS"

_CPU_PERCENT = 80
"""A third over the target of 60: scaling out has ended or doesn't help."""

_MEMORY_PERCENT = 85
"""A task is killed at 100; garbage collection of Node.js costs noticeably more from here on."""

_DELIVERY_MS = 1000
"""A message that takes a second to the screen next to the sender's is noticed as slow."""

_PATIENCE = 3
"""Scaling out is asked for at the threshold; at its multiple it has had its time and failed."""

_LATEST_SECONDS = RETENTION_SECONDS // 2
"""However patient the configuration is: half of the time after which SQS throws a message away."""


def service_alarms(minimum_tasks: int, maximum_tasks: int) -> tuple[AlarmRule, ...]:
    """The alarms of an ECS service that runs so many tasks when it is well, and may run so many."""
    return (
        AlarmRule(
            id="service-cpu",
            part="cpu",
            meaning=f"The CPU stays over {_CPU_PERCENT} %: scaling out doesn't help or has ended.",
            severity=Severity.PAGE,
            metric=Metric(namespace=_ECS, name="CPUUtilization", statistic="Average"),
            threshold=_CPU_PERCENT,
            periods=10,
        ),
        AlarmRule(
            id="service-memory",
            part="memory",
            meaning="Memory is nearly used up: tasks are about to be killed.",
            severity=Severity.PAGE,
            metric=Metric(namespace=_ECS, name="MemoryUtilization", statistic="Average"),
            threshold=_MEMORY_PERCENT,
            periods=10,
        ),
        AlarmRule(
            id="service-tasks",
            part="tasks",
            meaning=f"Fewer than {minimum_tasks} tasks run, which is the least there should be.",
            severity=Severity.PAGE,
            metric=Metric(namespace=_INSIGHTS, name="RunningTaskCount", statistic="Minimum"),
            threshold=minimum_tasks,
            periods=5,
            comparison=Comparison.BELOW,
            missing=Missing.ALARMING,
        ),
        AlarmRule(
            id="service-full",
            part="full",
            meaning=f"All {maximum_tasks} tasks that scaling may start are running.",
            severity=Severity.TICKET,
            metric=Metric(namespace=_INSIGHTS, name="RunningTaskCount", statistic="Minimum"),
            threshold=maximum_tasks,
            periods=15,
            comparison=Comparison.AT_LEAST,
        ),
    )


def realtime_alarms(*, connections: int, lag_ms: int, reports: bool) -> tuple[AlarmRule, ...]:
    """The alarms of the realtime service, by what one of its tasks is to hold.

    `reports` says that an image of ours runs: the stand-in of a first deployment reports nothing,
    and the alarm on that silence would never end.
    """
    metrics = chat_metrics()
    rules = (
        AlarmRule(
            id="realtime-connections",
            part="connections",
            meaning=f"One task holds over {connections + connections // 2} connections, half more "
            "than it should: a bad spread, or scaling has ended.",
            severity=Severity.TICKET,
            metric=_own(metrics.active_connections.name, "Maximum"),
            threshold=connections + connections // 2,
            periods=15,
            breaches=10,
        ),
        AlarmRule(
            id="realtime-lag",
            part="lag",
            meaning=f"Event loops run over {2 * lag_ms} ms late, and more tasks haven't helped.",
            severity=Severity.PAGE,
            metric=_own(metrics.event_loop_lag.name, LAG_STATISTIC),
            threshold=2 * lag_ms,
            periods=10,
            breaches=7,
        ),
        AlarmRule(
            id="realtime-delivery",
            part="delivery",
            meaning="One message in twenty takes over a second from its commit to the sockets.",
            severity=Severity.PAGE,
            metric=_own(metrics.delivery_latency.name, "p95"),
            threshold=_DELIVERY_MS,
            periods=5,
        ),
    )
    return (*rules, _silence()) if reports else rules


def _silence() -> AlarmRule:
    return AlarmRule(
        id="realtime-silent",
        part="silent",
        meaning="No task reports its connections: scaling and alarms are blind.",
        severity=Severity.PAGE,
        metric=_own(chat_metrics().active_connections.name, "SampleCount"),
        threshold=1,
        periods=5,
        comparison=Comparison.BELOW,
        missing=Missing.ALARMING,
    )


def outbox_alarms(age_seconds: int) -> tuple[AlarmRule, ...]:
    """The alarm on events that are committed but not handed on; the age is the workers' own."""
    return (
        AlarmRule(
            id="outbox-age",
            part="outbox",
            meaning=f"A committed event has waited for over {_late(age_seconds)} s to be "
            "handed to Redis and SQS.",
            severity=Severity.PAGE,
            metric=_own(chat_metrics().outbox_age.name, "Maximum"),
            threshold=_late(age_seconds),
            periods=3,
        ),
    )


def queue_alarms(*, depth: int, age_seconds: int, maximum_workers: int) -> tuple[AlarmRule, ...]:
    """The alarms of a queue, by what its workers should cope with.

    `depth` is messages for each worker, `age_seconds` the age that scaling answers to.
    """
    return (
        AlarmRule(
            id="queue-age",
            part="age",
            meaning=f"A message has waited for over {_late(age_seconds)} s: workers can't "
            "keep up or fail at it.",
            severity=Severity.PAGE,
            metric=Metric(
                namespace=_SQS, name="ApproximateAgeOfOldestMessage", statistic="Maximum"
            ),
            threshold=_late(age_seconds),
            periods=5,
        ),
        AlarmRule(
            id="queue-depth",
            part="depth",
            meaning=f"Over {depth * maximum_workers} messages wait, more than the workers that "
            "scaling may start should have.",
            severity=Severity.TICKET,
            metric=Metric(
                namespace=_SQS, name="ApproximateNumberOfMessagesVisible", statistic="Maximum"
            ),
            threshold=depth * maximum_workers,
            periods=15,
            breaches=10,
        ),
    )


DEAD_LETTERS = (
    AlarmRule(
        id="dead-letters",
        part="depth",
        meaning="Messages have failed for good and wait to be looked at.",
        severity=Severity.TICKET,
        metric=Metric(
            namespace=_SQS, name="ApproximateNumberOfMessagesVisible", statistic="Maximum"
        ),
        # One is enough: each is a notification that somebody didn't get.
        threshold=0,
        periods=1,
    ),
)


def _late(age_seconds: int) -> int:
    return min(_PATIENCE * age_seconds, _LATEST_SECONDS)


def _own(name: str, statistic: str) -> Metric:
    return Metric(namespace=chat_metrics().namespace, name=name, statistic=statistic)
