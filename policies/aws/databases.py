"""RDS: which database copies which, and which stands behind a proxy."""

from __future__ import annotations

from graph.model import Resource
from graph.truth import Truth
from policies.aws import types
from policies.aws.inputs import given

REPLICA_KEYS = ("replicateSourceDb", "replicationSourceIdentifier")


def follows_another(resource: Resource) -> Truth:
    """Whether it is a replica, which takes encryption, backups and passwords from its source."""
    return Truth.any(resource[key].is_set() for key in REPLICA_KEYS)


def is_replica(database: Resource) -> bool:
    """The same of a database as a stack rule sees it, with what AWS computes beside its inputs."""
    return any(not given(database, key).absent for key in REPLICA_KEYS)


def source_of(replica: Resource) -> Resource | None:
    """The instance of the stack that a replica copies; None where it is in no stack of ours."""
    found = replica.references("replicateSourceDb", types.DB_INSTANCE)
    return found[0] if found else None


def replicas_of(database: Resource) -> list[Resource]:
    """The read replicas of an instance."""
    return database.referrers(types.DB_INSTANCE, property="replicateSourceDb")


def proxied(target: Resource) -> list[Resource]:
    """The databases that a proxy's target leads to."""
    instances = target.references("dbInstanceIdentifier", types.DB_INSTANCE)
    return instances + target.references("dbClusterIdentifier", types.DB_CLUSTER)


def targets_of(proxy: Resource) -> list[Resource]:
    """The targets that are registered with a proxy."""
    return proxy.referrers(types.DB_PROXY_TARGET, property="dbProxyName")
