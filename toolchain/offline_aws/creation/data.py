"""Databases, their proxies, caches."""

from __future__ import annotations

from toolchain.offline_aws.creation.registry import CREATION
from toolchain.offline_aws.crossfield import Refusals, Values, missing, number

_LONGEST_CLIENT_IDLE_SECONDS = 28_800


@CREATION.of("aws:rds/instance:Instance")
def _instance(values: Values) -> Refusals:
    fresh = all(
        missing(values, name)
        for name in ("replicateSourceDb", "snapshotIdentifier", "s3Import", "restoreToPointInTime")
    )
    if fresh:
        for name in ("allocatedStorage", "engine", "username"):
            if missing(values, name):
                yield name, "is required for a new instance"
        unmanaged = values.get("manageMasterUserPassword") in (None, False)
        if unmanaged and missing(values, "password") and missing(values, "passwordWo"):
            yield "password", "or manageMasterUserPassword is required for a new instance"
    else:
        yield from _replica(values)
    if values.get("manageMasterUserPassword") is True and not missing(values, "password"):
        yield "password", "cannot be given together with manageMasterUserPassword"
    interval = number(values.get("monitoringInterval"))
    if interval and missing(values, "monitoringRoleArn"):
        yield "monitoringRoleArn", "is required for a monitoringInterval above 0"
    least, most = (
        number(values.get("allocatedStorage")),
        number(values.get("maxAllocatedStorage")),
    )
    if least and most and most < least:
        yield "maxAllocatedStorage", "must not be smaller than allocatedStorage"
    kept = number(values.get("performanceInsightsRetentionPeriod"))
    if kept and kept not in (7, 731) and kept % 31:
        yield (
            "performanceInsightsRetentionPeriod",
            f"must be 7, 731 or a multiple of 31; it is {kept}",
        )


_OF_THE_SOURCE = ("password", "passwordWo", "manageMasterUserPassword")


def _replica(values: Values) -> Refusals:
    """A read replica has its source's users and databases.

    Source: CreateDBInstanceReadReplica, whose request has no members for them.
    """
    if missing(values, "replicateSourceDb"):
        return
    for name in _OF_THE_SOURCE:
        if not missing(values, name) and values.get(name) is not False:
            yield name, "cannot be given for a read replica: it has its source's"


@CREATION.of("aws:rds/proxy:Proxy")
def _proxy(values: Values) -> Refusals:
    """Source: CreateDBProxy, IdleClientTimeout, Auth, VpcSubnetIds."""
    idle = number(values.get("idleClientTimeout"))
    if idle is not None and not 1 <= idle <= _LONGEST_CLIENT_IDLE_SECONDS:
        yield (
            "idleClientTimeout",
            f"must be between 1 and {_LONGEST_CLIENT_IDLE_SECONDS} seconds; it is {idle:g}",
        )
    if missing(values, "auths") and values.get("defaultAuthScheme") in (None, "", "NONE"):
        yield "auths", "is required where defaultAuthScheme is NONE"
    subnets = values.get("vpcSubnetIds")
    if isinstance(subnets, list) and len(subnets) == 1:
        yield "vpcSubnetIds", "must be in at least two zones"


@CREATION.of("aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup")
def _proxy_targets(values: Values) -> Refusals:
    """Source: ConnectionPoolConfiguration, MaxIdleConnectionsPercent."""
    pool = values.get("connectionPoolConfig")
    if not isinstance(pool, dict):
        return
    most, idle = (
        number(pool.get("maxConnectionsPercent", 100)),
        number(pool.get("maxIdleConnectionsPercent", 50)),
    )
    if most is not None and idle is not None and idle > most:
        yield (
            "connectionPoolConfig.maxIdleConnectionsPercent",
            f"must not be above maxConnectionsPercent; it is {idle:g} with {most:g}",
        )


@CREATION.of("aws:elasticache/replicationGroup:ReplicationGroup")
def _replication_group(values: Values) -> Refusals:
    encrypted = values.get("transitEncryptionEnabled")
    if not missing(values, "authToken") and encrypted in (None, False, "false"):
        yield "transitEncryptionEnabled", "must be true when authToken is given"
    count = number(values.get("numCacheClusters"))
    if values.get("automaticFailoverEnabled") is True and count == 1:
        yield "automaticFailoverEnabled", "needs a replica: numCacheClusters must be at least 2"
