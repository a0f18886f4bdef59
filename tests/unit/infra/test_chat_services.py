"""The services of the chat system: what leads to them, what they wait for, what they may use."""

from __future__ import annotations

import json

import pytest

from tests.unit.infra.chat_parts import SERVICES, container, secrets, variables
from tests.unit.infra.recorded import STACKS, all_of, named, stack_graph


@pytest.mark.requirement("CHAT-000-14", "CHAT-000-15", "CHAT-001-016", "CHAT-001-107")
@pytest.mark.parametrize("stack", STACKS)
def test_each_path_leads_to_its_service(stack: str) -> None:
    graph = stack_graph(stack)

    paths: dict[str, list[str]] = {}
    for rule in all_of(graph, "ListenerRule"):
        (group,) = rule.references("actions", "aws:lb/targetGroup:TargetGroup")
        (service,) = group.referrers("aws:ecs/service:Service", property="loadBalancers")
        paths[service.name] = [
            str(path.value) for path in rule["conditions"][0]["pathPattern"]["values"].items()
        ]
    assert paths == {
        "api-service": ["/api/*"],
        "realtime-service": ["/socket.io/*", "/ws/*"],
    }


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_waits_for_what_its_first_task_needs(service: str) -> None:
    graph = stack_graph("prod")

    found = named(graph, f"{service}-service")
    needed = {
        named(graph, "cluster-capacity").urn,
        named(graph, f"{service}-roles-execution-pull-and-log").urn,
        named(graph, f"{service}-roles-execution-read-secrets").urn,
        named(graph, f"{service}-to-internet-443").urn,
        named(graph, "network-private-a-to-internet").urn,
    }
    assert needed <= found.dependencies


@pytest.mark.parametrize("service", ["api", "realtime"])
def test_a_routed_service_waits_for_the_rule_that_routes_to_it(service: str) -> None:
    graph = stack_graph("prod")

    rule = named(graph, f"{service}-target-rule")
    assert rule.urn in named(graph, f"{service}-service").dependencies


def test_the_load_balancer_waits_until_it_may_write_its_logs() -> None:
    graph = stack_graph("prod")

    policy = named(graph, "access-logs-policy")
    assert policy.urn in named(graph, "alb-balancer").dependencies


@pytest.mark.requirement("CHAT-000-08", "CHAT-000-10", "CHAT-000-56", "CHAT-001-127")
def test_no_two_services_share_a_role_a_log_or_a_repository() -> None:
    graph = stack_graph("prod")

    tasks = [named(graph, f"{service}-task") for service in SERVICES]
    roles = {str(task[key].value) for task in tasks for key in ("executionRoleArn", "taskRoleArn")}
    logs = {json.dumps(container(graph, service)["logConfiguration"]) for service in SERVICES}
    assert len(roles) == 6
    assert len(logs) == 3
    assert len(all_of(graph, "Repository")) == 3


@pytest.mark.requirement(
    "CHAT-000-29", "CHAT-000-30", "CHAT-000-31", "CHAT-001-019", "CHAT-001-020", "CHAT-004-21"
)
@pytest.mark.parametrize(
    ("service", "sends", "consumes"),
    [
        ("api", {"push", "offline"}, set[str]()),
        ("realtime", {"offline"}, set[str]()),
        ("workers", {"push"}, {"push", "offline"}),
    ],
)
def test_each_service_uses_only_the_queues_of_its_work(
    service: str, sends: set[str], consumes: set[str]
) -> None:
    policy = named(stack_graph("prod"), f"{service}-roles-task-work")["policy"]

    allowed: dict[str, set[str]] = {"SendToQueues": set(), "ConsumeQueues": set()}
    for statement in json.loads(str(policy.value))["Statement"]:
        if statement["Sid"] in allowed:
            allowed[statement["Sid"]] = {
                arn.rpartition("chat-prod-")[2] for arn in statement["Resource"]
            }
    assert allowed == {"SendToQueues": sends, "ConsumeQueues": consumes}


@pytest.mark.requirement("CHAT-000-39")
@pytest.mark.parametrize("service", SERVICES)
def test_secrets_reach_a_task_by_reference_and_settings_in_the_open(service: str) -> None:
    graph = stack_graph("prod")

    injected, settings = secrets(graph, service), variables(graph, service)
    own = {"api": {"AUTH0_CLIENT_SECRET"}, "workers": {"PUSH_CREDENTIALS"}}
    assert injected.keys() == {
        "DATABASE_USERNAME",
        "DATABASE_PASSWORD",
        "REDIS_PASSWORD",
        *own.get(service, set()),
    }
    assert all(source.startswith("arn:") for source in injected.values())
    assert not injected.keys() & settings.keys()
    assert settings["AUTH0_AUDIENCE"] == "https://api.chat.example.com"
    assert settings["SERVICE_NAME"] == service


@pytest.mark.parametrize("stack", STACKS)
def test_a_new_socket_goes_where_there_are_fewest(stack: str) -> None:
    groups = all_of(stack_graph(stack), "TargetGroup")

    assert len(groups) == 2
    for group in groups:
        assert group["loadBalancingAlgorithmType"].value == "least_outstanding_requests", group
