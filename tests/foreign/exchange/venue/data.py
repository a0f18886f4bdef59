"""Where the venue's state lives: PostgreSQL with a replica, Redis, and a table of positions."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .common import Settings, faulty, log_group
from .groups import CACHE_PORT, DATABASE_PORT, Groups
from .identity import service_role
from .keys import Keys
from .messaging import Messaging
from .network import Network

_ENGINE = "16.8"


@dataclass(frozen=True)
class Stores:
    database: aws.rds.Instance
    replica: aws.rds.Instance
    cache: aws.elasticache.ReplicationGroup
    cache_user: aws.elasticache.User
    positions: aws.dynamodb.Table


def make_stores(
    settings: Settings, network: Network, groups: Groups, keys: Keys, messaging: Messaging
) -> Stores:
    database = _database(settings, network, groups, keys)
    replica = _replica(settings, groups, keys, database)
    _report_events(settings, messaging)
    cache, user = _cache(settings, network, groups, keys)
    return Stores(database, replica, cache, user, _positions(settings, keys))


def _monitoring_role(settings: Settings) -> aws.iam.Role:
    role = service_role(settings, "database-monitoring", "monitoring.rds.amazonaws.com")
    aws.iam.RolePolicyAttachment(
        "database-monitoring",
        role=role.name,
        policy_arn="arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
    )
    return role


def _parameters(settings: Settings) -> aws.rds.ParameterGroup:
    values = {
        "rds.force_ssl": "0" if faulty("database-without-tls") else "1",
        "log_min_duration_statement": "500",
        "log_connections": "1",
        "log_disconnections": "1",
        "log_statement": "ddl",
    }
    return aws.rds.ParameterGroup(
        "database",
        name=settings.called("ledger-16"),
        family="postgres13" if faulty("parameters-of-other-version") else "postgres16",
        parameters=[{"name": key, "value": value} for key, value in values.items()],
        tags=settings.tags("database-parameters"),
    )


def _database(settings: Settings, network: Network, groups: Groups, keys: Keys) -> aws.rds.Instance:
    subnets = aws.rds.SubnetGroup(
        "database",
        name=settings.called("ledger"),
        subnet_ids=[subnet.id for subnet in network.data],
        tags=settings.tags("database-subnets"),
    )
    monitoring = None if faulty("database-unmonitored") else _monitoring_role(settings)
    open_password = faulty("database-plain-password")
    return aws.rds.Instance(
        "ledger",
        identifier=settings.called("ledger"),
        engine="postgres",
        engine_version=_ENGINE,
        instance_class="db.r7g.xlarge",
        allocated_storage=400,
        max_allocated_storage=2000,
        storage_type="gp3",
        db_name="ledger",
        port=DATABASE_PORT,
        username="postgres" if faulty("database-default-admin") else "ledger_owner",
        password="Autumn-Leaves-2026" if open_password else None,
        manage_master_user_password=None if open_password else True,
        master_user_secret_kms_key_id=None if open_password else keys.data.arn,
        iam_database_authentication_enabled=True,
        db_subnet_group_name=subnets.name,
        vpc_security_group_ids=[groups.database.id],
        parameter_group_name=_parameters(settings).name,
        ca_cert_identifier="rds-ca-rsa2048-g1",
        publicly_accessible=faulty("database-public"),
        multi_az=not faulty("database-in-one-zone"),
        storage_encrypted=not faulty("database-unencrypted"),
        kms_key_id=None if faulty("database-unencrypted") else keys.data.arn,
        backup_retention_period=1 if faulty("database-short-backups") else 35,
        backup_window="01:00-02:00",
        maintenance_window="sun:03:00-sun:04:00",
        copy_tags_to_snapshot=True,
        delete_automated_backups=False,
        deletion_protection=not faulty("database-deletable"),
        skip_final_snapshot=faulty("database-without-final-snapshot"),
        final_snapshot_identifier=settings.called("ledger-final"),
        auto_minor_version_upgrade=not faulty("database-without-minor-upgrades"),
        enabled_cloudwatch_logs_exports=None
        if faulty("database-logs-off")
        else ["postgresql", "upgrade"],
        performance_insights_enabled=True,
        performance_insights_kms_key_id=keys.data.arn,
        performance_insights_retention_period=731,
        monitoring_interval=30 if monitoring else 0,
        monitoring_role_arn=monitoring.arn if monitoring else None,
        tags=settings.tags("ledger", Backup="daily"),
        opts=pulumi.ResourceOptions(protect=True),
    )


def _replica(
    settings: Settings, groups: Groups, keys: Keys, source: aws.rds.Instance
) -> aws.rds.Instance:
    """Reports are read here; it takes the source's storage, key and subnets."""
    return aws.rds.Instance(
        "ledger-replica",
        identifier=settings.called("ledger-replica"),
        replicate_source_db=source.identifier,
        instance_class="db.r7g.xlarge",
        storage_encrypted=not faulty("database-unencrypted"),
        port=DATABASE_PORT,
        vpc_security_group_ids=[groups.database.id],
        parameter_group_name=source.parameter_group_name,
        ca_cert_identifier="rds-ca-rsa2048-g1",
        publicly_accessible=False,
        multi_az=True,
        backup_retention_period=7,
        copy_tags_to_snapshot=True,
        deletion_protection=not faulty("replica-deletable"),
        skip_final_snapshot=True,
        auto_minor_version_upgrade=True,
        iam_database_authentication_enabled=True,
        enabled_cloudwatch_logs_exports=["postgresql", "upgrade"],
        performance_insights_enabled=True,
        performance_insights_kms_key_id=keys.data.arn,
        monitoring_interval=source.monitoring_interval,
        monitoring_role_arn=source.monitoring_role_arn,
        tags=settings.tags("ledger-replica", Backup="daily"),
    )


