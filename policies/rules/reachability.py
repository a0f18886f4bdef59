"""Who can reach whom: security groups followed through their chains, and the routes beneath."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.model import Graph, Resource
from graph.truth import Truth
from policies.aws import types
from policies.aws.balancing import is_internal
from policies.aws.clients import on_demand_groups, rotating_groups
from policies.aws.connect import called_on, peers
from policies.aws.groups import (
    GROUPS,
    Ingress,
    admits_internet,
    attached,
    groups_of,
    ingress_of,
)
from policies.aws.inputs import given
from policies.aws.routes import all_private
from policies.engine import Check, Level, Parameters, Severity, stack_rule

_CHAIN = "chat spec 000, Networking: Security groups: ALB → ECS only, ECS → RDS/Redis only"
_DATABASES = (types.DB_INSTANCE, types.DB_CLUSTER)
_STORES = (*_DATABASES, types.REPLICATION_GROUP, types.CACHE_CLUSTER)


@dataclass(frozen=True)
class Ports(Parameters):
    """TCP and UDP ports that the internet must never reach."""

    closed: tuple[int, ...] = (
        *(20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 2375, 2376, 3000, 3306, 3389),
        *(4333, 5000, 5432, 5439, 5500, 5601, 5984, 6379, 6380, 7000, 8080, 8088, 8888, 9042),
        *(9092, 9200, 9300, 11211, 15672, 27017, 27018, 27019),
    )


@stack_rule(
    "no-internet-to-admin-ports",
    title="No security group opens administration or database ports to the internet",
    why="Open SSH, RDP and database ports are found by scanners within minutes.",
    requirement=f"AWS FSBP EC2.19; AWS Security Hub EC2.13, EC2.14; {_CHAIN}",
    mend="Replace cidr_blocks=['0.0.0.0/0'] by security_groups=[…] of those who need it.",
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    parameters=Ports,
    controls=(
        "FSBP EC2.19",
        "SecurityHub EC2.13",
        "SecurityHub EC2.14",
        "SecurityHub EC2.53",
        "SecurityHub EC2.54",
    ),
)
def no_internet_to_admin_ports(graph: Graph, parameters: Ports) -> Iterator[Check]:
    """No group, by inline rule or rule resource, lets the internet in on a closed port."""
    for group in graph.of_type(*GROUPS):
        for entry in ingress_of(group):
            outside = entry.from_internet()
            if outside is Truth.NO:
                yield Check(Truth.YES, "the internet may not enter", entry.path, entry.holder)
                continue
            covered = {port: entry.covers(port) for port in parameters.closed}
            ports = [port for port, truth in covered.items() if truth is Truth.YES]
            message = f"the internet may enter on {_told(ports)}"
            truth = ~(outside & Truth.any(covered.values()))
            yield Check(truth, message, entry.path, entry.holder)


def _told(ports: list[int], most: int = 4) -> str:
    shown = ", ".join(str(port) for port in ports[:most])
    more = len(ports) - most
    return f"port {shown}" + (f" and {more} more" if more > 0 else "")


@dataclass(frozen=True)
class WebPorts(Parameters):
    """The ports on which the internet may reach a load balancer."""

    open: tuple[int, ...] = (80, 443)


@stack_rule(
    "alb-ingress-web-only",
    title="The internet reaches load balancers on ports 80 and 443 only",
    why="Every further port is an entrance that no listener is meant to serve.",
    requirement=f"{_CHAIN}; AWS FSBP EC2.18",
    mend="Give the load balancer's aws.ec2.SecurityGroup one ingress for 443 and one for 80.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    parameters=WebPorts,
    covers=("CHAT-001-114",),
)
def alb_ingress_web_only(graph: Graph, parameters: WebPorts) -> Iterator[Check]:
    """Whatever lets the internet into a load balancer's groups is a single web port."""
    for balancer in graph.of_type(types.ALB):
        groups, _ = attached(balancer)
        for group in groups:
            for entry in ingress_of(group):
                allowed = ~entry.from_internet() | entry.only_ports(parameters.open)
                message = "the internet may enter the load balancer beside ports 80 and 443"
                yield Check(allowed, message, entry.path, entry.holder)


