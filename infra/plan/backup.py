"""When the database is backed up, how long that is kept, and who may delete it.

Times and periods are those of chat spec 001 (AWS Backup) and chat spec 004, module 16.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from infra.plan.context import Environment, Place
from infra.plan.iam import Arn, Statement

START_MINUTES = 60
"""The shortest window in which AWS Backup promises to begin."""

COMPLETION_MINUTES = 180
"""A backup that takes longer is given up; snapshots are incremental, so hours mean a fault."""

_LONGEST_CONTINUOUS_DAYS = 35


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupRule:
    """A schedule in UTC, and after how many days what it made is deleted.

    A continuous one also keeps the database's log, so that it can be restored to any second of
    those days.
    """

    name: str
    schedule: str
    days: int
    continuous: bool

    def __post_init__(self) -> None:
        if self.continuous and self.days > _LONGEST_CONTINUOUS_DAYS:
            raise ValueError(
                f"continuous backup {self.name!r} is to be kept {self.days} days: "
                f"AWS keeps one {_LONGEST_CONTINUOUS_DAYS} days at most"
            )


_NIGHTLY = "cron(0 3 * * ? *)"
_SUNDAYS = "cron(0 4 ? * SUN *)"

_RULES = {
    Environment.DEV: (BackupRule(name="daily", schedule=_NIGHTLY, days=7, continuous=False),),
    Environment.PROD: (
        BackupRule(name="daily", schedule=_NIGHTLY, days=35, continuous=True),
        BackupRule(name="weekly", schedule=_SUNDAYS, days=90, continuous=False),
    ),
}


def plan_backup(environment: Environment) -> tuple[BackupRule, ...]:
    """The rules of one environment."""
    return _RULES[environment]


def takes_over(rules: Sequence[BackupRule]) -> bool:
    """Whether AWS Backup sets the database's own backup period and window from then on.

    It does so with the first continuous backup; a program that set them back would shorten the
    time to which the database can be restored.
    """
    return any(rule.continuous for rule in rules)


def use_vault_key(place: Place, key_arn: Arn) -> tuple[Statement[Arn], ...]:
    """What the role of the backups needs to encrypt what it puts into the vault."""
    return (
        Statement(
            sid="EncryptBackups",
            actions=("kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"),
            resources=(key_arn,),
            conditions={"StringEquals": {"kms:ViaService": f"backup.{place.region}.amazonaws.com"}},
        ),
    )


def nobody_deletes(place: Place, role_arn: str) -> tuple[Statement[str], ...]:
    """Refuse everybody but AWS Backup itself to delete backups or shorten their time.

    Whoever takes over an administrator's credentials would have to change this policy first,
    which is one more call that CloudTrail shows.
    """
    own_role = f"arn:{place.partition}:iam::{place.account}:role/aws-service-role/backup.*"
    return (
        Statement(
            sid="BackupsOutliveTheirDeletion",
            effect="Deny",
            actions=("backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle"),
            # A backup of a database is an RDS snapshot with an ARN of its own, none of the vault's.
            resources=("*",),
            principals={"*": "*"},
            conditions={"ArnNotLike": {"aws:PrincipalArn": [role_arn, own_role]}},
        ),
    )
