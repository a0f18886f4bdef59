"""The PostgreSQL database: RDS, never Aurora (chat spec 000, Data Layer)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.plan import postgres
from infra.plan.context import Context
from infra.plan.iam import trust
from infra.plan.lifecycle import Lifecycle
from infra.plan.names import Kind

_MONITORING_SECONDS = 60
_INSIGHTS_DAYS = 7
"""The longest period of Performance Insights that costs nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseArgs:
    """The instance's size (storage in GiB), where it stands, what it's encrypted with."""

    context: Context
    lifecycle: Lifecycle
    instance_class: str
    allocated_storage: int
    engine_version: str
    multi_az: bool
    subnet_ids: Sequence[pulumi.Input[str]]
    security_group_id: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    log_key_arn: pulumi.Input[str]


class Database(Component):
    """A private, encrypted PostgreSQL instance whose password AWS makes, keeps and renews."""

    identifier: str
    address: pulumi.Output[str]
    secret_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: DatabaseArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("Database", name, args, opts)
        self._args = args
        self._name = name
        self.identifier = args.context.name(Kind.DATABASE, "postgres")
        logs = [self._log(export) for export in postgres.LOG_EXPORTS]
        instance = self._instance(
            self._subnets(), self._parameters(), self._monitoring_role(), logs
        )
        self.address = instance.address
        self.secret_arn = instance.master_user_secrets[0].secret_arn
        self.register_outputs({"address": self.address, "secretArn": self.secret_arn})

    def _subnets(self) -> aws.rds.SubnetGroup:
        return aws.rds.SubnetGroup(
            f"{self._name}-subnets",
            name=self._args.context.name(Kind.SUBNET_GROUP, "postgres"),
            description="Where the database may stand",
            subnet_ids=list(self._args.subnet_ids),
            tags=self._args.context.tags("postgres"),
            opts=self.child(),
        )

    def _parameters(self) -> aws.rds.ParameterGroup:
        major = postgres.major_version(self._args.engine_version)
        return aws.rds.ParameterGroup(
            # A new major version needs a new group while the instance still uses the old one.
            self._args.context.name(Kind.PARAMETER_GROUP, "postgres"),
            family=f"postgres{major}",
            description="PostgreSQL for chat",
            parameters=[
                {
                    "name": parameter.name,
                    "value": parameter.value,
                    "apply_method": "pending-reboot" if parameter.restart else "immediate",
                }
                for parameter in postgres.PARAMETERS
            ],
            tags=self._args.context.tags(),
            opts=self.child(),
        )

    def _monitoring_role(self) -> aws.iam.Role:
        context = self._args.context
        source = context.place.arn("rds", f"db:{self.identifier}")
        role = aws.iam.Role(
            f"{self._name}-monitoring",
            name=context.name(Kind.ROLE, "postgres-monitoring"),
            description="Writes the operating system's figures of the database",
            assume_role_policy=json.dumps(trust("monitoring.rds", context.place, source)),
            tags=context.tags(),
            opts=self.child(),
        )
        aws.iam.RolePolicyAttachment(
            f"{self._name}-monitoring-policy",
            role=role.name,
            policy_arn=context.place.managed_policy("service-role/AmazonRDSEnhancedMonitoringRole"),
            opts=self.child(),
        )
        return role

    def _log(self, export: str) -> aws.cloudwatch.LogGroup:
        # RDS would make the group itself, to be kept for ever and without our key.
        return aws.cloudwatch.LogGroup(
            f"{self._name}-log-{export}",
            name=f"/aws/rds/instance/{self.identifier}/{export}",
            retention_in_days=self._args.lifecycle.log_days,
            kms_key_id=self._args.log_key_arn,
            tags=self._args.context.tags(),
            opts=self.child(),
        )

    def _instance(
        self,
        subnets: aws.rds.SubnetGroup,
        parameters: aws.rds.ParameterGroup,
        monitoring: aws.iam.Role,
        logs: Sequence[pulumi.Resource],
    ) -> aws.rds.Instance:
        args, lifecycle = self._args, self._args.lifecycle
        snapshot = args.context.name(Kind.SNAPSHOT, "postgres-final")
        return aws.rds.Instance(
            f"{self._name}-instance",
            identifier=self.identifier,
            engine="postgres",
            engine_version=args.engine_version,
            auto_minor_version_upgrade=postgres.follows_minor_versions(args.engine_version),
            instance_class=args.instance_class,
            multi_az=args.multi_az,
            db_name=postgres.DATABASE_NAME,
            port=postgres.PORT,
            username=postgres.ADMINISTRATOR,
            manage_master_user_password=True,
            master_user_secret_kms_key_id=args.key_arn,
            storage_type="gp3",
            allocated_storage=args.allocated_storage,
            max_allocated_storage=postgres.storage_limit(args.allocated_storage),
            storage_encrypted=True,
            kms_key_id=args.key_arn,
            db_subnet_group_name=subnets.name,
            vpc_security_group_ids=[args.security_group_id],
            publicly_accessible=False,
            ca_cert_identifier="rds-ca-rsa2048-g1",
            parameter_group_name=parameters.name,
            backup_retention_period=lifecycle.backup_days,
            backup_window=postgres.BACKUP_WINDOW,
            maintenance_window=postgres.MAINTENANCE_WINDOW,
            copy_tags_to_snapshot=True,
            delete_automated_backups=not lifecycle.keep_on_destroy,
            skip_final_snapshot=not lifecycle.keep_on_destroy,
            final_snapshot_identifier=snapshot if lifecycle.keep_on_destroy else None,
            deletion_protection=lifecycle.deletion_protection,
            apply_immediately=lifecycle.apply_immediately,
            performance_insights_enabled=True,
            performance_insights_kms_key_id=args.key_arn,
            performance_insights_retention_period=_INSIGHTS_DAYS,
            monitoring_interval=_MONITORING_SECONDS,
            monitoring_role_arn=monitoring.arn,
            enabled_cloudwatch_logs_exports=list(postgres.LOG_EXPORTS),
            tags=args.context.tags("postgres"),
            opts=self.child(depends_on=logs),
        )
