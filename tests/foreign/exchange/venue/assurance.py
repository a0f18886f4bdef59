"""What auditors ask for first: the trail of calls, and backups."""

import pulumi
import pulumi_aws as aws

from .common import Settings, faulty, log_group
from .identity import service_role
from .keys import Keys
from .messaging import Messaging
from .storage import Buckets

_BACKUP_POLICIES = (
    "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup",
    "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup",
)


def make_trail(settings: Settings, keys: Keys, buckets: Buckets) -> None:
    logs = log_group(settings, "trail-logs", f"/exchange/{settings.environment}/trail", keys.audit)
    everything = pulumi.Output.concat(logs.arn, ":*")
    role = service_role(
        settings,
        "trail",
        "cloudtrail.amazonaws.com",
        [
            {
                "Effect": "Allow",
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                "Resource": everything,
            }
        ],
    )
    aws.cloudtrail.Trail(
        "audit",
        name=settings.called("audit"),
        s3_bucket_name=buckets.logs.bucket.id,
        s3_key_prefix="trail",
        is_multi_region_trail=not faulty("trail-of-one-region"),
        include_global_service_events=True,
        enable_log_file_validation=not faulty("trail-unvalidated"),
        enable_logging=not faulty("trail-stopped"),
        kms_key_id=None if faulty("trail-unencrypted") else keys.audit.arn,
        cloud_watch_logs_group_arn=everything,
        cloud_watch_logs_role_arn=role.arn,
        event_selectors=[
            aws.cloudtrail.TrailEventSelectorArgs(
                read_write_type="All",
                include_management_events=True,
                data_resources=[
                    aws.cloudtrail.TrailEventSelectorDataResourceArgs(
                        type="AWS::S3::Object",
                        values=[pulumi.Output.concat(buckets.statements.bucket.arn, "/")],
                    )
                ],
            )
        ],
        tags=settings.tags("audit"),
        opts=pulumi.ResourceOptions(depends_on=[buckets.logs]),
    )


def make_backups(settings: Settings, keys: Keys, messaging: Messaging) -> None:
    vault = aws.backup.Vault(
        "venue",
        name=settings.called("vault"),
        kms_key_arn=keys.data.arn,
        tags=settings.tags("vault"),
    )
    if not faulty("backup-vault-unlocked"):
        aws.backup.VaultLockConfiguration(
            "venue", backup_vault_name=vault.name, min_retention_days=30, max_retention_days=3650
        )
    aws.backup.VaultNotifications(
        "venue",
        backup_vault_name=vault.name,
        sns_topic_arn=messaging.alarms.arn,
        backup_vault_events=["BACKUP_JOB_COMPLETED", "RESTORE_JOB_COMPLETED"],
    )
    lifecycle = aws.backup.PlanRuleLifecycleArgs(cold_storage_after=30, delete_after=365)
    if faulty("backup-deleted-before-cold-minimum"):
        lifecycle = aws.backup.PlanRuleLifecycleArgs(cold_storage_after=30, delete_after=60)
    plan = aws.backup.Plan(
        "venue",
        name=settings.called("daily"),
        rules=[
            aws.backup.PlanRuleArgs(
                rule_name="daily",
                target_vault_name=vault.name,
                schedule="cron(0 5 * * ? *)",
                start_window=60,
                completion_window=360,
                lifecycle=lifecycle,
            )
        ],
        tags=settings.tags("backup-plan"),
    )
    role = service_role(settings, "backup", "backup.amazonaws.com")
    for index, policy in enumerate(_BACKUP_POLICIES):
        aws.iam.RolePolicyAttachment(f"backup-{index}", role=role.name, policy_arn=policy)
    aws.backup.Selection(
        "venue",
        name=settings.called("daily"),
        plan_id=plan.id,
        iam_role_arn=role.arn,
        selection_tags=[
            {
                "type": "STRINGEQUALS",
                "key": "Backup",
                "value": "nightly" if faulty("backup-misses-database") else "daily",
            }
        ],
    )
