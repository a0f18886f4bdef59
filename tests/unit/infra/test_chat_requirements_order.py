"""Modules depend on each other, and reach each other, as chat spec 004 draws it."""

from __future__ import annotations

import pytest

from graph.model import Graph, Resource
from tests.unit.infra.recorded import STACKS, all_of, named, one, stack_graph


def needs(graph: Graph, resource: Resource) -> set[str]:
    """The names of all that must exist before a resource, near and far."""
    found: set[str] = set()
    waiting = [resource]
    while waiting:
        current = waiting.pop()
        urns = current.dependencies.union(*current.property_dependencies.values())
        for other in graph.resources_at(urns, set()):
            if other.name not in found:
                found.add(other.name)
                waiting.append(other)
    return found


@pytest.mark.requirement("CHAT-004-24")
@pytest.mark.parametrize("stack", STACKS)
def test_the_record_needs_the_load_balancer_which_needs_groups_and_network(stack: str) -> None:
    graph = stack_graph(stack)
    record = needs(graph, named(graph, "dns-record", "Record"))
    (listener,) = [one for one in all_of(graph, "Listener") if one["protocol"].value == "HTTPS"]

    assert one(graph, "LoadBalancer").name in record
    assert one(graph, "Vpc").name in record
    assert one(graph, "CertificateValidation").name in needs(graph, listener)
    assert any(
        group.references("securityGroups", "aws:ec2/securityGroup:SecurityGroup")
        for group in all_of(graph, "LoadBalancer")
    )


@pytest.mark.requirement("CHAT-004-24")
@pytest.mark.parametrize("stack", STACKS)
def test_stores_need_their_groups(stack: str) -> None:
    graph = stack_graph(stack)
    groups = {group.name for group in all_of(graph, "SecurityGroup")}

    for store in [*all_of(graph, "ReplicationGroup"), *all_of(graph, "Instance")]:
        assert needs(graph, store) & groups, store


@pytest.mark.requirement("CHAT-004-24")
@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("service", ["api", "realtime", "workers"])
def test_a_service_needs_cluster_roles_repository_and_network(stack: str, service: str) -> None:
    graph = stack_graph(stack)
    needed = needs(graph, named(graph, f"{service}-service", "Service"))

    assert one(graph, "Cluster").name in needed
    assert one(graph, "Vpc").name in needed
    assert {role.name for role in all_of(graph, "Role") if role.name.startswith(service)} <= needed
    assert any(name.startswith("push-queue") for name in needed) or service == "realtime"


@pytest.mark.requirement("CHAT-004-24", "CHAT-004-22")
@pytest.mark.parametrize("stack", STACKS)
def test_copies_are_made_of_the_database(stack: str) -> None:
    graph = stack_graph(stack)
    (selection,) = all_of(graph, "Selection")

    assert "postgres-instance" in needs(graph, selection)


GROUP = "aws:ec2/securityGroup:SecurityGroup"


def called(graph: Graph, service: str) -> set[tuple[str, str]]:
    """What a service's tasks may open connections to: the resources or addresses, and the port."""
    (network,) = [named(graph, f"{service}-service", "Service")]
    (own,) = network.references("networkConfiguration", GROUP)
    found: set[tuple[str, str]] = set()
    for rule in all_of(graph, "SecurityGroupEgressRule"):
        if own not in rule.references("securityGroupId", GROUP):
            continue
        port = str(rule["toPort"].value)
        for group in rule.references("referencedSecurityGroupId", GROUP):
            behind = group.referrers(*STORES)
            found |= {(store.type.rpartition(":")[2], port) for store in behind}
        if not rule["cidrIpv4"].absent:
            found.add((str(rule["cidrIpv4"].value), port))
    return found


STORES = (
    "aws:rds/instance:Instance",
    "aws:rds/proxy:Proxy",
    "aws:elasticache/replicationGroup:ReplicationGroup",
)


@pytest.mark.requirement("CHAT-004-20", "CHAT-000-59", "CHAT-001-117")
@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("service", ["api", "realtime", "workers"])
def test_a_service_reaches_database_redis_and_https_and_nothing_else(
    stack: str, service: str
) -> None:
    graph = stack_graph(stack)
    entry = {("Proxy", "5432")} if all_of(graph, "Proxy") else {("Instance", "5432")}
    replica = (
        {("Instance", "5432")} if len(all_of(graph, "Instance")) > 1 else set[tuple[str, str]]()
    )

    assert called(graph, service) == {
        *entry,
        *replica,
        ("ReplicationGroup", "6379"),
        ("0.0.0.0/0", "443"),
    }
