"""Snapshots, parameter groups and events of databases: what stands beside the database itself."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.databases import is_replica
from policies.aws.inputs import given
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_SNAPSHOT = "aws:rds/snapshot:Snapshot"
_CLUSTER_SNAPSHOT = "aws:rds/clusterSnapshot:ClusterSnapshot"
_COPIES = ("aws:rds/snapshotCopy:SnapshotCopy", "aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy")
_CLUSTER_PARAMETERS = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
_TLS = {
    "mysql": "require_secure_transport",
    "mariadb": "require_secure_transport",
    "sqlserver": "rds.force_ssl",
}
_ON = r"(?i)\A(1|on|true)\Z"
# The first versions that refuse plain connections by themselves.
_STRICT_SINCE = {"mysql": (8, 4), "mariadb": (11, 8)}


@rule(
    "rds-snapshots-not-public",
    applies_to=(_SNAPSHOT, _CLUSTER_SNAPSHOT, *_COPIES),
    title="Snapshots are not shared with everybody",
    why="Anybody with an AWS account could restore the database and read it at leisure.",
    requirement="AWS FSBP RDS.1; catalog spec, Security: Encryption",
    mend="Name the accounts in shared_accounts, or leave it out; never 'all'.",
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    controls=("FSBP RDS.1",),
)
def rds_snapshots_not_public(resource: Resource, _: Parameters) -> Iterator[Check]:
    """The list of accounts has no `all`."""
    shared = resource["sharedAccounts"]
    everybody = shared.contains("all")
    yield Check(~everybody, "it is shared with every AWS account", "sharedAccounts")


@stack_rule(
    "rds-snapshots-encrypted",
    title="Snapshots are encrypted",
    why="A snapshot holds everything that its database holds, and is easier to carry away.",
    requirement="AWS FSBP RDS.4; catalog spec, Security: Encryption",
    mend="Encrypt the source (storage_encrypted=True), or set kms_key_id on the copy.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP RDS.4",),
)
def rds_snapshots_encrypted(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The database, or the copied snapshot's database, is encrypted, or the copy has a key."""
    for snapshot in graph.of_type(_SNAPSHOT, _CLUSTER_SNAPSHOT):
        yield Check(_encrypted(snapshot), "its database is not encrypted", resource=snapshot)
    for copy in graph.of_type(*_COPIES):
        truth = given(copy, "kmsKeyId").is_set()
        if truth is Truth.NO:
            sources = copy.references(None, _SNAPSHOT, _CLUSTER_SNAPSHOT)
            truth = Truth.all(_encrypted(one) for one in sources) if sources else Truth.UNKNOWN
        yield Check(truth, "it has no key, and its source is not encrypted", "kmsKeyId", copy)


def _encrypted(snapshot: Resource) -> Truth:
    key = "dbInstanceIdentifier" if snapshot.type == _SNAPSHOT else "dbClusterIdentifier"
    sources = snapshot.references(key, types.DB_INSTANCE, types.DB_CLUSTER)
    if not sources:
        return Truth.UNKNOWN
    return Truth.all(_storage(one) for one in sources)


def _storage(database: Resource) -> Truth:
    own = given(database, "storageEncrypted")
    copied = is_replica(database) or not given(database, "snapshotIdentifier").absent
    return Truth.UNKNOWN if own.absent and copied else own.is_true(default=False)