@stack_rule(
    "ecs-ingress-from-alb-only",
    title="Only load balancers reach ECS tasks",
    why="Whoever reaches a task directly goes around TLS, logs and the firewall.",
    requirement=_CHAIN,
    mend="Let the tasks' aws.ec2.SecurityGroup admit security_groups=[alb_group.id] only.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    profiles=("chat",),
    covers=("CHAT-000-36", "CHAT-001-115"),
)
def ecs_ingress_from_alb_only(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The groups of services admit the groups of load balancers, themselves, and no one else.

    Services that Service Connect joins may call each other on the ports that they say there.
    """
    allowed = groups_of(graph, types.ALB)
    for service in graph.of_type(types.SERVICE):
        inner = _Peers(peers(graph, service), called_on(service))
        yield from _admits_only(service, allowed, "load balancers", inner)


@dataclass(frozen=True)
class _Peers:
    """Groups that may enter on some ports; None while the ports are not known."""

    groups: frozenset[str] = frozenset()
    ports: tuple[int, ...] | None = ()

    def admitted(self, entry: Ingress) -> Truth:
        """Whether they may enter as an entry says."""
        return Truth.UNKNOWN if self.ports is None else entry.only_ports(self.ports)


_NO_PEERS = _Peers()


@stack_rule(
    "data-ingress-from-ecs-only",
    title="Only ECS tasks reach the database and Redis",
    why="The stores trust whoever can connect; the groups decide who that is.",
    requirement=_CHAIN,
    mend="Let the store's aws.ec2.SecurityGroup admit security_groups=[task_group.id] only.",
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    profiles=("chat",),
    covers=("CHAT-000-37", "CHAT-001-116"),
)
def data_ingress_from_ecs_only(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The groups of stores admit the groups of tasks and database proxies, and no one else.

    Tasks are those of services and those that are started by hand; the function that rotates a
    database's secret has to reach it too.
    """
    allowed = groups_of(graph, types.SERVICE, types.DB_PROXY)
    allowed |= rotating_groups(graph) | on_demand_groups(graph)
    allowed -= groups_of(graph, types.ALB)
    for store in graph.of_type(*_STORES, types.DB_PROXY):
        yield from _admits_only(store, allowed, "ECS tasks")


def _admits_only(
    resource: Resource, allowed: set[str], whom: str, inner: _Peers = _NO_PEERS
) -> Iterator[Check]:
    groups, complete = attached(resource)
    if complete is not Truth.YES:
        message = "not all of its security groups are in this stack"
        yield Check(Truth.UNKNOWN, message, resource=resource)
    for group in groups:
        for entry in ingress_of(group):
            yield _admitted(group, entry, allowed, whom, inner)


def _admitted(
    group: Resource, entry: Ingress, allowed: set[str], whom: str, inner: _Peers
) -> Check:
    others = [one for one in entry.sources if one.urn not in allowed and one is not group]
    by_name = Truth.YES
    if any(one.urn in inner.groups for one in others):
        by_name = inner.admitted(entry)
    friends = frozenset[str]() if by_name is Truth.NO else inner.groups
    strangers = [one.name for one in others if one.urn not in friends]
    told = [*strangers, *(cidr.text() for cidr in entry.cidrs)]
    told += ["a prefix list"] if entry.prefix_lists else []
    message = f"its group admits {', '.join(told) or 'a group'}, not only {whom}"
    if strangers or entry.prefix_lists or any(not cidr.unknown for cidr in entry.cidrs):
        truth = Truth.NO
    elif entry.cidrs or entry.foreign or entry.unresolved or by_name is Truth.UNKNOWN:
        truth = Truth.UNKNOWN
    else:
        truth = Truth.YES
    return Check(truth, message, entry.path, entry.holder)


@stack_rule(
    "data-unreachable-from-internet",
    title="No database or cache can be reached from the internet",
    why="Route, address and open group together put the data on the internet.",
    requirement="chat spec 000, Networking; AWS FSBP RDS.2, RDS.46",
    mend="Use private subnets, publicly_accessible=False, and groups that admit groups.",
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    covers=("CHAT-000-37",),
)
def data_unreachable_from_internet(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A store whose groups admit the internet has no public address, or no route to it.

    Only RDS gives public addresses; a cache has none whatever its subnets.
    """
    for store in graph.of_type(types.DB_INSTANCE, types.DB_CLUSTER_INSTANCE):
        public = given(store, "publiclyAccessible").is_true(default=False)
        holders = [store, *store.references("clusterIdentifier", types.DB_CLUSTER)]
        groups = [
            group
            for holder in holders
            if holder.type != types.DB_CLUSTER_INSTANCE
            for group in attached(holder)[0]
        ]
        admitted = Truth.any(admits_internet(group) for group in groups)
        private = Truth.any(
            all_private(subnets, "subnetIds", given(subnets, "subnetIds"))
            for holder in holders
            for subnets in holder.references("dbSubnetGroupName", types.DB_SUBNET_GROUP)
        )
        # Not knowing its routes excuses nothing: AWS refuses a public address without a gateway.
        hidden = Truth.of(private is Truth.YES)
        message = "the internet can reach it: public address, public subnets, open group"
        yield Check(~(public & admitted) | hidden, message, resource=store)


@stack_rule(
    "tasks-unreachable-from-internet",
    title="No ECS task can be reached from the internet past the load balancer",
    why="A task that the internet reaches directly has no TLS, no log and no firewall before it.",
    requirement=_CHAIN,
    mend="Set assign_public_ip=False, or admit the load balancer's group only.",
    severity=Severity.CRITICAL,
    level=Level.ADVISORY,
    covers=("CHAT-001-118", "CHAT-001-119"),
)
def tasks_unreachable_from_internet(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Public address, route to an internet gateway and a group open to the internet: not all."""
    for service in graph.of_type(types.SERVICE):
        network = given(service, "networkConfiguration")
        if network.absent:
            continue
        public = network["assignPublicIp"].is_true(default=False)
        routed = ~all_private(service, "networkConfiguration", network["subnets"])
        admitted = Truth.any(admits_internet(group) for group in attached(service)[0])
        message = "the internet can reach its tasks: public address, public subnet, open group"
        yield Check(~(public & routed & admitted), message, resource=service)


@stack_rule(
    "alb-admits-its-clients",
    title="Load balancers' groups let their clients in",
    why="A load balancer that admits no one serves no one.",
    requirement="chat spec 001, Security: ALB: HTTPS ingress from internet",
    mend="Add an ingress for port 443 to the load balancer's aws.ec2.SecurityGroup.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    profiles=("chat",),
)
def alb_admits_its_clients(graph: Graph, _: Parameters) -> Iterator[Check]:
    """An internet-facing load balancer admits the internet on port 443 by one of its groups."""
    for balancer in graph.of_type(types.ALB):
        if is_internal(balancer) is Truth.YES:
            continue
        groups, complete = attached(balancer)
        admitted = Truth.any(admits_internet(group, 443) for group in groups)
        if complete is not Truth.YES:
            admitted |= Truth.UNKNOWN
        yield Check(admitted, "no group admits the internet on port 443", resource=balancer)
