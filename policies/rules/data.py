"""PostgreSQL on RDS: reachable by no one else, encrypted, standing in two zones, recoverable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.databases import follows_another, is_replica
from policies.aws.inputs import given
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_CHAT = ("chat",)
_INSTANCE = (types.DB_INSTANCE,)
_DATABASES = (types.DB_INSTANCE, types.DB_CLUSTER)
_POSTGRES = "chat spec 000, Data Layer: RDS PostgreSQL (Multi-AZ)"


@rule(
    "rds-multi-az",
    applies_to=_INSTANCE,
    title="Databases have a standby in a second zone",
    why="With one instance a zone's failure takes the chat's only store with it.",
    requirement=f"{_POSTGRES}; AWS FSBP RDS.5",
    mend="Set multi_az=True on the aws.rds.Instance.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    covers=("CHAT-000-19",),
    controls=("FSBP RDS.5",),
)
def rds_multi_az(resource: Resource, _: Parameters) -> Iterator[Check]:
    """A database that is no read replica is Multi-AZ; AWS's default is a single instance."""
    if follows_another(resource) is Truth.YES:
        return
    yield Check(resource["multiAz"].is_true(), "it stands in one zone", "multiAz")


@rule(
    "rds-encrypted",
    applies_to=_DATABASES,
    title="Databases are encrypted at rest",
    why="An unencrypted volume or snapshot can be read by whoever gets hold of it.",
    requirement="chat spec 001, Security: Encryption at rest for all data stores; AWS FSBP RDS.3",
    mend="Set storage_encrypted=True (it cannot be changed later without replacing the database).",
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    covers=("CHAT-001-123",),
    controls=("FSBP RDS.3", "FSBP RDS.27"),
)
def rds_encrypted(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Storage is encrypted; AWS's default is not. Restored copies follow a source."""
    encrypted = resource["storageEncrypted"]
    if encrypted.absent and follows_another(resource) is Truth.YES:
        return  # judged together with its source
    restored = ("snapshotIdentifier", "restoreToPointInTime", "globalClusterIdentifier")
    copied = Truth.any(resource[key].is_set() for key in restored)
    serverless = resource["engineMode"].equals("serverless")
    if encrypted.absent and serverless is Truth.YES:
        return  # Aurora Serverless v1 is always encrypted
    if encrypted.absent and copied is Truth.YES:
        yield Check(Truth.UNKNOWN, "encryption is its source's", "storageEncrypted")
        return
    yield Check(encrypted.is_true(), "its storage is not encrypted", "storageEncrypted")


@rule(
    "rds-not-public",
    applies_to=(types.DB_INSTANCE, types.DB_CLUSTER_INSTANCE),
    title="Databases have no public address",
    why="A database with a public address is one security group mistake from the internet.",
    requirement="chat spec 000, Networking: Private subnets (ECS, RDS, Redis); AWS FSBP RDS.2",
    mend="Set publicly_accessible=False and put the database in private subnets.",
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    covers=("CHAT-000-34",),
    controls=("FSBP RDS.2",),
)
def rds_not_public(resource: Resource, _: Parameters) -> Iterator[Check]:
    """No public address; the provider's default is none."""
    public = resource["publiclyAccessible"].is_true(default=False)
    yield Check(~public, "publiclyAccessible is true", "publiclyAccessible")


@dataclass(frozen=True)
class Backups(Parameters):
    """For how long automated backups are kept, in days."""

    days: int = 7


@rule(
    "rds-backups",
    applies_to=_DATABASES,
    title="Databases are backed up every day, and backups kept",
    why="Without automated backups there is no restoring to a point in time.",
    requirement="chat spec 004, Environment Comparison: Backup Retention 7 days; AWS FSBP RDS.11",
    mend="Set backup_retention_period=7 or more.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    parameters=Backups,
    covers=("CHAT-004-36",),
    controls=("FSBP RDS.11", "FSBP RDS.50"),
)
def rds_backups(resource: Resource, parameters: Backups) -> Iterator[Check]:
    """Backups are kept long enough; absent means none for an instance, a day for a cluster."""
    if follows_another(resource) is Truth.YES:
        return
    kept = resource["backupRetentionPeriod"]
    message = f"retention is {kept.text()}, at least {parameters.days} days are demanded"
    yield Check(kept.at_least(parameters.days), message, "backupRetentionPeriod")


@rule(
    "rds-deletion-protection",
    applies_to=_DATABASES,
    title="Databases are protected from deletion",
    why="One mistaken destroy must not take the messages of all users.",
    requirement="chat spec 004, Environment Comparison: Deletion Protection; AWS FSBP RDS.8",
    mend="Set deletion_protection=True.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    covers=("CHAT-004-37",),
    controls=("FSBP RDS.7", "FSBP RDS.8"),
)
def rds_deletion_protection(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Deletion protection is on; AWS's default is off."""
    protected = resource["deletionProtection"].is_true()
    yield Check(protected, "deletionProtection is off", "deletionProtection")


@rule(
    "rds-final-snapshot",
    applies_to=_DATABASES,
    title="A deleted database leaves a final snapshot",
    why="The last backup is the only way back from a deletion that was a mistake.",
    requirement="chat spec 000: production-ready baseline",
    mend="Set skip_final_snapshot=False and final_snapshot_identifier=….",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def rds_final_snapshot(resource: Resource, _: Parameters) -> Iterator[Check]:
    """The final snapshot is not skipped; replicas leave none."""
    if follows_another(resource) is Truth.YES:
        return
    skipped = resource["skipFinalSnapshot"].is_true()
    yield Check(~skipped, "skipFinalSnapshot is true", "skipFinalSnapshot")


@dataclass(frozen=True)
class Versions(Parameters):
    """The major versions of PostgreSQL that are supported."""

    majors: tuple[str, ...] = ("13", "14", "15", "16", "17")


@rule(
    "rds-postgres-supported",
    applies_to=_INSTANCE,
    title="The database is PostgreSQL of a supported version",
    why="The schema and its extensions are made for PostgreSQL; old versions get no fixes.",
    requirement="chat spec 000, Data Layer: RDS PostgreSQL; chat spec 001, RDS: 13 to 17",
    mend="Set engine='postgres' and engine_version='16' (or another supported version).",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    profiles=_CHAT,
    parameters=Versions,
    covers=("CHAT-000-18", "CHAT-001-078"),
)
def rds_postgres_supported(resource: Resource, parameters: Versions) -> Iterator[Check]:
    """Engine postgres; a version, if one is named, of a supported major."""
    if follows_another(resource) is Truth.YES:
        return
    engine, version = resource["engine"], resource["engineVersion"]
    if not (engine.absent and resource["snapshotIdentifier"].is_set() is Truth.YES):
        yield Check(engine.equals("postgres"), f"engine is {engine.text()}", "engine")
    if not version.absent:
        majors = "|".join(parameters.majors)
        supported = version.matches(rf"\A({majors})(\.|\Z)")
        yield Check(supported, f"version is {version.text()}", "engineVersion")


_FORCED_SINCE = 15


@stack_rule(
    "rds-force-ssl",
    title="PostgreSQL refuses connections without TLS",
    why="Queries and results would cross the VPC in the clear.",
    requirement="chat spec 001, Security: Encryption; AWS FSBP RDS.38",
    mend="Add {'name': 'rds.force_ssl', 'value': '1'} to the aws.rds.ParameterGroup's parameters.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    controls=("FSBP RDS.38",),
)
def rds_force_ssl(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The parameter group forces TLS; RDS does so itself from PostgreSQL 15 on."""
    for database in graph.of_type(types.DB_INSTANCE):
        groups = database.references("parameterGroupName", types.DB_PARAMETER_GROUP)
        other = given(database, "engine").equals("postgres") is Truth.NO
        if other or (is_replica(database) and not groups):
            continue  # a replica takes its source's group
        if groups:
            for group in groups:
                truth = _forces(group)
                yield Check(truth, "rds.force_ssl is not 1", "parameters", group)
        elif given(database, "parameterGroupName").absent:
            truth = _by_default(given(database, "engineVersion"))
            message = "the default parameter group does not force TLS"
            yield Check(truth, message, "parameterGroupName", database)
        else:
            message = "its parameter group is not in this stack"
            yield Check(Truth.UNKNOWN, message, "parameterGroupName", database)


def _forces(group: Resource) -> Truth:
    parameters, family = given(group, "parameters"), given(group, "family")
    if parameters.unknown:
        return Truth.UNKNOWN
    for parameter in parameters.items():
        if parameter["name"].equals("rds.force_ssl") is Truth.YES:
            return parameter["value"].equals("1")
    if any(parameter["name"].unknown for parameter in parameters.items()):
        return Truth.UNKNOWN
    return _by_default(family)


def _by_default(version: Property) -> Truth:
    """What RDS does by itself for a version, or for the family of a parameter group."""
    major = str(version.scalar()).removeprefix("postgres").partition(".")[0]
    return Truth.of(int(major) >= _FORCED_SINCE) if major.isdigit() else Truth.UNKNOWN
