"""RDS Proxy: what stands between many tasks and the few connections of a database."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import UndecidedError
from policies.aws import types
from policies.aws.databases import proxied, targets_of
from policies.aws.groups import attached, groups_of, ingress_of
from policies.aws.iam import statements
from policies.aws.inputs import given
from policies.aws.routes import all_private
from policies.aws.secrets import secrets_at
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_PROXY = (types.DB_PROXY,)
_SPEC = "chat spec 001, Database: RDS Proxy for connection pooling"
_NEEDED = (
    r"(secretsmanager:(GetSecretValue|DescribeSecret|GetResourcePolicy|ListSecretVersionIds)"
    r"|kms:Decrypt)\Z"
)
_FAMILIES = {
    "postgres": "POSTGRESQL",
    "mysql": "MYSQL",
    "mariadb": "MYSQL",
    "sqlserver": "SQLSERVER",
}


@rule(
    "rds-proxy-tls",
    applies_to=_PROXY,
    title="Database proxies take TLS connections only",
    why="Queries and results would cross the VPC in the clear.",
    requirement=f"{_SPEC}; chat spec 001, Security: Encryption",
    mend="Set require_tls=True on the aws.rds.Proxy.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    controls=("FSBP RDS.43",),
)
def rds_proxy_tls(resource: Resource, _: Parameters) -> Iterator[Check]:
    """TLS is required; AWS's default is to take plain connections too."""
    yield Check(resource["requireTls"].is_true(), "it takes connections without TLS", "requireTls")


@rule(
    "rds-proxy-authenticates",
    applies_to=_PROXY,
    title="Database proxies sign in with secrets, or by role",
    why="A proxy that knows no secret and no role can sign nobody in.",
    requirement=f"{_SPEC}; chat spec 000, Secrets & Config",
    mend="Set auths=[{'auth_scheme': 'SECRETS', 'secret_arn': secret.arn}] on the aws.rds.Proxy.",
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
)
def rds_proxy_authenticates(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Each way in names a secret, unless the proxy signs in to the database by IAM."""
    if resource["defaultAuthScheme"].equals("IAM_AUTH") is Truth.YES:
        yield Check(Truth.YES, "it signs in by IAM", "defaultAuthScheme")
        return
    ways = resource["auths"].items()
    yield Check(Truth.of(bool(ways)), "it has no way to sign in", "auths")
    for way in ways:
        named = Truth.UNKNOWN if way.unknown else way["secretArn"].is_set()
        yield Check(named, "a way to sign in names no secret", way.path)


@stack_rule(
    "rds-proxy-has-target",
    title="Database proxies lead to a database of their kind",
    why="A proxy without a target answers every query with an error.",
    requirement=_SPEC,
    mend="Create an aws.rds.ProxyTarget with db_proxy_name=proxy.name and the instance's identifier.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    covers=("CHAT-001-134",),
)
def rds_proxy_has_target(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A target is registered with each proxy, and it speaks the proxy's protocol."""
    for proxy in graph.of_type(types.DB_PROXY):
        targets = targets_of(proxy)
        yield Check(Truth.of(bool(targets)), "no target is registered with it", resource=proxy)
        for database in (one for target in targets for one in proxied(target)):
            engine, family = given(database, "engine"), given(proxy, "engineFamily")
            text = str(engine.scalar()).removeprefix("aurora-").partition("-")[0]
            wanted = _FAMILIES.get("postgres" if text == "postgresql" else text)
            truth = Truth.UNKNOWN if wanted is None else family.equals(wanted)
            message = f"it speaks {family.text()} to {database.name}, which is {engine.text()}"
            yield Check(truth, message, "engineFamily", proxy)


@stack_rule(
    "rds-proxy-in-private-subnets",
    title="Database proxies stand in private subnets",
    why="A proxy that the internet can route to is the database's door on the street.",
    requirement="chat spec 000, Networking: Private subnets (ECS, RDS, Redis)",
    mend="Give vpc_subnet_ids subnets whose route table has no route to an InternetGateway.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    covers=("CHAT-000-34",),
)
def rds_proxy_in_private_subnets(graph: Graph, _: Parameters) -> Iterator[Check]:
    """No subnet of a proxy routes to an internet gateway."""
    for proxy in graph.of_type(types.DB_PROXY):
        private = all_private(proxy, "vpcSubnetIds", given(proxy, "vpcSubnetIds"))
        yield Check(private, "it stands in a public subnet", "vpcSubnetIds", proxy)


@stack_rule(
    "rds-proxy-least-privilege",
    title="A database proxy's role reads the proxy's secrets and nothing else",
    why="Whoever takes over the role must not get at the credentials of other systems.",
    requirement="chat spec 001, Security: IAM roles with minimal permissions",
    mend="Let the role's policy allow secretsmanager:GetSecretValue on the ARNs in auths, and "
    "kms:Decrypt with their key.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    covers=("CHAT-001-122",),
)
def rds_proxy_least_privilege(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The role's own policies name no secret that the proxy does not use, and no other action."""
    for proxy in graph.of_type(types.DB_PROXY):
        used = {one.urn for one in secrets_at(proxy, "auths")}
        for role in proxy.references("roleArn", types.ROLE):
            for policy in role.referrers(types.ROLE_POLICY, property="role"):
                named = [one for one in secrets_at(policy, "policy") if one.urn not in used]
                strangers = ", ".join(one.name for one in named)
                message = f"{role.name} may read {strangers}, which the proxy does not use"
                yield Check(Truth.of(not named), message, "policy", policy)
                yield from _only_needed(policy)


def _only_needed(policy: Resource) -> Iterator[Check]:
    try:
        allowed = [one for one in statements(policy["policy"]) if one.allows is not Truth.NO]
    except UndecidedError:
        message = "what it allows is not known before the deployment"
        yield Check(Truth.UNKNOWN, message, "policy", policy)
        return
    for statement in allowed:
        for action in statement.actions:
            message = f"{statement.label} allows {action.text()}"
            yield Check(action.matches(_NEEDED), message, "policy", policy)


@stack_rule(
    "rds-proxy-not-bypassed",
    title="Services reach a database behind a proxy by the proxy only",
    why="A service that goes around the proxy takes the connections that it was to share.",
    requirement=f"{_SPEC}; chat spec 000, Networking: ECS → RDS/Redis only",
    mend="Let the database's aws.ec2.SecurityGroup admit the proxy's group, and no service's.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    covers=("CHAT-001-134",),
)
def rds_proxy_not_bypassed(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The groups of a database that is a proxy's target admit no group of a service."""
    services = groups_of(graph, types.SERVICE) - groups_of(graph, types.DB_PROXY)
    behind = {
        database.urn: database
        for target in graph.of_type(types.DB_PROXY_TARGET)
        for database in proxied(target)
    }
    for database in behind.values():
        entries = [one for group in attached(database)[0] for one in ingress_of(group)]
        admitted = [one.name for entry in entries for one in entry.sources if one.urn in services]
        unresolved = any(entry.unresolved for entry in entries)
        message = f"services go around its proxy: it admits {', '.join(admitted)}"
        truth = Truth.UNKNOWN if unresolved and not admitted else Truth.of(not admitted)
        yield Check(truth, message, resource=database)
