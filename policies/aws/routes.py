"""Which subnets the internet can reach: by their routes, never by their names or tags."""

from __future__ import annotations

from graph.model import Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.inputs import given, named_by

SUBNETS = (types.SUBNET, types.DEFAULT_SUBNET)
_TABLES = (types.ROUTE_TABLE, types.DEFAULT_ROUTE_TABLE)


def has_internet_route(subnet: Resource) -> Truth:
    """Whether the route table that governs the subnet has a route to an internet gateway.

    The table is the explicitly associated one, else the VPC's main table. AWS gives a new VPC a
    main table with the local route only, and the default VPC one with an internet route.
    """
    if subnet.type == types.DEFAULT_SUBNET:
        return Truth.YES
    associated: list[Resource] = []
    for association in subnet.referrers(types.ROUTE_TABLE_ASSOCIATION, property="subnetId"):
        tables = association.references("routeTableId", *_TABLES)
        if tables:
            associated.extend(tables)
        else:
            main = association.references("routeTableId", types.VPC, types.DEFAULT_VPC)
            answers = [_main_table_has_route(vpc) for vpc in main]
            return Truth.any(answers) if answers else Truth.UNKNOWN
    if associated:
        return Truth.any(_table_has_route(table) for table in associated)
    vpcs = subnet.references("vpcId", types.VPC, types.DEFAULT_VPC)
    if not vpcs:
        return Truth.UNKNOWN
    return Truth.any(_main_table_has_route(vpc) for vpc in vpcs)


def tables_of(subnet: Resource) -> list[Resource]:
    """The route tables that the program associates a subnet with by its own resource."""
    return [
        table
        for association in subnet.referrers(types.ROUTE_TABLE_ASSOCIATION, property="subnetId")
        for table in association.references("routeTableId", *_TABLES)
    ]


def is_private(subnet: Resource) -> Truth:
    """Whether nothing in the subnet can be reached from the internet by a public address."""
    if subnet.type == types.DEFAULT_SUBNET:
        return Truth.NO
    gives_public_addresses = subnet["mapPublicIpOnLaunch"].is_true(default=False)
    return ~has_internet_route(subnet) & ~gives_public_addresses


def all_private(resource: Resource, key: str, elements: Property) -> Truth:
    """Whether every subnet that a list names is private; foreign ids are unknown."""
    return named_by(resource, key, elements, SUBNETS, is_private)


def _main_table_has_route(vpc: Resource) -> Truth:
    if vpc.type == types.DEFAULT_VPC:
        return Truth.YES
    replaced = [
        table
        for association in vpc.referrers(types.MAIN_ROUTE_TABLE, property="vpcId")
        for table in association.references("routeTableId", *_TABLES)
    ]
    adopted = vpc.referrers(types.DEFAULT_ROUTE_TABLE, property="defaultRouteTableId")
    tables = replaced or adopted
    answers = [_table_has_route(table) for table in tables]
    if not replaced:
        # Routes may be added to the main table by the VPC's own output, without adopting it.
        answers.extend(
            _goes_to_internet(route, "gatewayId", given(route, "gatewayId"))
            for route in vpc.referrers(types.ROUTE, property="routeTableId")
        )
    return Truth.any(answers)


def _table_has_route(table: Resource) -> Truth:
    inline = given(table, "routes")
    answers = [
        _goes_to_internet(route, "gatewayId", given(route, "gatewayId"))
        for route in table.referrers(types.ROUTE, property="routeTableId")
    ]
    if inline.unknown:
        through = table.references("routes", types.INTERNET_GATEWAY)
        answers.append(Truth.YES if through else Truth.UNKNOWN)
    else:
        answers.extend(
            _goes_to_internet(table, "routes", route["gatewayId"]) for route in inline.items()
        )
    return Truth.any(answers)


def _goes_to_internet(holder: Resource, key: str, gateway: Property) -> Truth:
    if gateway.absent:
        return Truth.NO
    gateways = holder.references(key, types.INTERNET_GATEWAY)
    if not gateway.unknown:
        known = {text for one in gateways if isinstance(text := one.id.scalar(), str)}
        return gateway.is_in(known) | gateway.matches(r"^igw-")
    if gateways:
        return Truth.YES
    # An unknown gateway that comes from something else (a VPN gateway, say) is not the internet.
    return Truth.NO if holder.references(key) else Truth.UNKNOWN
