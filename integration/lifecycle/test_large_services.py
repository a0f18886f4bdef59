"""Services of a stack like `100k-dau`, and what makes them grow and shrink, as AWS tells it."""

from typing import Any  # what botocore answers has no type of its own

import pytest

from integration.harness import EphemeralStack
from integration.lifecycle.questions import alarms, container, figures, one, services

_PARTS = {"api": "api", "realtime": "realtime", "workers": "worker"}


def _task(large: EphemeralStack, part: str) -> Any:
    ecs = large.aws.client("ecs")
    family = services(large)[part]["taskDefinition"]
    return ecs.describe_task_definition(taskDefinition=family)["taskDefinition"]


@pytest.mark.requirement("CHAT-001-033", "CHAT-001-034", "CHAT-001-035", "CHAT-001-074")
@pytest.mark.parametrize(("part", "key"), _PARTS.items())
def test_a_service_has_the_size_of_its_stack_file(
    large: EphemeralStack, part: str, key: str
) -> None:
    count, cpu, memory = figures(
        large, f"{key}ServiceDesiredCount", f"{key}ServiceCpu", f"{key}ServiceMemory"
    )
    task = _task(large, part)

    assert services(large)[part]["desiredCount"] == count
    assert (int(task["cpu"]), int(task["memory"])) == (cpu, memory)
    assert task["runtimePlatform"]["cpuArchitecture"] == "ARM64"


@pytest.mark.requirement("CHAT-001-126", "CHAT-001-183")
def test_a_fifth_of_the_tasks_runs_on_what_aws_may_take_back(large: EphemeralStack) -> None:
    (spot,) = figures(large, "fargateSpotWeight")

    strategy = services(large)["realtime"]["capacityProviderStrategy"]

    weights = {entry["capacityProvider"]: entry["weight"] for entry in strategy}
    assert weights["FARGATE_SPOT"] / sum(weights.values()) == spot / 100


@pytest.mark.requirement("CHAT-000-34", "CHAT-001-102")
def test_tasks_run_in_private_subnets_of_all_zones(large: EphemeralStack) -> None:
    ec2 = large.aws.client("ec2")
    zones = {s["SubnetId"]: s["AvailabilityZone"] for s in ec2.describe_subnets()["Subnets"]}

    for service in services(large).values():
        network = service["networkConfiguration"]["awsvpcConfiguration"]
        assert network["assignPublicIp"] == "DISABLED"
        assert len({zones[subnet] for subnet in network["subnets"]}) == 3


@pytest.mark.requirement("CHAT-001-159")
def test_services_find_each_other_by_name(large: EphemeralStack) -> None:
    namespace = one(large.aws.client("servicediscovery").list_namespaces()["Namespaces"])
    offered: dict[str, int] = {}

    for service in services(large).values():
        connected = service["deployments"][0]["serviceConnectConfiguration"]
        assert connected["enabled"] is True
        assert connected["namespace"] == namespace["Arn"]
        for entry in connected.get("services", []):
            alias = one(entry["clientAliases"])
            offered[alias["dnsName"]] = alias["port"]

    assert namespace["Type"] == "HTTP"
    assert offered == {"api": 3000, "realtime": 3001}
    assert {port["name"] for port in container(large, "api")["portMappings"]}


def _policies(large: EphemeralStack, part: str) -> dict[str, Any]:
    """A service's scaling policies, by the metric or the kind of their step."""
    client = large.aws.client("application-autoscaling")
    found: dict[str, Any] = {}
    for policy in client.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]:
        if not policy["ResourceId"].endswith(f"-{part}"):
            continue
        tracking = policy.get("TargetTrackingScalingPolicyConfiguration", {})
        metric = tracking.get("PredefinedMetricSpecification", {}).get("PredefinedMetricType")
        own = tracking.get("CustomizedMetricSpecification", {})
        name = metric or own.get("MetricName") or ("metric math" if own else "steps")
        found[name] = policy
    return found


def test_services_grow_to_three_times_their_size(large: EphemeralStack) -> None:
    client = large.aws.client("application-autoscaling")
    targets = client.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]

    bounds = {
        target["ResourceId"].rpartition("-")[2]: (target["MinCapacity"], target["MaxCapacity"])
        for target in targets
    }

    counts = figures(large, *(f"{key}ServiceDesiredCount" for key in _PARTS.values()))
    assert bounds == {part: (count, 3 * count) for part, count in zip(_PARTS, counts, strict=True)}


