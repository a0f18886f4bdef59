"""Trading: what its spec fixes of its services: their size, number, capacity, names and images."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.connect import is_connected
from policies.aws.ecs import containers, scaling_targets
from policies.aws.inputs import given
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_TRADING = ("trading",)
_CPU = "ECSServiceAverageCPUUtilization"


@dataclass(frozen=True)
class Sizes(Parameters):
    """What each service's tasks get: `SERVICE CPU MEMORY`, in CPU units and MiB."""

    services: tuple[str, ...] = (
        "frontend 512 1024",
        "api-gateway 1024 2048",
        "processing 2048 4096",
    )


@rule(
    "trading-task-sizes",
    applies_to=(types.TASK_DEFINITION,),
    title="Each service has the CPU and memory that its workload was measured for",
    why="A smaller task trades too slowly under load, and a larger one is paid for in vain.",
    requirement="trading spec, Constraints: frontend 512/1024, API gateway 1024/2048, "
    "processing 2048/4096",
    mend="Set cpu and memory of the aws.ecs.TaskDefinition to the service's figures.",
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    profiles=_TRADING,
    parameters=Sizes,
)
def trading_task_sizes(resource: Resource, parameters: Sizes) -> Iterator[Check]:
    """A task definition whose family or name holds a service's name has that service's size."""
    family = resource["family"].scalar()
    named = family if isinstance(family, str) else resource.name
    for entry in parameters.services:
        service, cpu, memory = entry.split()
        if service not in named:
            continue
        for key, wanted in (("cpu", cpu), ("memory", memory)):
            size = resource[key]
            message = f"{key} is {size.text()}; {service} is to have {wanted}"
            yield Check(size.equals(wanted), message, key)


@dataclass(frozen=True)
class Bounds(Parameters):
    """How many tasks a service has at least and at most."""

    least: int = 2
    most: int = 10


@stack_rule(
    "trading-scaling",
    title="Every service scales between 2 and 10 tasks by its CPU",
    why="One task is none while it is replaced; without an upper bound a fault costs without end.",
    requirement="trading spec, Constraints: auto-scaling on CPU utilization, min 2 and max 10 tasks",
    mend="Make an aws.appautoscaling.Target with min_capacity=2 and max_capacity=10, and a Policy "
    "on ECSServiceAverageCPUUtilization.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    profiles=_TRADING,
    parameters=Bounds,
)
def trading_scaling(graph: Graph, parameters: Bounds) -> Iterator[Check]:
    """Each service's scaling target has the two bounds and a policy that tracks CPU."""
    for service in graph.of_type(types.SERVICE):
        targets, certain = scaling_targets(graph, service)
        yield Check(certain, "it does not scale", resource=service)
        for target in targets:
            for key, wanted in (
                ("minCapacity", parameters.least),
                ("maxCapacity", parameters.most),
            ):
                bound = given(target, key)
                message = f"{key} is {bound.text()}; {wanted} is demanded"
                yield Check(bound.equals(wanted), message, key, target)
            policies = target.referrers(types.SCALING_POLICY, property="resourceId")
            by_cpu = Truth.any(_metric(one).equals(_CPU) for one in policies)
            yield Check(by_cpu, "no policy tracks its CPU", resource=target)


def _metric(policy: Resource) -> Property:
    settings = given(policy, "targetTrackingScalingPolicyConfiguration")
    return settings["predefinedMetricSpecification"]["predefinedMetricType"]


@stack_rule(
    "trading-services-discoverable",
    title="Every service is found by a name inside the VPC",
    why="A service without an internal name is reached over the internet, or by an address that "
    "changes.",
    requirement="trading spec, Service Discovery: services registered for each ECS service",
    mend="Set service_registries to an aws.servicediscovery.Service, or join Service Connect.",
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    profiles=_TRADING,
)
def trading_services_discoverable(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A service registers in Cloud Map, or takes part in Service Connect."""
    for service in graph.of_type(types.SERVICE):
        found = given(service, "serviceRegistries").is_set() | is_connected(service)
        yield Check(found, "it has no internal name", "serviceRegistries", service)


@stack_rule(
    "trading-fargate-and-spot",
    title="Clusters have Fargate and Fargate Spot, and a strategy with weights",
    why="Critical tasks need capacity that stays; the others may take what is left for less.",
    requirement="trading spec, ECS Cluster Configuration: Fargate and Fargate Spot, weights",
    mend="Make an aws.ecs.ClusterCapacityProviders with both and "
    "default_capacity_provider_strategies with a weight each.",
    severity=Severity.LOW,
    level=Level.MANDATORY,
    profiles=_TRADING,
)
def trading_fargate_and_spot(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Both providers belong to the cluster, and each entry of its strategy has a weight."""
    for cluster in graph.of_type(types.CLUSTER):
        joined = cluster.referrers(types.CLUSTER_PROVIDERS, property="clusterName")
        for wanted in ("FARGATE", "FARGATE_SPOT"):
            truth = Truth.any(given(one, "capacityProviders").contains(wanted) for one in joined)
            yield Check(truth, f"it has no capacity provider {wanted}", resource=cluster)
        for one in joined:
            key = "defaultCapacityProviderStrategies"
            strategy = given(one, key)
            some = strategy.is_set() & strategy.all(lambda entry: entry["weight"].is_set())
            yield Check(some, "its strategy has no weights", key, one)


@rule(
    "trading-private-images",
    applies_to=(types.TASK_DEFINITION,),
    title="Images come from private repositories",
    why="What a public registry serves tomorrow is decided by somebody else.",
    requirement="trading spec, Constraints: private ECR repositories",
    mend="Build the image's name from the repository_url of an aws.ecr.Repository.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    profiles=_TRADING,
)
def trading_private_images(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Each container's image is of an account's own registry."""
    for container in containers(resource):
        image = container["image"]
        private = image.matches(r"\A\d{12}\.dkr[.-]ecr\.[\w.-]+/")
        yield Check(private, f"image is {image.text()}", image.path)
