"""Scaling policies: by what services scale, how fast each way, and that the metrics exist."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.model import Graph, Resource
from graph.truth import Truth
from policies.aws import types
from policies.aws.ecs import scaling_targets
from policies.aws.inputs import given
from policies.aws.metrics import Use, alarmed, scaled_by
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_SCALING = "chat spec 000, Scaling Model: ECS Service Auto Scaling"
# What Application Auto Scaling waits for an ECS service when nothing is said, in seconds.
_ECS_COOLDOWN = 300
_AWS_NAMESPACE = r"\A(AWS|ECS|EKS|CWAgent|LambdaInsights|ContainerInsights|System)(/|\Z)"


@rule(
    "scaling-cooldowns",
    applies_to=(types.SCALING_POLICY,),
    title="Scaling in is at least as slow as scaling out",
    why="Tasks that go as soon as they came leave the next burst to those that are left.",
    requirement=f"{_SCALING}; AWS Application Auto Scaling: cooldown periods",
    mend="Choose scale_in_cooldown >= scale_out_cooldown, such as 300 and 60.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def scaling_cooldowns(resource: Resource, _: Parameters) -> Iterator[Check]:
    """The cooldown of a target tracking before it scales in is no shorter than before it scales out.

    AWS waits 300 s either way for an ECS service when nothing is said.
    """
    settings = resource["targetTrackingScalingPolicyConfiguration"]
    if settings.absent or settings["disableScaleIn"].is_true(default=False) is Truth.YES:
        return
    inwards, outwards = settings["scaleInCooldown"], settings["scaleOutCooldown"]
    if resource["serviceNamespace"].equals("ecs") is not Truth.YES and (
        inwards.absent or outwards.absent
    ):
        return  # other services have other defaults
    out = _ECS_COOLDOWN if outwards.absent else outwards.scalar()
    truth = Truth.UNKNOWN
    if isinstance(out, int | float):
        truth = Truth.of(out <= _ECS_COOLDOWN) if inwards.absent else inwards.at_least(out)
    message = f"it scales in after {inwards.text()} s and out after {outwards.text()} s"
    yield Check(truth, message, inwards.path)


@stack_rule(
    "scaling-step-has-alarm",
    title="Step scaling policies have an alarm that calls them",
    why="A step policy does nothing by itself: without an alarm the service never scales.",
    requirement=f"{_SCALING}; AWS Application Auto Scaling: step scaling",
    mend="Put policy.arn into alarm_actions of an aws.cloudwatch.MetricAlarm.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def scaling_step_has_alarm(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Some alarm's actions name each step scaling policy."""
    for policy in graph.of_type(types.SCALING_POLICY):
        if given(policy, "stepScalingPolicyConfiguration").absent:
            continue
        called = [
            alarm
            for key in ("alarmActions", "okActions")
            for alarm in policy.referrers(types.ALARM, types.COMPOSITE_ALARM, property=key)
        ]
        yield Check(Truth.of(bool(called)), "no alarm calls it", resource=policy)


@dataclass(frozen=True)
class Predefined(Parameters):
    """The predefined metrics that move every service."""

    metrics: tuple[str, ...] = (
        "ECSServiceAverageCPUUtilization",
        "ECSServiceAverageMemoryUtilization",
    )


@stack_rule(
    "ecs-scales-on-cpu-and-memory",
    title="Every service scales on CPU and on memory",
    why="Either may run out first, and a service that watches one is blind to the other.",
    requirement=f"{_SCALING}: CPU / memory",
    mend="Add an aws.appautoscaling.Policy with predefined_metric_type="
    "'ECSServiceAverageCPUUtilization', and one with 'ECSServiceAverageMemoryUtilization'.",
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    profiles=("chat",),
    parameters=Predefined,
    covers=("CHAT-000-50", "CHAT-001-178", "CHAT-001-179"),
)
def ecs_scales_on_cpu_and_memory(graph: Graph, parameters: Predefined) -> Iterator[Check]:
    """Each scaling target of a service has a target tracking of each demanded metric."""
    for service in graph.of_type(types.SERVICE):
        for target in scaling_targets(graph, service)[0]:
            tracked = [
                given(policy, "targetTrackingScalingPolicyConfiguration")
                for policy in target.referrers(types.SCALING_POLICY)
            ]
            for metric in parameters.metrics:
                truth = Truth.any(
                    one["predefinedMetricSpecification"]["predefinedMetricType"].equals(metric)
                    for one in tracked
                )
                yield Check(truth, f"no policy tracks {metric}", resource=target)


