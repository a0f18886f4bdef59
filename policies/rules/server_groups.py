"""Groups of servers that scale: how they tell health, over what they spread, and what they start."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph, Resource
from graph.truth import Truth
from policies.aws.inputs import given
from policies.aws.zones import spread
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_GROUP = "aws:autoscaling/group:Group"
_ATTACHMENTS = (
    "aws:autoscaling/attachment:Attachment",
    "aws:autoscaling/trafficSourceAttachment:TrafficSourceAttachment",
)
_SOURCES = ("targetGroupArns", "loadBalancers", "trafficSources")


@stack_rule(
    "asg-balancer-health",
    title="Groups behind a load balancer take its word on health",
    why="A server whose program hangs still runs: only the load balancer notices.",
    requirement="AWS FSBP AutoScaling.1",
    mend="Set health_check_type='ELB' on the aws.autoscaling.Group.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    controls=("FSBP AutoScaling.1",),
)
def asg_balancer_health(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A group with target groups or load balancers, its own or attached, checks by them."""
    for group in graph.of_type(_GROUP):
        balanced = _balanced(group)
        if balanced is not Truth.NO:
            kind = given(group, "healthCheckType")
            message = f"its health check is {kind.text()}, not ELB"
            yield Check(~balanced | kind.equals("ELB"), message, "healthCheckType", group)


def _balanced(group: Resource) -> Truth:
    if group.referrers(*_ATTACHMENTS, property="autoscalingGroupName"):
        return Truth.YES
    held = [given(group, key) for key in _SOURCES]
    # A list that is not known yet is made of load balancers of the stack, so it is not empty.
    return Truth.of(any(one.unknown or bool(one.items()) for one in held))


@stack_rule(
    "asg-several-zones",
    title="Groups of servers stand in two zones or more",
    why="All servers of a group in one zone fall with it.",
    requirement="AWS FSBP AutoScaling.2",
    mend="Give vpc_zone_identifiers subnets of two availability zones or more.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP AutoScaling.2",),
)
def asg_several_zones(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The subnets are of different zones, or more than one zone is named."""
    for group in graph.of_type(_GROUP):
        zones, subnets = given(group, "availabilityZones"), given(group, "vpcZoneIdentifiers")
        truth = spread(group, "vpcZoneIdentifiers", subnets)
        if subnets.absent:
            truth = Truth.UNKNOWN if zones.unknown else Truth.of(len(zones.items()) > 1)
        yield Check(truth, "it stands in one zone", "vpcZoneIdentifiers", group)


@rule(
    "asg-several-types",
    applies_to=(_GROUP,),
    title="Groups of servers may use more than one kind of server",
    why="When AWS has no more servers of the one kind, a group of that kind cannot grow.",
    requirement="AWS FSBP AutoScaling.6",
    mend="Use a mixed_instances_policy whose launch_template overrides name two instance types.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP AutoScaling.6",),
)
def asg_several_types(resource: Resource, _: Parameters) -> Iterator[Check]:
    """A mixed policy names two types or more, or tells types by what they need."""
    overrides = resource["mixedInstancesPolicy"]["launchTemplate"]["overrides"]
    named = [one["instanceType"] for one in overrides.items()]
    told = {one.text() for one in named if one.known}
    several = Truth.of(len(told) > 1)
    if any(one.unknown for one in named):
        several |= Truth.UNKNOWN
    by_need = overrides.any(lambda one: one["instanceRequirements"].is_set())
    yield Check(several | by_need, "it names one type of server", "mixedInstancesPolicy")


@rule(
    "asg-launch-template",
    applies_to=(_GROUP,),
    title="Groups of servers start from a launch template",
    why="Launch configurations get none of what AWS has made since, such as mixed types.",
    requirement="AWS FSBP AutoScaling.9",
    mend="Replace launch_configuration by launch_template={'id': template.id, 'version': …}.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP AutoScaling.9",),
)
def asg_launch_template(resource: Resource, _: Parameters) -> Iterator[Check]:
    """A template is named, by the group or by its mixed policy."""
    held = (resource["launchTemplate"], resource["mixedInstancesPolicy"]["launchTemplate"])
    named = [Truth.UNKNOWN if one.unknown else Truth.of(not one.absent) for one in held]
    yield Check(Truth.any(named), "it starts from no launch template", "launchTemplate")
