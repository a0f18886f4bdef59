"""Aurora: writers and readers over zones, capacity that follows load, a proxy in front."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.databases import proxied
from policies.aws.inputs import given
from policies.engine import Check, Level, Parameters, Severity, stack_rule

_CATALOG = ("catalog",)
_SPEC = "catalog spec, 5 Aurora PostgreSQL Serverless v2"
_PROXY = "catalog spec, 6 RDS Proxy"
_POOL = "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup"
_CLUSTER_PARAMETERS = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
_READERS = "rds:cluster:ReadReplicaCount"
_CAPACITY = "serverlessv2ScalingConfiguration"
# Aurora PostgreSQL's default for max_connections: memory / 9,531,392 bytes, 5,000 at most; one
# capacity unit is about 2 GiB.
_BYTES_A_CONNECTION, _BYTES_A_UNIT, _MOST = 9_531_392, 2 * 2**30, 5000


def _clusters(graph: Graph) -> list[Resource]:
    """The Aurora clusters of provisioned mode: those that instances are added to."""
    return [
        one
        for one in graph.of_type(types.DB_CLUSTER)
        if given(one, "engine").matches(r"\Aaurora") is not Truth.NO
        and given(one, "engineMode").equals("serverless") is not Truth.YES
    ]


def _instances(cluster: Resource) -> list[Resource]:
    return cluster.referrers(types.DB_CLUSTER_INSTANCE, property="clusterIdentifier")


def _spread(instances: list[Resource], least: int) -> Truth:
    """Whether instances stand in so many zones; Aurora spreads those that name none."""
    zones = [given(one, "availabilityZone") for one in instances]
    known = {text for zone in zones if isinstance(text := zone.scalar(), str)}
    free = sum(zone.absent for zone in zones)
    late = sum(zone.unknown for zone in zones)
    if len(known) + free >= least:
        return Truth.YES
    return Truth.UNKNOWN if len(known) + free + late >= least else Truth.NO


@stack_rule(
    "aurora-several-zones",
    title="Aurora clusters have instances in two zones or more",
    why="With one instance a failover means waiting ten minutes for a new one.",
    requirement=f"AWS FSBP RDS.15; {_SPEC}: across multiple availability zones",
    mend="Create a second aws.rds.ClusterInstance, and name different availability_zones or none.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP RDS.15",),
)
def aurora_several_zones(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Two instances of a cluster at least, not all in one zone."""
    for cluster in _clusters(graph):
        truth = _spread(_instances(cluster), 2)
        yield Check(truth, "its instances stand in one zone", resource=cluster)


