"""Capacity: services that scale, within bounds that make sense."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.ecs import scaling_targets
from policies.aws.inputs import given
from policies.engine import Check, Level, Parameters, Severity, stack_rule

_SCALING = "chat spec 000, Scaling Model: ECS Service Auto Scaling"


@stack_rule(
    "ecs-autoscaling",
    title="Every service scales by itself",
    why="Load doubles within minutes when a conversation goes round.",
    requirement=f"{_SCALING}: CPU / memory, (API) ALB RequestCountPerTarget",
    mend="Create an aws.appautoscaling.Target with resource_id='service/CLUSTER/SERVICE' and an "
    "aws.appautoscaling.Policy on it.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    covers=("CHAT-000-50",),
)
def ecs_autoscaling(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Each service that keeps replicas has a scaling target, and a policy moves the target."""
    for service in graph.of_type(types.SERVICE):
        if given(service, "schedulingStrategy").equals("DAEMON") is Truth.YES:
            continue
        targets, truth = scaling_targets(graph, service)
        yield Check(truth, "it has no scaling target", resource=service)
        for target in targets:
            policies = target.referrers(types.SCALING_POLICY)
            scheduled = target.referrers("aws:appautoscaling/scheduledAction:ScheduledAction")
            moved = Truth.of(bool(policies or scheduled))
            yield Check(moved, "no scaling policy moves it", resource=target)


@stack_rule(
    "ecs-autoscaling-bounds",
    title="Scaling bounds hold the desired count between them",
    why="A count outside its bounds is changed at once, against the program's word.",
    requirement=_SCALING,
    mend="Choose min_capacity <= desired_count <= max_capacity.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def ecs_autoscaling_bounds(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Minimum, desired count and maximum are in order; a desired count left out is 1."""
    for service in graph.of_type(types.SERVICE):
        for target in scaling_targets(graph, service)[0]:
            least, most = given(target, "minCapacity"), given(target, "maxCapacity")
            desired = given(service, "desiredCount")
            message = f"minimum {least.text()} is above maximum {most.text()}"
            yield Check(_ordered(least, most), message, "minCapacity", target)
            if not desired.absent:
                said = f"desired count {desired.text()} is outside {least.text()}..{most.text()}"
                truth = _ordered(least, desired) & _ordered(desired, most)
                yield Check(truth, said, "desiredCount", service)


def _ordered(lower: Property, upper: Property) -> Truth:
    number = lower.scalar()
    try:
        return upper.at_least(float(str(number)))
    except ValueError:
        return Truth.UNKNOWN


@stack_rule(
    "ecs-request-scaling",
    title="Services behind the load balancer's API scale on requests per task",
    why="Requests rise before CPU does: tasks are there when the load is.",
    requirement=f"{_SCALING}: (API) ALB RequestCountPerTarget",
    mend="Add an aws.appautoscaling.Policy with predefined_metric_type='ALBRequestCountPerTarget'.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    profiles=("chat",),
)
def ecs_request_scaling(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Of the services behind a load balancer at least one scales on requests per target."""
    balanced = [
        service
        for service in graph.of_type(types.SERVICE)
        if service.references("loadBalancers", types.TARGET_GROUP)
    ]
    if not balanced:
        return
    answers = [
        _by_requests(policy)
        for service in balanced
        for target in scaling_targets(graph, service)[0]
        for policy in target.referrers(types.SCALING_POLICY)
    ]
    yield Check(Truth.any(answers), "no service scales on ALBRequestCountPerTarget")


def _by_requests(policy: Resource) -> Truth:
    settings = given(policy, "targetTrackingScalingPolicyConfiguration")
    predefined = settings["predefinedMetricSpecification"]["predefinedMetricType"]
    custom = settings["customizedMetricSpecification"]["metricName"]
    return predefined.equals("ALBRequestCountPerTarget") | custom.equals("RequestCountPerTarget")
