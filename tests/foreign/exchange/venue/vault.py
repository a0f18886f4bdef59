"""Secrets, and the parameters that are none."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .common import Settings, faulty
from .keys import Keys


@dataclass(frozen=True)
class Vault:
    session_key: aws.secretsmanager.Secret
    market_feed: aws.secretsmanager.Secret


def make_vault(settings: Settings, keys: Keys) -> Vault:
    """Values are put in by the rotation function that the security team runs for everybody."""
    rotator = settings.arn("lambda", "function:security-secret-rotation")
    session_key = _secret(settings, "session-key", "Signs customers' sessions", keys)
    market_feed = _secret(
        settings,
        "market-feed",
        "Token of the market data feed",
        keys,
        window=0 if faulty("secret-deleted-at-once") else 30,
    )
    if not faulty("secret-never-rotated"):
        _rotate("session-key", session_key, rotator, 30)
    _rotate("market-feed", market_feed, rotator, 730 if faulty("secret-rotated-rarely") else 30)
    _parameters(settings)
    return Vault(session_key, market_feed)


def _secret(
    settings: Settings, what: str, description: str, keys: Keys, *, window: int = 30
) -> aws.secretsmanager.Secret:
    return aws.secretsmanager.Secret(
        what,
        name=f"exchange/{settings.environment}/{what}",
        description=description,
        kms_key_id=keys.data.arn,
        recovery_window_in_days=window,
        tags=settings.tags(what),
    )


def _rotate(
    what: str, secret: aws.secretsmanager.Secret, rotator: pulumi.Input[str], days: int
) -> None:
    aws.secretsmanager.SecretRotation(
        what,
        secret_id=secret.id,
        rotation_lambda_arn=rotator,
        rotation_rules={"automatically_after_days": days},
    )


def _parameters(settings: Settings) -> None:
    values = {"tick-size": "0.01", "session-minutes": "30"}
    if faulty("password-in-parameter"):
        values["clearing-password"] = "Kx7-harbour-lantern-42"
    for name, value in values.items():
        aws.ssm.Parameter(
            name,
            name=f"/exchange/{settings.environment}/{name}",
            type="String",
            value=value,
            tags=settings.tags(name),
        )
