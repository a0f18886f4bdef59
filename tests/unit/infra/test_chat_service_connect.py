"""Calls between services, on a stack that enables them; and that the committed ones don't."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import pytest

from graph.model import Graph, Resource
from tests.unit.infra.recorded import STACKS, all_of, changed_graph, named, one, stack_graph

GROUP = "aws:ec2/securityGroup:SecurityGroup"
CALLED = {"api": set[str]({"realtime"}), "realtime": set[str](), "workers": {"api", "realtime"}}


@cache
def connected() -> Graph:
    return changed_graph("dev", enableServiceConnect="true")


def container(service: str) -> Any:
    return json.loads(str(named(connected(), f"{service}-task")["containerDefinitions"].value))[0]


def internal_urls(service: str) -> dict[str, str]:
    return {
        entry["name"].removesuffix("_INTERNAL_URL").lower(): entry["value"]
        for entry in container(service)["environment"]
        if entry["name"].endswith("_INTERNAL_URL")
    }


def servers() -> dict[str, Any]:
    """What each service answers to, by the name under which it's called."""
    found: dict[str, Any] = {}
    for service in all_of(connected(), "Service"):
        for server in service["serviceConnectConfiguration"]["services"].items():
            alias = server["clientAlias"][0]
            found[str(alias["dnsName"].value)] = (
                f"{alias['dnsName'].value}:{alias['port'].value}",
                server["ingressPortOverride"].value,
            )
    return found


def party(rule: Resource, property_name: str) -> str:
    (group,) = rule.references(property_name, GROUP)
    return group.name.removeprefix("chat-dev-")


@pytest.mark.parametrize("stack", STACKS)
def test_in_no_committed_stack_do_services_call_each_other(stack: str) -> None:
    graph = stack_graph(stack)

    assert all_of(graph, "HttpNamespace") == []
    for service in all_of(graph, "Service"):
        assert service["serviceConnectConfiguration"].absent


@pytest.mark.requirement("CHAT-001-159")
def test_all_services_join_one_namespace() -> None:
    namespace = one(connected(), "HttpNamespace")

    services = all_of(connected(), "Service")
    assert len(services) == 3
    for service in services:
        connection = "serviceConnectConfiguration"
        assert service[connection]["enabled"].value
        assert namespace in service.references(connection, namespace.type)


@pytest.mark.requirement("CHAT-001-159")
def test_the_api_is_called_on_port_3000_and_workers_are_not_called() -> None:
    assert {name: address for name, (address, _) in servers().items()} == {
        "api": "api:3000",
        "realtime": "realtime:3001",
    }


@pytest.mark.parametrize("service", CALLED)
def test_a_service_is_told_where_those_are_that_it_calls(service: str) -> None:
    assert internal_urls(service) == {
        called: f"http://{servers()[called][0]}" for called in CALLED[service]
    }


@pytest.mark.parametrize("service", CALLED)
def test_a_service_may_call_exactly_those(service: str) -> None:
    allowed = {
        (party(rule, "securityGroupId"), rule["fromPort"].value)
        for rule in all_of(connected(), "SecurityGroupIngressRule")
        if rule["cidrIpv4"].absent and party(rule, "referencedSecurityGroupId") == service
    }

    assert {rule for rule in allowed if rule[0] in CALLED} == {
        (called, servers()[called][1]) for called in CALLED[service]
    }


def test_web_sockets_do_not_pass_the_proxy() -> None:
    way_of_the_load_balancer = {
        party(rule, "securityGroupId"): rule["fromPort"].value
        for rule in all_of(connected(), "SecurityGroupIngressRule")
        if rule["cidrIpv4"].absent and party(rule, "referencedSecurityGroupId") == "alb"
    }

    for service, (_, proxy_port) in servers().items():
        container_port = container(service)["portMappings"][0]["containerPort"]
        assert way_of_the_load_balancer[service] == container_port != proxy_port


@pytest.mark.parametrize("service", CALLED)
def test_a_service_is_started_after_those_that_it_calls(service: str) -> None:
    found = named(connected(), f"{service}-service")

    for called in CALLED[service]:
        assert named(connected(), f"{called}-service").urn in found.dependencies


@pytest.mark.parametrize("service", CALLED)
def test_a_service_may_write_the_proxies_log(service: str) -> None:
    log = next(
        group for group in all_of(connected(), "LogGroup") if group.name.startswith("services-")
    )
    policy = named(connected(), f"{service}-roles-execution-pull-and-log")["policy"]

    statements = json.loads(str(policy.value))["Statement"]
    (write,) = [one for one in statements if one["Sid"] == "WriteOwnLog"]
    assert any(re.search(f":{log['name'].value}:", arn) for arn in write["Resource"])
