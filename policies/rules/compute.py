"""ECS on Fargate: what runs, how it is deployed, and how it proves that it lives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.ecs import containers, definitions_of
from policies.aws.inputs import given
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_FARGATE = ("FARGATE", "FARGATE_SPOT")
_ECS = "chat spec 000, Backend Stack: ECS Fargate"


@stack_rule(
    "ecs-fargate-only",
    title="ECS services run on Fargate",
    why="There are no servers to patch, and capacity follows the tasks.",
    requirement=_ECS,
    mend="Set launch_type='FARGATE', or capacity_provider_strategies of FARGATE and FARGATE_SPOT.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    profiles=("chat",),
    covers=("CHAT-000-07",),
)
def ecs_fargate_only(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A service's launch type or capacity providers are Fargate; with neither, its cluster's are.

    AWS falls back to EC2 when nothing is said anywhere.
    """
    for service in graph.of_type(types.SERVICE):
        launch, strategy = (
            given(service, "launchType"),
            given(service, "capacityProviderStrategies"),
        )
        if not launch.absent:
            yield Check(
                launch.equals("FARGATE"), f"launch type is {launch.text()}", "launchType", service
            )
        elif not strategy.absent:
            yield _on_fargate(strategy, "capacityProviderStrategies", service)
        else:
            yield from _by_cluster(service)


def _by_cluster(service: Resource) -> Iterator[Check]:
    clusters = service.references("cluster", types.CLUSTER)
    providers = [
        one
        for cluster in clusters
        for one in cluster.referrers(types.CLUSTER_PROVIDERS, property="clusterName")
    ]
    for one in providers:
        strategy = given(one, "defaultCapacityProviderStrategies")
        if not strategy.absent:
            yield _on_fargate(strategy, "defaultCapacityProviderStrategies", service)
            return
    if clusters or given(service, "cluster").absent:
        yield Check(Truth.NO, "no launch type: AWS takes EC2", "launchType", service)
    else:
        message = "its cluster's capacity providers are not in this stack"
        yield Check(Truth.UNKNOWN, message, "launchType", service)


def _on_fargate(strategy: Property, path: str, service: Resource) -> Check:
    answer = strategy.all(lambda one: one["capacityProvider"].is_in(_FARGATE))
    return Check(answer, "a capacity provider is not Fargate", path, service)