@stack_rule(
    "aurora-serverless-capacity",
    title="Clusters of serverless instances say how far they scale",
    why="AWS refuses a db.serverless instance in a cluster without a range of capacity.",
    requirement=f"{_SPEC}; AWS Aurora user guide: Requirements for Serverless v2",
    mend="Set serverlessv2_scaling_configuration={'min_capacity': 0.5, 'max_capacity': 16} on the "
    "aws.rds.Cluster.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
)
def aurora_serverless_capacity(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The range is set and in order, wherever an instance is serverless."""
    for cluster in _clusters(graph):
        classes = [given(one, "instanceClass") for one in _instances(cluster)]
        serverless = Truth.any(one.equals("db.serverless") for one in classes)
        if serverless is Truth.NO:
            continue
        range_ = given(cluster, _CAPACITY)
        least, most = range_["minCapacity"], range_["maxCapacity"]
        named = least.is_set() & most.is_set()
        yield Check(~serverless | named, "it names no range of capacity", _CAPACITY, cluster)
        bound = least.scalar()
        if isinstance(bound, int | float) and not most.absent:
            message = f"least capacity {least.text()} is above the most, {most.text()}"
            yield Check(most.at_least(bound), message, _CAPACITY, cluster)


@stack_rule(
    "aurora-serverless-v2",
    title="The database is Aurora PostgreSQL Serverless v2",
    why="A flash sale's load comes within seconds; instances of a fixed class cannot follow.",
    requirement=f"{_SPEC}; Technical Requirements",
    mend="Set engine='aurora-postgresql' on the aws.rds.Cluster, and instance_class="
    "'db.serverless' on each aws.rds.ClusterInstance.",
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    profiles=_CATALOG,
)
def aurora_serverless_v2(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Every cluster is Aurora PostgreSQL and every instance of it serverless."""
    for cluster in graph.of_type(types.DB_CLUSTER):
        engine = given(cluster, "engine")
        message = f"its engine is {engine.text()}"
        yield Check(engine.equals("aurora-postgresql"), message, "engine", cluster)
        for one in _instances(cluster):
            kind = given(one, "instanceClass")
            message = f"its class is {kind.text()}"
            yield Check(kind.equals("db.serverless"), message, "instanceClass", one)


@dataclass(frozen=True)
class Readers(Parameters):
    """How many reader instances a cluster has beside its writer, and over how many zones."""

    readers: int = 2
    zones: int = 3


@stack_rule(
    "aurora-readers",
    title="Aurora clusters have a writer and two readers over three zones",
    why="Reads of a flash sale would compete with the writes of the same instance.",
    requirement=f"{_SPEC}: one writer instance, two reader instances, multiple zones",
    mend="Create three aws.rds.ClusterInstance of the cluster, in different zones or with none "
    "named.",
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    profiles=_CATALOG,
    parameters=Readers,
)
def aurora_readers(graph: Graph, parameters: Readers) -> Iterator[Check]:
    """As many instances as demanded, over as many zones."""
    for cluster in _clusters(graph):
        instances = _instances(cluster)
        wanted = 1 + parameters.readers
        message = f"it has {len(instances)} instances; a writer and {parameters.readers} readers "
        enough = Truth.of(len(instances) >= wanted)
        yield Check(enough, f"{message}are demanded", resource=cluster)
        if enough is Truth.YES:
            message = f"its instances stand in fewer than {parameters.zones} zones"
            yield Check(_spread(instances, parameters.zones), message, resource=cluster)


@stack_rule(
    "aurora-readers-scale",
    title="Aurora's readers are scaled by load",
    why="The number of readers that a sale needs is too many for the rest of the month.",
    requirement="catalog spec, Success Criteria: auto-scaling for Lambda and Aurora read replicas",
    mend="Create an aws.appautoscaling.Target with service_namespace='rds', "
    "scalable_dimension='rds:cluster:ReadReplicaCount' and the cluster's resource_id, and a policy.",
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    profiles=_CATALOG,
)
def aurora_readers_scale(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A scaling target counts each cluster's readers, and a policy moves it."""
    scaled: dict[str, Truth] = {}
    for target in graph.of_type(types.SCALING_TARGET):
        counts = given(target, "scalableDimension").equals(_READERS)
        moved = Truth.of(bool(target.referrers(types.SCALING_POLICY)))
        names = [one.urn for one in target.references("resourceId", types.DB_CLUSTER)]
        names.append(str(given(target, "resourceId").scalar()))
        for name in names:
            scaled[name] = scaled.get(name, Truth.NO) | (counts & moved)
    for cluster in _clusters(graph):
        name = f"cluster:{given(cluster, 'clusterIdentifier').scalar()}"
        truth = scaled.get(cluster.urn, scaled.get(name, Truth.NO))
        yield Check(truth, "nothing scales its readers", resource=cluster)


@stack_rule(
    "aurora-behind-proxy",
    title="Functions reach Aurora through a proxy that asks for IAM authentication",
    why="Hundreds of functions would each keep connections, and passwords, of their own.",
    requirement=f"{_PROXY}: connection pooling, IAM authentication",
    mend="Create an aws.rds.Proxy with auths=[{…, 'iam_auth': 'REQUIRED'}] and an "
    "aws.rds.ProxyTarget with db_cluster_identifier=cluster.id.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    profiles=_CATALOG,
)
def aurora_behind_proxy(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Each cluster is a proxy's target, and each way into a proxy demands IAM authentication."""
    behind = {one.urn for target in graph.of_type(types.DB_PROXY_TARGET) for one in proxied(target)}
    for cluster in _clusters(graph):
        yield Check(Truth.of(cluster.urn in behind), "no proxy is in front", resource=cluster)
    for proxy in graph.of_type(types.DB_PROXY):
        ways = given(proxy, "auths")
        named = Truth.of(ways.unknown or bool(ways.items()))
        demanded = named & ways.all(lambda one: one["iamAuth"].equals("REQUIRED"))
        yield Check(demanded, "it lets clients in without IAM", "auths", proxy)


@dataclass(frozen=True)
class Connections(Parameters):
    """How many connections to the database a proxy may hold."""

    most: int = 100


@stack_rule(
    "aurora-proxy-connections",
    title="A proxy holds no more connections than are meant for it",
    why="What the functions may take of the database must leave some for those who repair it.",
    requirement=f"{_PROXY}: limit concurrent database connections to 100; Constraints",
    mend="Set max_connections=100 in the aws.rds.ClusterParameterGroup, or lower "
    "max_connections_percent in connection_pool_config of the aws.rds.ProxyDefaultTargetGroup.",
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    profiles=_CATALOG,
    parameters=Connections,
)
def aurora_proxy_connections(graph: Graph, parameters: Connections) -> Iterator[Check]:
    """The pool's share of the database's connections is at most the figure."""
    for target in graph.of_type(types.DB_PROXY_TARGET):
        shares = [
            given(pool, "connectionPoolConfig")["maxConnectionsPercent"]
            for proxy in target.references("dbProxyName", types.DB_PROXY)
            for pool in proxy.referrers(_POOL, property="dbProxyName")
        ]
        for cluster in target.references("dbClusterIdentifier", types.DB_CLUSTER):
            most = _connections(cluster)
            # AWS's default is all of them.
            share = shares[0] if shares and not shares[0].absent else Property(100)
            percent = share.scalar()
            truth, held = Truth.UNKNOWN, "an unknown number of"
            if most is not None and isinstance(percent, int | float):
                count = math.floor(most * percent / 100)
                truth, held = Truth.of(count <= parameters.most), f"up to {count}"
            message = f"it may hold {held} connections; {parameters.most} are allowed"
            yield Check(truth, message, resource=target)


def _connections(cluster: Resource) -> int | None:
    """The most connections that a cluster takes; None where that is not known."""
    for group in cluster.references("dbClusterParameterGroupName", _CLUSTER_PARAMETERS):
        held = given(group, "parameters")
        if held.unknown:
            return None
        for one in held.items():
            if one["name"].equals("max_connections") is Truth.YES:
                text = str(one["value"].scalar())
                return int(text) if text.isdigit() else None
    units = given(cluster, _CAPACITY)["maxCapacity"].scalar()
    if not isinstance(units, int | float):
        return None
    return min(math.floor(units * _BYTES_A_UNIT / _BYTES_A_CONNECTION), _MOST)
