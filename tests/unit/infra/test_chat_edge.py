"""The way in of each committed stack, and what its Redis is made of."""

from __future__ import annotations

import json

import pytest

from tests.unit.infra.recorded import STACKS, all_of, config_of, named, one, stack_graph


@pytest.mark.requirement(
    "CHAT-001-015", "CHAT-001-024", "CHAT-001-093", "CHAT-004-19", "CHAT-004-34"
)
@pytest.mark.parametrize("stack", STACKS)
def test_a_firewall_stands_before_the_load_balancer_exactly_where_it_is_enabled(
    stack: str,
) -> None:
    graph, wanted = stack_graph(stack), config_of(stack)["plumbline:enableWaf"] == "true"

    associations = all_of(graph, "WebAclAssociation")
    assert len(associations) == (1 if wanted else 0)
    for association in associations:
        balancer = one(graph, "LoadBalancer")
        assert association.references("resourceArn", balancer.type) == [balancer]


@pytest.mark.requirement("CHAT-001-094", "CHAT-001-095")
@pytest.mark.parametrize("stack", STACKS)
def test_the_firewalls_limits_are_those_of_the_configuration(stack: str) -> None:
    config = config_of(stack)
    keys = {"api-rate": "wafApiRateLimitPer5Min", "socket-rate": "wafSocketRateLimitPer5Min"}

    limits = {
        str(rule["name"].value): str(rule["statement"]["rateBasedStatement"]["limit"].value)
        for acl in all_of(stack_graph(stack), "WebAcl")
        for rule in acl["rules"].items()
        if not rule["statement"]["rateBasedStatement"].absent
    }
    assert limits == {
        part: config[f"plumbline:{key}"]
        for part, key in keys.items()
        if f"plumbline:{key}" in config
    }


@pytest.mark.requirement("CHAT-001-087", "CHAT-001-143", "CHAT-001-169")
@pytest.mark.parametrize("stack", STACKS)
def test_each_redis_stands_behind_its_own_group_and_services_are_told_both_hosts(
    stack: str,
) -> None:
    graph = stack_graph(stack)
    group = "aws:ec2/securityGroup:SecurityGroup"

    behind = {
        str(cache["primaryEndpointAddress"].value): cache.references("securityGroupIds", group)
        for cache in all_of(graph, "ReplicationGroup")
    }
    assert all(len(groups) == 1 for groups in behind.values())
    assert len({groups[0].urn for groups in behind.values()}) == len(behind)
    for service in ("api", "realtime", "workers"):
        task = json.loads(str(named(graph, f"{service}-task")["containerDefinitions"].value))[0]
        told = {entry["name"]: entry["value"] for entry in task["environment"]}
        assert {told["REDIS_ADAPTER_HOST"], told["REDIS_STATE_HOST"]} == set(behind)


@pytest.mark.requirement("CHAT-001-191")
@pytest.mark.parametrize("stack", STACKS)
def test_no_role_of_a_stack_may_open_shells(stack: str) -> None:
    policies = [str(policy["policy"].value) for policy in all_of(stack_graph(stack), "RolePolicy")]

    assert len(policies) > 10
    assert not any("ecs:" in policy for policy in policies)


@pytest.mark.requirement("CHAT-001-168")
@pytest.mark.parametrize("stack", STACKS)
def test_logs_of_a_service_name_stack_and_service(stack: str) -> None:
    names = {str(group["name"].value) for group in all_of(stack_graph(stack), "LogGroup")}

    assert {f"/ecs/chat-{stack}/{service}" for service in ("api", "realtime", "workers")} <= names
