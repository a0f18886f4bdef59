"""A network: two subnets a zone, and a way to the internet for each as planned."""

from __future__ import annotations

import pytest

from graph.model import Graph
from infra.components.network import Network, NetworkArgs
from infra.plan.subnets import plan_zones
from tests.unit.infra.recorded import CONTEXT, all_of, asked, component_graph, named, one

ZONES = ("eu-central-1a", "eu-central-1b", "eu-central-1c")


def network(nat_gateways: int) -> Graph:
    args = NetworkArgs(context=CONTEXT, zones=plan_zones(ZONES, nat_gateways))
    return component_graph(lambda: Network("network", args))


@pytest.mark.requirement("CHAT-000-32", "CHAT-001-100")
def test_every_zone_has_a_public_and_a_private_subnet_that_hand_out_no_addresses() -> None:
    subnets = all_of(network(1), "Subnet")

    assert {(s["availabilityZone"].value, s["tags"]["Tier"].value) for s in subnets} == {
        (zone, tier) for zone in ZONES for tier in ("public", "private")
    }
    assert not any(subnet["mapPublicIpOnLaunch"].value for subnet in subnets)


@pytest.mark.requirement("CHAT-001-051", "CHAT-001-103")
@pytest.mark.parametrize("gateways", [0, 1, 2, 3])
def test_there_are_as_many_gateways_as_asked_for_each_in_a_public_subnet(gateways: int) -> None:
    graph = network(gateways)

    nats = all_of(graph, "NatGateway")
    assert len(nats) == len(all_of(graph, "Eip")) == gateways
    for nat in nats:
        (subnet,) = nat.references("subnetId", "aws:ec2/subnet:Subnet")
        assert subnet["tags"]["Tier"].value == "public"


@pytest.mark.requirement("CHAT-000-35")
def test_one_gateway_serves_the_private_subnets_of_all_zones() -> None:
    graph = network(1)

    routes = [route for route in all_of(graph, "Route") if route["natGatewayId"].is_set().value]
    assert len(routes) == 3
    for route in routes:
        (nat,) = route.references("natGatewayId", "aws:ec2/natGateway:NatGateway")
        assert nat.name == "network-nat-a"


@pytest.mark.requirement("CHAT-001-103")
def test_two_gateways_share_the_zones_and_each_serves_its_own() -> None:
    graph = network(2)

    ways = {
        zone: named(graph, f"network-private-{zone}-to-internet").references("natGatewayId")[0].name
        for zone in "abc"
    }
    assert ways == {"a": "network-nat-a", "b": "network-nat-b", "c": "network-nat-a"}


def test_without_gateways_private_subnets_have_no_way_out() -> None:
    routes = all_of(network(0), "Route")

    assert [route.name for route in routes] == ["network-public-to-internet"]


@pytest.mark.requirement("CHAT-001-104")
def test_s3_is_reached_privately_from_every_route_table() -> None:
    endpoint = one(network(1), "VpcEndpoint")

    assert endpoint["vpcEndpointType"].value == "Gateway"
    assert endpoint["serviceName"].value == "com.amazonaws.eu-central-1.s3"
    assert len(endpoint.references("routeTableIds", "aws:ec2/routeTable:RouteTable")) == 4


def test_the_vpc_resolves_names_and_its_default_group_allows_nothing() -> None:
    graph = network(1)

    vpc = one(graph, "Vpc")
    assert vpc["enableDnsHostnames"].value
    assert vpc["enableDnsSupport"].value
    group = asked(one(graph, "DefaultSecurityGroup"))
    assert group["ingress"].absent
    assert group["egress"].absent


def test_all_of_it_belongs_to_the_component() -> None:
    graph = network(1)

    component = named(graph, "network")
    others = [r for r in graph.resources if r.type.startswith("aws:")]
    assert all(resource.parent == component for resource in others)
