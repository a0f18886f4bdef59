"""The whole chat system, dev and prod: how its parts stand to each other."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from graph.model import Graph, Resource
from tests.kit.program import record_stack
from tests.unit.infra.recorded import (
    STACKS,
    all_of,
    asked,
    changed_graph,
    config_of,
    named,
    one,
    program,
    stack_graph,
)

SUBNET = "aws:ec2/subnet:Subnet"
SERVICES = ("api", "realtime", "workers")
UNTAGGABLE = {
    "aws:acm/certificateValidation:CertificateValidation",
    "aws:appautoscaling/policy:Policy",
    "aws:cloudwatch/dashboard:Dashboard",
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
    "aws:ec2/route:Route",
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
    "aws:ecr/lifecyclePolicy:LifecyclePolicy",
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:kms/alias:Alias",
    "aws:route53/record:Record",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    "aws:s3/bucketPolicy:BucketPolicy",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    ("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"),
    "aws:s3/bucketVersioning:BucketVersioning",
    "aws:secretsmanager/secretVersion:SecretVersion",
    "aws:sns/topicPolicy:TopicPolicy",
    "aws:sns/topicSubscription:TopicSubscription",
    "aws:sqs/queuePolicy:QueuePolicy",
    "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
    "aws:wafv2/webAclAssociation:WebAclAssociation",
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
}


def aws_resources(graph: Graph) -> list[Resource]:
    return [resource for resource in graph.resources if resource.type.startswith("aws:")]


def subnet_tiers(resource: Resource, property_name: str) -> set[str]:
    found = resource.references(property_name, SUBNET)
    assert found, f"{resource.name} names no subnet"
    return {str(subnet["tags"]["Tier"].value) for subnet in found}


def container(graph: Graph, service: str) -> Any:
    task = named(graph, f"{service}-task")
    return json.loads(str(task["containerDefinitions"].value))[0]


def test_the_production_stack_has_all_of_its_resources() -> None:
    assert len(stack_graph("prod").resources) >= 150


@pytest.mark.parametrize("stack", STACKS)
def test_every_resource_belongs_to_a_component_and_every_component_to_the_stack(
    stack: str,
) -> None:
    for resource in stack_graph(stack).resources:
        parents = [parent.type for parent in resource.parents]
        if resource.type.startswith("aws:"):
            assert parents[0].startswith("plumbline:components:")
        if resource.type != "pulumi:pulumi:Stack":
            assert parents[-1] == "pulumi:pulumi:Stack"


@pytest.mark.parametrize("stack", STACKS)
def test_everything_that_can_carry_tags_carries_all_of_them(stack: str) -> None:
    for resource in aws_resources(stack_graph(stack)):
        if resource.type in UNTAGGABLE:
            continue
        tags = asked(resource)["tags"]
        assert tags["Project"].value == "plumbline", resource
        assert tags["System"].value == "chat"
        assert tags["Environment"].value == ("dev" if stack == "dev" else "prod")
        assert tags["Stack"].value == stack
        assert tags["ManagedBy"].value == "pulumi"


@pytest.mark.parametrize(("stack", "tier"), [("dev", "public"), ("prod", "private")])
def test_tasks_stand_where_their_environment_has_them(stack: str, tier: str) -> None:
    graph = stack_graph(stack)

    for service in all_of(graph, "Service"):
        network = service["networkConfiguration"]
        assert subnet_tiers(service, "networkConfiguration") == {tier}
        assert network["assignPublicIp"].value is (tier == "public")


@pytest.mark.parametrize("stack", STACKS)
def test_data_stands_in_private_subnets_and_the_load_balancer_in_public_ones(stack: str) -> None:
    graph = stack_graph(stack)

    for group in all_of(graph, "SubnetGroup"):
        assert subnet_tiers(group, "subnetIds") == {"private"}
    assert subnet_tiers(one(graph, "LoadBalancer"), "subnets") == {"public"}


def test_production_has_one_gateway_for_three_zones_and_dev_has_none() -> None:
    assert len(all_of(stack_graph("prod"), "NatGateway")) == 1
    assert len(all_of(stack_graph("prod"), "Subnet")) == 6
    assert all_of(stack_graph("dev"), "NatGateway") == []


def test_production_runs_on_graviton_and_is_guarded_against_deletion() -> None:
    graph = stack_graph("prod")

    for task in all_of(graph, "TaskDefinition"):
        assert task["runtimePlatform"]["cpuArchitecture"].value == "ARM64"
    assert one(graph, "Instance")["deletionProtection"].value
    assert one(graph, "Instance")["multiAz"].value
    assert one(graph, "LoadBalancer")["enableDeletionProtection"].value
    assert one(graph, "ReplicationGroup")["automaticFailoverEnabled"].value


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


def test_no_two_services_share_a_role_a_log_or_a_repository() -> None:
    graph = stack_graph("prod")

    roles = [
        str(task[key].value)
        for task in all_of(graph, "TaskDefinition")
        for key in ("executionRoleArn", "taskRoleArn")
    ]
    logs = [
        container(graph, service)["logConfiguration"]["options"]["awslogs-group"]
        for service in SERVICES
    ]
    assert len(set(roles)) == 6
    assert len(set(logs)) == 3
    assert len(all_of(graph, "Repository")) == 3


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


@pytest.mark.parametrize("service", SERVICES)
def test_secrets_reach_a_task_by_reference_and_settings_in_the_open(service: str) -> None:
    found = container(stack_graph("prod"), service)

    secrets = {entry["name"] for entry in found["secrets"]}
    settings = {entry["name"]: entry["value"] for entry in found["environment"]}
    own = {"api": {"AUTH0_CLIENT_SECRET"}, "workers": {"PUSH_CREDENTIALS"}}
    assert secrets == {
        "DATABASE_USERNAME",
        "DATABASE_PASSWORD",
        "REDIS_PASSWORD",
        *own.get(service, set()),
    }
    assert not secrets & set(settings)
    assert settings["AUTH0_AUDIENCE"] == "https://api.chat.example.com"
    assert settings["SERVICE_NAME"] == service


@pytest.mark.parametrize("stack", STACKS)
def test_no_secret_is_readable_anywhere(stack: str) -> None:
    found = [
        (resource.name, part)
        for resource in stack_graph(stack).resources
        for part in resource.properties.walk()
        if "MadeUpPassword" in str(part.scalar())
    ]

    caches = {group.name for group in all_of(stack_graph(stack), "ReplicationGroup")}
    assert {name for name, _ in found} >= {"redis-token-first-value", *caches}
    assert all(part.secret for _, part in found), [name for name, part in found if not part.secret]


@pytest.mark.parametrize("stack", STACKS)
def test_the_token_of_redis_is_secret_in_a_preview_too(stack: str) -> None:
    for group in all_of(stack_graph(stack, preview=True), "ReplicationGroup"):
        assert group["authToken"].secret


@pytest.mark.parametrize("stack", STACKS)
def test_everything_is_watched_and_every_alarm_reaches_somebody(stack: str) -> None:
    graph = stack_graph(stack)

    alarms = all_of(graph, "MetricAlarm")
    assert len(alarms) >= 25
    for alarm in alarms:
        assert alarm.references("alarmActions", "aws:sns/topic:Topic")
    watched = {str(alarm["namespace"].value) for alarm in alarms}
    assert watched == {
        "AWS/ApplicationELB",
        "AWS/ECS",
        "AWS/ElastiCache",
        "AWS/RDS",
        "AWS/SQS",
        "ECS/ContainerInsights",
    }


@pytest.mark.parametrize("stack", STACKS)
def test_all_that_a_user_of_the_stack_needs_is_exported(stack: str) -> None:
    exported = {key for key, _ in one_stack(stack_graph(stack)).properties.entries()}

    assert {
        "albDnsName",
        "apiRepositoryUrl",
        "apiServiceName",
        "apiUrl",
        "databaseAddress",
        "ecsClusterName",
        "offlineQueueUrl",
        "privateSubnetIds",
        "publicSubnetIds",
        "pushQueueUrl",
        "realtimeRepositoryUrl",
        "realtimeServiceName",
        "realtimeUrl",
        "redisAdapterAddress",
        "redisStateAddress",
        "vpcId",
        "workersRepositoryUrl",
        "workersServiceName",
    } <= exported


def one_stack(graph: Graph) -> Resource:
    (stack,) = graph.of_type("pulumi:pulumi:Stack")
    return stack


@cache
def elsewhere() -> Graph:
    zones = json.dumps(["us-west-2a", "us-west-2b"])
    config = config_of("prod", availabilityZones=zones, natGateways="2") | {
        "aws:region": "us-west-2"
    }
    return record_stack(program, stack="prod", config=config)


def test_no_region_stands_in_the_code() -> None:
    for resource in elsewhere().resources:
        for part in resource.properties.walk():
            assert "eu-central-1" not in str(part.scalar()), f"{resource.name}.{part.path}"


def test_a_pushed_image_runs_from_the_services_own_repository() -> None:
    graph = changed_graph("dev", apiImageTag="1.4.0")

    api, realtime = container(graph, "api"), container(graph, "realtime")
    repository = named(graph, "api-images-repository")
    assert api["image"] == f"{repository['repositoryUrl'].value}:1.4.0"
    assert "command" not in api
    assert realtime["image"].startswith("public.ecr.aws/")


def test_a_stack_with_a_long_name_stays_within_all_limits() -> None:
    stack = "a-stack-with-an-exceedingly-long-name-12"
    graph = record_stack(program, stack=stack, config=config_of("dev"))

    assert len(str(one(graph, "ReplicationGroup")["replicationGroupId"].value)) <= 40
    assert len(str(one(graph, "LoadBalancer")["name"].value)) <= 32
    for group in all_of(graph, "TargetGroup"):
        assert len(str(group["name"].value)) <= 32
    for role in all_of(graph, "Role"):
        assert len(str(role["name"].value)) <= 64


@pytest.mark.parametrize("stack", STACKS)
def test_every_physical_name_says_system_and_stack(stack: str) -> None:
    names = {
        str(asked(resource)[key].value)
        for resource in aws_resources(stack_graph(stack))
        for key in ("name", "identifier", "replicationGroupId", "family", "dashboardName")
        if asked(resource)[key].known
        and not asked(resource)[key].absent
        and resource.type not in {"aws:iam/rolePolicy:RolePolicy", "aws:route53/record:Record"}
        and not (key == "family" and resource.type.endswith("ParameterGroup"))
    }

    assert len(names) > 50
    assert all(f"chat-{stack}" in name for name in names), sorted(names)