@rule(
    "ecs-task-for-fargate",
    applies_to=(types.TASK_DEFINITION,),
    title="Task definitions are made for Fargate",
    why="AWS then checks CPU, memory and network mode when the definition is registered.",
    requirement=_ECS,
    mend="Set requires_compatibilities=['FARGATE'] and network_mode='awsvpc'.",
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    profiles=("chat",),
    covers=("CHAT-000-07",),
    controls=("SecurityHub ECS.17",),
)
def ecs_task_for_fargate(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Requires Fargate, with the one network mode that Fargate has."""
    needed = resource["requiresCompatibilities"]
    yield Check(needed.contains("FARGATE"), f"it requires {needed.text()}", needed.path)
    mode = resource["networkMode"]
    yield Check(mode.equals("awsvpc"), f"network mode is {mode.text()}", mode.path)


# CPU units: the memory sizes in GiB that Fargate has for them.
_SIZES: dict[int, Sequence[float]] = {
    256: (0.5, 1, 2),
    512: range(1, 5),
    1024: range(2, 9),
    2048: range(4, 17),
    4096: range(8, 31),
    8192: [4 * one for one in range(4, 16)],
    16384: [8 * one for one in range(4, 16)],
}


@rule(
    "fargate-size",
    applies_to=(types.TASK_DEFINITION,),
    title="Fargate tasks have a pair of CPU and memory that exists",
    why="AWS refuses any other pair, halfway through the deployment.",
    requirement="AWS ECS: task CPU and memory for Fargate; chat spec 001, ECS Services",
    mend="Choose a pair of AWS's table, such as cpu='512', memory='1024'.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
)
def fargate_size(resource: Resource, _: Parameters) -> Iterator[Check]:
    """CPU and memory of a Fargate task are one of AWS's pairs, in units or written `1 vCPU`."""
    fargate = resource["requiresCompatibilities"].contains("FARGATE")
    if fargate is not Truth.YES:
        return
    cpu, memory = resource["cpu"], resource["memory"]
    if cpu.unknown or memory.unknown:
        yield Check(Truth.UNKNOWN, "its size is not known yet", "cpu")
        return
    units, size = _amount(cpu, "vcpu"), _amount(memory, "gb")
    fits = units is not None and size is not None and size / 1024 in _SIZES.get(units, ())
    said = f"cpu {cpu.text()} with memory {memory.text()} is no size of Fargate's"
    yield Check(Truth.of(fits), said, "cpu")


def _amount(value: Property, unit: str) -> int | None:
    text = str(value.scalar()).lower()
    try:
        if text.endswith(unit):
            return round(float(text.removesuffix(unit)) * 1024)
        return int(float(text))
    except ValueError:
        return None


@rule(
    "ecs-container-insights",
    applies_to=(types.CLUSTER,),
    title="ECS clusters have Container Insights",
    why="Without it there are no metrics of tasks and containers to alarm on.",
    requirement="chat spec 001, Compute: Container Insights enabled; AWS FSBP ECS.12",
    mend="Set settings=[{'name': 'containerInsights', 'value': 'enabled'}] on the aws.ecs.Cluster.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    covers=("CHAT-001-128",),
    controls=("FSBP ECS.12",),
)
def ecs_container_insights(resource: Resource, _: Parameters) -> Iterator[Check]:
    """The setting containerInsights is enabled or enhanced; the account's default is off."""
    enabled = resource["settings"].any(
        lambda one: (
            one["name"].equals("containerInsights") & one["value"].is_in(("enabled", "enhanced"))
        )
    )
    yield Check(enabled, "Container Insights is off", "settings")


@rule(
    "ecs-circuit-breaker",
    applies_to=(types.SERVICE,),
    title="A failing deployment is rolled back by itself",
    why="Without it ECS starts broken tasks for ever, and nobody is told.",
    requirement="chat spec 001, DevOps: Automated health checks with rollback capability",
    mend="Set deployment_circuit_breaker={'enable': True, 'rollback': True}.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    covers=("CHAT-001-155",),
)
def ecs_circuit_breaker(resource: Resource, _: Parameters) -> Iterator[Check]:
    """The circuit breaker is on and rolls back; CodeDeploy deployments have their own."""
    if resource["deploymentController"]["type"].is_in(("CODE_DEPLOY", "EXTERNAL")) is Truth.YES:
        return
    breaker = resource["deploymentCircuitBreaker"]
    on = breaker["enable"].is_true() & breaker["rollback"].is_true()
    yield Check(on, f"the circuit breaker is {breaker.text()}", "deploymentCircuitBreaker")


@stack_rule(
    "ecs-health-checks",
    title="Every service has a health check",
    why="A task that hangs must be found out and replaced.",
    requirement="chat spec 001, Load Balancing: Health check grace period per service; DevOps",
    mend="Put the service behind a target group, or give its container a healthCheck.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def ecs_health_checks(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A service is behind a load balancer, or an essential container checks itself."""
    for service in graph.of_type(types.SERVICE):
        balanced = given(service, "loadBalancers")
        if balanced.unknown or balanced.items():
            yield Check(Truth.YES, "its load balancer checks it", "loadBalancers", service)
            continue
        definitions = definitions_of(service)
        answers = [_checks_itself(one) for one in definitions] or [Truth.UNKNOWN]
        message = "neither a load balancer nor its containers check its health"
        yield Check(Truth.all(answers), message, "healthCheck", service)


def _checks_itself(definition: Resource) -> Truth:
    return definition["containerDefinitions"].json().any(lambda one: one["healthCheck"].is_set())


@rule(
    "ecs-container-logs",
    applies_to=(types.TASK_DEFINITION,),
    title="Containers send their logs to CloudWatch",
    why="What a task wrote is gone with the task unless a log driver takes it away.",
    requirement="chat spec 000, Observability: CloudWatch Logs; AWS FSBP ECS.9",
    mend="Give each container logConfiguration={'logDriver': 'awslogs', 'options': {…}}.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP ECS.9",),
)
def ecs_container_logs(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Each container logs by awslogs or awsfirelens."""
    for container in containers(resource):
        driver = container["logConfiguration"]["logDriver"]
        known = driver.is_in(("awslogs", "awsfirelens"))
        yield Check(known, f"{_label(container)}: log driver is {driver.text()}", driver.path)


@rule(
    "ecs-not-privileged",
    applies_to=(types.TASK_DEFINITION,),
    title="Containers are not privileged",
    why="A privileged container is root on what carries it.",
    requirement="AWS FSBP ECS.4",
    mend="Remove privileged=True from the container definition.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    controls=("FSBP ECS.4",),
)
def ecs_not_privileged(resource: Resource, _: Parameters) -> Iterator[Check]:
    """No container asks for privileged; AWS's default is not."""
    for container in containers(resource):
        privileged = container["privileged"].is_true(default=False)
        yield Check(~privileged, f"{_label(container)} is privileged", container.path)


def _label(container: Property) -> str:
    name = container["name"].scalar()
    return f"container {name}" if isinstance(name, str) else "a container"
