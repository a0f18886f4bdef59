"""Every alarm rule there is, as one large production stack and one small one have them."""

from __future__ import annotations

from infra.plan.alarm import AlarmRule
from infra.plan.alarms_cache import cache_alarms
from infra.plan.alarms_database import (
    BACKUP,
    PROXY,
    ROTATION,
    database_alarms,
    replica_alarms,
)
from infra.plan.alarms_edge import (
    CERTIFICATE,
    NAT_GATEWAYS,
    balancer_alarms,
    firewall_alarms,
    target_alarms,
)
from infra.plan.alarms_services import (
    DEAD_LETTERS,
    outbox_alarms,
    queue_alarms,
    realtime_alarms,
    service_alarms,
)
from infra.plan.scaling import plan_realtime_scaling, plan_workers_scaling

SCALINGS = (
    plan_realtime_scaling(6, connections=3000, lag_ms=100, by_connections=True),
    plan_workers_scaling(3, depth=100, age_seconds=60, by_queue=True),
)
EVERY_RULE: tuple[AlarmRule, ...] = (
    *balancer_alarms(120_000, 360_000),
    *target_alarms(4, 48_000, latency=True),
    *firewall_alarms(120_000),
    *CERTIFICATE,
    *NAT_GATEWAYS,
    *service_alarms(4, 12),
    *realtime_alarms(connections=3000, lag_ms=100, reports=True),
    *outbox_alarms(60),
    *queue_alarms(depth=100, age_seconds=60, maximum_workers=9),
    *DEAD_LETTERS,
    *database_alarms("db.t3.medium", 50, pool_percent=None),
    *replica_alarms("db.r6g.large", 200),
    *PROXY,
    *ROTATION,
    *BACKUP,
    *cache_alarms("cache.t3.medium", 2, 39, carries_messages=True),
    *(stepping.rule for scaling in SCALINGS for stepping in scaling.steppings),
)


def rule(rules: tuple[AlarmRule, ...], part: str) -> AlarmRule:
    """The only rule of that part."""
    (found,) = [one for one in rules if one.part == part]
    return found


def chosen(condition: bool, when: float, otherwise: float) -> float:  # noqa: FBT001 - as CloudWatch has it
    """CloudWatch's IF."""
    return when if condition else otherwise
