"""The venue's encryption keys: for data, for messages, for audit logs."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi_aws as aws

from .common import Settings, document, faulty


@dataclass(frozen=True)
class Keys:
    data: aws.kms.Key
    messages: aws.kms.Key
    audit: aws.kms.Key


def make_keys(settings: Settings) -> Keys:
    if faulty("key-policy-open"):
        data_extra: list[Mapping[str, object]] = [
            {
                "Sid": "Partners",
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": ["kms:Decrypt", "kms:GenerateDataKey", "kms:CreateGrant"],
                "Resource": "*",
            }
        ]
    else:
        data_extra = []

    publishers = ["sns.amazonaws.com", "events.rds.amazonaws.com", "backup.amazonaws.com"]
    if not faulty("alarms-cannot-use-key"):
        publishers.append("cloudwatch.amazonaws.com")
    messages_extra = [
        _for_services(settings, publishers, ["kms:Decrypt", "kms:GenerateDataKey*"]),
    ]

    audit_extra = [_for_trail(settings)]
    if not faulty("logs-cannot-use-key"):
        audit_extra.append(_for_logs(settings))

    return Keys(
        data=_key(settings, "data", data_extra, rotate=not faulty("key-not-rotated")),
        messages=_key(
            settings, "messages", messages_extra, window=7 if faulty("key-deleted-soon") else 30
        ),
        audit=_key(settings, "audit", audit_extra),
    )


def _key(
    settings: Settings,
    what: str,
    statements: list[Mapping[str, object]],
    *,
    rotate: bool = True,
    window: int = 30,
) -> aws.kms.Key:
    administration = {
        "Sid": "Account",
        "Effect": "Allow",
        "Principal": {"AWS": settings.account.apply(lambda one: f"arn:aws:iam::{one}:root")},
        "Action": "kms:*",
        "Resource": "*",
    }
    key = aws.kms.Key(
        f"{what}-key",
        description=f"Exchange: {what}",
        enable_key_rotation=rotate,
        rotation_period_in_days=365 if rotate else None,
        deletion_window_in_days=window,
        policy=document(administration, *statements),
        tags=settings.tags(f"{what}-key"),
    )
    aws.kms.Alias(f"{what}-key", name=f"alias/{settings.called(what)}", target_key_id=key.key_id)
    return key


def _for_services(
    settings: Settings, services: list[str], actions: list[str]
) -> Mapping[str, object]:
    return {
        "Sid": "Publishers",
        "Effect": "Allow",
        "Principal": {"Service": services},
        "Action": actions,
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:SourceAccount": settings.account}},
    }


def _for_logs(settings: Settings) -> Mapping[str, object]:
    return {
        "Sid": "Logs",
        "Effect": "Allow",
        "Principal": {"Service": f"logs.{settings.region}.amazonaws.com"},
        "Action": [
            "kms:Encrypt*",
            "kms:Decrypt*",
            "kms:ReEncrypt*",
            "kms:GenerateDataKey*",
            "kms:Describe*",
        ],
        "Resource": "*",
        "Condition": {
            "ArnLike": {"kms:EncryptionContext:aws:logs:arn": settings.arn("logs", "log-group:*")}
        },
    }


def _for_trail(settings: Settings) -> Mapping[str, object]:
    trail = settings.arn("cloudtrail", f"trail/{settings.called('audit')}")
    return {
        "Sid": "Trail",
        "Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": ["kms:GenerateDataKey*", "kms:DescribeKey", "kms:Decrypt"],
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:SourceArn": trail}},
    }
