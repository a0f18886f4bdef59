"""The chat system's database and all that stands around it."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from infra.components.backup import Backup, BackupArgs
from infra.components.database import Database, DatabaseArgs
from infra.components.database_proxy import DatabaseProxy, DatabaseProxyArgs
from infra.components.database_secret import DatabaseSecret, DatabaseSecretArgs
from infra.components.database_setup import DatabaseSetup, DatabaseSetupArgs
from infra.components.read_replica import ReadReplica, ReadReplicaArgs
from infra.components.secret_rotation import SecretRotation, SecretRotationArgs
from infra.config.chat import ChatConfig
from infra.plan import postgres
from infra.plan.backup import plan_backup, takes_over
from infra.plan.connections import DATABASE, DATABASE_PROXY, DATABASE_REPLICA, ROTATION
from infra.plan.connections import DATABASE_SETUP as SETUP
from infra.plan.database_setup import SetupRun, run_command
from infra.plan.fargate import architecture
from infra.systems.chat_foundation import Foundation, parts_of


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseTier:
    """The database; None stands for what the stack's size doesn't have."""

    database: Database
    service_secret_arn: pulumi.Output[str]
    """The credentials of the services' user."""
    proxy: DatabaseProxy | None
    replica: ReadReplica | None
    rotation: SecretRotation | None
    setup: DatabaseSetup
    setup_command: pulumi.Output[str]
    backup: Backup

    @property
    def address(self) -> pulumi.Output[str]:
        """Where services write."""
        return self.database.address if self.proxy is None else self.proxy.address

    @property
    def read_address(self) -> pulumi.Output[str]:
        """Where services read what may be a second old; it may be where they write."""
        return self.address if self.replica is None else self.replica.address


def build_database(config: ChatConfig, foundation: Foundation) -> DatabaseTier:
    """Declare the database, its users' secrets, and what this size has besides."""
    database = _database(config, foundation)
    service_secret_arn = _service_secret(foundation, database)
    setup = _setup(config, foundation, database, service_secret_arn)
    return DatabaseTier(
        database=database,
        service_secret_arn=service_secret_arn,
        proxy=_proxy(config, foundation, database, service_secret_arn),
        replica=_replica(config, foundation, database),
        rotation=_rotation(config, foundation, database, service_secret_arn),
        setup=setup,
        setup_command=_setup_command(config, foundation, setup),
        backup=Backup(
            "backup",
            BackupArgs(
                context=foundation.context,
                lifecycle=foundation.lifecycle,
                rules=plan_backup(config.environment),
                resources={"postgres": database.arn},
            ),
        ),
    )


def _database(config: ChatConfig, foundation: Foundation) -> Database:
    return Database(
        "postgres",
        DatabaseArgs(
            context=foundation.context,
            lifecycle=foundation.lifecycle,
            instance_class=config.database.instance_class,
            allocated_storage=config.database.allocated_storage,
            engine_version=config.database.engine_version,
            multi_az=config.database.multi_az,
            replicated=config.database.read_replica_class is not None,
            backed_up_elsewhere=takes_over(plan_backup(config.environment)),
            subnet_ids=foundation.network.private_subnet_ids,
            security_group_id=foundation.groups.ids[DATABASE],
            key_arn=foundation.data_key.arn,
            log_key_arn=foundation.operations_key.arn,
        ),
    )


def _service_secret(foundation: Foundation, database: Database) -> pulumi.Output[str]:
    secret = DatabaseSecret(
        "database-service",
        DatabaseSecretArgs(
            context=foundation.context,
            part="database-service",
            username=postgres.SERVICE_USER,
            description="The services' user of the database",
            key_arn=foundation.data_key.arn,
            recovery_days=foundation.lifecycle.secret_recovery_days,
        ),
    )
    return secret.add_address(database.address)


def _proxy(
    config: ChatConfig,
    foundation: Foundation,
    database: Database,
    service_secret_arn: pulumi.Output[str],
) -> DatabaseProxy | None:
    proxy = config.database.proxy
    if proxy is None:
        return None
    return DatabaseProxy(
        "postgres-proxy",
        DatabaseProxyArgs(
            context=foundation.context,
            database_identifier=database.made_identifier,
            secret_arn=service_secret_arn,
            key_arn=foundation.data_key.arn,
            max_connections_percent=proxy.max_connections_percent,
            idle_client_timeout=proxy.idle_client_timeout,
            zones=config.availability_zones,
            subnet_ids=foundation.network.private_subnet_ids,
            security_group_id=foundation.groups.ids[DATABASE_PROXY],
            log_days=foundation.lifecycle.log_days,
            log_key_arn=foundation.operations_key.arn,
        ),
    )


def _replica(config: ChatConfig, foundation: Foundation, database: Database) -> ReadReplica | None:
    instance_class = config.database.read_replica_class
    if instance_class is None:
        return None
    return ReadReplica(
        "postgres-replica",
        ReadReplicaArgs(
            context=foundation.context,
            lifecycle=foundation.lifecycle,
            source_identifier=database.made_identifier,
            source_storage=config.database.allocated_storage,
            engine_version=config.database.engine_version,
            instance_class=instance_class,
            parameter_group_name=database.parameter_group_name,
            security_group_id=foundation.groups.ids[DATABASE_REPLICA],
            key_arn=foundation.data_key.arn,
            log_key_arn=foundation.operations_key.arn,
        ),
    )


def _rotation(
    config: ChatConfig,
    foundation: Foundation,
    database: Database,
    service_secret_arn: pulumi.Output[str],
) -> SecretRotation | None:
    parts = parts_of(config)
    if not parts.rotation:
        return None
    # Without a replica RDS renews the administrator's password itself.
    administrator = {"administrator": database.secret_arn} if parts.replica else {}
    return SecretRotation(
        "rotation",
        SecretRotationArgs(
            context=foundation.context,
            secret_arns={"service": service_secret_arn, **administrator},
            key_arn=foundation.data_key.arn,
            subnet_ids=foundation.network.private_subnet_ids,
            security_group_id=foundation.groups.ids[ROTATION],
            log_days=foundation.lifecycle.log_days,
            log_key_arn=foundation.operations_key.arn,
        ),
    )


def _setup(
    config: ChatConfig,
    foundation: Foundation,
    database: Database,
    service_secret_arn: pulumi.Output[str],
) -> DatabaseSetup:
    return DatabaseSetup(
        "database-setup",
        DatabaseSetupArgs(
            context=foundation.context,
            host=database.address,
            administrator_secret_arn=database.secret_arn,
            service_secret_arn=service_secret_arn,
            architecture=architecture(graviton=config.graviton),
            secrets_key_arn=foundation.data_key.arn,
            log_days=foundation.lifecycle.log_days,
            log_key_arn=foundation.operations_key.arn,
        ),
    )


def _setup_command(
    config: ChatConfig, foundation: Foundation, setup: DatabaseSetup
) -> pulumi.Output[str]:
    """The command, for where the services' tasks run too: without a gateway in public subnets."""
    network, public = foundation.network, config.nat_gateways == 0
    subnets = network.public_subnet_ids if public else network.private_subnet_ids

    def command(known: list[str]) -> str:
        cluster, security_group_id, *subnet_ids = known
        return run_command(
            SetupRun(
                region=config.region,
                cluster=cluster,
                task_definition=setup.family,
                subnet_ids=subnet_ids,
                security_group_id=security_group_id,
                public_address=public,
            )
        )

    groups = foundation.groups.ids
    return pulumi.Output.all(foundation.cluster.name, groups[SETUP], *subnets).apply(command)
