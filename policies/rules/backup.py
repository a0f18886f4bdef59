"""Backups: every database in a plan, often enough, for long enough, encrypted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.backups import plans_of
from policies.aws.databases import is_replica
from policies.aws.environments import is_production
from policies.aws.inputs import given
from policies.aws.schedules import daily, weekly
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_BACKUP = "chat spec 001, Database: AWS Backup; chat spec 004, 16 Backup"
_LONGEST_CONTINUOUS = 35
_COLD_AT_LEAST = 90


def _databases(graph: Graph) -> list[Resource]:
    stores = graph.of_type(types.DB_INSTANCE, types.DB_CLUSTER)
    return [one for one in stores if not is_replica(one)]


@stack_rule(
    "backup-covers-databases",
    title="A backup plan covers every database",
    why="Automated backups go with the instance; a vault keeps what a mistaken deletion takes.",
    requirement=f"{_BACKUP}; AWS Security Hub RDS.26",
    mend="Create an aws.backup.Selection with plan_id=plan.id and resources=[database.arn].",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    covers=("CHAT-004-17",),
)
def backup_covers_databases(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A selection takes each database by ARN, pattern or tag; read replicas need none."""
    for database in _databases(graph):
        covered = Truth.any(truth for _, truth in plans_of(graph, database))
        yield Check(covered, "no backup plan selects it", resource=database)


@dataclass(frozen=True)
class Kept(Parameters):
    """For how long daily backups are kept at least, in days."""

    production: int = 35
    elsewhere: int = 7


@stack_rule(
    "backup-daily",
    title="Databases are backed up every day, and the backups kept long enough",
    why="A fault that is noticed after a fortnight needs a backup from before it.",
    requirement=f"{_BACKUP}: daily, 7 days in development and 35 in production",
    mend="Give the aws.backup.Plan a rule with schedule='cron(0 3 * * ? *)' and "
    "lifecycle={'delete_after': 35}.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    parameters=Kept,
    covers=("CHAT-001-137",),
)
def backup_daily(graph: Graph, parameters: Kept) -> Iterator[Check]:
    """A plan of each covered database has a daily rule, and keeps what that makes."""
    days = parameters.production if is_production(graph.stack) else parameters.elsewhere
    message = f"no plan backs it up daily and keeps that for {days} days"
    yield from _planned(graph, lambda one: daily(one["schedule"]) & _kept(one, days), message)


@dataclass(frozen=True)
class Weekly(Parameters):
    """For how long weekly backups are kept at least, in days."""

    days: int = 90


@stack_rule(
    "backup-weekly",
    title="Production keeps weekly backups of its databases for a quarter",
    why="What was lost a month ago is in no daily backup any more.",
    requirement=f"{_BACKUP}: weekly in production, kept 90 days",
    mend="Give the aws.backup.Plan a rule with schedule='cron(0 4 ? * SUN *)' and "
    "lifecycle={'delete_after': 90}.",
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    profiles=("chat",),
    parameters=Weekly,
    covers=("CHAT-001-138",),
)
def backup_weekly(graph: Graph, parameters: Weekly) -> Iterator[Check]:
    """In production a plan of each covered database has a rule of every week, or oftener."""
    if is_production(graph.stack):
        message = f"no plan backs it up weekly and keeps that for {parameters.days} days"
        yield from _planned(
            graph, lambda one: weekly(one["schedule"]) & _kept(one, parameters.days), message
        )


@stack_rule(
    "backup-continuous",
    title="Production's databases can be restored to any point in time from the vault",
    why="Between two nightly backups lies a day of messages.",
    requirement=f"{_BACKUP}: point-in-time recovery for production",
    mend="Set enable_continuous_backup=True in a rule of the aws.backup.Plan.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    # RDS's own backups reach back to any point, too: only this spec asks it of the vault.
    profiles=("chat",),
    covers=("CHAT-001-140",),
)
def backup_continuous(graph: Graph, _: Parameters) -> Iterator[Check]:
    """In production a plan of each covered database backs it up continuously."""
    if is_production(graph.stack):
        message = "no plan backs it up continuously"
        yield from _planned(graph, lambda one: one["enableContinuousBackup"].is_true(), message)


def _planned(graph: Graph, ask: Callable[[Property], Truth], message: str) -> Iterator[Check]:
    for database in _databases(graph):
        plans = list(plans_of(graph, database))
        if plans:
            answers = [given(plan, "rules").any(ask) & selected for plan, selected in plans]
            yield Check(Truth.any(answers), message, resource=database)


def _kept(rule: Property, days: int) -> Truth:
    """Whether a rule keeps what it makes for that long; without a lifecycle, for ever."""
    after = rule["lifecycle"]["deleteAfter"]
    return Truth.YES if after.absent else after.at_least(days)


@rule(
    "backup-lifecycle-accepted",
    applies_to=(types.BACKUP_PLAN,),
    title="Backup plans keep backups for times that AWS takes",
    why="AWS refuses any other plan, halfway through the deployment.",
    requirement="AWS Backup developer guide: continuous backups and lifecycles",
    mend="Keep continuous backups 35 days at most, and backups in cold storage for 90 at least.",
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
)
def backup_lifecycle_accepted(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Continuous backups are kept 1 to 35 days; cold storage holds what it gets for 90."""
    for one in resource["rules"].items():
        after, cold = one["lifecycle"]["deleteAfter"], one["lifecycle"]["coldStorageAfter"]
        continuous = one["enableContinuousBackup"].is_true()
        if continuous is not Truth.NO:
            short = after.at_least(1) & after.at_most(_LONGEST_CONTINUOUS)
            message = f"continuous backups are kept {after.text()} days, 35 are the most"
            yield Check(~continuous | short, message, after.path)
        moved = cold.scalar()
        if isinstance(moved, int) and not after.absent:
            message = f"cold storage after {moved} days, deletion after {after.text()}"
            yield Check(after.at_least(moved + _COLD_AT_LEAST), message, after.path)


@rule(
    "backup-vault-encrypted",
    applies_to=(types.BACKUP_VAULT,),
    title="Backup vaults are encrypted with a key of their own",
    why="The account's shared key opens every vault to whoever may use it.",
    requirement=f"{_BACKUP}: encrypted vault; AWS FSBP Backup.1",
    mend="Set kms_key_arn=key.arn on the aws.backup.Vault.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    covers=("CHAT-001-141",),
)
def backup_vault_encrypted(resource: Resource, _: Parameters) -> Iterator[Check]:
    """A key is named; without one AWS takes the account's own key for backups."""
    key = resource["kmsKeyArn"]
    named = Truth.YES if key.unknown else key.is_set() & ~key.matches(r"alias/aws/|\A\Z")
    yield Check(named, "it names no key", "kmsKeyArn")
