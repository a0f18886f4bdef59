"""RDS and Aurora in any system: sign-in, logs, versions, tags and watching."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from graph.model import Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.engine import Check, Level, Parameters, Severity, rule

_V = TypeVar("_V")

_DATABASES = (types.DB_INSTANCE, types.DB_CLUSTER)
_SUBSCRIPTION = "aws:rds/eventSubscription:EventSubscription"
_SIGN_IN = (
    *("mysql", "postgres", "mariadb"),
    *("aurora", "aurora-mysql", "aurora-postgresql"),
)
# What each engine writes, by the start of its name; longer names stand before shorter ones.
_LOGS = {
    "aurora-postgresql": ("postgresql",),
    "aurora": ("audit", "error", "general", "slowquery"),
    "postgres": ("postgresql", "upgrade"),
    "mysql": ("audit", "error", "general", "slowquery"),
    "mariadb": ("audit", "error", "general", "slowquery"),
    "oracle": ("alert", "audit", "trace", "listener"),
    "custom-oracle": ("alert", "audit", "trace", "listener"),
    "sqlserver": ("error", "agent"),
}
_PORTS = {
    "aurora-postgresql": 5432,
    "postgres": 5432,
    "aurora": 3306,
    "mysql": 3306,
    "mariadb": 3306,
    "oracle": 1521,
    "sqlserver": 1433,
}
_CATEGORIES = {
    "db-cluster": ("maintenance", "failure"),
    "db-instance": ("maintenance", "configuration change", "failure"),
    "db-parameter-group": ("configuration change",),
    "db-security-group": ("configuration change", "failure"),
}


@rule(
    "rds-iam-sign-in",
    applies_to=_DATABASES,
    title="Databases let applications sign in by their role",
    why="A token of fifteen minutes cannot be copied out of a configuration and used next year.",
    requirement="AWS FSBP RDS.10, RDS.12; catalog spec, 6 RDS Proxy: IAM authentication",
    mend="Set iam_database_authentication_enabled=True.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP RDS.10", "FSBP RDS.12"),
)
def rds_iam_sign_in(resource: Resource, _: Parameters) -> Iterator[Check]:
    """IAM authentication is on, where the engine has it; AWS's default is off."""
    engine, key = resource["engine"], "iamDatabaseAuthenticationEnabled"
    able = Truth.YES if engine.absent else engine.is_in(_SIGN_IN)
    if able is Truth.NO:
        return
    on = resource[key].is_true(default=False)
    yield Check(~able | on, "IAM authentication is off", key)


