"""Redis on ElastiCache: in the VPC, encrypted, behind AUTH, with a replica that takes over."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Resource
from graph.truth import Truth
from policies.aws import types
from policies.engine import Check, Level, Parameters, Severity, rule

_CACHES = (types.REPLICATION_GROUP, types.CACHE_CLUSTER)
_REDIS = "chat spec 000, Data Layer: ElastiCache Redis (managed, in-VPC)"


def _is_redis(resource: Resource) -> Truth:
    """Whether it runs Redis or Valkey; a cluster within a replication group is judged as that."""
    if resource.type == types.REPLICATION_GROUP:
        return Truth.YES
    if resource["replicationGroupId"].is_set() is Truth.YES:
        return Truth.NO
    return resource["engine"].is_in(("redis", "valkey"))


def _in_another(resource: Resource) -> bool:
    """Whether it joins a global datastore, which decides encryption for all its members."""
    return resource["globalReplicationGroupId"].is_set() is Truth.YES


def _on_or_valkey(resource: Resource, key: str) -> Truth:
    """Whether a kind of encryption is on: AWS's default is off for Redis, on for Valkey."""
    value = resource[key]
    return value.is_true() | Truth.of(value.absent) & resource["engine"].equals("valkey")


@rule(
    "redis-in-vpc",
    applies_to=_CACHES,
    title="Redis stands in subnets of the VPC that the program chose",
    why="Without a subnet group AWS takes the default VPC, whose subnets are public.",
    requirement=_REDIS,
    mend="Create an aws.elasticache.SubnetGroup of the private subnets and set subnet_group_name.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    profiles=("chat",),
    covers=("CHAT-000-24",),
)
def redis_in_vpc(resource: Resource, _: Parameters) -> Iterator[Check]:
    """A subnet group is named, and it is not AWS's `default`."""
    redis = _is_redis(resource)
    if redis is Truth.NO:
        return
    group = resource["subnetGroupName"]
    # A name that is not known yet comes from another resource, so it is not AWS's own.
    chosen = Truth.YES if group.unknown else group.is_set() & ~group.equals("default")
    yield Check(~redis | chosen, f"subnet group is {group.text()}", "subnetGroupName")


@rule(
    "redis-encrypted-at-rest",
    applies_to=_CACHES,
    title="Redis is encrypted at rest",
    why="Snapshots and swap hold sessions and messages.",
    requirement="chat spec 001, Security: Encryption at rest; AWS FSBP ElastiCache.4",
    mend="Set at_rest_encryption_enabled=True on the aws.elasticache.ReplicationGroup.",
    severity=Severity.CRITICAL,
    level=Level.ADVISORY,
    covers=("CHAT-001-123", "CHAT-001-144"),
    controls=("FSBP ElastiCache.4",),
)
def redis_encrypted_at_rest(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Encryption at rest is on: off by default for Redis, on for Valkey.

    A stand-alone cluster of Redis cannot have it.
    """
    redis = _is_redis(resource)
    if redis is Truth.NO or _in_another(resource):
        return
    if resource.type == types.CACHE_CLUSTER:
        message = "a stand-alone aws.elasticache.Cluster cannot be encrypted at rest"
        yield Check(~redis, message, "engine")
    else:
        encrypted = _on_or_valkey(resource, "atRestEncryptionEnabled")
        yield Check(encrypted, "at-rest encryption is off", "atRestEncryptionEnabled")


@rule(
    "redis-encrypted-in-transit",
    applies_to=_CACHES,
    title="Redis takes TLS connections only",
    why="Without TLS the AUTH token and every message cross the VPC in the clear.",
    requirement="chat spec 001, Cache: Encryption in transit; AWS FSBP ElastiCache.5",
    mend="Set transit_encryption_enabled=True (and transit_encryption_mode='required').",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    covers=("CHAT-001-144", "CHAT-001-170"),
    controls=("FSBP ElastiCache.5",),
)
def redis_encrypted_in_transit(resource: Resource, _: Parameters) -> Iterator[Check]:
    """TLS is on and not merely preferred; AWS's default is off for Redis, on for Valkey."""
    redis = _is_redis(resource)
    if redis is Truth.NO or _in_another(resource):
        return
    encrypted = _on_or_valkey(resource, "transitEncryptionEnabled")
    yield Check(~redis | encrypted, "in-transit encryption is off", "transitEncryptionEnabled")
    preferred = resource["transitEncryptionMode"].equals("preferred")
    yield Check(~preferred, "TLS is only preferred", "transitEncryptionMode")


@rule(
    "redis-auth",
    applies_to=_CACHES,
    title="Redis asks its clients for a credential",
    why="Network access alone must not be enough to read every session.",
    requirement="chat spec 001, Security: Redis AUTH token; AWS FSBP ElastiCache.6",
    mend="Set auth_token to a generated secret, or user_group_ids for access by role.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    covers=("CHAT-001-121",),
    controls=("FSBP ElastiCache.6",),
)
def redis_auth(resource: Resource, _: Parameters) -> Iterator[Check]:
    """An AUTH token or a user group is set; AWS's default is open to the network."""
    redis = _is_redis(resource)
    if redis is Truth.NO:
        return
    if resource.type == types.CACHE_CLUSTER:
        yield Check(~redis, "a stand-alone aws.elasticache.Cluster has no AUTH", "engine")
        return
    keys = ("authToken", "authTokenWo", "userGroupIds")
    truth = Truth.any(resource[key].is_set() for key in keys)
    empty = resource["userGroupIds"].known and not resource["userGroupIds"].items()
    if empty:
        truth = Truth.any(resource[key].is_set() for key in keys[:2])
    yield Check(truth, "neither an AUTH token nor a user group is set", "authToken")


@rule(
    "redis-failover",
    applies_to=_CACHES,
    title="Redis has a replica in a second zone that takes over by itself",
    why="When the only node fails, every socket loses its rooms at once.",
    requirement="chat spec 001, Cache: Automatic failover with Multi-AZ; AWS FSBP ElastiCache.3",
    mend="Set automatic_failover_enabled=True, multi_az_enabled=True and num_cache_clusters=2.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    covers=("CHAT-001-145",),
    controls=("FSBP ElastiCache.3",),
)
def redis_failover(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Automatic failover and Multi-AZ are on, both off by default, with a replica to fail over to."""
    redis = _is_redis(resource)
    if redis is Truth.NO:
        return
    if resource.type == types.CACHE_CLUSTER:
        yield Check(~redis, "a stand-alone aws.elasticache.Cluster has no failover", "engine")
        return
    for key in ("automaticFailoverEnabled", "multiAzEnabled"):
        yield Check(resource[key].is_true(), f"{key} is {resource[key].text()}", key)
    nodes, replicas = resource["numCacheClusters"], resource["replicasPerNodeGroup"]
    if not nodes.absent:
        yield Check(nodes.at_least(2), f"it has {nodes.text()} node(s)", "numCacheClusters")
    if not replicas.absent:
        yield Check(replicas.at_least(1), "it has no replica", "replicasPerNodeGroup")
