"""Ways back: keys, secrets and backups that a mistake, or a thief, does not take at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.environments import is_production
from policies.aws.inputs import given
from policies.engine import Check, Level, Parameters, Severity, stack_rule

_KEYS = (
    "aws:kms/key:Key",
    "aws:kms/replicaKey:ReplicaKey",
    "aws:kms/externalKey:ExternalKey",
)
_LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
_GAPPED = "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault"


@dataclass(frozen=True)
class Days(Parameters):
    """For how many days at least something that was deleted can be brought back."""

    days: int = 14


@stack_rule(
    "kms-deletion-window",
    title="Production's keys can be brought back for two weeks",
    why="What a deleted key encrypted is lost for good; a week ends within one holiday.",
    requirement="AWS KMS developer guide: Deleting keys; AWS Security Hub KMS.3",
    mend="Leave deletion_window_in_days out (AWS takes 30), or set it to 14 or more.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    parameters=Days,
)
def kms_deletion_window(graph: Graph, parameters: Days) -> Iterator[Check]:
    """In production the window before deletion is long enough; AWS's default is 30 days."""
    if is_production(graph.stack):
        yield from _windows(graph.of_type(*_KEYS), "deletionWindowInDays", parameters.days)


@dataclass(frozen=True)
class Window(Parameters):
    """For how many days at least a deleted secret can be brought back; AWS takes 7 to 30."""

    days: int = 7


@stack_rule(
    "secret-recovery-window",
    title="Production's secrets can be brought back",
    why="A secret that goes at once takes down whatever still signs in with it.",
    requirement="AWS Secrets Manager user guide: Delete a secret",
    mend="Leave recovery_window_in_days out (AWS takes 30), or set it to 7 or more.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    parameters=Window,
)
def secret_recovery_window(graph: Graph, parameters: Window) -> Iterator[Check]:
    """In production the window is not 0, which deletes at once; AWS's default is 30 days."""
    if is_production(graph.stack):
        yield from _windows(graph.of_type(types.SECRET), "recoveryWindowInDays", parameters.days)


def _windows(resources: list[Resource], key: str, days: int) -> Iterator[Check]:
    for resource in resources:
        window = given(resource, key)
        long = Truth.YES if window.absent else window.at_least(days)
        message = f"it is gone {window.text()} days after its deletion"
        yield Check(long, message, key, resource)


@stack_rule(
    "backup-vault-locked",
    title="Backup vaults are locked",
    why="Who takes over an administrator deletes the backups first: a lock refuses even the root.",
    requirement="chat spec 004, 16 Backup; AWS Backup developer guide: Vault Lock",
    mend="Create an aws.backup.VaultLockConfiguration with backup_vault_name=vault.name and "
    "min_retention_days.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def backup_vault_locked(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A lock of the stack names each vault; vaults behind an air gap are locked by AWS."""
    for vault in graph.of_type(types.BACKUP_VAULT):
        locks = vault.referrers(_LOCK, property="backupVaultName")
        kept = Truth.any(given(one, "minRetentionDays").at_least(1) for one in locks)
        yield Check(kept, "its backups can be deleted before their time", resource=vault)


@stack_rule(
    "backup-lock-accepts-plan",
    title="Plans keep backups for as long as the vault's lock demands",
    why="Every job that would keep its backup for a shorter or longer time than the lock fails.",
    requirement="AWS Backup developer guide: Vault Lock, retention",
    mend="Let delete_after of the plan's rule be within min_retention_days and max_retention_days.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
)
def backup_lock_accepts_plan(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Each rule's backups are deleted within what the lock of its vault allows."""
    locks: dict[object, list[Resource]] = {}
    for lock in graph.of_type(_LOCK):
        vaults = lock.references("backupVaultName", types.BACKUP_VAULT, _GAPPED)
        named = [given(one, "name").scalar() for one in vaults]
        keys = {*(one.urn for one in vaults), *named, given(lock, "backupVaultName").scalar()}
        for key in keys - {None}:
            locks.setdefault(key, []).append(lock)
    for plan in graph.of_type(types.BACKUP_PLAN):
        into = plan.references("rules", types.BACKUP_VAULT, _GAPPED)
        # Which of several vaults a name that is not known yet means, nobody can tell.
        late = into[0].urn if len(into) == 1 else None
        for entry in given(plan, "rules").items():
            target = entry["targetVaultName"]
            for lock in locks.get(late if target.unknown else target.scalar(), ()):
                yield from _within(plan, entry["lifecycle"]["deleteAfter"], lock)


def _within(plan: Resource, after: Property, lock: Resource) -> Iterator[Check]:
    least, most = given(lock, "minRetentionDays"), given(lock, "maxRetentionDays")
    fits = Truth.YES
    for bound, ask in ((least, after.at_least), (most, after.at_most)):
        number = bound.scalar()
        if isinstance(number, int | float):
            # Without a lifecycle backups are kept for ever.
            kept = Truth.of(bound is least) if after.absent else ask(number)
            fits &= kept
        elif not bound.absent:
            fits &= Truth.UNKNOWN
    message = f"{lock.name} takes no backups that are kept {after.text()} days"
    yield Check(fits, message, "rules", plan)
