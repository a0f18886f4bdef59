"""Target groups of services have the port on which their tasks listen."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph
from graph.truth import Truth
from policies.aws import types
from policies.aws.inputs import given
from policies.engine import Check, Level, Parameters, Severity, stack_rule


@stack_rule(
    "ecs-target-group-port",
    title="A target group has the port of the container that it leads to",
    why="ECS registers the container's port whatever the group says: who reads the group, or adds a "
    "target by hand, is misled.",
    requirement="AWS ECS developer guide: service load balancing; trading spec, Load Balancing",
    mend="Set port of the aws.lb.TargetGroup to the container_port in the service's load_balancers.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
)
def ecs_target_group_port(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Some entry of the service that registers with a group has the group's port."""
    for service in graph.of_type(types.SERVICE):
        entries = given(service, "loadBalancers")
        ports = [] if entries.unknown else [one["containerPort"] for one in entries.items()]
        for group in service.references("loadBalancers", types.TARGET_GROUP):
            port = given(group, "port")
            if ports and not port.absent:
                number = port.scalar()
                same = (
                    Truth.UNKNOWN
                    if number is None
                    else Truth.any(one.equals(number) for one in ports)
                )
                message = f"its port is {port.text()}, and no container of {service.name} has it"
                yield Check(same, message, "port", group)
