"""What the components that keep a secret share: its place, its random first value, its text."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.plan.context import Context
from infra.plan.names import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretArgs:
    """What a secret is called and for, its key, and for how many days it can be restored.

    `part` must not end in a hyphen and six characters: Secrets Manager would take them for the
    ending that it appends to names itself.
    """

    context: Context
    part: str
    description: str
    key_arn: pulumi.Input[str]
    recovery_days: int


def secret_of(
    name: str, args: SecretArgs, opts: pulumi.ResourceOptions
) -> aws.secretsmanager.Secret:
    """The place of a secret, still without a value."""
    return aws.secretsmanager.Secret(
        f"{name}-secret",
        name=args.context.path(Kind.SECRET, args.part),
        description=args.description,
        kms_key_id=args.key_arn,
        recovery_window_in_days=args.recovery_days,
        tags=args.context.tags(),
        opts=opts,
    )


def random_text(secret: aws.secretsmanager.Secret, length: int) -> pulumi.Output[str]:
    """Letters and digits that AWS makes up, anew in every run: whoever stores them ignores changes."""
    random = aws.secretsmanager.get_random_password_output(
        password_length=length,
        exclude_punctuation=True,
        # Made once there is a place for it: a preview has no business asking for passwords.
        opts=pulumi.InvokeOutputOptions(depends_on=[secret]),
    )
    return pulumi.Output.secret(random.random_password)


def text_of(version: aws.secretsmanager.SecretVersion) -> pulumi.Output[str]:
    """What is stored, secret; the provider declares it optional, as a version may hold binary data."""
    return pulumi.Output.secret(version.secret_string).apply(_present)


def _present(text: str | None) -> str:
    if text is None:
        raise ValueError("the secret has no text")
    return text
