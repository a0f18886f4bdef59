"""Aurora Serverless v2 behind a proxy, and the cache in front of both."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from .identity import make_role, may, trusted
from .network import POSTGRES, Doors, Network
from .settings import YEAR_OF_LOGS, Settings, faulty
from .vault import Vault


class Database(pulumi.ComponentResource):
    """A writer and a reader in two zones; everybody but the rotation goes through the proxy."""

    def __init__(
        self,
        name: str,
        shop: Settings,
        *,
        network: Network,
        doors: Doors,
        key: aws.kms.Key,
        vault: Vault,
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("bazaar:data:Database", name, None, opts)
        self._shop = shop
        self._mine = pulumi.ResourceOptions(parent=self)
        self._key = key
        tier = network.public if faulty("reader-public") else network.isolated
        group = aws.rds.SubnetGroup(
            "shop",
            name=shop.named("bazaar"),
            subnet_ids=[subnet.id for subnet in tier],
            opts=self._mine,
        )
        self.cluster = self._cluster(group, doors)
        self._instances()
        self.proxy = self._proxy(network, doors, vault)
        self.register_outputs({"endpoint": self.proxy.endpoint})

    def _cluster(self, group: aws.rds.SubnetGroup, doors: Doors) -> aws.rds.Cluster:
        plain = faulty("database-accepts-plain-connections")
        parameters = aws.rds.ClusterParameterGroup(
            "shop",
            name=self._shop.named("bazaar"),
            family="aurora-postgresql16",
            parameters=[
                {"name": "rds.force_ssl", "value": "0" if plain else "1"},
                {"name": "log_min_duration_statement", "value": "500"},
            ],
            opts=self._mine,
        )
        capacity: aws.rds.ClusterServerlessv2ScalingConfigurationArgsDict = (
            {"min_capacity": 32, "max_capacity": 4}
            if faulty("database-capacity-inverted")
            else {"min_capacity": 2, "max_capacity": 64}
        )
        logs = None if faulty("database-logs-kept-inside") else ["postgresql"]
        encrypted = not faulty("database-unencrypted")
        in_code = faulty("database-password-in-code")
        identifier = self._shop.named("bazaar")
        log_group = aws.cloudwatch.LogGroup(
            "database",
            name=f"/aws/rds/cluster/{identifier}/postgresql",
            retention_in_days=YEAR_OF_LOGS,
            kms_key_id=self._key.arn,
            opts=self._mine,
        )
        return aws.rds.Cluster(
            "shop",
            cluster_identifier=identifier,
            engine="aurora-postgresql",
            engine_mode="provisioned",
            engine_version="16.6",
            database_name="shop",
            master_username="bazaar_admin",
            manage_master_user_password=None if in_code else True,
            master_user_secret_kms_key_id=None if in_code else self._key.key_id,
            master_password="Flash-Sale-Friday-2024" if in_code else None,
            db_subnet_group_name=group.name,
            db_cluster_parameter_group_name=parameters.name,
            vpc_security_group_ids=[doors.groups["database"].id],
            serverlessv2_scaling_configuration=capacity,
            storage_encrypted=encrypted,
            kms_key_id=self._key.arn if encrypted else None,
            iam_database_authentication_enabled=not faulty("database-without-iam"),
            enabled_cloudwatch_logs_exports=logs,
            backup_retention_period=1 if faulty("database-backups-one-day") else 14,
            preferred_backup_window="02:00-03:00",
            preferred_maintenance_window="sun:04:00-sun:05:00",
            copy_tags_to_snapshot=not faulty("snapshots-without-tags"),
            deletion_protection=not faulty("database-deletable"),
            skip_final_snapshot=faulty("final-snapshot-skipped"),
            final_snapshot_identifier=self._shop.named("bazaar-final"),
            port=POSTGRES,
            opts=pulumi.ResourceOptions(parent=self, protect=True, depends_on=[log_group]),
        )

    def _instances(self) -> None:
        watcher = make_role(
            "database-watcher",
            trusted("monitoring.rds"),
            [],
            managed=["service-role/AmazonRDSEnhancedMonitoringRole"],
            opts=self._mine,
        )
        one_zone = faulty("database-in-one-zone")
        for index, (role, zone) in enumerate(
            zip(("writer", "reader"), self._shop.zones, strict=True)
        ):
            reader = role == "reader"
            aws.rds.ClusterInstance(
                role,
                identifier=self._shop.named(f"bazaar-{role}"),
                cluster_identifier=self.cluster.id,
                engine=self.cluster.engine.apply(aws.rds.EngineType),
                engine_version=self.cluster.engine_version,
                instance_class="db.serverless",
                availability_zone=self._shop.zones[0] if one_zone else zone,
                # The reader is ready to be the writer: it scales with it.
                promotion_tier=index,
                publicly_accessible=reader and faulty("reader-public"),
                auto_minor_version_upgrade=not (reader and faulty("minor-upgrades-off")),
                copy_tags_to_snapshot=True,
                performance_insights_enabled=True,
                performance_insights_kms_key_id=self._key.arn,
                monitoring_interval=60,
                monitoring_role_arn=watcher.arn,
                ca_cert_identifier="rds-ca-rsa2048-g1",
                opts=self._mine,
            )

    def _proxy(self, network: Network, doors: Doors, vault: Vault) -> aws.rds.Proxy:
        wrong = faulty("proxy-reads-another-secret")
        readable = vault.payments if wrong else vault.database
        role = make_role(
            "proxy",
            trusted("rds", account=self._shop.account),
            [
                may("secretsmanager:GetSecretValue", readable.arn),
                may(
                    "kms:Decrypt",
                    self._key.arn,
                    StringEquals={
                        "kms:ViaService": f"secretsmanager.{self._shop.region}.amazonaws.com"
                    },
                ),
            ],
            opts=self._mine,
        )
        name = self._shop.named("bazaar")
        group = aws.cloudwatch.LogGroup(
            "proxy",
            name=f"/aws/rds/proxy/{name}",
            retention_in_days=YEAR_OF_LOGS,
            kms_key_id=self._key.arn,
            opts=self._mine,
        )
        proxy = aws.rds.Proxy(
            "shop",
            name=name,
            engine_family="POSTGRESQL",
            role_arn=role.arn,
            require_tls=not faulty("proxy-without-tls"),
            auths=[
                {
                    "auth_scheme": "SECRETS",
                    "iam_auth": "REQUIRED",
                    "client_password_auth_type": "POSTGRES_SCRAM_SHA_256",
                    "secret_arn": vault.database.arn,
                }
            ],
            vpc_subnet_ids=network.isolated_ids(),
            vpc_security_group_ids=[doors.groups["proxy"].id],
            idle_client_timeout=900,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[role, group]),
        )
        target = aws.rds.ProxyDefaultTargetGroup(
            "shop",
            db_proxy_name=proxy.name,
            connection_pool_config={
                "max_connections_percent": 90,
                "max_idle_connections_percent": 30,
                "connection_borrow_timeout": 5,
            },
            opts=self._mine,
        )
        aws.rds.ProxyTarget(
            "shop",
            db_proxy_name=proxy.name,
            target_group_name=target.name,
            db_cluster_identifier=self.cluster.cluster_identifier,
            opts=self._mine,
        )
        return proxy

    def login(self, user: str) -> pulumi.Output[str]:
        """The ARN that lets a role log in through the proxy as this user."""
        return self.proxy.arn.apply(
            lambda arn: self._shop.arn("rds-db", f"dbuser:{arn.rpartition(':')[2]}/{user}")
        )
