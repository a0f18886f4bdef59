"""The network: what stands in private subnets, by their routes, and what the VPC records."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph, Resource
from graph.truth import Truth
from policies.aws import types
from policies.aws.databases import source_of
from policies.aws.inputs import given
from policies.aws.routes import SUBNETS, all_private
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_PRIVATE = "chat spec 000, Networking: Private subnets (ECS, RDS, Redis)"
_ROUTES = (
    "Use subnets whose aws.ec2.RouteTable has no route to an InternetGateway (outbound through "
    "a NatGateway), and leave map_public_ip_on_launch unset."
)


@stack_rule(
    "ecs-tasks-in-private-subnets",
    title="ECS tasks run in private subnets",
    why="A task in a public subnet is one security group mistake from the internet.",
    requirement=_PRIVATE,
    mend=_ROUTES,
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    covers=("CHAT-000-34", "CHAT-001-102"),
)
def ecs_tasks_in_private_subnets(graph: Graph, _: Parameters) -> Iterator[Check]:
    """No subnet of a service routes to an internet gateway or hands out public addresses."""
    path = "networkConfiguration.subnets"
    for service in graph.of_type(types.SERVICE):
        network = given(service, "networkConfiguration")
        if network.absent:
            continue
        private = all_private(service, "networkConfiguration", network["subnets"])
        yield Check(private, "it runs in a public subnet", path, service)


@rule(
    "ecs-no-public-ip",
    applies_to=(types.SERVICE, "aws:ecs/taskSet:TaskSet"),
    title="ECS tasks get no public address",
    why="A public address lets the internet reach a task past the load balancer.",
    requirement=f"{_PRIVATE}; AWS FSBP ECS.2",
    mend="Set assign_public_ip=False in network_configuration.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    covers=("CHAT-000-34",),
    controls=("FSBP ECS.2", "FSBP ECS.16"),
)
def ecs_no_public_ip(resource: Resource, _: Parameters) -> Iterator[Check]:
    """No public address is assigned; the provider's default is off."""
    network = resource["networkConfiguration"]
    if network.absent:
        return
    public = network["assignPublicIp"].is_true(default=False)
    yield Check(~public, "assignPublicIp is true", "networkConfiguration.assignPublicIp")


@stack_rule(
    "database-in-private-subnets",
    title="Databases stand in private subnets",
    why="A database that the internet can route to needs only one open port to be lost.",
    requirement=_PRIVATE,
    mend=_ROUTES.replace("Use subnets", "Give the aws.rds.SubnetGroup subnets"),
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    covers=("CHAT-000-34",),
    controls=("FSBP RDS.46",),
)
def database_in_private_subnets(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The subnet group of each database has private subnets only; the default VPC's are public."""
    for database in graph.of_type(types.DB_INSTANCE, types.DB_CLUSTER):
        if given(database, "dbSubnetGroupName").absent and source_of(database) is not None:
            continue  # a replica in its region stands in its source's group
        yield _in_group(database, "dbSubnetGroupName", types.DB_SUBNET_GROUP)


@stack_rule(
    "redis-in-private-subnets",
    title="Redis stands in private subnets",
    why="A cache that the internet can route to needs only one open port to be lost.",
    requirement=_PRIVATE,
    mend=_ROUTES.replace("Use subnets", "Give the aws.elasticache.SubnetGroup subnets"),
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    covers=("CHAT-000-34",),
)
def redis_in_private_subnets(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The subnet group of each cache has private subnets only; the default VPC's are public."""
    for cache in graph.of_type(types.REPLICATION_GROUP, types.CACHE_CLUSTER):
        member_of = given(cache, "replicationGroupId")
        if cache.type == types.CACHE_CLUSTER and not member_of.absent:
            continue
        yield _in_group(cache, "subnetGroupName", types.CACHE_SUBNET_GROUP)


def _in_group(store: Resource, key: str, kind: str) -> Check:
    named = given(store, key)
    groups = store.references(key, kind)
    if groups:
        answers = [all_private(group, "subnetIds", given(group, "subnetIds")) for group in groups]
        return Check(Truth.all(answers), "its subnet group has a public subnet", key, store)
    follows = any(
        not given(store, source).absent
        for source in ("replicateSourceDb", "globalReplicationGroupId", "snapshotIdentifier")
    )
    if named.absent and not follows:
        return Check(Truth.NO, "it names no subnet group: the default VPC is public", key, store)
    return Check(Truth.UNKNOWN, "its subnet group is not in this stack", key, store)


@rule(
    "subnet-no-public-ip-by-default",
    applies_to=SUBNETS,
    title="Subnets hand out no public addresses of themselves",
    why="Whatever is started there later is on the internet without anyone deciding so.",
    requirement="AWS FSBP EC2.15; chat spec 000, Networking",
    mend="Leave map_public_ip_on_launch and assign_ipv6_address_on_creation unset, and give "
    "addresses to what needs them.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP EC2.15",),
)
def subnet_no_public_ip_by_default(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Public addresses are off: the default for subnets, but not for the default VPC's.

    Addresses of IPv6 are all public, and off by default everywhere.
    """
    default = resource.type == types.DEFAULT_SUBNET
    public = resource["mapPublicIpOnLaunch"].is_true(default=default)
    yield Check(~public, "it hands out public addresses", "mapPublicIpOnLaunch")
    sixth = resource["assignIpv6AddressOnCreation"].is_true(default=False)
    yield Check(~sixth, "it hands out IPv6 addresses", "assignIpv6AddressOnCreation")


@stack_rule(
    "vpc-flow-logs",
    title="VPCs record their traffic in flow logs",
    why="After an incident, flow logs are the only record of who talked to whom.",
    requirement="chat spec 001, Infrastructure: VPC Flow Logs to CloudWatch; AWS FSBP EC2.6",
    mend="Create an aws.ec2.FlowLog with vpc_id=vpc.id and traffic_type='ALL' (or 'REJECT').",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    covers=("CHAT-001-105",),
    controls=("FSBP EC2.6",),
)
def vpc_flow_logs(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A flow log covers each VPC; one of accepted traffic alone does not count."""
    for vpc in graph.of_type(types.VPC):
        logs = vpc.referrers(types.FLOW_LOG, property="vpcId")
        answers = [~given(log, "trafficType").equals("ACCEPT") for log in logs]
        yield Check(Truth.any(answers), "it has no flow log", resource=vpc)


@rule(
    "default-security-group-closed",
    applies_to=(types.DEFAULT_SECURITY_GROUP,),
    title="The VPC's default security group lets nothing through",
    why="Whatever is started without a group lands in it.",
    requirement="AWS FSBP EC2.2",
    mend="Give the aws.ec2.DefaultSecurityGroup neither ingress nor egress.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
)
def default_security_group_closed(resource: Resource, _: Parameters) -> Iterator[Check]:
    """An adopted default group has no rules; adopting it removes the ones AWS made."""
    for key in ("ingress", "egress"):
        closed = resource[key].all(lambda _: Truth.NO)
        yield Check(closed, f"it has {key} rules", key)
