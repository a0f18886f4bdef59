"""Doors that stay shut: clusters that take TLS only, policies of resources that name who may come in."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.allowing import is_public
from policies.aws.iam import statements
from policies.aws.inputs import given
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_PARAMETERS = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
_KEY = "dbClusterParameterGroupName"
# The parameter of each engine, and the first major version that switches it on by itself.
_FORCING = {
    "aurora-postgresql": ("rds.force_ssl", 17),
    "postgres": ("rds.force_ssl", 15),
    "aurora-mysql": ("require_secure_transport", None),
    "mysql": ("require_secure_transport", None),
}
_LAYER = "aws:lambda/layerVersionPermission:LayerVersionPermission"
# Types whose policy says who may use them, with the property that has it. Queues, topics, buckets
# and keys have rules of their own.
_HOLDERS = {
    types.SECRET: "policy",
    "aws:secretsmanager/secretPolicy:SecretPolicy": "policy",
    "aws:ecr/repositoryPolicy:RepositoryPolicy": "policy",
    "aws:ecr/registryPolicy:RegistryPolicy": "policy",
    "aws:backup/vaultPolicy:VaultPolicy": "policy",
    "aws:dynamodb/resourcePolicy:ResourcePolicy": "policy",
    "aws:s3/accessPoint:AccessPoint": "policy",
    "aws:s3control/accessPointPolicy:AccessPointPolicy": "policy",
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": "policyDocument",
}


@stack_rule(
    "rds-cluster-force-ssl",
    title="Database clusters refuse connections without TLS",
    why="Queries and results would cross the VPC in the clear.",
    requirement="catalog spec, Security: Encryption; AWS Aurora user guide: SSL/TLS",
    mend="Add {'name': 'rds.force_ssl', 'value': '1'} (MySQL: 'require_secure_transport', 'ON') to "
    "the parameters of the aws.rds.ClusterParameterGroup.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
)
def rds_cluster_force_ssl(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The cluster's parameter group forces TLS, or its engine's version does so by itself."""
    for cluster in graph.of_type(types.DB_CLUSTER):
        forcing = _FORCING.get(str(given(cluster, "engine").scalar()))
        if forcing is None:
            continue
        name, since = forcing
        default = _by_itself(given(cluster, "engineVersion"), since)
        groups = cluster.references(_KEY, _PARAMETERS)
        for group in groups:
            yield Check(_forces(group, name, default), f"{name} is not on", "parameters", group)
        if not groups:
            named = not given(cluster, _KEY).absent
            message = "its parameters do not force TLS"
            yield Check(Truth.UNKNOWN if named else default, message, _KEY, cluster)


def _by_itself(version: Property, since: int | None) -> Truth:
    if since is None:
        return Truth.NO
    major = str(version.scalar()).partition(".")[0]
    return Truth.of(int(major) >= since) if major.isdigit() else Truth.UNKNOWN


def _forces(group: Resource, name: str, default: Truth) -> Truth:
    held = given(group, "parameters")
    if held.unknown:
        return Truth.UNKNOWN
    for one in held.items():
        if one["name"].equals(name) is Truth.YES:
            return one["value"].matches(r"(?i)\A(1|on|true)\Z")
    return default


@rule(
    "resource-policy-closed",
    applies_to=tuple(_HOLDERS),
    title="No secret, repository, table, vault or access point is open to everybody",
    why="Whoever finds its ARN may use it, from any account in the world.",
    requirement="catalog spec, IAM Roles: least-privilege; AWS IAM Access Analyzer: public access",
    mend="Name a Principal, or add a Condition on aws:PrincipalOrgID or aws:SourceAccount.",
    severity=Severity.CRITICAL,
    level=Level.ADVISORY,
)
def resource_policy_closed(resource: Resource, _: Parameters) -> Iterator[Check]:
    """No statement lets principal "*" in, unless a condition ties it to known callers."""
    policy = resource[_HOLDERS[resource.type]]
    for statement in statements(policy):
        message = f"{statement.label} lets everybody in"
        yield Check(~is_public(statement), message, policy.path)


@rule(
    "lambda-layer-not-public",
    applies_to=(_LAYER,),
    title="Layers are not given to everybody",
    why="Any account could load the layer and read the code and whatever was left in it.",
    requirement="AWS Lambda developer guide: Granting layer access",
    mend="Name an account in principal of the aws.lambda_.LayerVersionPermission, or set "
    "organization_id.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
)
def lambda_layer_not_public(resource: Resource, _: Parameters) -> Iterator[Check]:
    """The principal is not everybody, or everybody of one organisation."""
    everybody = resource["principal"].equals("*")
    own = resource["organizationId"].is_set()
    yield Check(~everybody | own, "everybody may use the layer", "principal")
