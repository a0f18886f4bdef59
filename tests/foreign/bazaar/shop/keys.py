"""Keys: one for the shop's data, one near the viewers."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from .settings import Settings, faulty

_USE = ["kms:Decrypt", "kms:GenerateDataKey*", "kms:DescribeKey"]


def make_key(
    name: str, region: str, services: list[str], shop: Settings, opts: pulumi.ResourceOptions
) -> aws.kms.Key:
    """A symmetric key that the account administers and the services may use for the account."""
    provider = opts.provider if isinstance(opts.provider, aws.Provider) else shop.home
    statements: list[aws.iam.GetPolicyDocumentStatementArgsDict] = [
        {
            "sid": "Account",
            "actions": ["kms:*"],
            "resources": ["*"],
            "principals": [{"type": "AWS", "identifiers": [f"arn:aws:iam::{shop.account}:root"]}],
        },
        {
            "sid": "Logs",
            "actions": ["kms:Encrypt*", "kms:ReEncrypt*", *_USE],
            "resources": ["*"],
            "principals": [{"type": "Service", "identifiers": [f"logs.{region}.amazonaws.com"]}],
            "conditions": [
                {
                    "test": "ArnLike",
                    "variable": "kms:EncryptionContext:aws:logs:arn",
                    "values": [f"arn:aws:logs:{region}:{shop.account}:*"],
                }
            ],
        },
        {
            "sid": "Services",
            "actions": _USE,
            "resources": ["*"],
            "principals": [
                {
                    "type": "Service",
                    "identifiers": [f"{one}.amazonaws.com" for one in services],
                }
            ],
            "conditions": [
                {
                    "test": "StringEquals",
                    "variable": "aws:SourceAccount",
                    "values": [shop.account],
                }
            ],
        },
    ]
    if name == "data" and faulty("key-usable-by-anyone"):
        statements.append(
            {
                "sid": "Partners",
                "actions": _USE,
                "resources": ["*"],
                "principals": [{"type": "AWS", "identifiers": ["*"]}],
            }
        )
    if name == "data":
        distributions = f"arn:aws:cloudfront::{shop.account}:distribution/*"
        statements.append(
            {
                "sid": "Viewers",
                "actions": ["kms:Decrypt"],
                "resources": ["*"],
                "principals": [{"type": "Service", "identifiers": ["cloudfront.amazonaws.com"]}],
                "conditions": [
                    {"test": "ArnLike", "variable": "aws:SourceArn", "values": [distributions]}
                ],
            }
        )
    policy = aws.iam.get_policy_document_output(
        statements=statements, opts=pulumi.InvokeOutputOptions(provider=provider)
    )
    key = aws.kms.Key(
        name,
        description=f"{shop.named(name)}: the shop's own",
        enable_key_rotation=not (name == "data" and faulty("key-without-rotation")),
        deletion_window_in_days=30,
        policy=policy.json,
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(protect=True)),
    )
    aws.kms.Alias(
        name, name=f"alias/{shop.named(f'bazaar-{name}')}", target_key_id=key.key_id, opts=opts
    )
    return key


def data_key(shop: Settings) -> aws.kms.Key:
    """What the shop keeps is encrypted with this one."""
    services = ["sns", "events", "cloudwatch", "s3", "delivery.logs", "backup"]
    return make_key("data", shop.region, services, shop, shop.here())


def edge_key(shop: Settings) -> aws.kms.Key:
    """Logs and alarms near the viewers."""
    return make_key("edge", "us-east-1", ["sns", "cloudwatch"], shop, shop.near_viewers())
