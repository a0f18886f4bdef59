"""Where services find each other by name."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.plan.context import Context
from infra.plan.names import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceNamespaceArgs:
    """How long the proxies' logs are kept (days), and the key they are encrypted with."""

    context: Context
    log_days: int
    log_key_arn: pulumi.Input[str]


class ServiceNamespace(Component):
    """A namespace of Service Connect, and one log group for the proxies beside its tasks.

    The names in it are the proxies' own: there is no DNS zone, and no other way to ask for them.
    """

    arn: pulumi.Output[str]
    log_group_name: pulumi.Output[str]
    log_group_arn: str

    def __init__(
        self, name: str, args: ServiceNamespaceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("ServiceNamespace", name, args, opts)
        context = args.context
        namespace = aws.servicediscovery.HttpNamespace(
            f"{name}-namespace",
            name=context.name(Kind.NAMESPACE),
            description="Services that call each other",
            tags=context.tags(),
            opts=self.child(),
        )
        group_name = context.log_group("ecs", "service-connect")
        group = aws.cloudwatch.LogGroup(
            f"{name}-log",
            name=group_name,
            retention_in_days=args.log_days,
            kms_key_id=args.log_key_arn,
            tags=context.tags(),
            opts=self.child(),
        )
        self.arn = namespace.arn
        self.log_group_name = group.name
        self.log_group_arn = context.place.arn("logs", f"log-group:{group_name}")
        self.register_outputs({"arn": self.arn, "logGroupName": self.log_group_name})
