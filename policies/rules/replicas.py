"""Read replicas: that AWS makes them at all, and that they are as closed as what they copy."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph
from graph.truth import Truth
from policies.aws import types
from policies.aws.databases import is_replica, replicas_of, source_of
from policies.aws.inputs import given
from policies.aws.secrets import rotations_of, secrets_at
from policies.engine import Check, Level, Parameters, Severity, stack_rule

_REPLICA = "chat spec 001, RDS: Read Replica for read scaling"
_PASSWORDS = ("password", "passwordWo")


@stack_rule(
    "rds-replica-source-password",
    title="A database with a read replica keeps its master password itself",
    why="AWS refuses a read replica of an instance whose password RDS manages, after making it.",
    requirement="AWS RDS user guide: Password management with Secrets Manager, limitations; "
    "chat spec 001, RDS: Read Replica",
    mend="Leave manage_master_user_password unset on the source; keep its password in a secret "
    "with an aws.secretsmanager.SecretRotation, and hand it over as password_wo.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    waivable=False,
)
def rds_replica_source_password(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Neither the source nor the replica has a password that RDS manages; SQL Server may."""
    for replica in graph.of_type(types.DB_INSTANCE):
        if not is_replica(replica):
            continue
        source = source_of(replica)
        if source is None:
            yield Check(Truth.UNKNOWN, "its source is not in this stack", resource=replica)
            continue
        other = given(source, "engine").matches(r"\Asqlserver")
        for one in (source, replica):
            managed = given(one, "manageMasterUserPassword").is_true()
            message = f"RDS manages its password, so AWS refuses the replica {replica.name}"
            yield Check(~managed | other, message, "manageMasterUserPassword", one)


@stack_rule(
    "rds-managed-password",
    title="RDS makes, keeps and rotates the master password",
    why="A password that no program ever holds cannot leak from a program.",
    requirement="chat spec 000, Secrets & Config: Secrets via SSM or Secrets Manager",
    mend="Set manage_master_user_password=True and remove password=…; with a read replica, for "
    "which AWS refuses that, keep it in a secret that is rotated.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    profiles=("chat",),
    covers=("CHAT-000-38", "CHAT-001-120"),
)
def rds_managed_password(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The password is RDS's own, or, where a replica forbids that, in a secret that is rotated."""
    for database in graph.of_type(types.DB_INSTANCE, types.DB_CLUSTER):
        if is_replica(database):
            continue
        managed = given(database, "manageMasterUserPassword").is_true()
        message = "its password is kept by the program"
        if database.type == types.DB_INSTANCE and replicas_of(database):
            secrets = [one for key in _PASSWORDS for one in secrets_at(database, key)]
            managed |= Truth.any(Truth.of(bool(rotations_of(one))) for one in secrets)
            message = "it has a read replica, and its password is in no secret that is rotated"
        yield Check(managed, message, "manageMasterUserPassword", database)


@stack_rule(
    "rds-replica-source-backed-up",
    title="A database with a read replica has automated backups",
    why="AWS refuses a read replica of an instance without automated backups.",
    requirement=f"AWS RDS user guide: Working with read replicas; {_REPLICA}",
    mend="Set backup_retention_period=1 or more on the source.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    waivable=False,
)
def rds_replica_source_backed_up(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The source of each replica keeps backups for a day at least."""
    for replica in graph.of_type(types.DB_INSTANCE):
        source = source_of(replica)
        if source is None:
            continue
        kept = given(source, "backupRetentionPeriod")
        message = f"it keeps no backups, so AWS refuses the replica {replica.name}"
        yield Check(kept.at_least(1), message, "backupRetentionPeriod", source)


@stack_rule(
    "rds-replica-encrypted",
    title="Read replicas are encrypted",
    why="A replica holds everything that its source holds.",
    requirement="chat spec 001, Security: Encryption at rest for all data stores; AWS FSBP RDS.3",
    mend="Encrypt the source (storage_encrypted=True): within a region its replicas then are too.",
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    covers=("CHAT-001-123",),
)
def rds_replica_encrypted(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The source is encrypted, or the replica says so itself of a source elsewhere."""
    for replica in graph.of_type(types.DB_INSTANCE, types.DB_CLUSTER):
        if not is_replica(replica):
            continue
        source = source_of(replica)
        own = given(replica, "storageEncrypted")
        if source is not None:
            truth = given(source, "storageEncrypted").is_true()
        else:
            truth = Truth.UNKNOWN if own.absent else own.equals(value=True)
        yield Check(truth, "its storage is not encrypted", "storageEncrypted", replica)
