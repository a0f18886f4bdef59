"""What a load balancer knows of one service: its targets, and the paths that lead to them."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.plan.context import Context
from infra.plan.names import Kind
from infra.plan.routing import Route


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutedTargetArgs:
    """The route, and how targets leave and are kept to (both in seconds).

    `sticky_seconds` is None where any task may answer any request.
    """

    context: Context
    part: str
    vpc_id: pulumi.Input[str]
    listener_arn: pulumi.Input[str]
    route: Route
    deregistration_delay: int
    sticky_seconds: int | None


class RoutedTarget(Component):
    """A target group of task addresses and its listener rule.

    A service has to wait for both: ECS refuses a target group that no listener uses.
    """

    target_group_arn: pulumi.Output[str]
    arn_suffix: pulumi.Output[str]

    def __init__(
        self, name: str, args: RoutedTargetArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("RoutedTarget", name, args, opts)
        group = self._group(args)
        aws.lb.ListenerRule(
            f"{name}-rule",
            listener_arn=args.listener_arn,
            priority=args.route.priority,
            conditions=[{"path_pattern": {"values": list(args.route.paths)}}],
            actions=[{"type": "forward", "target_group_arn": group.arn}],
            tags=args.context.tags(),
            opts=self.child(),
        )
        self.target_group_arn = group.arn
        self.arn_suffix = group.arn_suffix
        self.register_outputs({"targetGroupArn": self.target_group_arn})

    def _group(self, args: RoutedTargetArgs) -> aws.lb.TargetGroup:
        return aws.lb.TargetGroup(
            # The stem of its physical name: a group in use can't be deleted before its successor
            # has taken its place in the listener rule.
            args.context.name(Kind.TARGET_GROUP, args.part),
            vpc_id=args.vpc_id,
            target_type="ip",
            protocol="HTTP",
            protocol_version="HTTP1",
            port=args.route.port,
            deregistration_delay=args.deregistration_delay,
            # A WebSocket counts as a request for as long as it lives: new ones go where there
            # are fewest, also after a deployment has left the tasks unevenly filled.
            load_balancing_algorithm_type="least_outstanding_requests",
            health_check={
                "path": args.route.health_path,
                "protocol": "HTTP",
                "matcher": "200",
                "interval": 15,
                "timeout": 5,
                "healthy_threshold": 2,
                "unhealthy_threshold": 3,
            },
            stickiness={
                "enabled": args.sticky_seconds is not None,
                "type": "lb_cookie",
                "cookie_duration": args.sticky_seconds,
            },
            tags=args.context.tags(args.part),
            opts=self.child(),
        )
