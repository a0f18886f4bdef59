"""Backups of the database by AWS Backup, beside those that RDS makes of itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.components.encryption_key import EncryptionKey, EncryptionKeyArgs
from infra.plan.backup import (
    COMPLETION_MINUTES,
    START_MINUTES,
    BackupRule,
    nobody_deletes,
    use_vault_key,
)
from infra.plan.context import Context
from infra.plan.iam import document, trust
from infra.plan.lifecycle import Lifecycle
from infra.plan.names import Kind

_MANAGED_POLICIES = ("ForBackup", "ForRestores")


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupArgs:
    """The rules, and the ARNs of what is backed up by a name for each."""

    context: Context
    lifecycle: Lifecycle
    rules: tuple[BackupRule, ...]
    resources: Mapping[str, pulumi.Input[str]]


class Backup(Component):
    """A vault with a key of its own, the plan that fills it, and a role to do that with.

    Where data must survive its stack, nobody may delete from the vault before its time, and a
    destroyed stack leaves it behind: AWS deletes no vault that holds anything.
    """

    vault_name: str
    plan_name: str

    def __init__(
        self, name: str, args: BackupArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("Backup", name, args, opts)
        self._args = args
        self._name = name
        self.vault_name = args.context.name(Kind.BACKUP_VAULT, "database")
        self.plan_name = args.context.name(Kind.BACKUP_PLAN, "database")
        key = self._key()
        vault = self._vault(key)
        plan = self._plan(vault)
        role = self._role(key)
        for part, arn in args.resources.items():
            self._selection(part, arn, plan, role)
        self.register_outputs({"vaultName": self.vault_name})

    def _key(self) -> EncryptionKey:
        return EncryptionKey(
            f"{self._name}-key",
            EncryptionKeyArgs(
                context=self._args.context,
                part="backup",
                description="Backups, apart from the data that they are of",
                users=(),
                deletion_days=self._args.lifecycle.key_deletion_days,
            ),
            opts=self.child(),
        )

    def _vault(self, key: EncryptionKey) -> aws.backup.Vault:
        context, keep = self._args.context, self._args.lifecycle.keep_on_destroy
        vault = aws.backup.Vault(
            f"{self._name}-vault",
            name=self.vault_name,
            kms_key_arn=key.arn,
            force_destroy=not keep,
            tags=context.tags(),
            opts=self.child(),
        )
        if keep:
            statements = nobody_deletes(context.place, self._role_arn())
            aws.backup.VaultPolicy(
                f"{self._name}-vault-policy",
                backup_vault_name=vault.name,
                policy=json.dumps(document(statements)),
                opts=self.child(),
            )
        return vault

    def _plan(self, vault: aws.backup.Vault) -> aws.backup.Plan:
        return aws.backup.Plan(
            f"{self._name}-plan",
            name=self.plan_name,
            rules=[
                {
                    "rule_name": rule.name,
                    "target_vault_name": vault.name,
                    "schedule": rule.schedule,
                    "schedule_expression_timezone": "Etc/UTC",
                    "start_window": START_MINUTES,
                    "completion_window": COMPLETION_MINUTES,
                    "enable_continuous_backup": rule.continuous,
                    # RDS snapshots can't be moved to cold storage.
                    "lifecycle": {"delete_after": rule.days},
                    "recovery_point_tags": self._args.context.tags(),
                }
                for rule in self._args.rules
            ],
            tags=self._args.context.tags(),
            opts=self.child(),
        )

    def _role_name(self) -> str:
        return self._args.context.name(Kind.ROLE, "backup")

    def _role_arn(self) -> str:
        place = self._args.context.place
        return f"arn:{place.partition}:iam::{place.account}:role/{self._role_name()}"

    def _role(self, key: EncryptionKey) -> aws.iam.Role:
        context = self._args.context
        role = aws.iam.Role(
            f"{self._name}-role",
            name=self._role_name(),
            description="Makes backups, deletes them in time, and restores them",
            assume_role_policy=json.dumps(trust("backup", context.place, always_told=False)),
            tags=context.tags(),
            opts=self.child(),
        )
        for purpose in _MANAGED_POLICIES:
            policy = f"service-role/AWSBackupServiceRolePolicy{purpose}"
            aws.iam.RolePolicyAttachment(
                f"{self._name}-role-{purpose}",
                role=role.name,
                policy_arn=context.place.managed_policy(policy),
                opts=self.child(),
            )
        aws.iam.RolePolicy(
            f"{self._name}-role-vault-key",
            name="use-vault-key",
            role=role.name,
            policy=pulumi.Output.json_dumps(document(use_vault_key(context.place, key.arn))),
            opts=self.child(),
        )
        return role

    def _selection(
        self, part: str, arn: pulumi.Input[str], plan: aws.backup.Plan, role: aws.iam.Role
    ) -> None:
        aws.backup.Selection(
            f"{self._name}-{part}",
            name=self._args.context.name(Kind.BACKUP_SELECTION, part),
            plan_id=plan.id,
            iam_role_arn=role.arn,
            # By ARN and not by tag: whoever may tag would decide what is backed up.
            resources=[arn],
            opts=self.child(),
        )
