"""Services, their roles and their scaling of a stack like `dev`.

What it is made of is asked of AWS's own APIs, never of Pulumi's outputs.
"""

import pytest

from integration.harness import EphemeralStack
from integration.lifecycle.questions import one, services


@pytest.mark.requirement(
    "CHAT-000-07",
    "CHAT-000-08",
    "CHAT-000-10",
    "CHAT-000-31",
    "CHAT-000-55",
    "CHAT-001-127",
    "CHAT-001-155",
)
def test_three_services_run_on_fargate_and_roll_back_bad_deployments(
    dev: EphemeralStack,
) -> None:
    found = services(dev)

    assert set(found) == {"api", "realtime", "workers"}
    for service in found.values():
        breaker = service["deploymentConfiguration"]["deploymentCircuitBreaker"]
        assert breaker == {"enable": True, "rollback": True}
        providers = {entry["capacityProvider"] for entry in service["capacityProviderStrategy"]}
        assert providers <= {"FARGATE", "FARGATE_SPOT"}


@pytest.mark.requirement("CHAT-000-39", "CHAT-000-41", "CHAT-000-56")
def test_each_task_has_its_own_roles_logs_and_no_secret_in_the_clear(
    dev: EphemeralStack,
) -> None:
    ecs = dev.aws.client("ecs")
    roles: list[str] = []

    for name, service in services(dev).items():
        answer = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])
        task = answer["taskDefinition"]
        container = one(task["containerDefinitions"])
        roles += [task["taskRoleArn"], task["executionRoleArn"]]
        assert task["networkMode"] == "awsvpc"
        assert container["logConfiguration"]["options"]["awslogs-group"].endswith(name)
        assert container["secrets"]
        plain = {entry["name"] for entry in container["environment"]}
        assert not plain & {entry["name"] for entry in container["secrets"]}

    assert len(set(roles)) == 6


def test_every_role_can_be_assumed_by_one_service_only(dev: EphemeralStack) -> None:
    roles = dev.aws.client("iam").list_roles()["Roles"]

    ours = [role for role in roles if dev.name in role["RoleName"]]

    assert len(ours) >= 7
    for role in ours:
        document = role["AssumeRolePolicyDocument"]
        statement = one(document["Statement"])
        assert isinstance(statement["Principal"]["Service"], str)


@pytest.mark.requirement("CHAT-000-50", "CHAT-000-51")
def test_services_scale_between_bounds(dev: EphemeralStack) -> None:
    scaling = dev.aws.client("application-autoscaling")
    targets = scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
    policies = scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]

    metrics = {
        policy["TargetTrackingScalingPolicyConfiguration"]["PredefinedMetricSpecification"][
            "PredefinedMetricType"
        ]
        for policy in policies
        if policy["ResourceId"].endswith("-api")
    }

    assert len(targets) == 3
    assert all(target["MinCapacity"] <= target["MaxCapacity"] for target in targets)
    assert metrics == {
        "ECSServiceAverageCPUUtilization",
        "ECSServiceAverageMemoryUtilization",
        "ALBRequestCountPerTarget",
    }


@pytest.mark.requirement("CHAT-000-42", "CHAT-001-150", "CHAT-001-151")
def test_alarms_call_the_topic(dev: EphemeralStack) -> None:
    alarms = dev.aws.client("cloudwatch").describe_alarms()["MetricAlarms"]
    topic = one(dev.aws.client("sns").list_topics()["Topics"])["TopicArn"]

    assert len(alarms) >= 20
    assert all(alarm["AlarmActions"] == [topic] for alarm in alarms)


def test_logs_are_kept_for_a_time(dev: EphemeralStack) -> None:
    groups = dev.aws.client("logs").describe_log_groups()["logGroups"]

    ours = [group for group in groups if dev.name in group["logGroupName"]]

    assert len(ours) >= 6
    assert all(group["retentionInDays"] > 0 for group in ours)
