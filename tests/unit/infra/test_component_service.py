"""Services on Fargate: how they run, heal, drain, and what they may do."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from graph.model import Graph
from infra.components.cluster import Cluster, ClusterArgs
from infra.components.fargate_service import (
    Connection,
    FargateService,
    FargateServiceArgs,
    Placement,
    Rollout,
)
from infra.components.service_namespace import ServiceNamespace, ServiceNamespaceArgs
from infra.components.task_roles import TaskRoles, TaskRolesArgs
from infra.plan.capacity import share_capacity
from infra.plan.fargate import TaskSize
from infra.plan.routing import health_command
from infra.plan.service_connect import endpoint_of
from infra.plan.task_policies import send_to
from tests.unit.infra.recorded import CONTEXT, KEY, all_of, asked, component_graph, named, one

QUEUE = "arn:aws:sqs:eu-central-1:123456789012:push"


@cache
def service(
    target_group_arn: str | None = "arn:targets",
    *,
    max_percent: int = 200,
    shell: bool = True,
    connection: Connection | None = None,
) -> Graph:
    args = FargateServiceArgs(
        context=CONTEXT,
        part="api",
        cluster_arn="arn:cluster",
        image="repository:1.0.0",
        command=(),
        size=TaskSize(cpu=512, memory=1024),
        architecture="ARM64",
        port=3000,
        environment={"PORT": "3000"},
        secrets={"DATABASE_PASSWORD": "arn:secret:password::"},
        health_command=health_command(3000, "/health"),
        execution_role_arn="arn:execution",
        task_role_arn="arn:task",
        placement=Placement(
            subnet_ids=["subnet-1"], security_group_id="sg-1", public_address=False
        ),
        capacity=share_capacity(20),
        desired_count=4,
        rollout=Rollout(min_healthy_percent=100, max_percent=max_percent),
        target_group_arn=target_group_arn,
        grace_period=60,
        stop_timeout=30,
        shell=shell,
        connection=connection,
        log_days=30,
        log_key_arn=KEY,
    )
    return component_graph(lambda: FargateService("api", args, wait_for=[]))


def container(graph: Graph | None = None) -> Any:
    task = one(graph or service(), "TaskDefinition")
    return json.loads(str(task["containerDefinitions"].value))[0]


def connected(service_name: str) -> Graph:
    return service(
        connection=Connection(
            namespace_arn="arn:namespace",
            log_group_name="/ecs/chat-test/service-connect",
            endpoint=endpoint_of(service_name),
        )
    )


def test_a_deployment_is_done_when_its_tasks_are_well() -> None:
    assert one(service(), "Service")["waitForSteadyState"].value


@pytest.mark.parametrize(("max_percent", "balance"), [(200, "ENABLED"), (100, "DISABLED")])
def test_tasks_return_to_a_zone_where_there_may_be_one_too_many(
    max_percent: int, balance: str
) -> None:
    found = one(service(max_percent=max_percent), "Service")

    assert found["availabilityZoneRebalancing"].value == balance


@pytest.mark.requirement("CHAT-001-193")
def test_a_shell_can_be_opened_only_where_that_is_asked_for() -> None:
    assert one(service(), "Service")["enableExecuteCommand"].value
    closed = service(shell=False)
    assert not one(closed, "Service")["enableExecuteCommand"].value
    assert one(closed, "TaskDefinition")["volumes"].value == []


def test_a_service_stands_alone_unless_services_call_each_other() -> None:
    assert one(service(), "Service")["serviceConnectConfiguration"].absent


def test_other_services_call_a_service_by_name_past_the_way_of_the_load_balancer() -> None:
    found = one(connected("api"), "Service")["serviceConnectConfiguration"]

    assert found["enabled"].value
    assert found["namespace"].value == "arn:namespace"
    (server,) = found["services"].items()
    mapping = container(connected("api"))["portMappings"][0]
    assert server["portName"].value == mapping["name"] == "api"
    assert server["clientAlias"][0].value == {"dnsName": "api", "port": 3000}
    assert server["ingressPortOverride"].value == 13000 != mapping["containerPort"]
    assert server["timeout"].value == {"idleTimeoutSeconds": 300, "perRequestTimeoutSeconds": 15}
    assert mapping["appProtocol"] == "http"


def test_a_service_that_nobody_calls_only_calls() -> None:
    found = one(connected("workers"), "Service")["serviceConnectConfiguration"]

    assert found["enabled"].value
    assert found["services"].absent


def test_the_proxys_log_is_json_without_query_strings() -> None:
    found = one(connected("api"), "Service")["serviceConnectConfiguration"]

    assert found["logConfiguration"]["options"]["awslogs-group"].value == (
        "/ecs/chat-test/service-connect"
    )
    assert found["accessLogConfiguration"].value == {
        "format": "JSON",
        "includeQueryParameters": "DISABLED",
    }


@pytest.mark.requirement("CHAT-001-155")
def test_a_failed_deployment_is_rolled_back() -> None:
    breaker = one(service(), "Service")["deploymentCircuitBreaker"]

    assert breaker["enable"].value
    assert breaker["rollback"].value


def test_tasks_run_where_they_were_placed_without_a_public_address() -> None:
    network = one(service(), "Service")["networkConfiguration"]

    assert network["subnets"].value == ["subnet-1"]
    assert network["securityGroups"].value == ["sg-1"]
    assert network["assignPublicIp"].value is False


@pytest.mark.requirement("CHAT-001-126", "CHAT-001-183")
def test_capacity_is_shared_between_on_demand_and_spot() -> None:
    shares = one(service(), "Service")["capacityProviderStrategies"].items()

    assert [(s["capacityProvider"].value, s["weight"].value, s["base"].value) for s in shares] == [
        ("FARGATE", 80, 1),
        ("FARGATE_SPOT", 20, 0),
    ]


def test_the_number_of_tasks_is_left_to_the_autoscaling() -> None:
    assert list(one(service(), "Service").options.ignore_changes) == ["desiredCount"]


@pytest.mark.requirement("CHAT-001-112")
def test_a_service_that_nothing_calls_has_no_load_balancer_and_no_grace_period() -> None:
    workers = one(service(None), "Service")

    assert workers["loadBalancers"].absent
    assert workers["healthCheckGracePeriodSeconds"].absent


def test_the_task_has_the_size_and_architecture_that_were_asked_for() -> None:
    task = one(service(), "TaskDefinition")

    assert (task["cpu"].value, task["memory"].value) == ("512", "1024")
    assert task["runtimePlatform"]["cpuArchitecture"].value == "ARM64"
    assert task["networkMode"].value == "awsvpc"


@pytest.mark.requirement("CHAT-000-39")
def test_the_container_gets_settings_in_the_open_and_secrets_by_reference() -> None:
    found = container()

    assert found["environment"] == [{"name": "PORT", "value": "3000"}]
    assert found["secrets"] == [{"name": "DATABASE_PASSWORD", "valueFrom": "arn:secret:password::"}]
    assert found["stopTimeout"] == 30


@pytest.mark.requirement("CHAT-000-41")
def test_the_container_writes_its_own_encrypted_log() -> None:
    group = one(service(), "LogGroup")

    assert container()["logConfiguration"]["options"]["awslogs-group"] == "/ecs/chat-test/api"
    assert group["name"].value == "/ecs/chat-test/api"
    assert group["retentionInDays"].value == 30
    assert group["kmsKeyId"].value == KEY


def test_every_volume_that_a_container_mounts_is_defined() -> None:
    volumes = one(service(), "TaskDefinition")["volumes"].items()

    mounted = {mount["sourceVolume"] for mount in container()["mountPoints"]}
    assert mounted == {str(volume["name"].value) for volume in volumes}


def test_what_a_task_is_told_can_be_judged_from_the_components_inputs() -> None:
    component = asked(named(service(), "api"))

    assert component["environment"]["PORT"].value == "3000"
    assert component["image"].value == "repository:1.0.0"


@pytest.mark.requirement("CHAT-000-55", "CHAT-001-128", "CHAT-001-192")
def test_the_cluster_watches_its_tasks_and_records_every_shell_session() -> None:
    args = ClusterArgs(context=CONTEXT, capacity=share_capacity(0), log_days=30, key_arn=KEY)

    graph = component_graph(lambda: Cluster("cluster", args))

    cluster = named(graph, "cluster-cluster")
    shell = cluster["configuration"]["executeCommandConfiguration"]
    assert cluster["settings"][0].value == {"name": "containerInsights", "value": "enabled"}
    assert shell["logging"].value == "OVERRIDE"
    assert shell["logConfiguration"]["cloudWatchEncryptionEnabled"].value
    assert shell["logConfiguration"]["cloudWatchLogGroupName"].value == "/ecs/chat-test/exec-audit"


def test_a_namespace_has_an_encrypted_log_for_its_proxies() -> None:
    args = ServiceNamespaceArgs(context=CONTEXT, log_days=30, log_key_arn=KEY)

    graph = component_graph(lambda: ServiceNamespace("services", args))

    log = one(graph, "LogGroup")
    assert one(graph, "HttpNamespace")["name"].value == "chat-test"
    assert log["name"].value == "/ecs/chat-test/service-connect"
    assert (log["retentionInDays"].value, log["kmsKeyId"].value) == (30, KEY)


@cache
def roles(*, shell: bool = True) -> Graph:
    args = TaskRolesArgs(
        context=CONTEXT,
        part="api",
        repository_arn="arn:repository",
        log_group_arns=("arn:log", "arn:proxy-log"),
        secret_arns=["arn:secret"],
        renewed_secret_arns=["arn:database"] if shell else [],
        secrets_key_arn="arn:data-key",
        exec_log_group_arn="arn:audit",
        exec_key_arn="arn:operations-key",
        work=send_to(QUEUE),
        shell=shell,
    )
    return component_graph(lambda: TaskRoles("api-roles", args))


def statements(policy: str, *, shell: bool = True) -> dict[str, Any]:
    document = json.loads(str(named(roles(shell=shell), policy)["policy"].value))
    return {statement["Sid"]: statement for statement in document["Statement"]}


@pytest.mark.requirement("CHAT-000-56")
def test_starting_a_task_and_working_in_it_are_two_roles() -> None:
    assert {str(role["name"].value) for role in all_of(roles(), "Role")} == {
        "chat-test-api-execution",
        "chat-test-api-task",
    }


@pytest.mark.requirement("CHAT-001-122")
def test_the_execution_role_reads_its_own_image_log_and_secrets_only() -> None:
    start = statements("api-roles-execution-pull-and-log")
    secrets = statements("api-roles-execution-read-secrets")

    assert start["PullOwnImage"]["Resource"] == ["arn:repository"]
    assert start["WriteOwnLog"]["Resource"] == ["arn:log:*", "arn:proxy-log:*"]
    assert secrets["ReadOwnSecrets"]["Resource"] == ["arn:secret"]
    assert secrets["DecryptOwnSecrets"]["Resource"] == ["arn:data-key"]


@pytest.mark.requirement("CHAT-001-122")
def test_the_task_role_does_its_work_and_no_more() -> None:
    work = statements("api-roles-task-work")

    assert work["SendToQueues"]["Resource"] == [QUEUE]
    assert set(work) == {
        "SendToQueues",
        "SessionChannelsHaveNoResource",
        "FindingTheAuditLogHasNoResource",
        "WriteTheAuditLog",
    }


def test_a_running_task_reads_only_the_secret_that_changes_meanwhile() -> None:
    renewed = statements("api-roles-task-renew-secrets")

    assert renewed["ReadOwnSecrets"]["Resource"] == ["arn:database"]
    assert renewed["DecryptOwnSecrets"]["Resource"] == ["arn:data-key"]


@pytest.mark.requirement("CHAT-001-193")
def test_a_role_of_a_service_without_shells_opens_none() -> None:
    work = statements("api-roles-task-work", shell=False)

    assert set(work) == {"SendToQueues"}
    assert {policy.name for policy in all_of(roles(shell=False), "RolePolicy")} == {
        "api-roles-execution-pull-and-log",
        "api-roles-execution-read-secrets",
        "api-roles-task-work",
    }
