"""Access lists of networks: what they let in, and whether they guard anything."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws.groups import is_internet
from policies.aws.inputs import given
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_ACL = "aws:ec2/networkAcl:NetworkAcl"
_ENTRY = "aws:ec2/networkAclRule:NetworkAclRule"
_ASSOCIATION = "aws:ec2/networkAclAssociation:NetworkAclAssociation"
_ADMINISTRATION = (22, 3389)


@rule(
    "nacl-no-admin-ports",
    applies_to=(_ACL, _ENTRY),
    title="Network ACLs keep everybody from ports 22 and 3389",
    why="An access list is the second wall: it holds when a security group is opened by mistake.",
    requirement="AWS FSBP EC2.21",
    mend="Name the networks that administrate in cidr_block, or leave the ports out of the range.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP EC2.21",),
)
def nacl_no_admin_ports(resource: Resource, _: Parameters) -> Iterator[Check]:
    """No entry lets all addresses in on SSH's or RDP's port, alone or in a range."""
    if resource.type == _ENTRY:
        inbound = ~resource["egress"].is_true(default=False)
        if inbound is not Truth.NO:
            opens = _opens(resource.properties, resource["ruleAction"])
            yield Check(~(inbound & opens), "it lets everybody in", "cidrBlock")
    else:
        for entry in resource["ingress"].items():
            opens = _opens(entry, entry["action"])
            yield Check(~opens, "an entry lets everybody in", entry.path)


def _opens(entry: Property, action: Property) -> Truth:
    everybody = is_internet(entry["cidrBlock"]) | is_internet(entry["ipv6CidrBlock"])
    protocol = entry["protocol"]
    every = protocol.equals("-1") | protocol.matches("(?i)all")
    inside = Truth.any(
        entry["fromPort"].at_most(port) & entry["toPort"].at_least(port) for port in _ADMINISTRATION
    )
    carries = protocol.equals("6") | protocol.matches("(?i)tcp")
    return action.matches("(?i)allow") & everybody & (every | (carries & inside))


@stack_rule(
    "nacl-in-use",
    title="Every network ACL has a subnet",
    why="A list that guards nothing is taken for a wall that is there.",
    requirement="AWS FSBP EC2.16",
    mend="Set subnet_ids, create an aws.ec2.NetworkAclAssociation, or remove the list.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    controls=("FSBP EC2.16",),
)
def nacl_in_use(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Subnets are named by the list itself or associated with it."""
    for acl in graph.of_type(_ACL):
        own = given(acl, "subnetIds")
        # A list that is not known yet is made of subnets of the stack, so it is not empty.
        named = Truth.YES if own.unknown else Truth.of(bool(own.items()))
        associated = acl.referrers(_ASSOCIATION, property="networkAclId")
        yield Check(named | Truth.of(bool(associated)), "it has no subnet", "subnetIds", acl)
