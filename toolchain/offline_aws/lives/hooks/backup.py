"""Backups."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from typing_extensions import override

from toolchain.offline_aws.lives.hooks.base import Hook, items, named, only
from toolchain.offline_aws.wire import Properties, Value

if TYPE_CHECKING:
    from toolchain.offline_aws.lives.run import Run


_RULE = {
    "ruleName": "RuleName",
    "targetVaultName": "TargetBackupVaultName",
    "schedule": "ScheduleExpression",
    "scheduleExpressionTimezone": "ScheduleExpressionTimezone",
    "startWindow": "StartWindowMinutes",
    "completionWindow": "CompletionWindowMinutes",
    "enableContinuousBackup": "EnableContinuousBackup",
    "recoveryPointTags": "RecoveryPointTags",
}
"""A rule's properties, and what AWS calls them."""


@named("backup_plan")
class BackupPlan(Hook):
    """Its rules under AWS's names."""

    @override
    def arguments(self, run: Run, call: str, arguments: dict[str, object]) -> dict[str, object]:
        rules = [
            only(
                {
                    **{member: rule.get(property_) for property_, member in _RULE.items()},
                    "Lifecycle": self._lifecycle(rule.get("lifecycle")),
                }
            )
            for rule in items(run.inputs.get("rules"))
        ]
        plan = {"BackupPlanName": run.inputs.get("name"), "Rules": rules}
        return {**arguments, "BackupPlan": plan}

    @staticmethod
    def _lifecycle(block: object) -> dict[str, object]:
        values = cast("dict[str, Value]", block) if isinstance(block, dict) else {}
        return only(
            {
                "DeleteAfterDays": values.get("deleteAfter"),
                "MoveToColdStorageAfterDays": values.get("coldStorageAfter"),
            }
        )

    @override
    def outputs(self, run: Run, out: Properties, found: dict[str, object]) -> None:
        plan = cast("dict[str, Value]", found.get("BackupPlan") or {})
        out["name"] = plan.get("BackupPlanName")
        out["rules"] = [self._told(rule) for rule in items(plan.get("Rules"))]

    @staticmethod
    def _told(rule: dict[str, Value]) -> Value:
        block = rule.get("Lifecycle")
        lifecycle = block if isinstance(block, dict) else {}
        told: dict[str, object] = {name: rule.get(member) for name, member in _RULE.items()}
        told["lifecycle"] = only(
            {
                "deleteAfter": lifecycle.get("DeleteAfterDays"),
                "coldStorageAfter": lifecycle.get("MoveToColdStorageAfterDays"),
            }
        )
        return cast("Value", only(told))


@named("backup_selection")
class BackupSelection(Hook):
    """Resources chosen by tag."""

    @override
    def arguments(self, run: Run, call: str, arguments: dict[str, object]) -> dict[str, object]:
        tags = [
            {
                "ConditionType": tag.get("type"),
                "ConditionKey": tag.get("key"),
                "ConditionValue": tag.get("value"),
            }
            for tag in items(run.inputs.get("selectionTags"))
        ]
        if tags:
            cast("dict[str, object]", arguments["BackupSelection"])["ListOfTags"] = tags
        return arguments
