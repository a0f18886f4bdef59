"""Security groups: from the internet to the load balancer to the services to the data."""

from __future__ import annotations

from functools import cache

import pytest

from graph.model import Graph, Resource
from infra.components.security_groups import SecurityGroups, SecurityGroupsArgs
from infra.plan.connections import Call, Connections
from tests.unit.infra.recorded import CONTEXT, all_of, component_graph

GROUP = "aws:ec2/securityGroup:SecurityGroup"


@cache
def groups() -> Graph:
    connections = Connections(
        parties={
            "alb": "The load balancer",
            "api": "Tasks of the service api",
            "workers": "Tasks of the service workers",
            "postgres": "The database",
        },
        calls=(
            Call(caller="alb", called="api", port=3000),
            Call(caller="api", called="postgres", port=5432),
            Call(caller="workers", called="postgres", port=5432),
        ),
        from_internet={"alb": (80, 443)},
        to_internet={"api": (443,), "workers": (443,)},
    )
    args = SecurityGroupsArgs(context=CONTEXT, vpc_id="vpc-1", connections=connections)
    return component_graph(lambda: SecurityGroups("groups", args))


def party(rule: Resource, property_name: str) -> str:
    """Whom a rule's property means: a group by its part, or an address range."""
    found = rule.references(property_name, GROUP)
    return found[0].name.removeprefix("chat-test-") if found else str(rule["cidrIpv4"].value)


def connections(kind: str) -> set[tuple[str, str, int]]:
    return {
        (
            party(rule, "securityGroupId"),
            party(rule, "referencedSecurityGroupId"),
            int(str(rule["fromPort"].value)),
        )
        for rule in all_of(groups(), kind)
    }


@pytest.mark.requirement("CHAT-001-114", "CHAT-001-118", "CHAT-001-119")
def test_the_internet_reaches_the_load_balancer_and_nothing_else() -> None:
    from_internet = {rule for rule in connections("SecurityGroupIngressRule") if "/" in rule[1]}

    assert from_internet == {("alb", "0.0.0.0/0", 80), ("alb", "0.0.0.0/0", 443)}


@pytest.mark.requirement("CHAT-000-36", "CHAT-001-115")
def test_services_are_called_by_the_load_balancer_only_and_workers_by_nobody() -> None:
    called = connections("SecurityGroupIngressRule")

    assert {rule for rule in called if rule[0] == "api"} == {("api", "alb", 3000)}
    assert not {rule for rule in called if rule[0] == "workers"}


@pytest.mark.requirement("CHAT-000-37", "CHAT-001-116")
def test_data_is_called_by_the_services_only() -> None:
    called = {rule for rule in connections("SecurityGroupIngressRule") if rule[0] == "postgres"}

    assert called == {("postgres", "api", 5432), ("postgres", "workers", 5432)}


def test_the_load_balancer_calls_services_only_and_data_calls_nobody() -> None:
    calls = connections("SecurityGroupEgressRule")

    assert {rule for rule in calls if rule[0] == "alb"} == {("alb", "api", 3000)}
    assert not {rule for rule in calls if rule[0] == "postgres"}


@pytest.mark.requirement("CHAT-000-59", "CHAT-001-117")
def test_services_call_data_and_the_internet_over_https() -> None:
    calls = {rule for rule in connections("SecurityGroupEgressRule") if rule[0] == "workers"}

    assert calls == {("workers", "postgres", 5432), ("workers", "0.0.0.0/0", 443)}


def test_every_rule_opens_one_tcp_port_and_says_why() -> None:
    rules = [
        *all_of(groups(), "SecurityGroupIngressRule"),
        *all_of(groups(), "SecurityGroupEgressRule"),
    ]

    for rule in rules:
        assert rule["ipProtocol"].value == "tcp"
        assert rule["fromPort"].value == rule["toPort"].value
        assert rule["description"].value