@stack_rule(
    "rds-tls-forced",
    title="MySQL, MariaDB and SQL Server refuse connections without TLS",
    why="Queries and results would cross the VPC in the clear.",
    requirement="AWS FSBP RDS.39, RDS.41, RDS.44",
    mend="Add {'name': 'require_secure_transport', 'value': '1'} (SQL Server: 'rds.force_ssl') to "
    "the aws.rds.ParameterGroup's parameters.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP RDS.39", "FSBP RDS.41", "FSBP RDS.44"),
)
def rds_tls_forced(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The instance's parameter group forces TLS, or the engine's version does so by itself."""
    for database in graph.of_type(types.DB_INSTANCE):
        engine = str(given(database, "engine").scalar())
        family = next((one for one in _TLS if engine.startswith(one)), None)
        if family is None or is_replica(database):
            continue
        name, default = _TLS[family], _by_itself(family, given(database, "engineVersion"))
        groups = database.references("parameterGroupName", types.DB_PARAMETER_GROUP)
        for group in groups:
            message = f"{name} is not on"
            yield Check(_parameter(group, name, default), message, "parameters", group)
        if not groups:
            named = not given(database, "parameterGroupName").absent
            message = "its parameter group does not force TLS"
            truth = Truth.UNKNOWN if named else default
            yield Check(truth, message, "parameterGroupName", database)


def _by_itself(family: str, version: Property) -> Truth:
    since = _STRICT_SINCE.get(family)
    if since is None:
        return Truth.NO
    parts = str(version.scalar()).split(".")[:2]
    if not all(part.isdigit() for part in parts):
        return Truth.UNKNOWN
    return Truth.of(tuple(int(part) for part in parts) >= since)


def _parameter(group: Resource, name: str, default: Truth) -> Truth:
    """Whether a parameter group switches a parameter on; the default where it does not say."""
    held = given(group, "parameters")
    if held.unknown:
        return Truth.UNKNOWN
    for one in held.items():
        if one["name"].equals(name) is Truth.YES:
            return one["value"].matches(_ON)
    return Truth.UNKNOWN if any(one["name"].unknown for one in held.items()) else default


@stack_rule(
    "aurora-mysql-audited",
    title="Aurora MySQL clusters record who did what",
    why="The audit log stays empty, exported or not, until the cluster's parameters switch it on.",
    requirement="AWS FSBP RDS.45",
    mend="Set server_audit_logging=1 and server_audit_events='CONNECT,QUERY_DCL,QUERY_DDL' in the "
    "aws.rds.ClusterParameterGroup.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP RDS.45",),
)
def aurora_mysql_audited(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The cluster's parameter group switches auditing on, and names events."""
    key = "dbClusterParameterGroupName"
    for cluster in graph.of_type(types.DB_CLUSTER):
        if given(cluster, "engine").equals("aurora-mysql") is not Truth.YES:
            continue
        groups = cluster.references(key, _CLUSTER_PARAMETERS)
        if not groups:
            named = not given(cluster, key).absent
            truth = Truth.UNKNOWN if named else Truth.NO
            yield Check(truth, "its parameter group audits nothing", key, cluster)
        for group in groups:
            logging = _parameter(group, "server_audit_logging", Truth.NO)
            yield Check(logging, "server_audit_logging is not on", "parameters", group)
            yield Check(_events(group), "server_audit_events names none", "parameters", group)


def _events(group: Resource) -> Truth:
    held = given(group, "parameters")
    return held.any(
        lambda one: one["name"].equals("server_audit_events") & one["value"].matches(r"\w")
    )


@rule(
    "aurora-global-version",
    applies_to=(types.DB_GLOBAL_CLUSTER,),
    title="Global databases of Aurora MySQL run a supported version",
    why="Older versions of Aurora MySQL 3 get no more fixes, in all their regions at once.",
    requirement="AWS FSBP RDS.51",
    mend="Set engine_version='8.0.mysql_aurora.3.08.0' or newer, or one of 3.04.0 to 3.04.3.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    controls=("FSBP RDS.51",),
)
def aurora_global_version(resource: Resource, _: Parameters) -> Iterator[Check]:
    """A version that is named is 3.08 at least, or one with long-term support."""
    mysql = resource["engine"].equals("aurora-mysql")
    version = resource["engineVersion"]
    if mysql is Truth.NO or version.absent:
        return
    supported = version.matches(
        r"\.mysql_aurora\.(3\.(04\.[0-3]|0[89]\.\d+|[1-9]\d\.\d+)|[4-9]\.\d+\.\d+)\Z"
    )
    yield Check(~mysql | supported, f"its version is {version.text()}", "engineVersion")
