"""A customer-managed encryption key that AWS renews every year."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.plan.context import Context
from infra.plan.iam import Statement, document
from infra.plan.keys import administration
from infra.plan.names import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class EncryptionKeyArgs:
    """What the key is for, and which services may use it besides the account's own policies."""

    context: Context
    part: str
    description: str
    users: tuple[Statement[str], ...]
    deletion_days: int


class EncryptionKey(Component):
    """A KMS key and its alias."""

    arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: EncryptionKeyArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("EncryptionKey", name, args, opts)
        statements = (administration(args.context.place), *args.users)
        key = aws.kms.Key(
            f"{name}-key",
            description=args.description,
            enable_key_rotation=True,
            deletion_window_in_days=args.deletion_days,
            policy=json.dumps(document(statements)),
            tags=args.context.tags(args.part),
            opts=self.child(),
        )
        aws.kms.Alias(
            f"{name}-alias",
            name=f"alias/{args.context.name(Kind.KEY_ALIAS, args.part)}",
            target_key_id=key.key_id,
            opts=self.child(),
        )
        self.arn = key.arn
        self.register_outputs({"arn": self.arn})
