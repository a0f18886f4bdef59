"""What the emulator answers, but forgets or does not know to the end, done as AWS does it.

Each amendment takes the emulator's module for one service and replaces what falls short; accounts
and regions are the emulator's own affair, so what is kept is kept with its objects.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any, TypeAlias, cast  # the emulator's objects are dictionaries of any shape
from urllib.parse import unquote

Answer: TypeAlias = tuple[int, dict[str, str], bytes]
Handler: TypeAlias = Callable[
    [str, str, Mapping[str, str], bytes, Mapping[str, list[str]]], Awaitable[Answer]
]
_REFUSED = 400
_ACCESS_POLICY = re.compile(r"/backup-vaults/([^/]+)/access-policy/?")
_CANCEL_ROTATION = "secretsmanager.CancelRotateSecret"
_PORTS = {"postgres": "5432", "mysql": "3306", "mariadb": "3306"}
_WEB_ACL_MEMBERS = (
    "CustomResponseBodies", "DataProtectionConfig", "AssociationConfig", "CaptchaConfig",
    "ChallengeConfig", "TokenDomains",
)  # fmt: skip
# Members of CreateDBInstanceReadReplica that a replica may have otherwise than its source.
_REPLICA_TEXT = ("DBInstanceClass", "StorageType", "KmsKeyId", "CACertificateIdentifier")
_REPLICA_FLAGS = (
    "MultiAZ", "PubliclyAccessible", "DeletionProtection", "AutoMinorVersionUpgrade",
    "CopyTagsToSnapshot",
)  # fmt: skip


def amend() -> None:
    """Amend every service that needs it, once, before the first request."""
    for service, change in _AMENDMENTS.items():
        change(import_module(f"ministack.services.{service}"))


def _alarms(cloudwatch: ModuleType) -> None:
    """An alarm on metric math keeps its queries, one on a percentile has no plain statistic."""
    put = cloudwatch._put_metric_alarm  # noqa: SLF001 - the one place where alarms are made

    def put_metric_alarm(params: Any, data: Any, *protocol: bool) -> Any:
        answer = put(params, data, *protocol)
        data = cast("dict[str, Any]", data or {})
        alarm = cloudwatch._alarms.get(data.get("AlarmName"))  # noqa: SLF001 - as above
        if alarm is not None and answer[0] < _REFUSED:
            if data.get("ExtendedStatistic"):
                alarm["Statistic"] = None
                alarm["EvaluateLowSampleCountPercentile"] = data.get(
                    "EvaluateLowSampleCountPercentile"
                )
            if data.get("Metrics"):
                alarm["Metrics"] = data["Metrics"]
                alarm["Statistic"] = alarm["Period"] = None
        return answer

    _replace(cloudwatch, "_put_metric_alarm", put_metric_alarm)


def _firewalls(waf: ModuleType) -> None:
    """A web ACL keeps its response bodies and what protects its data."""

    def keeping(act: Callable[[dict[str, Any]], Answer]) -> Callable[[dict[str, Any]], Answer]:
        def keep(data: dict[str, Any]) -> Answer:
            answer = act(data)
            if answer[0] < _REFUSED:
                told = json.loads(answer[2])
                who = told.get("Summary", data)["Id"]
                acl = waf._resource_from_scope(  # noqa: SLF001 - where they are
                    waf._web_acls,  # noqa: SLF001
                    who,
                    data.get("Scope", "REGIONAL"),
                )
                for member in _WEB_ACL_MEMBERS:
                    acl.pop(member, None)
                    if data.get(member):
                        acl[member] = data[member]
            return answer

        return keep

    for name in ("_create_web_acl", "_update_web_acl"):
        _replace(waf, name, keeping(getattr(waf, name)))


def _services(ecs: ModuleType) -> None:
    """A service tells how Service Connect is set up in its deployments, as ECS does."""

    def keeping(act: Callable[[dict[str, Any]], Answer]) -> Callable[[dict[str, Any]], Answer]:
        def keep(data: dict[str, Any]) -> Answer:
            status, headers, body = act(data)
            if status >= _REFUSED or "serviceConnectConfiguration" not in data:
                return status, headers, body
            told = json.loads(body)
            key = "/".join(told["service"]["serviceArn"].split("/")[-2:])
            for service in (told["service"], ecs._services[key]):  # noqa: SLF001 - where they are
                service["deployments"][0]["serviceConnectConfiguration"] = data[
                    "serviceConnectConfiguration"
                ]
            return status, headers, json.dumps(told).encode()

        return keep

    for action in ("CreateService", "UpdateService"):
        actions = cast("dict[str, Any]", ecs._ACTION_MAP)  # noqa: SLF001 - what it dispatches by
        actions[action] = keeping(actions[action])


def _replicas(rds: ModuleType) -> None:
    """A read replica has a class, a key and settings of its own, and no backups of its own."""
    make = rds._create_read_replica  # noqa: SLF001 - the one place where replicas are made

    def create_read_replica(params: Mapping[str, Any]) -> Answer:
        given = {name: _first(value) for name, value in params.items()}
        source = rds._resolve_instance(given.get("SourceDBInstanceIdentifier", ""))  # noqa: SLF001
        if source is not None and not source.get("BackupRetentionPeriod"):
            return rds._error(  # noqa: SLF001
                "InvalidDBInstanceState",
                "Automated backups are not enabled for this database instance. To enable automated "
                "backups, use ModifyDBInstance to set the backup retention period to a non-zero value.",
                _REFUSED,
            )
        answer = make(params)
        if answer[0] >= _REFUSED:
            return answer
        replica = rds._instances[given["DBInstanceIdentifier"]]  # noqa: SLF001
        replica.update({name: given[name] for name in _REPLICA_TEXT if given.get(name)})
        replica.update({name: given.get(name) == "true" for name in _REPLICA_FLAGS})
        replica["PerformanceInsightsEnabled"] = given.get("EnablePerformanceInsights") == "true"
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
            who = _first(params.get("DBInstanceIdentifier"))
            instance = rds._instances.get(who)  # noqa: SLF001 - where they are
            if instance is not None and answer[0] < _REFUSED:
                region = instance["DBInstanceArn"].split(":")[3]
                port = _first(params.get("Port")) or _PORTS.get(instance["Engine"], "5432")
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


def _caches(elasticache: ModuleType) -> None:
    """A replication group has addresses of its own, and a cluster for each of its nodes."""

    def named(act: Callable[[Any], Answer]) -> Callable[[Any], Answer]:
        def name(params: Any) -> Answer:
            answer = act(params)
            who = _first(params.get("ReplicationGroupId"))
            group = elasticache._replication_groups.get(who)  # noqa: SLF001 - where they are
            if group is not None and answer[0] < _REFUSED:
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
        _replace(elasticache, action, named(getattr(elasticache, action)))


def _vaults(backup: ModuleType) -> None:
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
            return _json(_REFUSED, {"Code": "ResourceNotFoundException", "Message": said})
        name, arn = vault["BackupVaultName"], vault["BackupVaultArn"]
        if method == "PUT":
            vault["_Policy"] = json.loads(body)["Policy"]
            return _json(200, {})
        if method == "DELETE":
            vault.pop("_Policy", None)
            return _json(200, {})
        if "_Policy" not in vault:
            said = f"Backup vault {name} has no access policy"
            return _json(_REFUSED, {"Code": "ResourceNotFoundException", "Message": said})
        told = {"BackupVaultName": name, "BackupVaultArn": arn, "Policy": vault["_Policy"]}
        return _json(200, told)

    _replace(backup, "handle_request", handle_request)


def _rotations(secretsmanager: ModuleType) -> None:
    """A rotation can be called off."""
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
            return _json(_REFUSED, {"__type": "ResourceNotFoundException", "message": said})
        secret["RotationEnabled"] = False
        return _json(200, {"ARN": secret["ARN"], "Name": secret["Name"]})

    _replace(secretsmanager, "handle_request", handle_request)


def _replace(module: ModuleType, name: str, value: object) -> None:
    setattr(module, name, value)


def _first(value: object) -> str:
    """A form's value, which comes once or in a list; empty where there is none."""
    if isinstance(value, list):
        items = cast("list[object]", value)
        return str(items[0]) if items else ""
    return "" if value is None else str(value)


def _json(status: int, body: object) -> Answer:
    kind = {"Content-Type": "application/x-amz-json-1.1"}
    if isinstance(body, dict) and (code := cast("dict[str, object]", body).get("Code")):
        kind["x-amzn-ErrorType"] = str(code)
    return status, kind, json.dumps(body).encode()


def _databases(rds: ModuleType) -> None:
    _replicas(rds)
    _instances(rds)


_AMENDMENTS: dict[str, Callable[[ModuleType], None]] = {
    "cloudwatch": _alarms,
    "elasticache": _caches,
    "waf": _firewalls,
    "ecs": _services,
    "rds": _databases,
    "backup": _vaults,
    "secretsmanager": _rotations,
}
