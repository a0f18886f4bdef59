"""Services behind load balancers: container, port, target group, listener and zones agree."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.ecs import definitions_of
from policies.aws.inputs import given
from policies.aws.routes import SUBNETS
from policies.engine import Check, Level, Parameters, Severity, stack_rule

_ECS = "AWS ECS developer guide: service load balancing"
_DEPLOYMENTS = "aws:codedeploy/deploymentGroup:DeploymentGroup"


@stack_rule(
    "ecs-targets-a-container-port",
    title="Load balancers send a service's traffic to a port that its container has",
    why="ECS refuses the service, after everything that it waits for has been made.",
    requirement=_ECS,
    mend="Let container_name and container_port in load_balancers name one of the task "
    "definition's portMappings.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def ecs_targets_a_container_port(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The container is one of the task definition's, and the port one of its mappings."""
    for service in graph.of_type(types.SERVICE):
        for entry in _entries(service):
            name, port = entry["containerName"], entry["containerPort"]
            message = f"no container {name.text()} has a port {port.text()}"
            answers = [_has_port(one, name, port) for one in definitions_of(service)]
            yield Check(Truth.any(answers or [Truth.UNKNOWN]), message, entry.path, service)


def _has_port(definition: Resource, name: Property, port: Property) -> Truth:
    containers = definition["containerDefinitions"].json()
    if containers.unknown:
        return Truth.UNKNOWN
    answers: list[Truth] = []
    for container in containers.items():
        ports = [one["containerPort"] for one in container["portMappings"].items()]
        same = _same(container["name"], name)
        answers.append(same & Truth.any(_same(one, port) for one in ports))
    return Truth.any(answers)


def _same(one: Property, other: Property) -> Truth:
    value = other.scalar()
    return Truth.UNKNOWN if value is None else one.equals(value)


@stack_rule(
    "ecs-target-group-by-address",
    title="Target groups of tasks with addresses of their own take addresses",
    why="Tasks in awsvpc mode are no instances: ECS refuses a target group of that type.",
    requirement=f"{_ECS}; AWS Fargate: target type ip",
    mend="Set target_type='ip' on the aws.lb.TargetGroup.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def ecs_target_group_by_address(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Where a service's tasks use awsvpc, its target groups are of the type `ip`."""
    for service in graph.of_type(types.SERVICE):
        modes = [given(one, "networkMode") for one in definitions_of(service)]
        own = Truth.any(mode.equals("awsvpc") for mode in modes)
        if own is Truth.NO:
            continue
        for group in service.references("loadBalancers", types.TARGET_GROUP):
            kind = given(group, "targetType")
            message = f"targetType is {kind.text()}, and {service.name} has tasks with addresses"
            yield Check(~own | kind.equals("ip"), message, "targetType", group)


@stack_rule(
    "target-group-has-listener",
    title="Target groups of services get traffic from a listener",
    why="ECS refuses a service whose target group belongs to no load balancer.",
    requirement=_ECS,
    mend="Forward to the target group in an aws.lb.Listener or an aws.lb.ListenerRule.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def target_group_has_listener(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A listener or a rule of one forwards to each target group that a service registers with."""
    forwarded, complete = _forwarded(graph)
    for service in graph.of_type(types.SERVICE):
        for group in service.references("loadBalancers", types.TARGET_GROUP):
            truth = Truth.of(group.urn in forwarded)
            if not complete:
                truth |= Truth.UNKNOWN
            yield Check(truth, f"no listener forwards to it for {service.name}", resource=group)


def _forwarded(graph: Graph) -> tuple[set[str], bool]:
    """The target groups that listeners forward to, and whether that is all of it.

    Blue and green take turns: what a deployment group names will be forwarded to.
    """
    keys = {
        types.LISTENER: "defaultActions",
        types.LISTENER_RULE: "actions",
        _DEPLOYMENTS: "loadBalancerInfo",
    }
    found: set[str] = set()
    complete = True
    for holder in graph.of_type(types.LISTENER, types.LISTENER_RULE, _DEPLOYMENTS):
        named = holder.references(keys[holder.type], types.TARGET_GROUP)
        found.update(one.urn for one in named)
        actions = given(holder, keys[holder.type])
        if actions.unknown and not named:
            complete = False
    return found, complete


@stack_rule(
    "alb-covers-services-zones",
    title="Load balancers stand in every zone in which their services run",
    why="A target in a zone that its load balancer does not know is never sent a request.",
    requirement="AWS ELB user guide: availability zones and load balancer nodes; chat spec 000 "
    "and trading spec: several availability zones",
    mend="Give the aws.lb.LoadBalancer a subnet in each zone of the service's subnets.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def alb_covers_services_zones(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The zones of a service's subnets are among those of the load balancers before it."""
    balancers = _balancers_of_groups(graph)
    for service in graph.of_type(types.SERVICE):
        needed = _zones(service, "networkConfiguration")
        seen: set[str] = set()
        for group in service.references("loadBalancers", types.TARGET_GROUP):
            for balancer in balancers.get(group.urn, ()):
                if balancer.urn in seen:
                    continue
                seen.add(balancer.urn)
                present = _zones(balancer, "subnets") or _zones(balancer, "subnetMappings")
                yield _covering(balancer, service, needed, present)


def _covering(
    balancer: Resource, service: Resource, needed: set[str] | None, present: set[str] | None
) -> Check:
    if not needed or not present:
        message = "the zones of its subnets are not known"
        return Check(Truth.UNKNOWN, message, "subnets", balancer)
    missing = needed - present
    message = f"{service.name} runs in {', '.join(sorted(missing))} too, where it has no subnet"
    return Check(Truth.of(not missing), message, "subnets", balancer)


def _zones(resource: Resource, key: str) -> set[str] | None:
    """The zones of the subnets that a property names; None where one is not known."""
    found: set[str] = set()
    for subnet in resource.references(key, *SUBNETS):
        zone = subnet["availabilityZone"].scalar()
        if not isinstance(zone, str):
            return None
        found.add(zone)
    return found


def _balancers_of_groups(graph: Graph) -> dict[str, list[Resource]]:
    """The load balancers whose listeners forward to each target group, by its URN."""
    found: dict[str, dict[str, Resource]] = {}
    for listener in graph.of_type(types.LISTENER):
        for balancer in listener.references("loadBalancerArn", types.ALB):
            for group in listener.references("defaultActions", types.TARGET_GROUP):
                found.setdefault(group.urn, {})[balancer.urn] = balancer
    for rule in graph.of_type(types.LISTENER_RULE):
        for listener in rule.references("listenerArn", types.LISTENER):
            for balancer in listener.references("loadBalancerArn", types.ALB):
                for group in rule.references("actions", types.TARGET_GROUP):
                    found.setdefault(group.urn, {})[balancer.urn] = balancer
    return {urn: list(one.values()) for urn, one in found.items()}


def _entries(service: Resource) -> list[Property]:
    entries = given(service, "loadBalancers")
    return [entries] if entries.unknown else entries.items()
