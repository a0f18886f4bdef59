"""The cache in front of the database."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from .network import REDIS, Doors, Network
from .settings import YEAR_OF_LOGS, Settings, faulty

CACHE_USER = "catalog"


class Cache(pulumi.ComponentResource):
    """Two nodes in two zones; clients log in with IAM."""

    def __init__(
        self,
        name: str,
        shop: Settings,
        *,
        network: Network,
        doors: Doors,
        key: aws.kms.Key,
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("bazaar:data:Cache", name, None, opts)
        mine = pulumi.ResourceOptions(parent=self)
        self.user = aws.elasticache.User(
            CACHE_USER,
            # Both must be the same where IAM decides.
            user_id=shop.named(CACHE_USER),
            user_name=shop.named(CACHE_USER),
            engine="valkey",
            access_string="on ~catalog:* -@all +@read +@write +@connection",
            authentication_mode={"type": "iam"},
            opts=mine,
        )
        users = aws.elasticache.UserGroup(
            "shop",
            user_group_id=shop.named("bazaar"),
            engine="valkey",
            user_ids=[self.user.user_id],
            opts=mine,
        )
        subnets = aws.elasticache.SubnetGroup(
            "shop", name=shop.named("bazaar"), subnet_ids=network.isolated_ids(), opts=mine
        )
        logs = aws.cloudwatch.LogGroup(
            "cache",
            name=f"/bazaar/{shop.suffix}/cache",
            retention_in_days=YEAR_OF_LOGS,
            kms_key_id=key.arn,
            opts=mine,
        )
        in_clear = faulty("cache-in-clear")
        encrypted = not faulty("cache-unencrypted")
        spread = not faulty("cache-in-one-zone")
        self.group = aws.elasticache.ReplicationGroup(
            "shop",
            replication_group_id=shop.named("bazaar"),
            description="Catalog pages",
            engine="valkey",
            engine_version="8.0",
            node_type="cache.r7g.large",
            num_cache_clusters=2,
            port=REDIS,
            automatic_failover_enabled=spread,
            multi_az_enabled=spread,
            at_rest_encryption_enabled=encrypted,
            kms_key_id=key.arn if encrypted else None,
            transit_encryption_enabled=not in_clear,
            transit_encryption_mode=None if in_clear else "required",
            user_group_ids=None if in_clear else users.user_group_id.apply(lambda one: [one]),
            auto_minor_version_upgrade=True,
            snapshot_retention_limit=0 if faulty("cache-without-snapshots") else 7,
            snapshot_window="01:00-02:00",
            maintenance_window="sun:03:00-sun:04:00",
            subnet_group_name=subnets.name,
            security_group_ids=[doors.groups["cache"].id],
            log_delivery_configurations=[
                {
                    "destination": logs.name,
                    "destination_type": "cloudwatch-logs",
                    "log_format": "json",
                    "log_type": "slow-log",
                }
            ],
            opts=mine,
        )
        self.register_outputs({"endpoint": self.group.primary_endpoint_address})
