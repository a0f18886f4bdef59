"""What the tasks are given and may do (chat specs 000 and 001)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import cast

import pytest

from graph.model import Graph, Resource
from infra.plan.metrics import chat_metrics
from tests.unit.infra.chat_parts import SERVICES, container, primary, scaling, secrets, variables
from tests.unit.infra.recorded import STACKS, all_of, config_of, named, one, stack_graph

REDIS = "aws:elasticache/replicationGroup:ReplicationGroup"


def statements(policy: Resource) -> Iterator[dict[str, object]]:
    document = cast("dict[str, object]", json.loads(str(policy["policy"].value)))
    yield from cast("list[dict[str, object]]", document["Statement"])


def actions(graph: Graph) -> set[str]:
    """Every action that any role of the stack is allowed."""
    found: set[str] = set()
    for policy in all_of(graph, "RolePolicy"):
        for statement in statements(policy):
            named_actions = statement.get("Action", [])
            found |= (
                {named_actions}
                if isinstance(named_actions, str)
                else set(cast("list[str]", named_actions))
            )
    return found


def redis_host(graph: Graph, name: str) -> str:
    """The address of a Redis by its logical name."""
    return str(named(graph, f"{name}-group", "ReplicationGroup")["primaryEndpointAddress"].value)


@pytest.mark.requirement("CHAT-000-20")
@pytest.mark.parametrize("stack", STACKS)
def test_every_service_is_given_the_database_and_its_credentials(stack: str) -> None:
    graph = stack_graph(stack)
    entry = all_of(graph, "Proxy") or [primary(graph)]
    address = entry[0]["endpoint" if all_of(graph, "Proxy") else "address"].value

    for service in SERVICES:
        told = variables(graph, service)
        assert told["DATABASE_HOST"] == address
        assert told["DATABASE_PORT"] == "5432"
        assert {"DATABASE_USERNAME", "DATABASE_PASSWORD"} <= secrets(graph, service).keys()


@pytest.mark.requirement("CHAT-001-134")
def test_services_connect_to_the_proxy_where_there_is_one() -> None:
    graph = stack_graph("10k-dau")
    proxy = one(graph, "Proxy")

    hosts = {variables(graph, service)["DATABASE_HOST"] for service in SERVICES}
    assert hosts == {str(proxy["endpoint"].value)}


@pytest.mark.requirement("CHAT-000-25", "CHAT-000-26", "CHAT-001-169", "CHAT-001-143")
@pytest.mark.parametrize("stack", STACKS)
def test_services_know_the_redis_of_the_adapter_and_that_of_state(stack: str) -> None:
    graph = stack_graph(stack)
    split = config_of(stack)["plumbline:enableRedisSplit"] == "true"
    adapter, state = ("redis-adapter", "redis-state") if split else ("redis", "redis")

    for service in ("api", "realtime"):
        told = variables(graph, service)
        assert told["REDIS_ADAPTER_HOST"] == redis_host(graph, adapter)
        assert told["REDIS_STATE_HOST"] == redis_host(graph, state)
        assert "REDIS_PASSWORD" in secrets(graph, service)
        assert "REDIS_PASSWORD" not in told


@pytest.mark.requirement("CHAT-000-52")
@pytest.mark.parametrize("stack", STACKS)
def test_every_service_meets_the_same_adapter(stack: str) -> None:
    graph = stack_graph(stack)

    assert len({variables(graph, service)["REDIS_ADAPTER_HOST"] for service in SERVICES}) == 1


@pytest.mark.requirement("CHAT-001-170")
@pytest.mark.parametrize("stack", STACKS)
def test_redis_takes_nothing_but_tls_and_nobody_is_told_to_leave_it_unverified(stack: str) -> None:
    graph = stack_graph(stack)

    for redis in graph.of_type(REDIS):
        assert redis["transitEncryptionMode"].value == "required"
        assert redis["port"].value == 6379
    for service in SERVICES:
        told = variables(graph, service)
        assert told["REDIS_PORT"] == "6379"
        assert "NODE_TLS_REJECT_UNAUTHORIZED" not in told


@pytest.mark.requirement("CHAT-001-171")
@pytest.mark.parametrize("stack", STACKS)
def test_services_know_the_web_frontend_whose_origin_they_admit(stack: str) -> None:
    domain = config_of(stack)["plumbline:domainName"]

    for service in ("api", "realtime"):
        assert variables(stack_graph(stack), service)["WEB_URL"] == f"https://{domain}"


@pytest.mark.requirement("CHAT-001-020", "CHAT-004-21", "CHAT-001-019")
@pytest.mark.parametrize("stack", STACKS)
def test_the_api_knows_where_to_send_and_the_workers_where_to_receive(stack: str) -> None:
    graph = stack_graph(stack)

    for service in ("api", "workers"):
        told = variables(graph, service)
        for queue in ("push", "offline"):
            (url,) = [
                q["url"].value for q in all_of(graph, "Queue") if q.name == f"{queue}-queue-queue"
            ]
            assert told[f"{queue.upper()}_QUEUE_URL"] == url
    assert int(str(named(graph, "workers-service", "Service")["desiredCount"].value)) >= 1


@pytest.mark.requirement("CHAT-001-173", "CHAT-001-174")
def test_scaling_and_tasks_speak_of_metrics_by_the_same_names() -> None:
    graph = stack_graph("100k-dau")
    metrics = chat_metrics()
    policies = scaling(graph, "realtime")
    tracking = policies[metrics.active_connections.name]["targetTrackingScalingPolicyConfiguration"]
    watched = tracking["customizedMetricSpecification"]

    assert metrics.event_loop_lag.name in policies
    assert variables(graph, "realtime")["METRICS_NAMESPACE"] == metrics.namespace
    assert watched["namespace"].value == metrics.namespace
    told = variables(graph, "realtime")
    for dimension in watched["dimensions"].items():
        known = {metrics.cluster.name: metrics.cluster, metrics.service.name: metrics.service}
        assert told[known[str(dimension["name"].value)].environment] == dimension["value"].value


@pytest.mark.requirement("CHAT-001-191")
@pytest.mark.parametrize("stack", STACKS)
def test_no_role_of_the_stack_may_open_a_shell_in_a_task(stack: str) -> None:
    found = actions(stack_graph(stack))

    assert found
    assert {
        action for action in found if action.lower() in {"*", "ecs:*", "ecs:executecommand"}
    } == set()


@pytest.mark.requirement("CHAT-001-125")
@pytest.mark.parametrize("stack", STACKS)
def test_a_shell_can_be_opened_in_every_service(stack: str) -> None:
    for service in all_of(stack_graph(stack), "Service"):
        assert service["enableExecuteCommand"].value is True


@pytest.mark.requirement("CHAT-001-192")
@pytest.mark.parametrize("stack", STACKS)
def test_shell_sessions_are_logged(stack: str) -> None:
    graph = stack_graph(stack)
    settings = one(graph, "Cluster")["configuration"]["executeCommandConfiguration"]
    log = settings["logConfiguration"]["cloudWatchLogGroupName"].value

    assert settings["logging"].value == "OVERRIDE"
    assert log in [group["name"].value for group in all_of(graph, "LogGroup")]


@pytest.mark.requirement("CHAT-001-168", "CHAT-000-41")
@pytest.mark.parametrize("stack", STACKS)
def test_a_services_log_is_found_by_stack_and_service(stack: str) -> None:
    graph = stack_graph(stack)
    groups = {str(group["name"].value) for group in all_of(graph, "LogGroup")}

    for service in SERVICES:
        logging = cast("dict[str, object]", container(graph, service)["logConfiguration"])
        options = cast("dict[str, str]", logging["options"])
        assert logging["logDriver"] == "awslogs"
        assert options["awslogs-group"] == f"/ecs/chat-{stack}/{service}"
        assert options["awslogs-group"] in groups


@pytest.mark.requirement("CHAT-000-50", "CHAT-001-178", "CHAT-001-179", "CHAT-001-018")
@pytest.mark.parametrize("stack", STACKS)
def test_every_service_scales_out_over_60_percent_cpu_and_70_percent_memory(stack: str) -> None:
    graph = stack_graph(stack)

    for service in SERVICES:
        policies = scaling(graph, service)
        for metric, percent in (("CPU", 60), ("Memory", 70)):
            policy = policies[f"ECSServiceAverage{metric}Utilization"]
            target = policy["targetTrackingScalingPolicyConfiguration"]["targetValue"]
            assert target.value == percent


@pytest.mark.requirement("CHAT-000-51", "CHAT-001-129")
@pytest.mark.parametrize("stack", STACKS)
def test_the_api_scales_on_requests_too(stack: str) -> None:
    assert "ALBRequestCountPerTarget" in scaling(stack_graph(stack), "api")


@pytest.mark.requirement("CHAT-001-130", "CHAT-001-131", "CHAT-001-030", "CHAT-001-031")
@pytest.mark.parametrize("stack", STACKS)
def test_metrics_of_their_own_scale_realtime_and_workers_from_10k_on(stack: str) -> None:
    graph = stack_graph(stack)
    full = stack not in {"dev", "1k-dau", "5k-dau"}

    assert ({"ActiveConnections", "EventLoopLagMs"} <= scaling(graph, "realtime").keys()) is full
    assert (
        {"ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"}
        <= scaling(graph, "workers").keys()
    ) is full
    if not full:
        assert len(scaling(graph, "realtime")) == len(scaling(graph, "workers")) == 2


@pytest.mark.requirement("CHAT-001-132")
@pytest.mark.parametrize("stack", STACKS)
def test_every_container_has_time_to_stop_in_order_and_hears_sigterm(stack: str) -> None:
    """Without an init process a shell between would swallow the signal."""
    for service in SERVICES:
        definition = container(stack_graph(stack), service)
        parameters = cast("dict[str, bool]", definition["linuxParameters"])
        assert parameters["initProcessEnabled"] is True
        assert 30 <= cast("int", definition["stopTimeout"]) <= 120


@pytest.mark.requirement("CHAT-001-112")
@pytest.mark.parametrize("stack", STACKS)
def test_what_the_load_balancer_checks_has_the_configured_time_to_become_well(stack: str) -> None:
    configured = int(config_of(stack)["plumbline:healthCheckGracePeriodSeconds"])

    for service in all_of(stack_graph(stack), "Service"):
        checked = bool(service["loadBalancers"].items())
        grace = service["healthCheckGracePeriodSeconds"]
        assert grace.value == configured if checked else grace.absent