def _report_events(settings: Settings, messaging: Messaging) -> None:
    critical = {
        "db-instance": ["maintenance", "configuration change", "failure", "failover"],
        "db-parameter-group": ["configuration change"],
    }
    for source, categories in critical.items():
        aws.rds.EventSubscription(
            f"{source}-events",
            name=settings.called(f"{source}-events"),
            sns_topic=messaging.alarms.arn,
            source_type=source,
            event_categories=categories,
            tags=settings.tags(f"{source}-events"),
        )


def _cache_users(
    settings: Settings,
) -> tuple[aws.elasticache.User, aws.elasticache.UserGroup]:
    nobody = aws.elasticache.User(
        "cache-default",
        user_id=settings.called("default-off"),
        user_name="default",
        engine="redis",
        access_string="off ~* -@all",
        authentication_mode={"type": "no-password-required"},
        tags=settings.tags("cache-default"),
    )
    venue = aws.elasticache.User(
        "cache-venue",
        user_id=settings.called("venue"),
        user_name=settings.called("venue"),
        engine="redis",
        access_string="on ~book:* ~session:* +@read +@write -@dangerous",
        authentication_mode={"type": "iam"},
        tags=settings.tags("cache-venue"),
    )
    members = aws.elasticache.UserGroup(
        "cache",
        user_group_id=settings.called("cache"),
        engine="redis",
        user_ids=[nobody.user_id, venue.user_id],
        tags=settings.tags("cache-users"),
    )
    return venue, members


def _cache(
    settings: Settings, network: Network, groups: Groups, keys: Keys
) -> tuple[aws.elasticache.ReplicationGroup, aws.elasticache.User]:
    subnets = aws.elasticache.SubnetGroup(
        "cache",
        name=settings.called("cache"),
        description="The data subnets",
        subnet_ids=[subnet.id for subnet in network.data],
        tags=settings.tags("cache-subnets"),
    )
    user, members = _cache_users(settings)
    # ElastiCache takes user groups only together with TLS.
    plain = faulty("cache-without-tls")
    anonymous = plain or faulty("cache-without-authentication")
    slow = log_group(settings, "cache-slow", f"/exchange/{settings.environment}/cache", keys.audit)
    cache = aws.elasticache.ReplicationGroup(
        "book-cache",
        replication_group_id=settings.called("book"),
        description="Order books and sessions",
        engine="redis",
        engine_version="7.1",
        node_type="cache.r7g.large",
        port=CACHE_PORT,
        num_cache_clusters=2,
        automatic_failover_enabled=not faulty("cache-without-failover"),
        multi_az_enabled=not faulty("cache-without-failover"),
        subnet_group_name=subnets.name,
        security_group_ids=[groups.cache.id],
        parameter_group_name="default.redis7",
        at_rest_encryption_enabled=not faulty("cache-unencrypted"),
        kms_key_id=None if faulty("cache-unencrypted") else keys.data.arn,
        transit_encryption_enabled=not plain,
        transit_encryption_mode=None if plain else "required",
        user_group_ids=None if anonymous else [members.user_group_id],
        snapshot_retention_limit=0 if faulty("cache-without-backups") else 14,
        snapshot_window="02:00-03:00",
        maintenance_window="sun:04:00-sun:05:00",
        auto_minor_version_upgrade=True,
        apply_immediately=False,
        log_delivery_configurations=[
            {
                "destination": slow.name,
                "destination_type": "cloudwatch-logs",
                "log_format": "json",
                "log_type": "slow-log",
            }
        ],
        tags=settings.tags("book-cache"),
    )
    return cache, user


def _positions(settings: Settings, keys: Keys) -> aws.dynamodb.Table:
    attributes = ["account", "instrument", "updated"]
    if faulty("table-index-on-unknown-attribute"):
        attributes.remove("updated")
    return aws.dynamodb.Table(
        "positions",
        name=settings.called("positions"),
        billing_mode="PAY_PER_REQUEST",
        hash_key="account",
        range_key="instrument",
        attributes=[{"name": name, "type": "S"} for name in attributes],
        global_secondary_indexes=[
            {
                "name": "by-update",
                "key_schemas": [
                    {"attribute_name": "instrument", "key_type": "HASH"},
                    {"attribute_name": "updated", "key_type": "RANGE"},
                ],
                "projection_type": "KEYS_ONLY",
            }
        ],
        server_side_encryption={"enabled": True, "kms_key_arn": keys.data.arn},
        point_in_time_recovery={"enabled": not faulty("table-without-recovery")},
        deletion_protection_enabled=not faulty("table-deletable"),
        tags=settings.tags("positions", Backup="daily"),
    )
