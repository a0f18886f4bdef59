"""A user's credentials at the database, made here once and renewed elsewhere ever after."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.components.secret_store import SecretArgs, random_text, secret_of, text_of
from infra.plan import database_secret
from infra.plan.secrets import FIRST

_ROTATION_DECIDES = ("secretString", "versionStages")


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSecretArgs(SecretArgs):
    """A secret, and the user whose credentials it holds."""

    username: str


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
        secret = secret_of(name, args, self.child())
        password = random_text(secret, database_secret.PASSWORD_LENGTH)
        first = aws.secretsmanager.SecretVersion(
            f"{name}-first-value",
            secret_id=secret.id,
            secret_string=password.apply(
                lambda text: database_secret.credentials(args.username, text)
            ),
            # Without AWSCURRENT: should it ever be stored anew, it must not become current.
            version_stages=[FIRST],
            opts=self.child(ignore_changes=_ROTATION_DECIDES),
        )
        self.arn = secret.arn
        self._stored = text_of(first)
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
