"""Remedies for databases, caches and queues."""

from __future__ import annotations

import re
from collections.abc import Mapping

from graph.model import Resource
from graph.raw import Raw
from policies.engine.rules import Parameters
from policies.rules.cache import redis_failover
from policies.rules.caches import elasticache_backups, elasticache_minor_upgrades
from policies.rules.data import (
    Backups,
    rds_backups,
    rds_deletion_protection,
    rds_final_snapshot,
    rds_multi_az,
    rds_not_public,
)
from policies.rules.messaging import sqs_encrypted
from policies.rules.proxies import rds_proxy_tls
from policies.rules.tables import dynamodb_deletion_protection, dynamodb_point_in_time_recovery

_NO_LETTER = re.compile(r"[^A-Za-z0-9]+")


@rds_deletion_protection.remedy
def protect_the_database(_: Resource, _parameters: Parameters) -> Mapping[str, Raw]:
    return {"deletionProtection": True}


@rds_multi_az.remedy
def add_a_standby(_: Resource, _parameters: Parameters) -> Mapping[str, Raw]:
    return {"multiAz": True}


@rds_backups.remedy
def keep_backups(_: Resource, parameters: Backups) -> Mapping[str, Raw]:
    return {"backupRetentionPeriod": parameters.days}


@rds_not_public.remedy
def take_the_public_address(_: Resource, _parameters: Parameters) -> Mapping[str, Raw]:
    return {"publiclyAccessible": False}


@rds_final_snapshot.remedy
def keep_a_final_snapshot(resource: Resource, _: Parameters) -> Mapping[str, Raw]:
    """A snapshot needs a name, and AWS takes only letters, digits and single hyphens."""
    changes: dict[str, Raw] = {"skipFinalSnapshot": False}
    if resource["finalSnapshotIdentifier"].absent:
        name = _NO_LETTER.sub("-", resource.name).strip("-")
        changes["finalSnapshotIdentifier"] = f"final-{name}"
    return changes


@rds_proxy_tls.remedy
def require_tls(_: Resource, _parameters: Parameters) -> Mapping[str, Raw]:
    return {"requireTls": True}


@dynamodb_deletion_protection.remedy
def protect_the_table(_: Resource, _parameters: Parameters) -> Mapping[str, Raw]:
    return {"deletionProtectionEnabled": True}


@dynamodb_point_in_time_recovery.remedy
def recover_to_any_point(_: Resource, _parameters: Parameters) -> Mapping[str, Raw]:
    return {"pointInTimeRecovery": {"enabled": True}}


@elasticache_backups.remedy
def keep_snapshots(_: Resource, _parameters: Parameters) -> Mapping[str, Raw]:
    return {"snapshotRetentionLimit": 1}


@elasticache_minor_upgrades.remedy
def take_minor_versions(_: Resource, _parameters: Parameters) -> Mapping[str, Raw]:
    return {"autoMinorVersionUpgrade": True}


@redis_failover.remedy
def fail_over(_: Resource, _parameters: Parameters) -> Mapping[str, Raw]:
    """Only helps a group with a replica: how many nodes there are is the program's to say."""
    return {"automaticFailoverEnabled": True, "multiAzEnabled": True}


@sqs_encrypted.remedy
def encrypt_the_queue(_: Resource, _parameters: Parameters) -> Mapping[str, Raw]:
    return {"sqsManagedSseEnabled": True}
