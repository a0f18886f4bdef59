"""Backups."""

from integration.emulated.samples.kinds import TAGS, Of, Sample, policy

SAMPLES: dict[str, Sample] = {
    "vault": Sample("aws:backup/vault:Vault", {"tags": TAGS}),
    "plan": Sample(
        "aws:backup/plan:Plan",
        {
            "rules": [
                {
                    "ruleName": "daily",
                    "targetVaultName": Of("vault", "name"),
                    "schedule": "cron(0 5 * * ? *)",
                    "lifecycle": {"deleteAfter": 35},
                }
            ],
            "tags": TAGS,
        },
    ),
    "selection": Sample(
        "aws:backup/selection:Selection",
        {
            "planId": Of("plan", "id"),
            "iamRoleArn": Of("role", "arn"),
            "resources": [Of("db", "arn")],
        },
    ),
    "vault-policy": Sample(
        "aws:backup/vaultPolicy:VaultPolicy",
        {
            "backupVaultName": Of("vault", "name"),
            "policy": policy("backup:DeleteRecoveryPoint", "backup.amazonaws.com"),
        },
        {"policy": policy("backup:UpdateRecoveryPointLifecycle", "backup.amazonaws.com")},
    ),
    "plan-weekly": Sample(
        "aws:backup/plan:Plan",
        {
            "rules": [
                {
                    "ruleName": "daily",
                    "targetVaultName": Of("vault", "name"),
                    "schedule": "cron(0 3 * * ? *)",
                    "enableContinuousBackup": True,
                    "startWindow": 60,
                    "completionWindow": 180,
                    "lifecycle": {"deleteAfter": 35},
                },
                {
                    "ruleName": "weekly",
                    "targetVaultName": Of("vault", "name"),
                    "schedule": "cron(0 4 ? * SUN *)",
                    "lifecycle": {"deleteAfter": 90},
                },
            ],
        },
        {
            "rules": [
                {
                    "ruleName": "daily",
                    "targetVaultName": Of("vault", "name"),
                    "schedule": "cron(0 2 * * ? *)",
                    "lifecycle": {"deleteAfter": 7},
                },
            ],
        },
    ),
}
