"""A copy of the database for reading, which follows it within a second or so."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.components.database_monitoring import (
    INSIGHTS_DAYS,
    INTERVAL_SECONDS,
    DatabaseMonitoring,
    DatabaseMonitoringArgs,
)
from infra.plan import postgres
from infra.plan.context import Context
from infra.plan.lifecycle import Lifecycle
from infra.plan.names import Kind

_PART = "postgres-replica"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadReplicaArgs:
    """The instance it copies, and its own class.

    `source_identifier` must be an output of that instance, so that the copy waits for it;
    `source_storage` is in GiB.
    """

    context: Context
    lifecycle: Lifecycle
    source_identifier: pulumi.Input[str]
    source_storage: int
    engine_version: str
    instance_class: str
    parameter_group_name: pulumi.Input[str]
    security_group_id: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    log_key_arn: pulumi.Input[str]


class ReadReplica(Component):
    """A read replica in the VPC and subnets of its source.

    Version, users, passwords, storage and encryption are its source's. It has no backups of its
    own: what it holds is in the source's, and it is made anew from the source within the hour.
    """

    identifier: str
    address: pulumi.Output[str]

    def __init__(
        self, name: str, args: ReadReplicaArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("ReadReplica", name, args, opts)
        self._args = args
        self._name = name
        self.identifier = args.context.name(Kind.DATABASE, _PART)
        self.address = self._instance(self._monitoring()).address
        self.register_outputs({"address": self.address})

    def _monitoring(self) -> DatabaseMonitoring:
        return DatabaseMonitoring(
            f"{self._name}-monitoring",
            DatabaseMonitoringArgs(
                context=self._args.context,
                part=_PART,
                identifier=self.identifier,
                log_days=self._args.lifecycle.log_days,
                log_key_arn=self._args.log_key_arn,
            ),
            opts=self.child(),
        )

    def _instance(self, monitoring: DatabaseMonitoring) -> aws.rds.Instance:
        args, lifecycle = self._args, self._args.lifecycle
        return aws.rds.Instance(
            f"{self._name}-instance",
            identifier=self.identifier,
            replicate_source_db=args.source_identifier,
            instance_class=args.instance_class,
            auto_minor_version_upgrade=postgres.follows_minor_versions(args.engine_version),
            port=postgres.PORT,
            # What a source has grown to, its copy must be able to grow to.
            storage_type="gp3",
            max_allocated_storage=postgres.storage_limit(args.source_storage),
            # With the source's key: RDS takes no other within a region.
            storage_encrypted=True,
            vpc_security_group_ids=[args.security_group_id],
            publicly_accessible=False,
            # Its source has a standby; should this one be lost, reads go to the source.
            multi_az=False,
            ca_cert_identifier=postgres.CERTIFICATE_AUTHORITY,
            parameter_group_name=args.parameter_group_name,
            backup_retention_period=0,
            maintenance_window=postgres.MAINTENANCE_WINDOW,
            copy_tags_to_snapshot=True,
            # RDS makes no final snapshot of a replica.
            skip_final_snapshot=True,
            deletion_protection=lifecycle.deletion_protection,
            apply_immediately=lifecycle.apply_immediately,
            performance_insights_enabled=True,
            performance_insights_kms_key_id=args.key_arn,
            performance_insights_retention_period=INSIGHTS_DAYS,
            monitoring_interval=INTERVAL_SECONDS,
            monitoring_role_arn=monitoring.role_arn,
            enabled_cloudwatch_logs_exports=list(postgres.LOG_EXPORTS),
            tags=args.context.tags(_PART),
            opts=self.child(depends_on=monitoring.logs),
        )
