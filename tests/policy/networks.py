"""Small networks for fixtures: subnets that are private or public by their routes alone."""

from __future__ import annotations

from graph.raw import Raw
from policies.aws import types
from policies.testing.fixtures import UNKNOWN, Case, resource


def vpc() -> Case:
    return [
        resource(types.VPC, "vpc", {"cidrBlock": "10.0.0.0/16"}),
        resource(types.INTERNET_GATEWAY, "igw", {}, refs={"vpcId": ["vpc"]}),
        resource("aws:ec2/natGateway:NatGateway", "nat", {}),
    ]


def subnet(name: str = "subnet", **properties: Raw) -> Case:
    return [resource(types.SUBNET, name, {"vpcId": UNKNOWN, **properties}, refs={"vpcId": ["vpc"]})]


def table(routes: Raw = None, through: str = "", subnet: str = "subnet") -> Case:
    name = f"table-of-{subnet}"
    refs = {"routes": [through]} if through else {}
    return [
        resource(types.ROUTE_TABLE, name, {"routes": routes}, refs={**refs, "vpcId": ["vpc"]}),
        resource(
            types.ROUTE_TABLE_ASSOCIATION,
            f"association-of-{subnet}",
            {"subnetId": UNKNOWN, "routeTableId": UNKNOWN},
            refs={"subnetId": [subnet], "routeTableId": [name]},
        ),
    ]


def route(table: str, key: str, gateway: str, literal: Raw = UNKNOWN) -> Case:
    refs = {"routeTableId": [table]}
    if gateway:
        refs[key] = [gateway]
    return [
        resource(
            types.ROUTE,
            f"route-{table}",
            {"routeTableId": UNKNOWN, "destinationCidrBlock": "0.0.0.0/0", key: literal},
            refs=refs,
        )
    ]


OUT: Raw = [{"cidrBlock": "0.0.0.0/0", "gatewayId": UNKNOWN}]
NAT: Raw = [{"cidrBlock": "0.0.0.0/0", "natGatewayId": UNKNOWN}]
PRIVATE = [*vpc(), *subnet(), *table(NAT, "nat")]
PRIVATE_BY_ROUTE = [
    *vpc(),
    *subnet(),
    *table(),
    *route("table-of-subnet", "natGatewayId", "nat"),
]
MAIN_TABLE = [*vpc(), *subnet()]
INLINE_PUBLIC = [*vpc(), *subnet(), *table(OUT, "igw")]
ROUTE_PUBLIC = [
    *vpc(),
    *subnet(tags={"Name": "private"}),
    *table(),
    *route("table-of-subnet", "gatewayId", "igw"),
]
LITERAL_PUBLIC = [
    *vpc(),
    *subnet(),
    *table([{"cidrBlock": "0.0.0.0/0", "gatewayId": "igw-0abc"}]),
]
MAIN_PUBLIC = [*vpc(), *subnet(), *route("vpc", "gatewayId", "igw")]
MAIN_REPLACED = [
    *vpc(),
    *subnet(),
    resource(types.ROUTE_TABLE, "main", {"routes": OUT}, refs={"routes": ["igw"]}),
    resource(
        types.MAIN_ROUTE_TABLE, "as-main", {}, refs={"vpcId": ["vpc"], "routeTableId": ["main"]}
    ),
]
ADOPTED_PUBLIC = [
    *vpc(),
    *subnet(),
    resource(
        types.DEFAULT_ROUTE_TABLE,
        "main",
        {"routes": OUT},
        refs={"routes": ["igw"], "defaultRouteTableId": ["vpc"]},
    ),
]
HANDS_OUT = [*vpc(), *subnet(mapPublicIpOnLaunch=True)]
DEFAULT_SUBNET = [resource(types.DEFAULT_SUBNET, "subnet", {})]
TWO = [*INLINE_PUBLIC, *subnet("inner"), *table(NAT, "nat", "inner")]
FOREIGN_VPC = [resource(types.SUBNET, "subnet", {"vpcId": "vpc-0abc"})]


MAIN_BY_ASSOCIATION = [
    *vpc(),
    *subnet(),
    *route("vpc", "gatewayId", "igw"),
    resource(
        types.ROUTE_TABLE_ASSOCIATION,
        "with-main",
        {"subnetId": UNKNOWN, "routeTableId": UNKNOWN},
        refs={"subnetId": ["subnet"], "routeTableId": ["vpc"]},
    ),
]
DEFAULT_VPC = [
    resource(types.DEFAULT_VPC, "vpc", {}),
    resource(types.SUBNET, "subnet", {"vpcId": UNKNOWN}, refs={"vpcId": ["vpc"]}),
]
LATE_ROUTES = [
    *vpc(),
    *subnet(),
    resource(types.ROUTE_TABLE, "late", {"routes": UNKNOWN}, refs={"routes": ["igw", "nat"]}),
    resource(
        types.ROUTE_TABLE_ASSOCIATION,
        "a",
        {},
        refs={"subnetId": ["subnet"], "routeTableId": ["late"]},
    ),
]
TWO_ROUTES = [*INLINE_PUBLIC, *route("table-of-subnet", "natGatewayId", "nat")]
PUBLIC = [
    INLINE_PUBLIC,
    ROUTE_PUBLIC,
    LITERAL_PUBLIC,
    MAIN_PUBLIC,
    MAIN_REPLACED,
    ADOPTED_PUBLIC,
    HANDS_OUT,
    DEFAULT_SUBNET,
    MAIN_BY_ASSOCIATION,
    DEFAULT_VPC,
    LATE_ROUTES,
    TWO_ROUTES,
]

# As after a deployment: ids are known, so it is known which of two subnets was picked.
DEPLOYED = [
    *INLINE_PUBLIC[:-3],
    resource(types.SUBNET, "subnet", {}, id="subnet-outer", refs={"vpcId": ["vpc"]}),
    *table(OUT, "igw"),
    resource(types.SUBNET, "inner", {}, id="subnet-inner", refs={"vpcId": ["vpc"]}),
    *table(NAT, "nat", "inner"),
]
VPN = [
    *vpc(),
    resource("aws:ec2/vpnGateway:VpnGateway", "vpn", {}),
    *subnet(),
    *table(),
    *route("table-of-subnet", "gatewayId", "vpn"),
]
SOMEWHERE = [
    *vpc(),
    *subnet(),
    resource(
        types.ROUTE_TABLE_ASSOCIATION,
        "a",
        {"routeTableId": "rtb-0abc"},
        refs={"subnetId": ["subnet"]},
    ),
]
LATE_GATEWAY = [
    *vpc(),
    *subnet(),
    resource(types.ROUTE_TABLE, "t", {"routes": [{"gatewayId": UNKNOWN}]}),
    resource(
        types.ROUTE_TABLE_ASSOCIATION, "a", {}, refs={"subnetId": ["subnet"], "routeTableId": ["t"]}
    ),
]
LATE_TABLE = [
    *vpc(),
    resource(types.BUCKET, "b", {}),
    *subnet(),
    resource(types.ROUTE_TABLE, "t", {"routes": UNKNOWN}, refs={"routes": ["b"]}),
    resource(
        types.ROUTE_TABLE_ASSOCIATION, "a", {}, refs={"subnetId": ["subnet"], "routeTableId": ["t"]}
    ),
]
