"""How a network is put together: endpoints that are used, rules in one place, ways out that last."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.environments import is_production
from policies.aws.groups import GROUPS, is_internet
from policies.aws.inputs import given
from policies.aws.routes import tables_of
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_RULES = (types.SECURITY_GROUP_RULE, types.INGRESS_RULE, types.EGRESS_RULE)
_ALL = "(?i)-1|all"


@rule(
    "vpc-endpoint-private-names",
    applies_to=(types.VPC_ENDPOINT,),
    title="Interface endpoints answer to the names of their services",
    why="Without private DNS every call still goes out by the NAT gateway, past the endpoint.",
    requirement="chat spec 001, Infrastructure: VPC endpoints; AWS PrivateLink guide: private DNS",
    mend="Set private_dns_enabled=True on the aws.ec2.VpcEndpoint.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def vpc_endpoint_private_names(resource: Resource, _: Parameters) -> Iterator[Check]:
    """An interface endpoint of one of AWS's services has private DNS; the default is without."""
    kind, service = resource["vpcEndpointType"], resource["serviceName"]
    if kind.equals("Interface") is Truth.NO or service.matches(r"\.vpce\.") is Truth.YES:
        return
    named = resource["privateDnsEnabled"].is_true(default=False)
    yield Check(named, "the service's own name does not lead to it", "privateDnsEnabled")


@stack_rule(
    "group-rules-one-way",
    title="A security group's rules stand either in it or beside it",
    why="Rules inside a group and rules of their own remove one another at every update.",
    requirement="Pulumi AWS provider: aws.ec2.SecurityGroup, inline rules and rule resources",
    mend="Move the inline ingress and egress into aws.vpc.SecurityGroupIngressRule and "
    "SecurityGroupEgressRule, or the others into the group.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def group_rules_one_way(graph: Graph, _: Parameters) -> Iterator[Check]:
    """No group with inline rules of a direction has a rule resource of that direction."""
    for group in graph.of_type(*GROUPS):
        beside = group.referrers(*_RULES, property="securityGroupId")
        for key in ("ingress", "egress"):
            entries = given(group, key)
            inline = Truth.YES if entries.unknown else Truth.of(bool(entries.items()))
            own = Truth.any(_leads(one, key) for one in beside)
            if inline is Truth.YES and beside:
                message = f"it has {key} rules inside, and others beside it"
                yield Check(~own, message, key, group)


def _leads(one: Resource, direction: str) -> Truth:
    if one.type == types.SECURITY_GROUP_RULE:
        return given(one, "type").equals(direction)
    return Truth.of((one.type == types.INGRESS_RULE) is (direction == "ingress"))


@stack_rule(
    "nat-in-each-zone",
    title="In production each zone has a way out of its own",
    why="When the one gateway's zone fails, every other zone loses its way out too.",
    requirement="chat spec 001, Infrastructure: Multi-NAT for production; catalog spec, 1 VPC: NAT "
    "gateways in each availability zone",
    mend="Create an aws.ec2.NatGateway in each zone, and route each zone's subnets to it.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def nat_in_each_zone(graph: Graph, _: Parameters) -> Iterator[Check]:
    """No gateway of one zone serves subnets of several; regional gateways stand in all zones."""
    if not is_production(graph.stack):
        return
    served: dict[str, set[str]] = {}
    gateways = {one.urn: one for one in graph.of_type(types.NAT_GATEWAY)}
    for subnet in graph.of_type(types.SUBNET):
        zone = given(subnet, "availabilityZone").scalar()
        for table in tables_of(subnet):
            routes = table.referrers(types.ROUTE, property="routeTableId")
            used = [one for r in routes for one in r.references("natGatewayId", types.NAT_GATEWAY)]
            for gateway in (*used, *table.references("routes", types.NAT_GATEWAY)):
                served.setdefault(gateway.urn, set()).add(str(zone))
    for urn, zones in served.items():
        gateway = gateways[urn]
        if not given(gateway, "subnetId").absent:
            known = Truth.UNKNOWN if "None" in zones else Truth.of(len(zones) == 1)
            message = f"{len(zones)} zones leave by it, and fall with its own"
            yield Check(known, message, resource=gateway)


@stack_rule(
    "group-egress-narrow",
    title="Security groups let nothing out by every port to everywhere",
    why="Whoever gets into a task carries data off to any server by any port.",
    requirement="trading spec, Security Groups: least privilege",
    mend="Name the ports, groups or networks that are called in egress.",
    severity=Severity.LOW,
    # AWS gives every new group this rule, and much that is sound keeps it.
    level=Level.DISABLED,
)
def group_egress_narrow(graph: Graph, _: Parameters) -> Iterator[Check]:
    """No egress rule of any kind is for all protocols and for the internet at large."""
    for group in graph.of_type(types.SECURITY_GROUP):
        entries = given(group, "egress")
        for entry in [entries] if entries.unknown else entries.items():
            wide = _wide(entry["protocol"], entry["cidrBlocks"], entry["ipv6CidrBlocks"])
            yield Check(~wide, "it lets everything out to everywhere", entry.path, group)
    for one in graph.of_type(types.SECURITY_GROUP_RULE):
        if one["type"].equals("egress") is not Truth.NO:
            wide = _wide(one["protocol"], given(one, "cidrBlocks"), given(one, "ipv6CidrBlocks"))
            yield Check(~wide, "it lets everything out to everywhere", "cidrBlocks", one)
    for one in graph.of_type(types.EGRESS_RULE):
        outside = is_internet(given(one, "cidrIpv4")) | is_internet(given(one, "cidrIpv6"))
        wide = one["ipProtocol"].matches(_ALL) & outside
        yield Check(~wide, "it lets everything out to everywhere", "cidrIpv4", one)


def _wide(protocol: Property, *blocks: Property) -> Truth:
    return protocol.matches(_ALL) & Truth.any(one.any(is_internet) for one in blocks)
