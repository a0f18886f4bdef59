"""A user's credentials at the database, made here once and renewed elsewhere ever after."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.plan import database_secret
from infra.plan.context import Context
from infra.plan.names import Kind
from infra.plan.secrets import FIRST

_ROTATION_DECIDES = ("secretString", "versionStages")


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSecretArgs:
    """The user, what the secret is called, and its key.

    `part` must not end in a hyphen and six characters: Secrets Manager would take them for the
    ending that it appends to names itself.
    """

    context: Context
    part: str
    username: str
    description: str
    key_arn: pulumi.Input[str]
    recovery_days: int


class DatabaseSecret(Component):
    """A secret with a name, a password, and, as soon as it is known, where the database is.

    The value is stored in two steps, because the instance needs the password, and who renews the
    password needs the instance's address:

    1. the first version holds name and password. It is stored before the instance is made from it,
       so that a run which is interrupted between the two goes on with the same password: AWS is
       asked for a random one in every run, but only the first is ever used.
    2. the second version, stored once the instance is there, adds its address, and becomes the
       current one.

    Neither is ever written again, though later runs come by with another random password: both
    ignore changes of their text, and of the labels that rotation moves on. From then on the
    current version is whatever rotation has made of it. (The first password stays in Pulumi's
    state, encrypted; after the first rotation it opens nothing.)
    """

    arn: pulumi.Output[str]
    password: pulumi.Output[str]
    """The first password, which only the first run of an instance may use."""

    def __init__(
        self, name: str, args: DatabaseSecretArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("DatabaseSecret", name, args, opts)
        self._name = name
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
            password_length=database_secret.PASSWORD_LENGTH,
            exclude_punctuation=True,
            # Made once there is a place for it: a preview has no business asking for passwords.
            opts=pulumi.InvokeOutputOptions(depends_on=[secret]),
        )
        first = aws.secretsmanager.SecretVersion(
            f"{name}-first-value",
            secret_id=secret.id,
            secret_string=pulumi.Output.secret(random.random_password).apply(
                lambda password: database_secret.credentials(args.username, password)
            ),
            # Without AWSCURRENT: should it ever be stored anew, it must not become current.
            version_stages=[FIRST],
            opts=self.child(ignore_changes=_ROTATION_DECIDES),
        )
        self.arn = secret.arn
        self._stored = pulumi.Output.secret(first.secret_string).apply(_present)
        self.password = self._stored.apply(database_secret.password_of)
        self.register_outputs({"arn": self.arn})

    def add_address(self, host: pulumi.Output[str]) -> pulumi.Output[str]:
        """Store where the database is; what uses the result waits until that is done.

        The result is the secret's ARN.
        """
        complete = aws.secretsmanager.SecretVersion(
            f"{self._name}-with-address",
            secret_id=self.arn,
            secret_string=pulumi.Output.all(self._stored, host).apply(
                lambda both: database_secret.connection(*both)
            ),
            version_stages=list(database_secret.WITH_ADDRESS),
            opts=self.child(ignore_changes=_ROTATION_DECIDES),
        )
        return complete.secret_id


def _present(text: str | None) -> str:
    """`text`, which the provider declares as optional because a version may hold binary data."""
    if text is None:
        raise ValueError("the database's secret has no text")
    return text
