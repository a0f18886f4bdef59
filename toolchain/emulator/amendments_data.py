"""Amendments of what holds data: databases, caches, backup vaults, secrets."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, cast  # the emulator's objects are dictionaries of any shape
from urllib.parse import unquote

from toolchain.emulator.amending import REFUSED, Answer, Handler, answer_json, first, replace

_ACCESS_POLICY = re.compile(r"/backup-vaults/([^/]+)/access-policy/?")
_CANCEL_ROTATION = "secretsmanager.CancelRotateSecret"
_PORTS = {"postgres": "5432", "mysql": "3306", "mariadb": "3306"}
# Members of CreateDBInstanceReadReplica that a replica may have otherwise than its source.
_REPLICA_TEXT = (
    "DBInstanceClass", "StorageType", "KmsKeyId", "CACertificateIdentifier", "MonitoringRoleArn",
)  # fmt: skip
_REPLICA_FLAGS = (
    "MultiAZ", "PubliclyAccessible", "DeletionProtection", "AutoMinorVersionUpgrade",
    "CopyTagsToSnapshot",
)  # fmt: skip


def _replicas(rds: ModuleType) -> None:
    """A read replica has a class, a key and settings of its own, and no backups of its own."""
    make = rds._create_read_replica  # noqa: SLF001 - the one place where replicas are made

    def create_read_replica(params: Mapping[str, Any]) -> Answer:
        given = {name: first(value) for name, value in params.items()}
        source = rds._resolve_instance(given.get("SourceDBInstanceIdentifier", ""))  # noqa: SLF001
        if source is not None and not source.get("BackupRetentionPeriod"):
            return rds._error(  # noqa: SLF001
                "InvalidDBInstanceState",
                "Automated backups are not enabled for this database instance. To enable automated "
                "backups, use ModifyDBInstance to set the backup retention period to a non-zero value.",
                REFUSED,
            )
        answer = make(params)
        if answer[0] >= REFUSED:
            return answer
        replica = rds._instances[given["DBInstanceIdentifier"]]  # noqa: SLF001
        replica.update({name: given[name] for name in _REPLICA_TEXT if given.get(name)})
        replica.update({name: given.get(name) == "true" for name in _REPLICA_FLAGS})
        replica["PerformanceInsightsEnabled"] = given.get("EnablePerformanceInsights") == "true"
        replica["MonitoringInterval"] = int(given.get("MonitoringInterval") or 0)
        replica["BackupRetentionPeriod"] = int(given.get("BackupRetentionPeriod") or 0)
        groups = [value for name, value in given.items() if name.startswith("VpcSecurityGroupIds.")]
        if groups:
            replica["VpcSecurityGroups"] = [
                {"VpcSecurityGroupId": group, "Status": "active"} for group in groups
            ]
        if name := given.get("DBParameterGroupName"):
            replica["DBParameterGroups"] = [
                {"DBParameterGroupName": name, "ParameterApplyStatus": "in-sync"}
            ]
        return rds._single_instance_response(  # noqa: SLF001
            "CreateDBInstanceReadReplicaResponse", "CreateDBInstanceReadReplicaResult", replica
        )

    rds._ACTION_MAP["CreateDBInstanceReadReplica"] = create_read_replica  # noqa: SLF001


def _instances(rds: ModuleType) -> None:
    """An instance has an address of its own, at PostgreSQL's port or the one that is asked for."""

    def named(act: Callable[[Any], Answer]) -> Callable[[Any], Answer]:
        def name(params: Any) -> Answer:
            answer = act(params)
            who = first(params.get("DBInstanceIdentifier"))
            instance = rds._instances.get(who)  # noqa: SLF001 - where they are
            if instance is not None and answer[0] < REFUSED:
                region = instance["DBInstanceArn"].split(":")[3]
                port = first(params.get("Port")) or _PORTS.get(instance["Engine"], "5432")
                instance["Endpoint"] = {
                    **instance["Endpoint"],
                    "Address": f"{who}.emulated.{region}.rds.amazonaws.com",
                    "Port": int(port),
                }
            return answer

        return name

    actions = cast("dict[str, Any]", rds._ACTION_MAP)  # noqa: SLF001 - what it dispatches by
    for action in ("CreateDBInstance", "CreateDBInstanceReadReplica"):
        actions[action] = named(actions[action])


