"""A secret that nobody has thought up or typed in."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.plan.context import Context
from infra.plan.names import Kind
from infra.plan.secrets import CURRENT, FIRST


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedSecretArgs:
    """What the secret is called and for, its length in characters, and its key.

    `part` must not end in a hyphen and six characters: Secrets Manager would take them for the
    ending that it appends to names itself.
    """

    context: Context
    part: str
    description: str
    length: int
    key_arn: pulumi.Input[str]
    recovery_days: int


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
        secret = aws.secretsmanager.Secret(
            f"{name}-secret",
            name=args.context.path(Kind.SECRET, args.part),
            description=args.description,
            kms_key_id=args.key_arn,
            recovery_window_in_days=args.recovery_days,
            tags=args.context.tags(),
            opts=self.child(),
        )
        random = aws.secretsmanager.get_random_password_output(
            password_length=args.length,
            exclude_punctuation=True,
            # Made once there is a place for it: a preview has no business asking for passwords.
            opts=pulumi.InvokeOutputOptions(depends_on=[secret]),
        )
        version = aws.secretsmanager.SecretVersion(
            f"{name}-first-value",
            secret_id=secret.id,
            secret_string=pulumi.Output.secret(random.random_password),
            version_stages=[CURRENT, FIRST],
            opts=pulumi.ResourceOptions.merge(
                self.child(ignore_changes=["secretString", "versionStages"]),
                # A label is on one version at a time: an old one can only give it up while it is
                # still its own. (Nobody misses it meanwhile: it stays the current one.)
                pulumi.ResourceOptions(delete_before_replace=True),
            ),
        )
        self.arn = secret.arn
        self.value = pulumi.Output.secret(version.secret_string).apply(_present)
        self.register_outputs({"arn": self.arn})


def _present(value: str | None) -> str:
    """`value`, which the provider declares as optional because a version may hold binary data."""
    if value is None:
        raise ValueError("the secret has no text")
    return value
