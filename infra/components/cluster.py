"""The ECS cluster that a system's services run in."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.plan.capacity import ON_DEMAND, SPOT, CapacityShare
from infra.plan.context import Context
from infra.plan.names import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterArgs:
    """The capacity services take by default, and the key and days of the audit log."""

    context: Context
    capacity: tuple[CapacityShare, ...]
    log_days: int
    key_arn: pulumi.Input[str]


class Cluster(Component):
    """A Fargate cluster with Container Insights, and a transcript of every ECS Exec session.

    Services have to wait for the whole of it, because its capacity providers are attached last.
    """

    name: pulumi.Output[str]
    arn: pulumi.Output[str]
    exec_log_group_arn: str

    def __init__(
        self, name: str, args: ClusterArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("Cluster", name, args, opts)
        group_name = args.context.log_group("ecs", "exec-audit")
        audit = aws.cloudwatch.LogGroup(
            f"{name}-exec-audit",
            name=group_name,
            retention_in_days=args.log_days,
            kms_key_id=args.key_arn,
            tags=args.context.tags(),
            opts=self.child(),
        )
        cluster = aws.ecs.Cluster(
            f"{name}-cluster",
            name=args.context.name(Kind.CLUSTER),
            settings=[{"name": "containerInsights", "value": "enabled"}],
            configuration={
                "execute_command_configuration": {
                    "kms_key_id": args.key_arn,
                    "logging": "OVERRIDE",
                    "log_configuration": {
                        "cloud_watch_encryption_enabled": True,
                        "cloud_watch_log_group_name": audit.name,
                    },
                }
            },
            tags=args.context.tags(),
            opts=self.child(),
        )
        aws.ecs.ClusterCapacityProviders(
            f"{name}-capacity",
            cluster_name=cluster.name,
            capacity_providers=[ON_DEMAND, SPOT],
            default_capacity_provider_strategies=[
                {"capacity_provider": share.provider, "weight": share.weight, "base": share.base}
                for share in args.capacity
            ],
            opts=self.child(),
        )
        self.name = cluster.name
        self.arn = cluster.arn
        self.exec_log_group_arn = args.context.place.arn("logs", f"log-group:{group_name}")
        self.register_outputs({"name": self.name, "arn": self.arn})
