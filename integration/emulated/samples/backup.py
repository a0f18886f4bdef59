"""Backups."""

from integration.emulated.samples.kinds import TAGS, Of, Sample

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
}
