"""From which figure on the database, its proxy and its replica are ill, and their upkeep.

Memory, connections, processors and credits follow from the class, storage and input/output from
the storage. Constants are what AWS recommends (Amazon CloudWatch user guide, recommended alarms
for RDS), unless a reason stands beside them.
"""

from __future__ import annotations

from infra.plan.alarm import HOUR, AlarmRule, Comparison, Metric, Severity, Share
from infra.plan.instances import GIB, memory_bytes
from infra.plan.processors import credits_per_hour, vcpus

_RDS = "AWS/RDS"

_CPU_PERCENT = 80
_STORAGE_PERCENT = 8
"""RDS grows the storage by itself at 10 % free: below 8 % it has reached its limit or waits out
the six hours after its last growth."""

_MEMORY_PERCENT = 5
"""PostgreSQL leaves little free by intention; under a twentieth the machine begins to swap."""

_CONNECTIONS_PERCENT = 80
_LATENCY_SECONDS = 0.02
"""gp3 answers within single-digit milliseconds; a commit waits for at least one write."""

_QUEUED_SECONDS = 0.01
_BASE_IOPS, _STRIPED_IOPS, _STRIPED_GIB = 3_000, 12_000, 400
"""What gp3 gives PostgreSQL without being paid for more: RDS stripes from 400 GiB on."""

_TRANSACTION_IDS = 1_000_000_000
"""Halfway to the 2.1 billion at which PostgreSQL refuses to write; vacuum starts at 0.2."""

_REPLICA_LAG_SECONDS = 30
"""Who has just sent a message and reads from the replica doesn't see it so long."""

_BORROW_MICROSECONDS = 100_000
"""Waiting for a connection longer than for most statements: the pool is too small."""