@dataclass(frozen=True)
class CustomMetrics(Parameters):
    """The metrics that the system's own programs report; with no namespace any will do."""

    namespaces: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ()


@stack_rule(
    "custom-metrics-reported",
    title="Alarms and scaling look at metrics that something reports",
    why="A metric that nobody reports is never too high: the alarm sleeps, the service stays small.",
    requirement=f"{_SCALING}; chat spec 001, Custom Metrics for Auto-Scaling",
    mend="Use the namespace, metric names and dimensions that the tasks put their data under.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    parameters=CustomMetrics,
    covers=("CHAT-001-174",),
)
def custom_metrics_reported(graph: Graph, parameters: CustomMetrics) -> Iterator[Check]:
    """Metrics outside AWS's own namespaces are the configured ones, with all their dimensions.

    Without a configuration, something that runs in the stack must know their namespace.
    """
    for use in (*alarmed(graph), *scaled_by(graph)):
        if use.namespace.absent or use.namespace.matches(_AWS_NAMESPACE) is Truth.YES:
            continue
        if parameters.namespaces:
            yield from _as_configured(use, parameters)
        else:
            told = use.namespace.text()
            message = f"nothing in the stack knows the namespace {told}"
            yield Check(_known_to_someone(graph, use), message, "namespace", use.resource)


def _as_configured(use: Use, parameters: CustomMetrics) -> Iterator[Check]:
    named = f"{use.namespace.text()} {use.metric.text()}"
    known = use.namespace.is_in(parameters.namespaces)
    if parameters.metrics:
        known &= use.metric.is_in(parameters.metrics)
    yield Check(known, f"nobody reports {named}", "metricName", use.resource)
    if parameters.dimensions:
        wanted = frozenset(parameters.dimensions)
        fits = Truth.UNKNOWN if use.dimensions is None else Truth.of(use.dimensions == wanted)
        said = ", ".join(sorted(use.dimensions or ())) or "none"
        message = f"{named} has other dimensions than {said}"
        yield Check(fits, message, "dimensions", use.resource)


_LOOK_ON = (types.ALARM, types.COMPOSITE_ALARM, types.SCALING_POLICY, types.DASHBOARD)


def _known_to_someone(graph: Graph, use: Use) -> Truth:
    name = use.namespace.scalar()
    if not isinstance(name, str):
        return Truth.UNKNOWN
    return graph.indexed(_Speakers).know(name)


class _Speakers:
    """What is said in the stack by resources that do more than look at metrics."""

    def __init__(self, graph: Graph) -> None:
        told = (
            text
            for resource in graph.resources
            if resource.type not in _LOOK_ON
            for text in resource.properties.texts()
        )
        # A few texts are said by a thousand resources.
        self._texts = tuple(dict.fromkeys(told))
        programs = [
            *(one["containerDefinitions"] for one in graph.of_type(types.TASK_DEFINITION)),
            *(one["environment"] for one in graph.of_type(types.LAMBDA)),
        ]
        unsaid = any(one.unknown for one in programs)
        self._silence = Truth.UNKNOWN if unsaid else Truth.NO
        self._answers: dict[str, Truth] = {}

    def know(self, name: str) -> Truth:
        """Whether one of them speaks of this name."""
        if name not in self._answers:
            said = any(name in text for text in self._texts)
            self._answers[name] = Truth.YES if said else self._silence
        return self._answers[name]
