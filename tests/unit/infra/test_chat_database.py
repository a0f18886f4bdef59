"""The database in the whole system: who reaches it how, in each committed size."""

from __future__ import annotations

import json
import re
from typing import cast

import pytest

from graph.model import Graph, Resource
from tests.unit.infra.chat_parts import SERVICES, primary, replicas, secrets, variables
from tests.unit.infra.recorded import STACKS, all_of, config_of, named, one, stack_graph

_WITH_PROXY = {"10k-dau", "25k-dau", "50k-dau", "100k-dau", "prod"}
_WITH_REPLICA = {"100k-dau"}
_WITHOUT_GATEWAY = {"dev"}


def service_secret(graph: Graph) -> str:
    return str(named(graph, "database-service-secret")["arn"].value)


def output(graph: Graph, name: str) -> str:
    (stack,) = [one for one in graph.resources if one.type == "pulumi:pulumi:Stack"]
    return str(stack.properties[name].value)


def permissions(graph: Graph, role: str) -> list[Resource]:
    return named(graph, role, "Role").referrers("aws:iam/rolePolicy:RolePolicy", property="role")


@pytest.mark.parametrize("stack", STACKS)
def test_services_write_to_the_proxy_where_there_is_one(stack: str) -> None:
    graph = stack_graph(stack)

    entry = one(graph, "Proxy")["endpoint"] if stack in _WITH_PROXY else primary(graph)["address"]

    for service in SERVICES:
        assert variables(graph, service)["DATABASE_HOST"] == entry.value
    assert len(all_of(graph, "Proxy")) == (stack in _WITH_PROXY)


@pytest.mark.parametrize("stack", STACKS)
def test_services_read_from_the_copy_where_there_is_one(stack: str) -> None:
    graph = stack_graph(stack)

    copies = replicas(graph)

    assert bool(copies) == (stack in _WITH_REPLICA)
    for service in SERVICES:
        told = variables(graph, service)
        expected = copies[0]["address"].value if copies else told["DATABASE_HOST"]
        assert told["DATABASE_READ_HOST"] == expected


@pytest.mark.parametrize("stack", STACKS)
def test_services_are_the_least_privilege_user_in_every_size(stack: str) -> None:
    graph = stack_graph(stack)
    arn = service_secret(graph)

    for service in SERVICES:
        given = secrets(graph, service)
        assert given["DATABASE_USERNAME"] == f"{arn}:username::"
        assert given["DATABASE_PASSWORD"] == f"{arn}:password::"
        assert variables(graph, service)["DATABASE_SECRET_ARN"] == arn


@pytest.mark.parametrize("stack", STACKS)
def test_a_running_task_may_read_its_renewed_password_and_no_administrators(stack: str) -> None:
    graph = stack_graph(stack)
    administrators = output(graph, "databaseSecretArn")

    for service in SERVICES:
        of_task = permissions(graph, f"{service}-roles-task")
        of_start = permissions(graph, f"{service}-roles-execution")
        assert any(service_secret(graph) in str(one["policy"].value) for one in of_task)
        assert not any(administrators in str(one["policy"].value) for one in of_task + of_start)


@pytest.mark.parametrize("stack", STACKS)
def test_only_the_database_setup_is_given_the_administrators_password(stack: str) -> None:
    graph = stack_graph(stack)
    administrators = output(graph, "databaseSecretArn")

    holders = {
        task.name
        for task in all_of(graph, "TaskDefinition")
        if administrators in str(task["containerDefinitions"].value)
    }

    assert holders == {"database-setup-task"}


@pytest.mark.parametrize("stack", STACKS)
def test_passwords_are_renewed_wherever_the_function_has_a_way_out(stack: str) -> None:
    graph = stack_graph(stack)

    schedules = {schedule.name for schedule in all_of(graph, "SecretRotation")}

    expected = set[str]() if stack in _WITHOUT_GATEWAY else {"rotation-service"}
    if stack in _WITH_REPLICA:
        # Elsewhere RDS renews the administrator's password itself.
        expected |= {"rotation-administrator"}
    assert schedules == expected


def test_each_schedule_begins_after_its_secret_says_where_the_database_is() -> None:
    graph = stack_graph("100k-dau")

    for schedule, version in (
        ("rotation-service", "database-service-with-address"),
        ("rotation-administrator", "postgres-administrator-with-address"),
    ):
        assert named(graph, version).urn in named(graph, schedule).dependencies


@pytest.mark.parametrize("stack", STACKS)
def test_the_secret_of_the_services_names_the_instance_and_not_the_proxy(stack: str) -> None:
    graph = stack_graph(stack)

    held = str(named(graph, "database-service-with-address")["secretString"].scalar())

    assert str(primary(graph)["address"].value) in held


@pytest.mark.parametrize("stack", STACKS)
def test_the_setup_command_runs_the_task_with_its_own_group_where_tasks_run(stack: str) -> None:
    graph = stack_graph(stack)

    command = output(graph, "databaseSetupCommand")

    group = named(graph, f"chat-{stack}-database-setup", "SecurityGroup")
    assert f"securityGroups=[{group['id'].value}]" in command
    assert f"--task-definition chat-{stack}-database-setup" in command
    kind = "public" if stack in _WITHOUT_GATEWAY else "private"
    subnets = {
        str(subnet["id"].value)
        for subnet in all_of(graph, "Subnet")
        if kind in str(subnet["tags"]["Name"].value)
    }
    (named_subnets,) = re.findall(r"subnets=\[([^]]*)\]", command)
    assert set(named_subnets.split(",")) == subnets
    assert ("assignPublicIp=ENABLED" in command) == (stack in _WITHOUT_GATEWAY)


@pytest.mark.parametrize("stack", STACKS)
def test_the_database_and_not_its_copy_is_backed_up(stack: str) -> None:
    graph = stack_graph(stack)

    selection = one(graph, "Selection")

    assert [arn.value for arn in selection["resources"].items()] == [primary(graph)["arn"].value]


@pytest.mark.parametrize("stack", STACKS)
def test_the_copy_and_the_proxy_stand_in_groups_of_their_own(stack: str) -> None:
    graph = stack_graph(stack)

    groups = [
        str(part[key].items()[0].value)
        for part, key in [
            (primary(graph), "vpcSecurityGroupIds"),
            *((copy, "vpcSecurityGroupIds") for copy in replicas(graph)),
            *((proxy, "vpcSecurityGroupIds") for proxy in all_of(graph, "Proxy")),
        ]
    ]

    assert len(set(groups)) == len(groups)


@pytest.mark.parametrize("stack", sorted(_WITH_PROXY))
def test_the_proxy_stands_in_two_zones_at_least(stack: str) -> None:
    zones = cast("list[str]", json.loads(config_of(stack)["plumbline:availabilityZones"]))

    subnets = one(stack_graph(stack), "Proxy")["vpcSubnetIds"].items()

    assert len(subnets) == len(zones) >= 2
