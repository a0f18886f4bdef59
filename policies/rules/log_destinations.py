"""Where logs go: the log group that a container, a cluster or a flow log names is there."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.inputs import given
from policies.engine import Check, Level, Parameters, Severity, stack_rule

_KEY = "containerDefinitions"


@stack_rule(
    "ecs-log-group-exists",
    title="The log groups that containers write to are made by the stack",
    why="A task whose log group does not exist never starts.",
    requirement="AWS ECS developer guide: awslogs; trading spec, Logging: a log group for each "
    "ECS service",
    mend="Take awslogs-group from the name of an aws.cloudwatch.LogGroup.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def ecs_log_group_exists(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Each container's awslogs-group is a group of the stack, or the driver may create it."""
    names, complete = _groups(graph)
    for definition in graph.of_type(types.TASK_DEFINITION):
        containers = definition[_KEY].json()
        if containers.unknown:
            yield Check(Truth.UNKNOWN, "its containers are not known yet", _KEY, definition)
            continue
        for container in containers.items():
            log = container["logConfiguration"]
            if log["logDriver"].equals("awslogs") is not Truth.YES:
                continue
            group = log["options"]["awslogs-group"]
            made = log["options"]["awslogs-create-group"].is_true(default=False)
            exists = _is_among(group, names, complete)
            if group.unknown and definition.references(_KEY, types.LOG_GROUP):
                exists = Truth.YES
            message = f"no log group of the stack is named {group.text()}"
            yield Check(exists | made, message, _KEY, definition)


@stack_rule(
    "ecs-log-streams-named",
    title="Containers' log streams tell which container wrote them",
    why="Without a prefix a stream is named by an id that nobody can tell apart.",
    requirement="trading spec, Logging: proper log stream prefixes for organization",
    mend="Set 'awslogs-stream-prefix' in the container's logConfiguration options.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
)
def ecs_log_streams_named(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Each container that writes to CloudWatch has a stream prefix; Fargate demands one."""
    for definition in graph.of_type(types.TASK_DEFINITION):
        containers = definition[_KEY].json()
        if containers.unknown:
            yield Check(Truth.UNKNOWN, "its containers are not known yet", _KEY, definition)
            continue
        for container in containers.items():
            log = container["logConfiguration"]
            if log["logDriver"].equals("awslogs") is Truth.YES:
                prefix = log["options"]["awslogs-stream-prefix"].is_set()
                yield Check(prefix, "a container has no stream prefix", _KEY, definition)


@stack_rule(
    "ecs-services-share-no-log-group",
    title="Each service writes to a log group of its own",
    why="Who may read one service's logs, and how long they are kept, is then decided for all.",
    requirement="trading spec, Logging and Monitoring: CloudWatch log groups for each ECS service",
    mend="Make one aws.cloudwatch.LogGroup a service and name it in its containers only.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
)
def ecs_services_share_no_log_group(graph: Graph, _: Parameters) -> Iterator[Check]:
    """No two families of task definitions write to one group."""
    taken: dict[str, Resource] = {}
    for definition in graph.of_type(types.TASK_DEFINITION):
        for group in _written(definition):
            first = taken.setdefault(group, definition)
            message = f"it shares a log group with {first.name}"
            yield Check(Truth.of(_family(first) == _family(definition)), message, _KEY, definition)


def _family(definition: Resource) -> str:
    family = given(definition, "family").scalar()
    return family if isinstance(family, str) else definition.urn


def _written(definition: Resource) -> set[str]:
    """What tells the log groups of a definition apart: their URNs, else their names."""
    found = {one.urn for one in definition.references(_KEY, types.LOG_GROUP)}
    containers = definition[_KEY].json()
    if found or containers.unknown:
        return found
    named = [one["logConfiguration"]["options"]["awslogs-group"] for one in containers.items()]
    return {text for one in named if isinstance(text := one.scalar(), str)}


def _groups(graph: Graph) -> tuple[set[str], bool]:
    """The names of the stack's log groups, and whether all of them are known."""
    named = [one["name"] for one in graph.of_type(types.LOG_GROUP)]
    names = {text for one in named if isinstance(text := one.scalar(), str)}
    return names, len(names) == len(named)


def _is_among(group: Property, names: set[str], complete: bool) -> Truth:  # noqa: FBT001 (as _groups says)
    if group.unknown:
        return Truth.UNKNOWN
    truth = Truth.of(group.scalar() in names)
    return truth if complete or group.absent else truth | Truth.UNKNOWN