@pytest.mark.requirement("CHAT-000-50", "CHAT-001-178", "CHAT-001-179")
@pytest.mark.parametrize("part", _PARTS)
def test_every_service_follows_cpu_and_memory(large: EphemeralStack, part: str) -> None:
    policies = _policies(large, part)
    configuration = "TargetTrackingScalingPolicyConfiguration"
    cpu = policies["ECSServiceAverageCPUUtilization"][configuration]
    memory = policies["ECSServiceAverageMemoryUtilization"][configuration]

    assert (cpu["TargetValue"], memory["TargetValue"]) == (60.0, 70.0)
    for tracking in (cpu, memory):
        assert tracking["ScaleInCooldown"] > tracking["ScaleOutCooldown"]


@pytest.mark.requirement("CHAT-001-061", "CHAT-001-130", "CHAT-001-176")
def test_realtime_follows_its_connections(large: EphemeralStack) -> None:
    policy = _policies(large, "realtime")["ActiveConnections"]
    tracking = policy["TargetTrackingScalingPolicyConfiguration"]
    own = tracking["CustomizedMetricSpecification"]
    name = services(large)["realtime"]["serviceName"]

    assert tracking["TargetValue"] == 3000.0
    assert own["Statistic"] == "Average"
    assert name in {dimension["Value"] for dimension in own["Dimensions"]}


@pytest.mark.requirement("CHAT-001-072", "CHAT-001-131")
def test_workers_follow_the_messages_that_wait_for_each_of_them(large: EphemeralStack) -> None:
    policy = _policies(large, "workers")["metric math"]
    tracking = policy["TargetTrackingScalingPolicyConfiguration"]
    metrics = tracking["CustomizedMetricSpecification"]["Metrics"]
    queues = {
        dimension["Value"]
        for metric in metrics
        for dimension in metric.get("MetricStat", {}).get("Metric", {}).get("Dimensions", [])
        if dimension["Name"] == "QueueName"
    }
    urls = large.aws.client("sqs").list_queues()["QueueUrls"]
    working = {url.rpartition("/")[2] for url in urls if not url.endswith("-dead-letters")}

    assert tracking["TargetValue"] == 100.0
    assert queues == working
    assert [metric["Id"] for metric in metrics if metric.get("ReturnData")] != []


@pytest.mark.requirement("CHAT-001-073", "CHAT-001-131")
@pytest.mark.parametrize(("part", "alarmed"), [("realtime", 1), ("workers", 2)])
def test_steps_are_taken_by_alarms_that_call_them(
    large: EphemeralStack, part: str, alarmed: int
) -> None:
    policy = _policies(large, part)["steps"]
    calling = [a for a in alarms(large).values() if policy["PolicyARN"] in a["AlarmActions"]]

    steps = policy["StepScalingPolicyConfiguration"]["StepAdjustments"]

    assert len(calling) == alarmed
    assert all(step["ScalingAdjustment"] > 0 for step in steps)
    assert len(steps) >= 2


@pytest.mark.requirement("CHAT-001-177")
def test_event_loops_that_lag_for_three_minutes_add_tasks(large: EphemeralStack) -> None:
    policy = _policies(large, "realtime")["steps"]
    alarm = one([a for a in alarms(large).values() if policy["PolicyARN"] in a["AlarmActions"]])

    assert alarm["MetricName"] == "EventLoopLagMs"
    assert alarm["ExtendedStatistic"] == "p95"
    assert alarm["Threshold"] == 100.0
    assert alarm["EvaluationPeriods"] * alarm["Period"] == 180


@pytest.mark.requirement("CHAT-000-42", "CHAT-001-151")
def test_every_alarm_calls_somebody_or_scales(large: EphemeralStack) -> None:
    topic = one(large.aws.client("sns").list_topics()["Topics"])["TopicArn"]
    found = alarms(large)

    calling = [alarm for alarm in found.values() if topic in alarm["AlarmActions"]]

    assert len(calling) >= 20
    assert all(alarm["AlarmActions"] for alarm in found.values())
    assert large.aws.client("sns").get_topic_attributes(TopicArn=topic)["Attributes"][
        "KmsMasterKeyId"
    ]
