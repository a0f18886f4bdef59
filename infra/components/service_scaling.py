"""How many tasks of a service run, by what they are doing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.alarms import Alarms, AlarmsArgs
from infra.components.base import Component
from infra.plan.alarm import Metric, Watched
from infra.plan.context import Context
from infra.plan.names import Kind
from infra.plan.scaling import (
    Predefined,
    QueueBacklog,
    Scaling,
    ServiceMetric,
    Stepping,
    Tracking,
    backlog_expression,
)

_Configuration = aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs
_Predefined = aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgs
_Customized = aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationArgs
_Dimension = aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationDimensionArgs
_Query = aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricArgs
_Statistic = aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricMetricStatArgs  # noqa: E501 - one name
_Metric = aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricMetricStatMetricArgs  # noqa: E501 - one name
_MetricDimension = aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricMetricStatMetricDimensionArgs  # noqa: E501 - one name


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceScalingArgs:
    """The service, its bounds, and what moves it.

    `request_label` names load balancer and target group as "app/…/targetgroup/…", which only a
    scaling by requests needs; `queues` (name by part) are what the workers' backlog is in.
    """

    context: Context
    part: str
    cluster_name: pulumi.Input[str]
    service_name: pulumi.Input[str]
    scaling: Scaling
    request_label: pulumi.Input[str] | None = None
    queues: Mapping[str, pulumi.Input[str]]


class ServiceScaling(Component):
    """A scalable target, a policy for each metric, and the alarms that steps are taken by."""

    def __init__(
        self, name: str, args: ServiceScalingArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("ServiceScaling", name, args, opts)
        self._name = name
        self._args = args
        self._target = aws.appautoscaling.Target(
            f"{name}-target",
            service_namespace="ecs",
            scalable_dimension="ecs:service:DesiredCount",
            resource_id=pulumi.Output.concat("service/", args.cluster_name, "/", args.service_name),
            min_capacity=args.scaling.minimum,
            max_capacity=args.scaling.maximum,
            tags=args.context.tags(),
            opts=self.child(),
        )
        for tracking in args.scaling.trackings:
            self._track(tracking)
        for stepping in args.scaling.steppings:
            self._alarm(stepping, self._step(stepping))
        self.register_outputs({})

    def _dimensions(self) -> dict[str, pulumi.Input[str]]:
        return {"ClusterName": self._args.cluster_name, "ServiceName": self._args.service_name}

    def _track(self, tracking: Tracking) -> None:
        scaling, target = self._args.scaling, self._target
        aws.appautoscaling.Policy(
            f"{self._name}-{tracking.part}",
            name=self._policy_name(tracking.part),
            policy_type="TargetTrackingScaling",
            service_namespace=target.service_namespace,
            scalable_dimension=target.scalable_dimension,
            resource_id=target.resource_id,
            target_tracking_scaling_policy_configuration=_Configuration(
                target_value=tracking.target,
                scale_out_cooldown=scaling.out_cooldown,
                scale_in_cooldown=scaling.in_cooldown,
                predefined_metric_specification=self._predefined(tracking),
                customized_metric_specification=self._customized(tracking),
            ),
            opts=self.child(),
        )

    def _predefined(self, tracking: Tracking) -> _Predefined | None:
        if not isinstance(tracking.metric, Predefined):
            return None
        by_requests = tracking.metric is Predefined.REQUESTS
        return _Predefined(
            predefined_metric_type=tracking.metric.value,
            resource_label=self._args.request_label if by_requests else None,
        )

    def _customized(self, tracking: Tracking) -> _Customized | None:
        metric = tracking.metric
        if isinstance(metric, ServiceMetric):
            return _Customized(
                namespace=metric.metric.namespace,
                metric_name=metric.metric.name,
                statistic=metric.metric.statistic,
                unit=metric.unit,
                dimensions=[
                    _Dimension(name=name, value=value) for name, value in self._dimensions().items()
                ],
            )
        if isinstance(metric, QueueBacklog):
            return _Customized(metrics=self._backlog(metric))
        return None

    def _backlog(self, backlog: QueueBacklog) -> Sequence[_Query]:
        """The entries of the backlog's metric math, of which only the last one's value counts."""

        def entry(
            identifier: str, metric: Metric, dimensions: Mapping[str, pulumi.Input[str]]
        ) -> _Query:
            return _Query(
                id=identifier,
                return_data=False,
                metric_stat=_Statistic(
                    stat=metric.statistic,
                    metric=_Metric(
                        namespace=metric.namespace,
                        metric_name=metric.name,
                        dimensions=[
                            _MetricDimension(name=name, value=value)
                            for name, value in dimensions.items()
                        ],
                    ),
                ),
            )

        queues = self._args.queues
        return [
            *(
                entry(f"q{number}", backlog.messages, {"QueueName": queue})
                for number, queue in enumerate(queues.values(), start=1)
            ),
            entry("tasks", backlog.tasks, self._dimensions()),
            _Query(
                id="backlog",
                expression=backlog_expression(len(queues)),
                label="messages for each running worker",
                return_data=True,
            ),
        ]

    def _step(self, stepping: Stepping) -> aws.appautoscaling.Policy:
        target = self._target
        return aws.appautoscaling.Policy(
            f"{self._name}-{stepping.part}",
            name=self._policy_name(stepping.part),
            policy_type="StepScaling",
            service_namespace=target.service_namespace,
            scalable_dimension=target.scalable_dimension,
            resource_id=target.resource_id,
            step_scaling_policy_configuration={
                "adjustment_type": "PercentChangeInCapacity",
                # A fifth of two tasks is none.
                "min_adjustment_magnitude": 1,
                "metric_aggregation_type": "Maximum" if stepping.by_queue else "Average",
                "cooldown": self._args.scaling.out_cooldown,
                "step_adjustments": [
                    {
                        "metric_interval_lower_bound": str(step.lower),
                        "metric_interval_upper_bound": (
                            None if step.upper is None else str(step.upper)
                        ),
                        "scaling_adjustment": step.percent,
                    }
                    for step in stepping.steps
                ],
            },
            opts=self.child(),
        )

    def _alarm(self, stepping: Stepping, policy: aws.appautoscaling.Policy) -> None:
        subjects: dict[str, dict[str, pulumi.Input[str]]] = {self._args.part: self._dimensions()}
        if stepping.by_queue:
            subjects = {
                f"{part}-queue": {"QueueName": queue} for part, queue in self._args.queues.items()
            }
        for subject, dimensions in subjects.items():
            Alarms(
                f"{self._name}-{subject}-{stepping.part}",
                AlarmsArgs(
                    context=self._args.context,
                    watched=Watched(name=subject, rules=(stepping.rule,), subjects=(dimensions,)),
                    action_arns=[policy.arn],
                    ends=False,
                ),
                self.child(),
            )

    def _policy_name(self, part: str) -> str:
        return self._args.context.name(Kind.SCALING_POLICY, f"{self._args.part}-{part}")
