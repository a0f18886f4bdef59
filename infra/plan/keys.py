"""Key policies: who may use a stack's encryption keys."""

from __future__ import annotations

from infra.plan.context import Place
from infra.plan.iam import Statement


def administration(place: Place) -> Statement[str]:
    """The account's own IAM policies decide; without this a key could never be changed again."""
    return Statement(
        sid="AccountPoliciesDecide",
        # In a key policy, "*" means this key and nothing else.
        actions=("kms:*",),
        resources=("*",),
        principals={"AWS": place.account_root()},
    )


def logs_encryption(place: Place) -> Statement[str]:
    """CloudWatch Logs may encrypt the log groups of this account and region."""
    return Statement(
        sid="LogGroupsAreEncrypted",
        actions=(
            "kms:Decrypt*",
            "kms:Describe*",
            "kms:Encrypt*",
            "kms:GenerateDataKey*",
            "kms:ReEncrypt*",
        ),
        resources=("*",),
        principals={"Service": f"logs.{place.region}.amazonaws.com"},
        conditions={
            "ArnLike": {"kms:EncryptionContext:aws:logs:arn": place.arn("logs", "log-group:*")}
        },
    )


def alarms_encryption() -> Statement[str]:
    """CloudWatch may publish alarms to an encrypted topic.

    Whose alarms is for the topic's own policy to say: the key is used through SNS, and conditions
    on the caller's account are known to keep alarms from arriving.
    """
    return Statement(
        sid="AlarmsReachTheTopic",
        actions=("kms:Decrypt", "kms:GenerateDataKey*"),
        resources=("*",),
        principals={"Service": "cloudwatch.amazonaws.com"},
    )
