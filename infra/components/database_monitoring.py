"""What is seen of a database instance from outside: its logs, and its operating system's figures."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.plan import postgres
from infra.plan.context import Context
from infra.plan.iam import trust
from infra.plan.names import Kind

INTERVAL_SECONDS = 60
INSIGHTS_DAYS = 7
"""The longest period of Performance Insights that costs nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseMonitoringArgs:
    """The instance's identifier, its part of the stack, and how long its logs are kept."""

    context: Context
    part: str
    identifier: str
    log_days: int
    log_key_arn: pulumi.Input[str]


class DatabaseMonitoring(Component):
    """The log groups of one instance and the role that writes figures of its operating system.

    An instance has to wait for `logs`: RDS would make the groups itself, to be kept for ever and
    without our key.
    """

    role_arn: pulumi.Output[str]
    logs: list[aws.cloudwatch.LogGroup]

    def __init__(
        self,
        name: str,
        args: DatabaseMonitoringArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("DatabaseMonitoring", name, args, opts)
        self._args = args
        self._name = name
        self.logs = [self._log(export) for export in postgres.LOG_EXPORTS]
        self.role_arn = self._role().arn
        self.register_outputs({"roleArn": self.role_arn})

    def _role(self) -> aws.iam.Role:
        context, part = self._args.context, self._args.part
        source = context.place.arn("rds", f"db:{self._args.identifier}")
        role = aws.iam.Role(
            f"{self._name}-role",
            name=context.name(Kind.ROLE, f"{part}-monitoring"),
            description="Writes the operating system's figures of the database",
            assume_role_policy=json.dumps(trust("monitoring.rds", context.place, source)),
            tags=context.tags(),
            opts=self.child(),
        )
        aws.iam.RolePolicyAttachment(
            f"{self._name}-policy",
            role=role.name,
            policy_arn=context.place.managed_policy("service-role/AmazonRDSEnhancedMonitoringRole"),
            opts=self.child(),
        )
        return role

    def _log(self, export: str) -> aws.cloudwatch.LogGroup:
        return aws.cloudwatch.LogGroup(
            f"{self._name}-log-{export}",
            name=f"/aws/rds/instance/{self._args.identifier}/{export}",
            retention_in_days=self._args.log_days,
            kms_key_id=self._args.log_key_arn,
            tags=self._args.context.tags(),
            opts=self.child(),
        )
