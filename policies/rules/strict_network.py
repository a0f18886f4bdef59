"""What AWS's best practices demand of every network, whatever stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from graph.model import Graph, Resource
from graph.truth import Truth
from policies.aws import types
from policies.aws.groups import GROUPS, ingress_of
from policies.aws.inputs import given
from policies.engine import Check, Level, Parameters, Severity, stack_rule

_NO_PORTS = r"(?i)\A(icmp|icmpv6|1|58)\Z"


@dataclass(frozen=True)
class Authorized(Parameters):
    """The TCP ports that the internet may reach, whatever stands behind them."""

    tcp: tuple[int, ...] = (80, 443)


@stack_rule(
    "group-authorized-ports",
    title="Everybody reaches ports 80 and 443 only",
    why="Every further port is one more program that the whole internet can try to break.",
    requirement="AWS FSBP EC2.18",
    mend="Name the networks that need the port in cidr_blocks, or admit security groups.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    parameters=Authorized,
    controls=("FSBP EC2.18",),
)
def group_authorized_ports(graph: Graph, parameters: Authorized) -> Iterator[Check]:
    """What lets the internet into any group is a single authorized TCP port; ICMP has no ports."""
    for group in graph.of_type(*GROUPS):
        for entry in ingress_of(group):
            tcp = entry.protocol.matches(r"(?i)\A(tcp|6)\Z") & entry.only_ports(parameters.tcp)
            allowed = tcp | entry.protocol.matches(_NO_PORTS)
            message = "the internet may enter beside the authorized ports"
            yield Check(~entry.from_internet() | allowed, message, entry.path, entry.holder)


@stack_rule(
    "vpc-default-group-adopted",
    title="The default security group of each VPC is adopted, and so emptied",
    why="AWS makes it with rules that let its members reach each other and everything outside.",
    requirement="AWS FSBP EC2.2",
    mend="Create an aws.ec2.DefaultSecurityGroup with vpc_id=vpc.id and no rules.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    controls=("FSBP EC2.2",),
)
def vpc_default_group_adopted(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The program has the default group of each VPC that it makes, and gives it no rules."""
    for vpc in graph.of_type(types.VPC):
        adopted = vpc.referrers(types.DEFAULT_SECURITY_GROUP, property="vpcId")
        yield Check(Truth.of(bool(adopted)), "nobody adopts its default group", resource=vpc)
    for group in graph.of_type(types.DEFAULT_SECURITY_GROUP):
        for key in ("ingress", "egress"):
            entries = given(group, key)
            empty = Truth.UNKNOWN if entries.unknown else Truth.of(not entries.items())
            yield Check(empty, f"it has {key} rules", key, group)


@dataclass(frozen=True)
class Endpoints(Parameters):
    """The AWS services that each VPC reaches by an interface endpoint, by AWS's short names."""

    services: tuple[str, ...] = (
        *("ec2", "ecr.api", "ecr.dkr", "ssm", "ssm-contacts", "ssm-incidents"),
    )


@stack_rule(
    "vpc-interface-endpoints",
    title="VPCs reach AWS's own services by interface endpoints",
    why="Requests to AWS then never leave its network, and need no way to the internet.",
    requirement="AWS FSBP EC2.10, EC2.55, EC2.56, EC2.57, EC2.58, EC2.60",
    mend="Create an aws.ec2.VpcEndpoint with vpc_endpoint_type='Interface' for each service.",
    severity=Severity.MEDIUM,
    # An endpoint in every zone is paid for by the hour, whether or not anything calls the service.
    level=Level.DISABLED,
    parameters=Endpoints,
    controls=(
        *("FSBP EC2.10", "FSBP EC2.55", "FSBP EC2.56"),
        *("FSBP EC2.57", "FSBP EC2.58", "FSBP EC2.60"),
    ),
)
def vpc_interface_endpoints(graph: Graph, parameters: Endpoints) -> Iterator[Check]:
    """Each VPC has an interface endpoint for each demanded service."""
    for vpc in graph.of_type(types.VPC):
        made = vpc.referrers(types.VPC_ENDPOINT, property="vpcId")
        for service in parameters.services:
            truth = Truth.any(_serves(endpoint, service) for endpoint in made)
            yield Check(truth, f"it has no interface endpoint for {service}", resource=vpc)


def _serves(endpoint: Resource, service: str) -> Truth:
    named = given(endpoint, "serviceName").matches(rf"\.{re.escape(service)}\Z")
    return named & given(endpoint, "vpcEndpointType").equals("Interface")