def caches(elasticache: ModuleType) -> None:
    """A replication group has addresses of its own, and a cluster for each of its nodes."""

    def named(act: Callable[[Any], Answer]) -> Callable[[Any], Answer]:
        def name(params: Any) -> Answer:
            answer = act(params)
            who = first(params.get("ReplicationGroupId"))
            group = elasticache._replication_groups.get(who)  # noqa: SLF001 - where they are
            if group is not None and answer[0] < REFUSED:
                domain = f"{who}.emulated.{group['ARN'].split(':')[3]}.cache.amazonaws.com"
                for shard in group["NodeGroups"]:
                    shard["PrimaryEndpoint"] = {"Address": f"master.{domain}", "Port": 6379}
                    shard["ReaderEndpoint"] = {"Address": f"replica.{domain}", "Port": 6379}
                group["MemberClusters"] = [
                    node["CacheClusterId"]
                    for shard in group["NodeGroups"]
                    for node in shard["NodeGroupMembers"]
                ]
            return answer

        return name

    for action in (
        "_create_replication_group",
        "_increase_replica_count",
        "_decrease_replica_count",
    ):
        replace(elasticache, action, named(getattr(elasticache, action)))


def vaults(backup: ModuleType) -> None:
    """A vault has an access policy."""
    handle = cast("Handler", backup.handle_request)

    async def handle_request(
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes,
        query: Mapping[str, list[str]],
    ) -> Answer:
        asked = _ACCESS_POLICY.fullmatch(path)
        if asked is None:
            return await handle(method, path, headers, body, query)
        vault = backup._vaults.get(unquote(asked[1]))  # noqa: SLF001 - where they are
        if vault is None:
            said = f"Backup vault {unquote(asked[1])} does not exist"
            return answer_json(REFUSED, {"Code": "ResourceNotFoundException", "Message": said})
        name, arn = vault["BackupVaultName"], vault["BackupVaultArn"]
        if method == "PUT":
            vault["_Policy"] = json.loads(body)["Policy"]
            return answer_json(200, {})
        if method == "DELETE":
            vault.pop("_Policy", None)
            return answer_json(200, {})
        if "_Policy" not in vault:
            said = f"Backup vault {name} has no access policy"
            return answer_json(REFUSED, {"Code": "ResourceNotFoundException", "Message": said})
        told = {"BackupVaultName": name, "BackupVaultArn": arn, "Policy": vault["_Policy"]}
        return answer_json(200, told)

    replace(backup, "handle_request", handle_request)


def secrets(secretsmanager: ModuleType) -> None:
    """A rotation can be called off, and a version without a label is there for a day at least."""
    promote = secretsmanager._apply_current_promotion  # noqa: SLF001 - what drops versions

    def promote_keeping(secret: dict[str, Any], version: str) -> None:
        before = dict(secret["Versions"])
        promote(secret, version)
        secret["Versions"] = {**before, **secret["Versions"]}

    replace(secretsmanager, "_apply_current_promotion", promote_keeping)
    handle = cast("Handler", secretsmanager.handle_request)

    async def handle_request(
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes,
        query: Mapping[str, list[str]],
    ) -> Answer:
        if headers.get("x-amz-target") != _CANCEL_ROTATION:
            return await handle(method, path, headers, body, query)
        _, secret = secretsmanager._resolve(json.loads(body)["SecretId"])  # noqa: SLF001
        if secret is None:
            said = "Secrets Manager can't find the specified secret."
            return answer_json(REFUSED, {"__type": "ResourceNotFoundException", "message": said})
        secret["RotationEnabled"] = False
        return answer_json(200, {"ARN": secret["ARN"], "Name": secret["Name"]})

    replace(secretsmanager, "handle_request", handle_request)


def databases(rds: ModuleType) -> None:
    """Instances and replicas as RDS tells them."""
    _replicas(rds)
    _instances(rds)
