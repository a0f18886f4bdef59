"""Doors of databases and caches: who is let in must be, and who is behind an open door must not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.databases import proxied
from policies.aws.groups import admits_internet, attached, ingress_of
from policies.aws.inputs import given
from policies.engine import Check, Level, Parameters, Severity, stack_rule

_STORES = (types.DB_INSTANCE, types.DB_CLUSTER, types.REPLICATION_GROUP, types.CACHE_CLUSTER)
_CLUSTER_PARAMETERS = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
_GROUPS = {
    types.DB_INSTANCE: ("parameterGroupName", types.DB_PARAMETER_GROUP),
    types.DB_CLUSTER: ("dbClusterParameterGroupName", _CLUSTER_PARAMETERS),
}
_PORTS = {"postgres": 5432, "postgresql": 5432, "mysql": 3306, "mariadb": 3306, "sqlserver": 1433}
# Of these engines a family goes by the first two numbers of a version, of the others by the first.
_BY_TWO = r"(aurora-)?(mysql|mariadb|sqlserver)"


@stack_rule(
    "data-not-behind-open-door",
    title="No store admits a group that the whole internet may enter",
    why="What stands in the open is broken into first, and from there the data is one step away.",
    requirement="chat spec 000, Networking: ALB → ECS only, ECS → RDS/Redis only; catalog spec, "
    "Network Security",
    mend="Admit the group of the services behind the load balancer in the store's "
    "aws.ec2.SecurityGroup, not the load balancer's own.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
)
def data_not_behind_open_door(graph: Graph, _: Parameters) -> Iterator[Check]:
    """No group that a database's or cache's groups admit lets the internet in itself."""
    for store in graph.of_type(*_STORES, types.DB_PROXY):
        for group in attached(store)[0]:
            for entry in ingress_of(group):
                for source in entry.sources:
                    opened = admits_internet(source)
                    message = f"it admits {source.name}, which the whole internet may enter"
                    yield Check(~opened, message, entry.path, store)


@stack_rule(
    "rds-proxy-let-in",
    title="A database lets in the proxy that stands in front of it",
    why="No connection of the proxy succeeds, and so no query.",
    requirement="catalog spec, 6 RDS Proxy: security group rules; chat spec 001, Database: RDS Proxy",
    mend="Let the database's aws.ec2.SecurityGroup admit the proxy's group on the database's port.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
)
def rds_proxy_let_in(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A group of the database that a proxy leads to admits a group of the proxy on its port."""
    for target in graph.of_type(types.DB_PROXY_TARGET):
        for proxy in target.references("dbProxyName", types.DB_PROXY):
            for database in proxied(target):
                message = f"{database.name} does not let {proxy.name} in"
                yield Check(_lets_in(database, proxy), message, resource=target)


def _lets_in(database: Resource, proxy: Resource) -> Truth:
    doors, complete = attached(database)
    own, certain = attached(proxy)
    port = _port(database)
    answers = [Truth.NO if (complete & certain) is Truth.YES else Truth.UNKNOWN]
    for entry in (one for door in doors for one in ingress_of(door)):
        open_to = Truth.of(any(one in entry.sources for one in own))
        if open_to is Truth.NO and (entry.cidrs or entry.foreign or entry.unresolved):
            open_to = Truth.UNKNOWN
        answers.append(open_to & (entry.covers(port) if port else Truth.YES))
    # Whether a group admits itself is not followed.
    answers += [Truth.UNKNOWN for one in doors if one in own]
    return Truth.any(answers)


def _port(database: Resource) -> int | None:
    own = given(database, "port").scalar()
    if isinstance(own, int):
        return own
    engine = str(given(database, "engine").scalar()).removeprefix("aurora-")
    return _PORTS.get(engine.partition("-")[0])


@stack_rule(
    "rds-parameters-fit",
    title="A database's parameters are of its engine and version",
    why="AWS refuses a parameter group of another family, halfway through the deployment.",
    requirement="AWS RDS user guide: Parameter groups, families; chat spec 001, RDS: 13 to 17",
    mend="Set family of the parameter group to the engine and major version, such as 'postgres16'.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
)
def rds_parameters_fit(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The family of the group is the engine's name with the version's first number, or two."""
    for database in graph.of_type(*_GROUPS):
        key, kind = _GROUPS[database.type]
        for group in database.references(key, kind):
            engine, version = given(database, "engine"), given(database, "engineVersion")
            if version.absent:
                continue
            family = given(group, "family")
            wanted = _family(engine, version)
            fits = Truth.UNKNOWN if wanted is None else family.matches(wanted)
            message = f"its family is {family.text()}, {database.name} is of {version.text()}"
            yield Check(fits, message, "family", group)


def _family(engine: Property, version: Property) -> str | None:
    """How the family of an engine's version begins; None while one of them is not known."""
    name, number = engine.scalar(), version.scalar()
    if not isinstance(name, str) or number is None:
        return None
    if name == "aurora-mysql":
        # 8.0.mysql_aurora.3.08.0 and 3.08.0 are both of aurora-mysql8.0.
        return rf"\A{name}(5\.7|8\.0|8\.4)\Z"
    parts = str(number).split(".")
    count = 2 if re.match(_BY_TWO, name) else 1
    return rf"\A{re.escape(name)}-?{re.escape('.'.join(parts[:count]))}(\.|\Z)"
