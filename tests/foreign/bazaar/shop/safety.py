"""Backups and the budget."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from .identity import make_role, trusted
from .settings import Settings, faulty


def make_backups(
    shop: Settings,
    key: aws.kms.Key,
    kept: Mapping[str, pulumi.Input[str]],
    topic: aws.sns.Topic,
) -> None:
    """Daily copies of what must not be lost, in a locked vault."""
    own_key = None if faulty("vault-without-own-key") else key.arn
    vault = aws.backup.Vault(
        "shop",
        name=shop.named("bazaar"),
        kms_key_arn=own_key,
        opts=pulumi.ResourceOptions(provider=shop.home, protect=True),
    )
    if not faulty("vault-unlocked"):
        aws.backup.VaultLockConfiguration(
            "shop",
            backup_vault_name=vault.name,
            min_retention_days=7,
            max_retention_days=400,
            opts=shop.here(),
        )
    aws.backup.VaultNotifications(
        "shop",
        backup_vault_name=vault.name,
        sns_topic_arn=topic.arn,
        backup_vault_events=["BACKUP_JOB_COMPLETED", "RESTORE_JOB_COMPLETED"],
        opts=shop.here(),
    )
    shorter = faulty("backups-shorter-than-lock")
    plan = aws.backup.Plan(
        "shop",
        name=shop.named("bazaar"),
        rules=[
            {
                "rule_name": "daily",
                "target_vault_name": vault.name,
                "schedule": "cron(0 3 * * ? *)",
                "start_window": 60,
                "completion_window": 360,
                "lifecycle": {"delete_after": 3 if shorter else 35},
            },
            {
                "rule_name": "monthly",
                "target_vault_name": vault.name,
                "schedule": "cron(0 4 1 * ? *)",
                "lifecycle": {"cold_storage_after": 30, "delete_after": 365},
            },
        ],
        opts=shop.here(),
    )
    keeper = make_role(
        "backups",
        trusted("backup", account=shop.account),
        [],
        managed=[
            "service-role/AWSBackupServiceRolePolicyForBackup",
            "service-role/AWSBackupServiceRolePolicyForRestores",
            "AWSBackupServiceRolePolicyForS3Backup",
            "AWSBackupServiceRolePolicyForS3Restore",
        ],
        opts=shop.here(),
    )
    forgotten = "orders" if faulty("orders-not-backed-up") else ""
    aws.backup.Selection(
        "shop",
        name=shop.named("bazaar"),
        plan_id=plan.id,
        iam_role_arn=keeper.arn,
        resources=[arn for title, arn in kept.items() if title != forgotten],
        opts=shop.here(),
    )


def make_budget(shop: Settings) -> None:
    """What a month may cost before somebody is told."""
    told = [] if faulty("budget-tells-nobody") else [shop.on_call]
    notices: list[aws.budgets.BudgetNotificationArgsDict] = [
        {
            "comparison_operator": "GREATER_THAN",
            "threshold": threshold,
            "threshold_type": "PERCENTAGE",
            "notification_type": kind,
            "subscriber_email_addresses": told,
        }
        for threshold, kind in ((80, "ACTUAL"), (100, "FORECASTED"))
    ]
    aws.budgets.Budget(
        "shop",
        name=shop.named("bazaar"),
        budget_type="COST",
        limit_amount="12000",
        limit_unit="USD",
        time_unit="MONTHLY",
        cost_filters=[{"name": "TagKeyValue", "values": ["user:project$bazaar"]}],
        notifications=notices if told else [],
        opts=shop.here(),
    )
