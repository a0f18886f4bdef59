"""How many tasks of a service run, by what they are doing."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.plan.context import Context
from infra.plan.names import Kind
from infra.plan.scaling import (
    SCALE_IN_COOLDOWN_SECONDS,
    SCALE_OUT_COOLDOWN_SECONDS,
    Metric,
    Scaling,
    Tracking,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceScalingArgs:
    """The service, its bounds and targets.

    `request_label` names load balancer and target group as "app/…/targetgroup/…"; only a scaling
    by requests needs it.
    """

    context: Context
    part: str
    cluster_name: pulumi.Input[str]
    service_name: pulumi.Input[str]
    scaling: Scaling
    request_label: pulumi.Input[str] | None


class ServiceScaling(Component):
    """A scalable target and a target-tracking policy for each metric."""

    def __init__(
        self, name: str, args: ServiceScalingArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("ServiceScaling", name, args, opts)
        target = aws.appautoscaling.Target(
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
            self._track(f"{name}-{tracking.part}", args, target, tracking)
        self.register_outputs({})

    def _track(
        self,
        name: str,
        args: ServiceScalingArgs,
        target: aws.appautoscaling.Target,
        tracking: Tracking,
    ) -> None:
        by_requests = tracking.metric is Metric.REQUESTS
        aws.appautoscaling.Policy(
            name,
            name=args.context.name(Kind.SCALING_POLICY, f"{args.part}-{tracking.part}"),
            policy_type="TargetTrackingScaling",
            service_namespace=target.service_namespace,
            scalable_dimension=target.scalable_dimension,
            resource_id=target.resource_id,
            target_tracking_scaling_policy_configuration={
                "target_value": tracking.target,
                "scale_out_cooldown": SCALE_OUT_COOLDOWN_SECONDS,
                "scale_in_cooldown": SCALE_IN_COOLDOWN_SECONDS,
                "predefined_metric_specification": {
                    "predefined_metric_type": tracking.metric.value,
                    "resource_label": args.request_label if by_requests else None,
                },
            },
            opts=self.child(),
        )
