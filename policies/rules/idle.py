"""What lies idle in a network: groups that nothing wears, addresses and peerings without use."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph, Resource
from graph.truth import Truth
from policies.aws import types
from policies.aws.clients import on_demand_groups
from policies.aws.groups import worn
from policies.aws.inputs import given
from policies.engine import Check, Level, Parameters, Severity, stack_rule

_PEERING = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection"
_ADDRESS = "aws:ec2/eip:Eip"
_TABLES = (types.ROUTE_TABLE, types.DEFAULT_ROUTE_TABLE)
_VPCS = (types.VPC, types.DEFAULT_VPC)


@stack_rule(
    "group-in-use",
    title="Every security group is worn by something",
    why="Groups that nothing wears are taken up later for what they were never meant for.",
    requirement="AWS Security Hub EC2.22",
    mend="Remove the aws.ec2.SecurityGroup, or give it to what it was made for.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    controls=("SecurityHub EC2.22",),
)
def group_in_use(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Some resource beside rules of groups names the group.

    A group that tasks may get which somebody starts by hand is unknown: no program shows these.
    """
    by_hand = on_demand_groups(graph)
    for group in graph.of_type(types.SECURITY_GROUP):
        unsure = Truth.UNKNOWN if group.urn in by_hand else Truth.NO
        yield Check(Truth.of(worn(group)) | unsure, "nothing wears it", resource=group)


@stack_rule(
    "peering-has-routes",
    title="Peerings between VPCs are routed to",
    why="A peering without a route carries nothing: packets leave by the internet, or get lost.",
    requirement="AWS VPC peering guide: update your route tables",
    mend="Add an aws.ec2.Route with vpc_peering_connection_id=peering.id to the subnets' tables.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
)
def peering_has_routes(graph: Graph, _: Parameters) -> Iterator[Check]:
    """For each VPC of the stack at an end of the peering, one of its tables leads to it."""
    for peering in graph.of_type(_PEERING):
        tables = [
            table
            for route in peering.referrers(types.ROUTE, property="vpcPeeringConnectionId")
            for table in route.references("routeTableId", *_TABLES, *_VPCS)
        ]
        tables += peering.referrers(*_TABLES, property="routes")
        routed = {
            vpc.urn
            for table in tables
            for vpc in ([table] if table.type in _VPCS else _vpcs_of(table))
        }
        for key in ("vpcId", "peerVpcId"):
            for vpc in peering.references(key, *_VPCS):
                message = f"no route table of {vpc.name} leads to it"
                yield Check(Truth.of(vpc.urn in routed), message, key, peering)


def _vpcs_of(table: Resource) -> list[Resource]:
    key = "defaultRouteTableId" if table.type == types.DEFAULT_ROUTE_TABLE else "vpcId"
    return table.references(key, *_VPCS)


@stack_rule(
    "address-in-use",
    title="Public addresses are held by something",
    why="An address that nothing holds is paid for, and DNS names that still point to it mislead.",
    requirement="AWS Security Hub EC2.12",
    mend="Name the aws.ec2.Eip in a NatGateway, an Instance or an EipAssociation, or remove it.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    controls=("SecurityHub EC2.12",),
)
def address_in_use(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The address names what holds it, or that names the address."""
    for address in graph.of_type(_ADDRESS):
        own = Truth.any(given(address, key).is_set() for key in ("instance", "networkInterface"))
        held = any(one.custom and one.type.startswith("aws:") for one in address.referrers())
        yield Check(own | Truth.of(held), "nothing holds it", resource=address)
