"""A secret that nobody has thought up or typed in."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.components.secret_store import SecretArgs, random_text, secret_of, text_of
from infra.plan.secrets import CURRENT, FIRST


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedSecretArgs(SecretArgs):
    """A secret, and its length in characters."""

    length: int


class GeneratedSecret(Component):
    """A secret in Secrets Manager whose first value AWS makes up.

    AWS is asked for a random value in every run, but only the first is ever stored: later ones are
    ignored, so that runs change nothing, and so that a value which an operator has set since then
    (`aws secretsmanager put-secret-value`) stays. The value is encrypted in Pulumi's state.

    A random first value also suits credentials that somebody else issues: the tasks that need them
    start, and until the real ones are set no guess is any good.
    """

    arn: pulumi.Output[str]
    value: pulumi.Output[str]

    def __init__(
        self, name: str, args: GeneratedSecretArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("GeneratedSecret", name, args, opts)
        secret = secret_of(name, args, self.child())
        version = aws.secretsmanager.SecretVersion(
            f"{name}-first-value",
            secret_id=secret.id,
            secret_string=random_text(secret, args.length),
            version_stages=[CURRENT, FIRST],
            opts=pulumi.ResourceOptions.merge(
                self.child(ignore_changes=["secretString", "versionStages"]),
                # A label is on one version at a time: an old one can only give it up while it is
                # still its own. (Nobody misses it meanwhile: it stays the current one.)
                pulumi.ResourceOptions(delete_before_replace=True),
            ),
        )
        self.arn = secret.arn
        self.value = text_of(version)
        self.register_outputs({"arn": self.arn})
