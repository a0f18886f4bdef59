"""ElastiCache in any system: backups, minor versions, and subnets of one's own."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Resource
from graph.truth import Truth
from policies.aws import types
from policies.engine import Check, Level, Parameters, Severity, rule

_SERVERLESS = "aws:elasticache/serverlessCache:ServerlessCache"
_CACHES = (types.REPLICATION_GROUP, types.CACHE_CLUSTER)


def _is_member(resource: Resource) -> bool:
    """Whether it takes its settings from the replication group or global datastore it joins."""
    keys = ("replicationGroupId", "globalReplicationGroupId")
    own = keys[0] if resource.type == types.CACHE_CLUSTER else keys[1]
    return not resource[own].absent


@rule(
    "elasticache-backups",
    applies_to=(*_CACHES, _SERVERLESS),
    title="Caches are backed up",
    why="Sessions and counters that live in a cache alone are gone with its nodes.",
    requirement="AWS FSBP ElastiCache.1",
    mend="Set snapshot_retention_limit=1 or more.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    controls=("FSBP ElastiCache.1",),
)
def elasticache_backups(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Snapshots are kept for a day at least; Memcached takes none."""
    engine = resource["engine"]
    memcached = engine.equals("memcached")
    if memcached is Truth.YES or _is_member(resource):
        return
    kept = resource["snapshotRetentionLimit"]
    message = f"snapshots are kept for {kept.text()} days"
    yield Check(memcached | kept.at_least(1), message, "snapshotRetentionLimit")


@rule(
    "elasticache-minor-upgrades",
    applies_to=_CACHES,
    title="Caches take minor versions by themselves",
    why="Minor versions mend what attackers already know.",
    requirement="AWS FSBP ElastiCache.2",
    mend="Set auto_minor_version_upgrade=True (or leave it out: AWS's default).",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    controls=("FSBP ElastiCache.2",),
)
def elasticache_minor_upgrades(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Minor versions are not refused; for Memcached the setting means nothing."""
    memcached = resource["engine"].equals("memcached")
    if memcached is Truth.YES or _is_member(resource):
        return
    taken = resource["autoMinorVersionUpgrade"].is_true(default=True)
    yield Check(memcached | taken, "it refuses minor versions", "autoMinorVersionUpgrade")


@rule(
    "elasticache-own-subnets",
    applies_to=_CACHES,
    title="Caches stand in subnets that the program chose",
    why="AWS's default group is of every subnet of the default VPC, the public ones.",
    requirement="AWS FSBP ElastiCache.7",
    mend="Create an aws.elasticache.SubnetGroup of private subnets and set subnet_group_name.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    controls=("FSBP ElastiCache.7",),
)
def elasticache_own_subnets(resource: Resource, _: Parameters) -> Iterator[Check]:
    """A subnet group is named, and it is not AWS's `default`."""
    if _is_member(resource):
        return
    group = resource["subnetGroupName"]
    # A name that is not known yet comes from another resource, so it is not AWS's own.
    chosen = Truth.YES if group.unknown else group.is_set() & ~group.equals("default")
    yield Check(chosen, f"its subnet group is {group.text()}", "subnetGroupName")
