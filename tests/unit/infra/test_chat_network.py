"""Where the parts of the chat system stand in its network, and what guards them."""

from __future__ import annotations

import json

import pytest

from graph.model import Resource
from tests.unit.infra.chat_parts import SERVICES, primary
from tests.unit.infra.recorded import STACKS, all_of, config_of, named, one, stack_graph

SUBNET = "aws:ec2/subnet:Subnet"


def subnet_tiers(resource: Resource, property_name: str) -> set[str]:
    found = resource.references(property_name, SUBNET)
    assert found, f"{resource.name} names no subnet"
    return {str(subnet["tags"]["Tier"].value) for subnet in found}


@pytest.mark.requirement(
    "CHAT-000-34", "CHAT-001-011", "CHAT-001-021", "CHAT-001-101", "CHAT-001-102"
)
@pytest.mark.parametrize("stack", STACKS)
def test_tasks_stand_in_public_subnets_only_where_no_gateway_leads_out(stack: str) -> None:
    graph = stack_graph(stack)
    tier = "public" if config_of(stack)["plumbline:natGateways"] == "0" else "private"

    services = all_of(graph, "Service")
    assert len(services) == 3
    for service in services:
        network = service["networkConfiguration"]
        assert subnet_tiers(service, "networkConfiguration") == {tier}
        assert network["assignPublicIp"].value is (tier == "public")


@pytest.mark.requirement("CHAT-000-33", "CHAT-000-34")
@pytest.mark.parametrize("stack", STACKS)
def test_data_stands_in_private_subnets_and_the_load_balancer_in_public_ones(stack: str) -> None:
    graph = stack_graph(stack)

    groups = all_of(graph, "SubnetGroup")
    assert len(groups) >= 2
    for group in groups:
        assert subnet_tiers(group, "subnetIds") == {"private"}
    assert subnet_tiers(one(graph, "LoadBalancer"), "subnets") == {"public"}


@pytest.mark.requirement("CHAT-001-022", "CHAT-001-050", "CHAT-001-051")
@pytest.mark.parametrize("stack", STACKS)
def test_there_are_as_many_gateways_and_subnets_as_configured(stack: str) -> None:
    graph, config = stack_graph(stack), config_of(stack)

    zones = json.loads(config["plumbline:availabilityZones"])
    assert len(all_of(graph, "NatGateway")) == int(config["plumbline:natGateways"])
    assert len(all_of(graph, "Subnet")) == 2 * len(zones)


@pytest.mark.requirement("CHAT-004-37")
@pytest.mark.parametrize("stack", STACKS)
def test_only_what_may_be_lost_can_be_deleted_at_once(stack: str) -> None:
    graph = stack_graph(stack)
    guarded = config_of(stack)["plumbline:environment"] == "prod"

    assert primary(graph)["deletionProtection"].value is guarded
    assert one(graph, "LoadBalancer")["enableDeletionProtection"].value is guarded


@pytest.mark.requirement("CHAT-001-145")
@pytest.mark.parametrize("stack", STACKS)
def test_a_redis_with_replicas_fails_over_by_itself(stack: str) -> None:
    for group in all_of(stack_graph(stack), "ReplicationGroup"):
        replicated = int(str(group["numCacheClusters"].value)) > 1
        assert group["automaticFailoverEnabled"].value is replicated, group
        assert group["multiAzEnabled"].value is replicated, group


@pytest.mark.requirement("CHAT-001-029", "CHAT-001-074")
@pytest.mark.parametrize("stack", STACKS)
def test_tasks_have_the_architecture_that_is_configured(stack: str) -> None:
    graviton = config_of(stack)["plumbline:enableGraviton"] == "true"

    for service in SERVICES:
        task = named(stack_graph(stack), f"{service}-task")
        architecture = task["runtimePlatform"]["cpuArchitecture"].value
        assert architecture == ("ARM64" if graviton else "X86_64"), task
