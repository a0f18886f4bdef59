"""Who may reach whom through security groups: inline rules, rule resources, chains of groups."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.inputs import given

GROUPS = (types.SECURITY_GROUP, types.DEFAULT_SECURITY_GROUP)

# Where each kind of resource names its groups: the top-level property, then the path inside it.
_ATTACHED: dict[str, tuple[str, str | None]] = {
    types.ALB: ("securityGroups", None),
    types.SERVICE: ("networkConfiguration", "securityGroups"),
    types.DB_INSTANCE: ("vpcSecurityGroupIds", None),
    types.DB_CLUSTER: ("vpcSecurityGroupIds", None),
    types.DB_PROXY: ("vpcSecurityGroupIds", None),
    types.REPLICATION_GROUP: ("securityGroupIds", None),
    types.CACHE_CLUSTER: ("securityGroupIds", None),
    types.LAMBDA: ("vpcConfig", "securityGroupIds"),
    types.INSTANCE: ("vpcSecurityGroupIds", None),
}
_SPEAK_OF_GROUPS = frozenset(
    {*GROUPS, types.SECURITY_GROUP_RULE, types.INGRESS_RULE, types.EGRESS_RULE}
)
# What the provider takes for a protocol, in any case of letters.
_EVERY = r"(?i)\A(-1|all)\Z"
_WITH_PORTS = r"(?i)\A(tcp|6|udp|17)\Z"
_PREFIX_LIST = "aws:ec2/managedPrefixList:ManagedPrefixList"
_LIST_ENTRY = "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry"
# A range wider than this many fixed bits holds at least 1/256 of all IPv4 addresses.
_WIDE_V4 = 8
_WIDE_V6 = 16


@dataclass(frozen=True)
class Ingress:
    """One thing that a group lets in: from addresses or from groups.

    `sources` are the groups of the stack that are let in, `foreign` known ids of others,
    `unresolved` says that some source is not known yet.
    """

    holder: Resource
    path: str
    protocol: Property
    from_port: Property
    to_port: Property
    cidrs: tuple[Property, ...] = ()
    sources: tuple[Resource, ...] = ()
    foreign: tuple[str, ...] = ()
    prefix_lists: bool = False
    unresolved: bool = False

    def covers(self, port: int) -> Truth:
        """Whether the port is within what is let in (protocol -1 lets in every port)."""
        every = self.protocol.matches(_EVERY)
        if every is Truth.YES:
            return every
        carries = self.protocol.matches(_WITH_PORTS)
        inside = self.from_port.at_most(port) & self.to_port.at_least(port)
        return every | (carries & inside)

    def only_ports(self, ports: tuple[int, ...]) -> Truth:
        """Whether nothing but these single TCP ports is let in."""
        single = self.from_port.is_in(ports) & self.to_port.is_in(ports)
        same = Truth.UNKNOWN
        if self.from_port.known and self.to_port.known:
            same = self.to_port.equals(self.from_port.value)
        return ~self.protocol.matches(_EVERY) & single & same

    def from_internet(self) -> Truth:
        """Whether addresses of the internet at large are among the sources."""
        return Truth.any(is_internet(cidr) for cidr in self.cidrs)


def is_internet(cidr: Property) -> Truth:
    """Whether a CIDR block stands for the internet at large (0.0.0.0/0, ::/0, 0.0.0.0/1 …)."""
    if cidr.unknown:
        return Truth.UNKNOWN
    text = cidr.scalar()
    if not isinstance(text, str):
        return Truth.NO
    try:
        block = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return Truth.NO
    widest = _WIDE_V4 if isinstance(block, ipaddress.IPv4Network) else _WIDE_V6
    return Truth.of(block.prefixlen < widest and not block.is_private)


def attached(resource: Resource) -> tuple[list[Resource], Truth]:
    """The groups of a resource, and whether they are all of this stack (else unknown)."""
    key, inner = _ATTACHED[resource.type]
    value = given(resource, key)
    groups = resource.references(key, *GROUPS)
    listed = value if inner is None else value[inner]
    if listed.absent:
        return [], Truth.UNKNOWN
    count = None if listed.unknown else len(listed.items())
    complete = bool(groups) and (count is None or count <= len(groups))
    return groups, Truth.YES if complete else Truth.UNKNOWN


def ingress_of(group: Resource) -> Iterator[Ingress]:
    """Everything that a group lets in, however it is declared."""
    inline = given(group, "ingress")
    if inline.unknown:
        sources = tuple(group.references("ingress", *GROUPS))
        yield Ingress(group, "ingress", inline, inline, inline, (inline,), sources, unresolved=True)
    else:
        for entry in inline.items():
            yield _inline(group, entry)
    for rule in group.referrers(types.SECURITY_GROUP_RULE, property="securityGroupId"):
        if rule["type"].equals("egress") is not Truth.YES:
            yield _classic(group, rule)
    for rule in group.referrers(types.INGRESS_RULE, property="securityGroupId"):
        yield _modern(rule)


def admits_internet(group: Resource, port: int | None = None) -> Truth:
    """Whether a group lets the internet in (on a port, or on any)."""
    return Truth.any(
        entry.from_internet() & (Truth.YES if port is None else entry.covers(port))
        for entry in ingress_of(group)
    )


def groups_of(graph: Graph, *kinds: str) -> set[str]:
    """The URNs of the groups attached to the resources of these types."""
    return {group.urn for resource in graph.of_type(*kinds) for group in attached(resource)[0]}


def worn(group: Resource) -> bool:
    """Whether anything of the stack is in the group: a property names it, beside those of rules.

    What merely waits for the group to be there is not in it.
    """
    return any(
        group in other.references(key, group.type)
        for other in group.referrers()
        if other.custom and other.type not in _SPEAK_OF_GROUPS and other.type != types.STACK
        for key, _ in other.properties.entries()
    )


def _elements(*lists: Property) -> tuple[Property, ...]:
    return tuple(
        part for values in lists for part in ([values] if values.unknown else values.items())
    )


def _of_lists(holder: Resource, key: str) -> tuple[Property, ...]:
    """The blocks in the prefix lists of the stack that a property names."""
    found: list[Property] = []
    for one in holder.references(key, _PREFIX_LIST):
        entries = given(one, "entries")
        found += [entries] if entries.unknown else [entry["cidr"] for entry in entries.items()]
        found += [entry["cidr"] for entry in one.referrers(_LIST_ENTRY, property="prefixListId")]
    return tuple(found)


def _inline(group: Resource, entry: Property) -> Ingress:
    listed = entry["securityGroups"]
    sources, foreign, unresolved = _sources(group, "ingress", _elements(listed))
    lists = _elements(entry["prefixListIds"])
    return Ingress(
        group,
        entry.path,
        entry["protocol"],
        entry["fromPort"],
        entry["toPort"],
        _elements(entry["cidrBlocks"], entry["ipv6CidrBlocks"])
        + (_of_lists(group, "ingress") if lists else ()),
        sources,
        foreign,
        bool(lists),
        unresolved,
    )


def _classic(group: Resource, rule: Resource) -> Ingress:
    source = given(rule, "sourceSecurityGroupId")
    named = () if source.absent else (source,)
    sources, foreign, unresolved = _sources(rule, "sourceSecurityGroupId", named)
    return Ingress(
        rule,
        "cidrBlocks" if source.absent else "sourceSecurityGroupId",
        rule["protocol"],
        rule["fromPort"],
        rule["toPort"],
        _elements(given(rule, "cidrBlocks"), given(rule, "ipv6CidrBlocks"))
        + _of_lists(rule, "prefixListIds"),
        tuple(one for one in sources if one is not group),
        foreign,
        bool(_elements(given(rule, "prefixListIds"))),
        unresolved,
    )


def _modern(rule: Resource) -> Ingress:
    source = given(rule, "referencedSecurityGroupId")
    named = () if source.absent else (source,)
    sources, foreign, unresolved = _sources(rule, "referencedSecurityGroupId", named)
    own = rule.references("securityGroupId", *GROUPS)
    cidrs = (given(rule, "cidrIpv4"), given(rule, "cidrIpv6"))
    return Ingress(
        rule,
        "cidrIpv4" if source.absent else "referencedSecurityGroupId",
        rule["ipProtocol"],
        rule["fromPort"],
        rule["toPort"],
        tuple(cidr for cidr in cidrs if not cidr.absent) + _of_lists(rule, "prefixListId"),
        tuple(one for one in sources if one not in own),
        foreign,
        not given(rule, "prefixListId").absent,
        unresolved,
    )


def _sources(
    holder: Resource, key: str, named: tuple[Property, ...]
) -> tuple[tuple[Resource, ...], tuple[str, ...], bool]:
    """The groups named, ids that name none of this stack, and whether one stays unknown."""
    if not named:
        return (), (), False
    found = holder.references(key, *GROUPS)
    ids = {one.id.scalar() for one in found}
    texts = [text for one in named if isinstance(text := one.scalar(), str)]
    foreign = tuple(text for text in texts if text not in ids)
    if any(one.unknown for one in named):
        return tuple(found), foreign, not found
    return tuple(one for one in found if one.id.scalar() in texts), foreign, False
