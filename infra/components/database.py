"""The PostgreSQL database: RDS, never Aurora (chat spec 000, Data Layer)."""

from __future__ import annotations

from collections.abc import Sequence
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
from infra.components.database_secret import DatabaseSecret, DatabaseSecretArgs
from infra.plan import postgres
from infra.plan.context import Context
from infra.plan.lifecycle import Lifecycle
from infra.plan.names import Kind

_PART = "postgres"
_FIRST_PASSWORD = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseArgs:
    """The instance's size (storage in GiB), where it stands, what it's encrypted with.

    `replicated` says that it gets a read replica; `backed_up_elsewhere` that AWS Backup keeps
    continuous backups of it.
    """

    context: Context
    lifecycle: Lifecycle
    instance_class: str
    allocated_storage: int
    engine_version: str
    multi_az: bool
    replicated: bool
    backed_up_elsewhere: bool
    subnet_ids: Sequence[pulumi.Input[str]]
    security_group_id: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    log_key_arn: pulumi.Input[str]


class Database(Component):
    """A private, encrypted PostgreSQL instance whose password AWS makes, keeps and renews.

    RDS does so itself, but refuses to for an instance that has a read replica. Such an instance
    gets a secret of ours, which has to be renewed by a function: `secret_arn` is complete then.
    """

    identifier: str
    address: pulumi.Output[str]
    arn: pulumi.Output[str]
    secret_arn: pulumi.Output[str]
    parameter_group_name: pulumi.Output[str]
    made_identifier: pulumi.Output[str]
    """The identifier once the instance is there, for what must wait for it."""

    def __init__(
        self, name: str, args: DatabaseArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("Database", name, args, opts)
        self._args = args
        self._name = name
        self.identifier = args.context.name(Kind.DATABASE, _PART)
        own_secret = self._own_secret() if args.replicated else None
        parameters = self._parameters()
        instance = self._instance(self._subnets(), parameters, self._monitoring(), own_secret)
        self.address = instance.address
        self.arn = instance.arn
        self.made_identifier = instance.identifier
        self.parameter_group_name = parameters.name
        self.secret_arn = (
            instance.master_user_secrets[0].secret_arn
            if own_secret is None
            else own_secret.add_address(instance.address)
        )
        self.register_outputs({"address": self.address, "secretArn": self.secret_arn})

    def _own_secret(self) -> DatabaseSecret:
        return DatabaseSecret(
            f"{self._name}-administrator",
            DatabaseSecretArgs(
                context=self._args.context,
                part="database-administrator",
                username=postgres.ADMINISTRATOR,
                description="The database's administrator",
                key_arn=self._args.key_arn,
                recovery_days=self._args.lifecycle.secret_recovery_days,
            ),
            opts=self.child(),
        )

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

    def _subnets(self) -> aws.rds.SubnetGroup:
        return aws.rds.SubnetGroup(
            f"{self._name}-subnets",
            name=self._args.context.name(Kind.SUBNET_GROUP, _PART),
            description="Where the database may stand",
            subnet_ids=list(self._args.subnet_ids),
            tags=self._args.context.tags(_PART),
            opts=self.child(),
        )

    def _parameters(self) -> aws.rds.ParameterGroup:
        major = postgres.major_version(self._args.engine_version)
        return aws.rds.ParameterGroup(
            # A new major version needs a new group while the instance still uses the old one.
            self._args.context.name(Kind.PARAMETER_GROUP, _PART),
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

    def _instance(
        self,
        subnets: aws.rds.SubnetGroup,
        parameters: aws.rds.ParameterGroup,
        monitoring: DatabaseMonitoring,
        own_secret: DatabaseSecret | None,
    ) -> aws.rds.Instance:
        args, lifecycle = self._args, self._args.lifecycle
        snapshot = args.context.name(Kind.SNAPSHOT, f"{_PART}-final")
        return aws.rds.Instance(
            f"{self._name}-instance",
            identifier=self.identifier,
            engine=postgres.ENGINE,
            engine_version=args.engine_version,
            auto_minor_version_upgrade=postgres.follows_minor_versions(args.engine_version),
            instance_class=args.instance_class,
            multi_az=args.multi_az,
            db_name=postgres.DATABASE_NAME,
            port=postgres.PORT,
            username=postgres.ADMINISTRATOR,
            manage_master_user_password=True if own_secret is None else None,
            master_user_secret_kms_key_id=args.key_arn if own_secret is None else None,
            # Sent when the instance is made and never compared or sent again, as long as its
            # version stays: after the first rotation it would be the wrong one.
            password_wo=None if own_secret is None else own_secret.password,
            password_wo_version=None if own_secret is None else _FIRST_PASSWORD,
            # gp3 without further figures is its baseline: 3,000 IOPS and 125 MiB/s, and four times
            # that from 400 GiB on. Below 400 GiB RDS takes no other figures.
            storage_type="gp3",
            allocated_storage=args.allocated_storage,
            max_allocated_storage=postgres.storage_limit(args.allocated_storage),
            storage_encrypted=True,
            kms_key_id=args.key_arn,
            db_subnet_group_name=subnets.name,
            vpc_security_group_ids=[args.security_group_id],
            publicly_accessible=False,
            ca_cert_identifier=postgres.CERTIFICATE_AUTHORITY,
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
            performance_insights_retention_period=INSIGHTS_DAYS,
            monitoring_interval=INTERVAL_SECONDS,
            monitoring_role_arn=monitoring.role_arn,
            enabled_cloudwatch_logs_exports=list(postgres.LOG_EXPORTS),
            tags=args.context.tags(_PART),
            opts=self.child(depends_on=monitoring.logs, ignore_changes=self._others_decide()),
        )

    def _others_decide(self) -> Sequence[str]:
        """What AWS Backup sets once it keeps continuous backups.

        From then on the retention of the backup plan is the instance's. Setting it back would
        throw away the log of all days but the last seven.
        """
        return ("backupRetentionPeriod", "backupWindow") if self._args.backed_up_elsewhere else ()
