"""Redis for what need not last: messages between tasks, presence, rooms (chat spec 000)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.plan import redis
from infra.plan.context import Context
from infra.plan.lifecycle import Lifecycle
from infra.plan.names import Kind
from infra.plan.redis import CachePlan

_LOGS = ("slow-log", "engine-log")


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheArgs:
    """What it is for, the nodes, where they stand, the token callers must show, the keys."""

    context: Context
    lifecycle: Lifecycle
    plan: CachePlan
    node_type: str
    nodes: int
    subnet_ids: Sequence[pulumi.Input[str]]
    security_group_id: pulumi.Input[str]
    auth_token: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    log_key_arn: pulumi.Input[str]


class Cache(Component):
    """An ElastiCache replication group: encrypted both ways, and failing over where it can."""

    part: str
    node_type: str
    node_ids: Sequence[str]
    """The ids under which CloudWatch knows the nodes."""
    replication_group_id: str
    address: pulumi.Output[str]

    def __init__(
        self, name: str, args: CacheArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("Cache", name, args, opts)
        self._args = args
        self._name = name
        self.part = args.plan.part
        self.node_type = args.node_type
        self.replication_group_id = args.context.name(Kind.CACHE, self.part)
        self.node_ids = redis.node_ids(self.replication_group_id, args.nodes)
        logs = {kind: self._log(kind) for kind in _LOGS}
        group = self._group(self._subnets(), self._parameters(), logs)
        self.address = group.primary_endpoint_address
        self.register_outputs({"address": self.address})

    def _subnets(self) -> aws.elasticache.SubnetGroup:
        return aws.elasticache.SubnetGroup(
            f"{self._name}-subnets",
            name=self._args.context.name(Kind.SUBNET_GROUP, self.part),
            description="Where Redis may stand",
            subnet_ids=list(self._args.subnet_ids),
            tags=self._args.context.tags(),
            opts=self.child(),
        )

    def _parameters(self) -> aws.elasticache.ParameterGroup:
        return aws.elasticache.ParameterGroup(
            # A new engine family needs a new group while the nodes still use the old one.
            self._args.context.name(Kind.PARAMETER_GROUP, self.part),
            family=redis.PARAMETER_FAMILY,
            description=self._args.plan.purpose,
            parameters=[
                {"name": name, "value": value} for name, value in self._args.plan.parameters.items()
            ],
            tags=self._args.context.tags(),
            opts=self.child(),
        )

    def _log(self, kind: str) -> aws.cloudwatch.LogGroup:
        return aws.cloudwatch.LogGroup(
            f"{self._name}-{kind}",
            name=self._args.context.log_group("elasticache", f"{self.part}/{kind}"),
            retention_in_days=self._args.lifecycle.log_days,
            kms_key_id=self._args.log_key_arn,
            tags=self._args.context.tags(),
            opts=self.child(),
        )

    def _group(
        self,
        subnets: aws.elasticache.SubnetGroup,
        parameters: aws.elasticache.ParameterGroup,
        logs: dict[str, aws.cloudwatch.LogGroup],
    ) -> aws.elasticache.ReplicationGroup:
        args, lifecycle = self._args, self._args.lifecycle
        replicated = args.nodes > 1
        saved = args.plan.snapshots
        return aws.elasticache.ReplicationGroup(
            f"{self._name}-group",
            replication_group_id=self.replication_group_id,
            description=args.plan.purpose,
            engine="redis",
            engine_version=redis.ENGINE_VERSION,
            node_type=args.node_type,
            num_cache_clusters=args.nodes,
            port=redis.PORT,
            parameter_group_name=parameters.name,
            subnet_group_name=subnets.name,
            security_group_ids=[args.security_group_id],
            transit_encryption_enabled=True,
            transit_encryption_mode="required",
            at_rest_encryption_enabled=True,
            kms_key_id=args.key_arn,
            auth_token=args.auth_token,
            auth_token_update_strategy="ROTATE",  # noqa: S106 - a strategy, not a token
            automatic_failover_enabled=replicated,
            multi_az_enabled=replicated,
            snapshot_retention_limit=lifecycle.backup_days if saved else 0,
            snapshot_window=redis.SNAPSHOT_WINDOW if saved else None,
            maintenance_window=redis.MAINTENANCE_WINDOW,
            final_snapshot_identifier=args.context.name(Kind.CACHE_SNAPSHOT, f"{self.part}-final")
            if saved and lifecycle.keep_on_destroy
            else None,
            auto_minor_version_upgrade=True,
            apply_immediately=lifecycle.apply_immediately,
            log_delivery_configurations=[
                {
                    "destination": group.name,
                    "destination_type": "cloudwatch-logs",
                    "log_format": "json",
                    "log_type": kind,
                }
                for kind, group in logs.items()
            ],
            tags=args.context.tags(self.part),
            opts=self.child(),
        )
