"""What is alarmed on, and from which figure on; thresholds follow from sizes where they can."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from infra.plan.instances import GIB, memory_bytes

MINUTE = 60


class Comparison(StrEnum):
    """When a value is alarming."""

    ABOVE = "GreaterThanThreshold"
    BELOW = "LessThanThreshold"


class Missing(StrEnum):
    """What it means when a metric isn't reported."""

    FINE = "notBreaching"
    ALARMING = "breaching"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRule:
    """One alarm: `periods` minutes in a row on the wrong side of `threshold`.

    `statistic` is one of CloudWatch's, or a percentile such as "p95".
    """

    part: str
    meaning: str
    namespace: str
    metric: str
    statistic: str
    threshold: float
    periods: int
    comparison: Comparison = Comparison.ABOVE
    missing: Missing = Missing.FINE

    @property
    def percentile(self) -> bool:
        """Whether the statistic is a percentile, which CloudWatch takes under another name."""
        return self.statistic.startswith("p")


_ALB = "AWS/ApplicationELB"
_ECS = "AWS/ECS"
_INSIGHTS = "ECS/ContainerInsights"
_RDS = "AWS/RDS"
_CACHE = "AWS/ElastiCache"
_SQS = "AWS/SQS"

LOAD_BALANCER = (
    AlarmRule(
        part="5xx",
        meaning="The load balancer itself answers with errors: no target takes its requests.",
        namespace=_ALB,
        metric="HTTPCode_ELB_5XX_Count",
        statistic="Sum",
        threshold=10,
        periods=3,
    ),
)

QUEUE = (
    AlarmRule(
        part="age",
        meaning="The oldest message waits for over five minutes: the workers can't keep up.",
        namespace=_SQS,
        metric="ApproximateAgeOfOldestMessage",
        statistic="Maximum",
        threshold=300,
        periods=3,
    ),
)

DEAD_LETTERS = (
    AlarmRule(
        part="depth",
        meaning="Messages have failed for good and wait to be looked at.",
        namespace=_SQS,
        metric="ApproximateNumberOfMessagesVisible",
        statistic="Maximum",
        threshold=0,
        periods=1,
    ),
)


def target_alarms(*, latency: bool) -> tuple[AlarmRule, ...]:
    """The alarms of a service's targets.

    `latency` only where requests are short: a long poll or a WebSocket is slow by intention.
    """
    rules = [
        AlarmRule(
            part="target-5xx",
            meaning="The service answers requests with errors.",
            namespace=_ALB,
            metric="HTTPCode_Target_5XX_Count",
            statistic="Sum",
            threshold=10,
            periods=3,
        ),
        AlarmRule(
            part="unhealthy-hosts",
            meaning="A task has failed its health checks for five minutes and isn't replaced.",
            namespace=_ALB,
            metric="UnHealthyHostCount",
            statistic="Maximum",
            threshold=0,
            periods=5,
        ),
    ]
    if latency:
        rules.append(
            AlarmRule(
                part="latency",
                meaning="One request in twenty takes over a second.",
                namespace=_ALB,
                metric="TargetResponseTime",
                statistic="p95",
                threshold=1.0,
                periods=5,
            )
        )
    return tuple(rules)


def service_alarms(minimum_tasks: int) -> tuple[AlarmRule, ...]:
    """The alarms of an ECS service that never runs fewer than `minimum_tasks` when it is well."""
    return (
        AlarmRule(
            part="cpu",
            meaning="The CPU stays far over its target: scaling out doesn't help or has ended.",
            namespace=_ECS,
            metric="CPUUtilization",
            statistic="Average",
            threshold=80,
            periods=10,
        ),
        AlarmRule(
            part="memory",
            meaning="Memory is nearly used up: tasks are about to be killed.",
            namespace=_ECS,
            metric="MemoryUtilization",
            statistic="Average",
            threshold=85,
            periods=10,
        ),
        AlarmRule(
            part="running-tasks",
            meaning="Fewer tasks run than the service's minimum.",
            namespace=_INSIGHTS,
            metric="RunningTaskCount",
            statistic="Minimum",
            threshold=minimum_tasks,
            periods=5,
            comparison=Comparison.BELOW,
            missing=Missing.ALARMING,
        ),
    )


def maximum_connections(instance_class: str) -> int:
    """How many connections RDS for PostgreSQL allows by default on a class.

    Source: RDS user guide, "Quotas": LEAST(DBInstanceClassMemory / 9531392, 5000). Raises
    ValueError for a class whose memory isn't known.
    """
    return min(_memory(instance_class) // 9_531_392, 5000)


def _memory(instance_class: str) -> int:
    memory = memory_bytes(instance_class)
    if memory is None:
        raise ValueError(f"the memory of {instance_class} is not known")
    return memory


def database_alarms(instance_class: str, storage_gib: int) -> tuple[AlarmRule, ...]:
    """The alarms of a database; memory and connections by its class, storage by its size."""
    connections = maximum_connections(instance_class) * 80 // 100
    return (
        AlarmRule(
            part="cpu",
            meaning="The database is nearly out of CPU.",
            namespace=_RDS,
            metric="CPUUtilization",
            statistic="Average",
            threshold=80,
            periods=10,
        ),
        AlarmRule(
            part="storage",
            meaning="Less than 15 % of the storage is free and it has not grown by itself.",
            namespace=_RDS,
            metric="FreeStorageSpace",
            statistic="Minimum",
            threshold=storage_gib * GIB * 15 // 100,
            periods=5,
            comparison=Comparison.BELOW,
        ),
        AlarmRule(
            part="connections",
            meaning="80 % of the connections that this class allows are in use.",
            namespace=_RDS,
            metric="DatabaseConnections",
            statistic="Maximum",
            threshold=connections,
            periods=5,
        ),
        AlarmRule(
            part="memory",
            meaning="Less than a tenth of the memory is free: the database is about to swap.",
            namespace=_RDS,
            metric="FreeableMemory",
            statistic="Minimum",
            threshold=_memory(instance_class) // 10,
            periods=10,
            comparison=Comparison.BELOW,
        ),
    )


CACHE_NODE = (
    AlarmRule(
        part="cpu",
        meaning="Redis runs its commands on one core, and that core is nearly busy.",
        namespace=_CACHE,
        metric="EngineCPUUtilization",
        statistic="Average",
        threshold=80,
        periods=5,
    ),
    AlarmRule(
        part="memory",
        meaning="Four fifths of what Redis may store are stored.",
        namespace=_CACHE,
        metric="DatabaseMemoryUsagePercentage",
        statistic="Maximum",
        threshold=80,
        periods=5,
    ),
    AlarmRule(
        part="evictions",
        meaning="Redis drops presence entries before their time.",
        namespace=_CACHE,
        metric="Evictions",
        statistic="Sum",
        threshold=0,
        periods=5,
    ),
)
