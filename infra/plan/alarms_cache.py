"""From which figure on a Redis group is ill: always its worst node counts.

Sources: Amazon ElastiCache user guide, "Which metrics should I monitor?" and "Metrics for Valkey
and Redis OSS".
"""

from __future__ import annotations

from infra.plan.alarm import AlarmRule, Comparison, Metric, Severity
from infra.plan.processors import credits_per_hour

_CACHE = "AWS/ElastiCache"

_ENGINE_PERCENT = 80
"""Redis runs its commands on one core: nothing is left above 90."""

_MEMORY_PERCENT = 80
"""Beyond it a snapshot or a new replica no longer finds the memory for its copy."""

_CONNECTIONS_OF_A_TASK = 10
"""A publisher, a subscriber and a client for state, twice over while they connect anew."""

_MOST_CONNECTIONS = 52_000
"""80 % of the 65,000 that ElastiCache allows on every node."""

_LAG_SECONDS = 5
"""As much of presence is lost if the primary fails now; it renews itself within a ping (25 s)."""

_PUBLISH_MICROSECONDS = 1000
"""Handing a message to some dozens of subscribers takes tens of microseconds."""

_REFUSALS = 10


def cache_alarms(
    node_type: str, nodes: int, maximum_tasks: int, *, carries_messages: bool
) -> tuple[AlarmRule, ...]:
    """The alarms of one group of `nodes` nodes that up to `maximum_tasks` tasks connect to.

    `carries_messages` where Socket.IO's adapter publishes through it.
    """
    rules = [*_always(maximum_tasks), *_credits(node_type)]
    if nodes > 1:
        rules.append(_REPLICATION)
    if carries_messages:
        rules.append(_PUBLISHING)
    return tuple(rules)


def _always(maximum_tasks: int) -> tuple[AlarmRule, ...]:
    connections = min(_CONNECTIONS_OF_A_TASK * maximum_tasks, _MOST_CONNECTIONS)
    return (
        AlarmRule(
            id="cache-cpu",
            part="cpu",
            meaning=f"The one core that runs Redis's commands is over {_ENGINE_PERCENT} % busy.",
            severity=Severity.PAGE,
            metric=Metric(namespace=_CACHE, name="EngineCPUUtilization", statistic="Average"),
            threshold=_ENGINE_PERCENT,
            periods=5,
        ),
        AlarmRule(
            id="cache-memory",
            part="memory",
            meaning=f"{_MEMORY_PERCENT} % of what Redis may store are stored.",
            severity=Severity.TICKET,
            metric=Metric(
                namespace=_CACHE, name="DatabaseMemoryUsagePercentage", statistic="Maximum"
            ),
            threshold=_MEMORY_PERCENT,
            periods=10,
        ),
        AlarmRule(
            id="cache-evictions",
            part="evictions",
            meaning="Redis drops entries before their time: who is there looks away.",
            severity=Severity.TICKET,
            metric=Metric(namespace=_CACHE, name="Evictions", statistic="Sum"),
            threshold=0,
            periods=5,
        ),
        AlarmRule(
            id="cache-connections",
            part="connections",
            meaning=f"Over {connections} connections are open, more than {maximum_tasks} tasks "
            "need: some aren't closed.",
            severity=Severity.TICKET,
            metric=Metric(namespace=_CACHE, name="CurrConnections", statistic="Maximum"),
            threshold=connections,
            periods=10,
        ),
        AlarmRule(
            id="cache-network",
            part="network",
            meaning="The node sends more than its type may: packets wait or are dropped.",
            severity=Severity.PAGE,
            metric=Metric(
                namespace=_CACHE, name="NetworkBandwidthOutAllowanceExceeded", statistic="Sum"
            ),
            threshold=0,
            periods=5,
        ),
        AlarmRule(
            id="cache-authentication",
            part="authentication",
            meaning="Somebody shows Redis a token that isn't the right one.",
            severity=Severity.PAGE,
            metric=Metric(namespace=_CACHE, name="AuthenticationFailures", statistic="Sum"),
            threshold=_REFUSALS,
            periods=3,
        ),
    )


def _credits(node_type: str) -> tuple[AlarmRule, ...]:
    earned = credits_per_hour(node_type)
    if earned is None:
        return ()
    return (
        AlarmRule(
            id="cache-credits",
            part="credits",
            meaning=f"Under {earned // 2} CPU credits, half an hour's worth, are left: at none "
            "Redis is slowed down to its base.",
            severity=Severity.PAGE,
            metric=Metric(namespace=_CACHE, name="CPUCreditBalance", statistic="Minimum"),
            threshold=earned // 2,
            # A new node starts with none: within the hour it has earned enough.
            periods=12,
            period=5 * 60,
            comparison=Comparison.BELOW,
        ),
    )


_REPLICATION = AlarmRule(
    id="cache-lag",
    part="lag",
    meaning=f"A replica is over {_LAG_SECONDS} s behind: a failover would lose as much.",
    severity=Severity.TICKET,
    metric=Metric(namespace=_CACHE, name="ReplicationLag", statistic="Maximum"),
    threshold=_LAG_SECONDS,
    periods=5,
)

_PUBLISHING = AlarmRule(
    id="cache-publishing",
    part="publishing",
    meaning="Handing a message to the other tasks takes over a millisecond.",
    severity=Severity.TICKET,
    metric=Metric(namespace=_CACHE, name="PubSubBasedCmdsLatency", statistic="Average"),
    threshold=_PUBLISH_MICROSECONDS,
    periods=10,
)