@rule(
    "rds-log-exports",
    applies_to=_DATABASES,
    title="Databases send their logs to CloudWatch",
    why="Logs that stay on the database are gone with it, and nobody is alarmed by them.",
    requirement="AWS FSBP RDS.9, RDS.34, RDS.36, RDS.37, RDS.40, RDS.42; catalog spec, "
    "10 CloudWatch Monitoring",
    mend="Set enabled_cloudwatch_logs_exports=['postgresql', 'upgrade'] (Aurora: ['postgresql']; "
    "MySQL and MariaDB: audit, error, general, slowquery).",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=(
        *("FSBP RDS.9", "FSBP RDS.34", "FSBP RDS.36"),
        *("FSBP RDS.37", "FSBP RDS.40", "FSBP RDS.42"),
    ),
)
def rds_log_exports(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Every kind of log that the engine writes is exported."""
    wanted = _of_engine(_LOGS, resource)
    if wanted is None:
        yield from _unnamed(resource)
        return
    exported = resource["enabledCloudwatchLogsExports"]
    missing = [one for one in wanted if exported.contains(one) is Truth.NO]
    message = f"it does not export {', '.join(missing) or 'what is not known yet'}"
    every = Truth.all(exported.contains(one) for one in wanted)
    yield Check(every, message, "enabledCloudwatchLogsExports")


@rule(
    "rds-minor-upgrades",
    applies_to=(types.DB_INSTANCE, types.DB_CLUSTER_INSTANCE, types.DB_CLUSTER),
    title="Databases take minor versions by themselves",
    why="Minor versions mend what attackers already know, and lost data besides.",
    requirement="AWS FSBP RDS.13, RDS.35",
    mend="Set auto_minor_version_upgrade=True (or leave it out: AWS's default).",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    controls=("FSBP RDS.13", "FSBP RDS.35"),
)
def rds_minor_upgrades(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Minor versions are not refused, in the maintenance window."""
    taken = resource["autoMinorVersionUpgrade"].is_true(default=True)
    yield Check(taken, "it refuses minor versions", "autoMinorVersionUpgrade")


@rule(
    "rds-copies-tags",
    applies_to=_DATABASES,
    title="Snapshots carry the tags of their database",
    why="A snapshot without tags belongs to nobody, so nobody deletes or protects it.",
    requirement="AWS FSBP RDS.16, RDS.17, RDS.47, RDS.48",
    mend="Set copy_tags_to_snapshot=True.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    controls=("FSBP RDS.16", "FSBP RDS.17", "FSBP RDS.47", "FSBP RDS.48"),
)
def rds_copies_tags(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Tags are copied; AWS's default is that they are not."""
    copied = resource["copyTagsToSnapshot"].is_true(default=False)
    yield Check(copied, "its snapshots carry no tags", "copyTagsToSnapshot")


@rule(
    "rds-enhanced-monitoring",
    applies_to=(types.DB_INSTANCE, types.DB_CLUSTER_INSTANCE),
    title="Databases report on their operating system",
    why="CloudWatch sees the hypervisor's CPU only, not which process takes it.",
    requirement="AWS FSBP RDS.6",
    mend="Set monitoring_interval=60 and monitoring_role_arn=role.arn.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    controls=("FSBP RDS.6",),
)
def rds_enhanced_monitoring(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Enhanced monitoring has an interval; AWS's default is off."""
    interval = resource["monitoringInterval"]
    message = f"its monitoring interval is {interval.text()}"
    yield Check(interval.at_least(1), message, "monitoringInterval")


@rule(
    "rds-own-port",
    applies_to=_DATABASES,
    title="Databases listen on a port of their own",
    why="The engine's usual port is what every scan tries first.",
    requirement="AWS FSBP RDS.23",
    mend="Set port=… to another than the engine's usual one, and open that in the security group.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    controls=("FSBP RDS.23",),
)
def rds_own_port(resource: Resource, _: Parameters) -> Iterator[Check]:
    """The port is not the engine's usual one, which is AWS's default."""
    usual = _of_engine(_PORTS, resource)
    if usual is None:
        yield from _unnamed(resource)
        return
    port = resource["port"]
    other = port.is_set() & ~port.equals(usual)
    yield Check(other, f"it listens on {usual}, the engine's usual port", "port")


@dataclass(frozen=True)
class Names(Parameters):
    """The names that engines and examples give the master user."""

    usual: tuple[str, ...] = ("admin", "postgres", "root", "administrator")


@rule(
    "rds-own-username",
    applies_to=_DATABASES,
    title="The master user has a name of its own",
    why="The usual names are half of what somebody who guesses passwords needs.",
    requirement="AWS FSBP RDS.24, RDS.25",
    mend="Set username (of a cluster: master_username) to a name that is not the engine's.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    parameters=Names,
    controls=("FSBP RDS.24", "FSBP RDS.25"),
)
def rds_own_username(resource: Resource, parameters: Names) -> Iterator[Check]:
    """The name is none of the usual ones; copies have their source's."""
    key = "username" if resource.type == types.DB_INSTANCE else "masterUsername"
    name = resource[key]
    if not name.absent:
        usual = name.matches(rf"(?i)\A({'|'.join(parameters.usual)})\Z")
        yield Check(~usual, f"the master user is {name.text()}", key)


@rule(
    "rds-event-subscription-complete",
    applies_to=(_SUBSCRIPTION,),
    title="Subscriptions to a database's events leave no important one out",
    why="A failover or a failure that nobody was told of is found out by the customers.",
    requirement="AWS FSBP RDS.19, RDS.20, RDS.21, RDS.22",
    mend="Leave event_categories out, or name maintenance, failure and configuration change; "
    "leave enabled out too.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    controls=("FSBP RDS.19", "FSBP RDS.20", "FSBP RDS.21", "FSBP RDS.22"),
)
def rds_event_subscription_complete(resource: Resource, _: Parameters) -> Iterator[Check]:
    """It is enabled, and has each category that matters for its kind of source, or all."""
    kind = resource["sourceType"].scalar()
    wanted = _CATEGORIES.get(str(kind))
    if wanted is None:
        return
    yield Check(resource["enabled"].is_true(default=True), "it is switched off", "enabled")
    categories = resource["eventCategories"]
    if categories.absent:
        return
    missing = [one for one in wanted if categories.contains(one) is Truth.NO]
    message = f"it leaves out {', '.join(missing) or 'what is not known yet'}"
    every = Truth.all(categories.contains(one) for one in wanted)
    yield Check(every, message, "eventCategories")


@rule(
    "aurora-backtrack",
    applies_to=(types.DB_CLUSTER,),
    title="Aurora MySQL clusters can be wound back",
    why="A faulty statement is undone within minutes, without restoring into a new cluster.",
    requirement="AWS FSBP RDS.14",
    mend="Set backtrack_window=86400 (seconds) on the aws.rds.Cluster.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP RDS.14",),
)
def aurora_backtrack(resource: Resource, _: Parameters) -> Iterator[Check]:
    """A backtrack window is set; Aurora PostgreSQL has none."""
    mysql = resource["engine"].is_in(("aurora-mysql", "aurora"))
    if mysql is Truth.NO:
        return
    window = resource["backtrackWindow"]
    yield Check(~mysql | window.at_least(1), "it cannot be wound back", "backtrackWindow")


def _of_engine(table: dict[str, _V], resource: Resource) -> _V | None:
    """What a table has for the resource's engine; the longest name that fits comes first."""
    engine = resource["engine"].scalar()
    if not isinstance(engine, str):
        return None
    return next((value for name, value in table.items() if engine.startswith(name)), None)


def _unnamed(resource: Resource) -> Iterator[Check]:
    """Nothing is demanded of an engine that is not in the tables; an unknown one is undecided."""
    engine: Property = resource["engine"]
    if engine.unknown:
        yield Check(Truth.UNKNOWN, "its engine is not known yet", "engine")
