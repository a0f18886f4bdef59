"""What scales: bounds that are in order, and something there to be scaled; enough to lose one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.model import Graph, Resource
from graph.truth import Truth
from policies.aws import types
from policies.aws.ecs import scaling_targets
from policies.aws.environments import is_production
from policies.aws.functions import ALIAS
from policies.aws.inputs import given
from policies.aws.names import names_of
from policies.aws.zones import spread
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_TABLE = "aws:dynamodb/table:Table"
_SPEC = "catalog spec, 12 Auto Scaling Policies: minimum and maximum capacity limits"
# The parts of a scaling target's resource id, by its first: the type that the id names, and where.
_NAMED = {
    "service": (types.SERVICE, "name", 2),
    "table": (_TABLE, "name", 1),
    "cluster": (types.DB_CLUSTER, "clusterIdentifier", 1),
    "function": (types.LAMBDA, "name", 1),
}


@rule(
    "scaling-bounds-ordered",
    applies_to=(types.SCALING_TARGET,),
    title="The least capacity is no greater than the most",
    why="AWS refuses such a target, halfway through the deployment.",
    requirement=f"{_SPEC}; AWS Application Auto Scaling API: RegisterScalableTarget",
    mend="Choose min_capacity <= max_capacity.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def scaling_bounds_ordered(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Minimum and maximum of any scaling target are in order."""
    least, most = resource["minCapacity"], resource["maxCapacity"]
    bound = least.scalar()
    truth = Truth.UNKNOWN
    if least.known:
        truth = most.at_least(float(str(bound))) if str(bound).isdigit() else Truth.NO
    message = f"its least capacity is {least.text()}, its most {most.text()}"
    yield Check(truth, message, "minCapacity")


@stack_rule(
    "scaling-target-exists",
    title="What is to scale is there",
    why="AWS refuses a target that names nothing, and what was meant never scales.",
    requirement=f"{_SPEC}; AWS Application Auto Scaling API: ResourceId",
    mend="Build resource_id from the names of the resources: pulumi.Output.concat('function:', "
    "function.name, ':', alias.name).",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
)
def scaling_target_exists(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A target that names a service, table, cluster, function or alias names one of the stack.

    Where the stack has none of a kind, the target is one of another stack's.
    """
    for target in graph.of_type(types.SCALING_TARGET):
        text = given(target, "resourceId").scalar()
        parts = str(text).replace(":", "/").split("/")
        if parts[0] not in _NAMED or len(parts) <= _NAMED[parts[0]][2]:
            continue
        kind, key, place = _NAMED[parts[0]]
        names = names_of(graph, kind, key)
        if names.any:
            truth = names.has(parts[place])
            if kind == types.LAMBDA and len(parts) > place + 1:
                truth &= names_of(graph, ALIAS, "name").has(parts[place + 1])
            yield Check(truth, f"there is no {text}", "resourceId", target)


@dataclass(frozen=True)
class Tasks(Parameters):
    """How many tasks of a service run at least."""

    least: int = 2


@stack_rule(
    "ecs-two-tasks",
    title="Production's services run two tasks at least",
    why="The only task takes its service down with it: when it fails, and at every deployment.",
    requirement="trading spec, Constraints: min 2; chat spec 000: production-ready baseline",
    mend="Set desired_count=2 on the aws.ecs.Service, and min_capacity=2 on its scaling target.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    parameters=Tasks,
)
def ecs_two_tasks(graph: Graph, parameters: Tasks) -> Iterator[Check]:
    """What its scaling target demands at least, else the desired count (1 by default)."""
    if not is_production(graph.stack):
        return
    for service in graph.of_type(types.SERVICE):
        if given(service, "schedulingStrategy").equals("DAEMON") is Truth.YES:
            continue
        targets, _ = scaling_targets(graph, service)
        counts = [given(one, "minCapacity") for one in targets] or [given(service, "desiredCount")]
        for count in counts:
            message = f"it runs {count.text()} tasks, {parameters.least} are demanded"
            path = "minCapacity" if targets else "desiredCount"
            yield Check(count.at_least(parameters.least), message, path, service)


@stack_rule(
    "ecs-several-zones",
    title="Services run in two zones or more",
    why="A service whose tasks are all in one zone falls with it.",
    requirement="chat spec 000: production-ready baseline; AWS Well-Architected: multiple zones",
    mend="Give network_configuration subnets of two availability zones or more.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def ecs_several_zones(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The subnets of each service are of different zones."""
    key = "networkConfiguration"
    for service in graph.of_type(types.SERVICE):
        subnets = given(service, key)["subnets"]
        if not subnets.absent:
            truth = spread(service, key, subnets)
            yield Check(truth, "all its subnets are in one zone", f"{key}.subnets", service)