def maximum_connections(instance_class: str) -> int:
    """How many connections RDS for PostgreSQL allows by default on a class.

    Source: RDS user guide, "Quotas": LEAST(DBInstanceClassMemory / 9531392, 5000). Raises
    ValueError for a class whose memory isn't known.
    """
    return min(_memory(instance_class) // 9_531_392, 5000)


def database_alarms(
    instance_class: str, storage_gib: int, *, pool_percent: int | None
) -> tuple[AlarmRule, ...]:
    """The alarms of the primary instance.

    `pool_percent` is how much of the connections a proxy may keep open: that many are normal.
    """
    return (
        *_processors(instance_class),
        *_memory_and_connections(instance_class, pool_percent),
        *_storage(storage_gib),
        AlarmRule(
            id="database-transactions",
            part="transactions",
            meaning="Vacuum lags behind: in the end PostgreSQL refuses every write.",
            severity=Severity.PAGE,
            metric=Metric(namespace=_RDS, name="MaximumUsedTransactionIDs", statistic="Maximum"),
            threshold=_TRANSACTION_IDS,
            periods=5,
        ),
    )


def replica_alarms(instance_class: str, storage_gib: int) -> tuple[AlarmRule, ...]:
    """The alarms of a read replica, which nothing stands before."""
    return (
        *_processors(instance_class),
        *_memory_and_connections(instance_class, None),
        *_storage(storage_gib),
        AlarmRule(
            id="replica-lag",
            part="lag",
            meaning=f"The replica is over {_REPLICA_LAG_SECONDS} s behind: reads are out of date.",
            severity=Severity.TICKET,
            metric=Metric(namespace=_RDS, name="ReplicaLag", statistic="Maximum"),
            threshold=_REPLICA_LAG_SECONDS,
            periods=5,
        ),
    )


def _processors(instance_class: str) -> tuple[AlarmRule, ...]:
    rules = (
        AlarmRule(
            id="database-cpu",
            part="cpu",
            meaning=f"The CPU has been over {_CPU_PERCENT} % for a quarter of an hour.",
            severity=Severity.PAGE,
            metric=Metric(namespace=_RDS, name="CPUUtilization", statistic="Average"),
            threshold=_CPU_PERCENT,
            periods=15,
        ),
        AlarmRule(
            id="database-load",
            part="load",
            meaning=f"Over {vcpus(instance_class)} sessions are active, which is as many as there "
            "are processors: they wait for each other.",
            severity=Severity.TICKET,
            metric=Metric(namespace=_RDS, name="DBLoad", statistic="Average"),
            threshold=vcpus(instance_class),
            periods=15,
        ),
    )
    earned = credits_per_hour(instance_class)
    if earned is None:
        return rules
    return (
        *rules,
        AlarmRule(
            id="database-credits",
            part="credits",
            meaning=f"Over {earned} CPU credits, an hour's worth, are owed: this class is too "
            "small for the load, and each further one is paid for.",
            severity=Severity.TICKET,
            # RDS lends credits without a limit: nothing slows down, but it is dearer so.
            metric=Metric(namespace=_RDS, name="CPUSurplusCreditBalance", statistic="Minimum"),
            threshold=earned,
            periods=3,
            period=5 * 60,
        ),
    )


def _memory_and_connections(instance_class: str, pool_percent: int | None) -> tuple[AlarmRule, ...]:
    allowed = maximum_connections(instance_class)
    percent = _CONNECTIONS_PERCENT
    if pool_percent is not None:
        # Halfway between a full pool and the last connection, with room for an operator's.
        percent = max(percent, min((pool_percent + 100) // 2, 95))
    return (
        AlarmRule(
            id="database-connections",
            part="connections",
            meaning=f"{percent} % of the {allowed} connections that this class allows are open.",
            severity=Severity.PAGE,
            metric=Metric(namespace=_RDS, name="DatabaseConnections", statistic="Maximum"),
            threshold=allowed * percent // 100,
            periods=5,
        ),
        AlarmRule(
            id="database-memory",
            part="memory",
            meaning=f"Less than {_MEMORY_PERCENT} % of the memory is free: it is about to swap.",
            severity=Severity.TICKET,
            metric=Metric(namespace=_RDS, name="FreeableMemory", statistic="Minimum"),
            threshold=_memory(instance_class) * _MEMORY_PERCENT // 100,
            periods=15,
            comparison=Comparison.BELOW,
        ),
    )


def _storage(storage_gib: int) -> tuple[AlarmRule, ...]:
    operations = _BASE_IOPS if storage_gib < _STRIPED_GIB else _STRIPED_IOPS
    return (
        AlarmRule(
            id="database-storage",
            part="storage",
            meaning=f"Less than {_STORAGE_PERCENT} % of {storage_gib} GiB are free, and the "
            "storage hasn't grown by itself.",
            severity=Severity.PAGE,
            metric=Metric(namespace=_RDS, name="FreeStorageSpace", statistic="Minimum"),
            threshold=storage_gib * GIB * _STORAGE_PERCENT // 100,
            periods=15,
            comparison=Comparison.BELOW,
        ),
        *(
            AlarmRule(
                id="database-latency",
                part=f"{word}-latency",
                meaning=f"A {word} takes over {1000 * _LATENCY_SECONDS:.0f} ms on average.",
                severity=Severity.TICKET,
                metric=Metric(namespace=_RDS, name=name, statistic="Average"),
                threshold=_LATENCY_SECONDS,
                periods=15,
                breaches=10,
            )
            for word, name in (("read", "ReadLatency"), ("write", "WriteLatency"))
        ),
        AlarmRule(
            id="database-queue",
            part="queue",
            meaning=f"More reads and writes wait than {operations} a second can take on in "
            f"{1000 * _QUEUED_SECONDS:.0f} ms.",
            severity=Severity.TICKET,
            metric=Metric(namespace=_RDS, name="DiskQueueDepth", statistic="Average"),
            threshold=int(operations * _QUEUED_SECONDS),
            periods=15,
            breaches=10,
        ),
    )


PROXY = (
    AlarmRule(
        id="proxy-pool",
        part="pool",
        meaning="Over 90 % of the connections that the proxy may open are open.",
        severity=Severity.TICKET,
        metric=Metric(namespace=_RDS, name="DatabaseConnections", statistic="Sum"),
        share=Share(
            whole=Metric(namespace=_RDS, name="MaxDatabaseConnectionsAllowed", statistic="Sum"),
            floor=1,
        ),
        threshold=90,
        periods=10,
    ),
    AlarmRule(
        id="proxy-borrowing",
        part="borrowing",
        meaning=f"Callers wait for over {_BORROW_MICROSECONDS // 1000} ms for a connection.",
        severity=Severity.PAGE,
        metric=Metric(namespace=_RDS, name="DatabaseConnectionsBorrowLatency", statistic="Average"),
        threshold=_BORROW_MICROSECONDS,
        periods=5,
    ),
    AlarmRule(
        id="proxy-authentication",
        part="authentication",
        meaning="Services are refused at the proxy: their password isn't the one it knows.",
        severity=Severity.PAGE,
        metric=Metric(namespace=_RDS, name="ClientConnectionsSetupFailedAuth", statistic="Sum"),
        # A few while a password changes: the services then read the new one.
        threshold=10,
        periods=3,
    ),
)

ROTATION = (
    AlarmRule(
        id="rotation-failure",
        part="failure",
        meaning="The function that renews a password has failed.",
        severity=Severity.TICKET,
        metric=Metric(namespace="AWS/Lambda", name="Errors", statistic="Sum"),
        threshold=0,
        periods=1,
        period=HOUR,
    ),
)

BACKUP = (
    AlarmRule(
        id="backup-failure",
        part="failure",
        meaning="A backup job has failed: the newest recovery point is older than a day.",
        severity=Severity.TICKET,
        metric=Metric(namespace="AWS/Backup", name="NumberOfBackupJobsFailed", statistic="Sum"),
        threshold=0,
        periods=1,
        period=HOUR,
    ),
)


def _memory(instance_class: str) -> int:
    memory = memory_bytes(instance_class)
    if memory is None:
        raise ValueError(f"the memory of {instance_class} is not known")
    return memory
