"""The ways out of a network, and the record of what took them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.model import Graph, Resource
from graph.truth import Truth
from policies.aws import types
from policies.aws.environments import is_production
from policies.aws.inputs import given
from policies.aws.routes import tables_of
from policies.engine import Check, Level, Parameters, Severity, stack_rule

_ASSOCIATION = "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"
_NAT = "chat spec 001, Infrastructure: Multi-NAT Gateway support for production HA"


@stack_rule(
    "nat-in-own-zone",
    title="Private subnets leave by the NAT gateway of their own zone, where there is one",
    why="A zone that fails must not take the way out of another zone's tasks with it.",
    requirement=f"{_NAT}; AWS Well-Architected: no cross-zone dependency",
    mend="Give each zone's private subnets a route table of their own, to the zone's NatGateway.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    covers=("CHAT-001-103",),
)
def nat_in_own_zone(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A subnet in a zone that has a NAT gateway routes to none of another zone.

    A single gateway is a choice of its own; a zone without one has to borrow another's.
    """
    zones = {one.urn: _zones(one.references("subnetId", types.SUBNET)) for one in _gateways(graph)}
    if len(zones) < 2:  # noqa: PLR2004 (more than one)
        return
    served = {zone for found in zones.values() for zone in found}
    for subnet in graph.of_type(types.SUBNET):
        ways = [gateway for table in tables_of(subnet) for gateway in _ways_out(table)]
        # A gateway that stands in no zone, or in all of them, is in nobody else's.
        used = [gateway for gateway in ways if gateway.urn in zones]
        own = _zones([subnet])
        if not used:
            continue
        if not own or any(not zones[one.urn] for one in used):
            message = "the zone of it, or of its NAT gateway, is not known yet"
            yield Check(Truth.UNKNOWN, message, "availabilityZone", subnet)
            continue
        if own & served:
            strange = [one.name for one in used if not own & zones[one.urn]]
            message = f"it leaves by {', '.join(strange)} in another zone"
            yield Check(Truth.of(not strange), message, resource=subnet)


def _gateways(graph: Graph) -> list[Resource]:
    public = [
        one
        for one in graph.of_type(types.NAT_GATEWAY)
        if given(one, "connectivityType").equals("private") is not Truth.YES
    ]
    # A regional gateway stands in every zone by itself.
    return [one for one in public if not given(one, "subnetId").absent]


def _zones(subnets: list[Resource]) -> set[str]:
    named = [
        given(subnet, key).scalar()
        for subnet in subnets
        for key in ("availabilityZone", "availabilityZoneId")
    ]
    return {text for text in named if isinstance(text, str)}


def _ways_out(table: Resource) -> list[Resource]:
    routes = table.referrers(types.ROUTE, property="routeTableId")
    found = [one for route in routes for one in route.references("natGatewayId", types.NAT_GATEWAY)]
    return found + table.references("routes", types.NAT_GATEWAY)


@stack_rule(
    "vpc-s3-gateway-endpoint",
    title="Private subnets reach S3 by a gateway endpoint",
    why="Image layers and logs then cost no NAT traffic and never leave AWS's network.",
    requirement="chat spec 001, Infrastructure: S3 Gateway Endpoint (free) for ECR image layers",
    mend="Create an aws.ec2.VpcEndpoint with service_name='com.amazonaws.REGION.s3', "
    "vpc_endpoint_type='Gateway' and the private route_table_ids.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    profiles=("chat",),
    covers=("CHAT-001-104",),
)
def vpc_s3_gateway_endpoint(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Each VPC has a gateway endpoint for S3, and it is in every table that leads to a NAT.

    Gateway is the type when none is named.
    """
    for vpc in graph.of_type(types.VPC):
        endpoints = vpc.referrers(types.VPC_ENDPOINT, property="vpcId")
        fitting = [(one, _for_s3(one)) for one in endpoints]
        truth = Truth.any(answer for _, answer in fitting)
        yield Check(truth, "it has no gateway endpoint for S3", resource=vpc)
        holding = [one for one, answer in fitting if answer is Truth.YES]
        for table in vpc.referrers(types.ROUTE_TABLE, property="vpcId") if holding else []:
            if _ways_out(table):
                joined = Truth.any(_holds(endpoint, table) for endpoint in holding)
                message = "its way to S3 is the NAT gateway, not the endpoint"
                yield Check(joined, message, resource=table)


def _for_s3(endpoint: Resource) -> Truth:
    kind = given(endpoint, "vpcEndpointType")
    gateway = Truth.YES if kind.absent else kind.equals("Gateway")
    return gateway & given(endpoint, "serviceName").matches(r"\.s3\Z")


def _holds(endpoint: Resource, table: Resource) -> Truth:
    associations = endpoint.referrers(_ASSOCIATION, property="vpcEndpointId")
    tables = endpoint.references("routeTableIds", types.ROUTE_TABLE)
    for association in associations:
        tables += association.references("routeTableId", types.ROUTE_TABLE)
    return Truth.of(table in tables)


@dataclass(frozen=True)
class FlowLogRetention(Parameters):
    """For how long flow logs are kept at least, in days."""

    production: int = 30
    elsewhere: int = 7


@stack_rule(
    "flow-log-retention",
    title="Flow logs are kept long enough to look back",
    why="A break-in is found weeks later; what it talked to then stands in the flow logs alone.",
    requirement="chat spec 004, Environment Comparison: Flow Log Retention 7 and 30 days",
    mend="Set retention_in_days=30 on the flow log's aws.cloudwatch.LogGroup.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    parameters=FlowLogRetention,
    covers=("CHAT-004-35",),
)
def flow_log_retention(graph: Graph, parameters: FlowLogRetention) -> Iterator[Check]:
    """The log group of each flow log keeps it for as long as the environment demands."""
    days = parameters.production if is_production(graph.stack) else parameters.elsewhere
    for log in graph.of_type(types.FLOW_LOG):
        groups = [
            group
            for key in ("logDestination", "logGroupName")
            for group in log.references(key, types.LOG_GROUP)
        ]
        for group in groups:
            kept = given(group, "retentionInDays")
            for_ever = kept.absent or kept.equals(0) is Truth.YES
            truth = Truth.YES if for_ever else kept.at_least(days)
            message = f"flow logs are kept {kept.text()} days, {days} are demanded"
            yield Check(truth, message, "retentionInDays", group)
