"""What the emulator answers, but forgets or does not know to the end, done as AWS does it.

Each amendment takes the emulator's module for one service and replaces what falls short; accounts
and regions are the emulator's own affair, so what is kept is kept with its objects.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any, cast  # the emulator's objects are dictionaries of any shape

from toolchain.emulator import amendments_data
from toolchain.emulator.amending import REFUSED, Answer, replace

_WEB_ACL_MEMBERS = (
    "CustomResponseBodies", "DataProtectionConfig", "AssociationConfig", "CaptchaConfig",
    "ChallengeConfig", "TokenDomains",
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
        if alarm is not None and answer[0] < REFUSED:
            if data.get("ExtendedStatistic"):
                alarm["Statistic"] = None
                alarm["EvaluateLowSampleCountPercentile"] = data.get(
                    "EvaluateLowSampleCountPercentile"
                )
            if data.get("Metrics"):
                alarm["Metrics"] = data["Metrics"]
                alarm["Statistic"] = alarm["Period"] = None
        return answer

    replace(cloudwatch, "_put_metric_alarm", put_metric_alarm)


def _firewalls(waf: ModuleType) -> None:
    """A web ACL keeps its response bodies and what protects its data."""

    def keeping(act: Callable[[dict[str, Any]], Answer]) -> Callable[[dict[str, Any]], Answer]:
        def keep(data: dict[str, Any]) -> Answer:
            answer = act(data)
            if answer[0] < REFUSED:
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
        replace(waf, name, keeping(getattr(waf, name)))


def _services(ecs: ModuleType) -> None:
    """A service tells how Service Connect is set up in its deployments, as ECS does."""

    def keeping(act: Callable[[dict[str, Any]], Answer]) -> Callable[[dict[str, Any]], Answer]:
        def keep(data: dict[str, Any]) -> Answer:
            status, headers, body = act(data)
            if status >= REFUSED or "serviceConnectConfiguration" not in data:
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


_AMENDMENTS: dict[str, Callable[[ModuleType], None]] = {
    "cloudwatch": _alarms,
    "waf": _firewalls,
    "ecs": _services,
    "rds": amendments_data.databases,
    "elasticache": amendments_data.caches,
    "backup": amendments_data.vaults,
    "secretsmanager": amendments_data.secrets,
}
