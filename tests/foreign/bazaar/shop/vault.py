"""Secrets, and the parameters that are none."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .settings import Settings, faulty

SHOP_USER = "shop"


@dataclass(frozen=True)
class Vault:
    """The secrets of the shop."""

    database: aws.secretsmanager.Secret
    payments: aws.secretsmanager.Secret
    database_password: pulumi.Output[str]


def _fresh(shop: Settings) -> pulumi.Output[str]:
    return aws.secretsmanager.get_random_password_output(
        password_length=40,
        exclude_punctuation=True,
        opts=pulumi.InvokeOutputOptions(provider=shop.home),
    ).random_password


def _secret(
    name: str, why: str, value: pulumi.Input[str], shop: Settings, key: aws.kms.Key
) -> aws.secretsmanager.Secret:
    secret = aws.secretsmanager.Secret(
        name,
        name=f"bazaar/{shop.suffix}/{name}",
        description=why,
        kms_key_id=key.arn,
        recovery_window_in_days=30,
        opts=shop.here(),
    )
    # The first value alone is ours; rotation owns the others.
    aws.secretsmanager.SecretVersion(
        name,
        secret_id=secret.id,
        secret_string=value,
        opts=pulumi.ResourceOptions(provider=shop.home, ignore_changes=["secretString"]),
    )
    return secret


def make_vault(shop: Settings, key: aws.kms.Key) -> Vault:
    """Two secrets: the shop's user in the database, and the payment provider's key."""
    password = pulumi.Output.secret(_fresh(shop))
    login = pulumi.Output.json_dumps({"username": SHOP_USER, "password": password})
    database = _secret("database", "The shop's user in the database", login, shop, key)
    token = pulumi.Output.secret(_fresh(shop))
    payments = _secret("payments", "Key for the payment provider", token, shop, key)
    return Vault(database, payments, password)


def rotate(vault: Vault, shop: Settings, rotation: aws.lambda_.Function) -> None:
    """Have the function exchange both secrets every month."""
    allowed: list[pulumi.Resource] = []
    secrets = {"database": vault.database, "payments": vault.payments}
    for name, secret in secrets.items():
        if name == "payments" and faulty("rotation-not-permitted"):
            continue
        allowed.append(
            aws.lambda_.Permission(
                f"rotation-of-{name}",
                action="lambda:InvokeFunction",
                function=rotation.name,
                principal="secretsmanager.amazonaws.com",
                source_arn=secret.arn,
                opts=shop.here(),
            )
        )
    for name, secret in secrets.items():
        if name == "database" and faulty("secret-never-rotated"):
            continue
        yearly = name == "payments" and faulty("rotation-once-a-year")
        aws.secretsmanager.SecretRotation(
            name,
            secret_id=secret.id,
            rotation_lambda_arn=rotation.arn,
            rotation_rules={"automatically_after_days": 365 if yearly else 30},
            opts=pulumi.ResourceOptions(provider=shop.home, depends_on=allowed),
        )


def make_parameters(shop: Settings, key: aws.kms.Key) -> dict[str, aws.ssm.Parameter]:
    """What may be changed without a deployment."""
    token = pulumi.Config("bazaar").get_secret("mailToken") or pulumi.Output.secret("unset")
    plain = faulty("token-in-plain-parameter")
    return {
        "banner": aws.ssm.Parameter(
            "banner",
            name=f"/bazaar/{shop.suffix}/banner",
            type="String",
            value="Flash sale on Friday",
            opts=shop.here(),
        ),
        "mail-token": aws.ssm.Parameter(
            "mail-token",
            name=f"/bazaar/{shop.suffix}/mail-token",
            type="String" if plain else "SecureString",
            key_id=None if plain else key.arn,
            value="mlsn.9f1c2d7be04a55c1a3e86d90" if plain else token,
            opts=shop.here(),
        ),
    }
