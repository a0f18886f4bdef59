"""DynamoDB and DAX: tables that grow with their load, can be restored, and are encrypted."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph, Resource
from graph.truth import Truth
from policies.aws import types
from policies.aws.inputs import given
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_TABLE = "aws:dynamodb/table:Table"
_DAX = "aws:dax/cluster:Cluster"
_SPEC = "catalog spec, 8 DynamoDB Tables"
_DIMENSIONS = {
    "read": "dynamodb:table:ReadCapacityUnits",
    "write": "dynamodb:table:WriteCapacityUnits",
}


@stack_rule(
    "dynamodb-grows-with-load",
    title="Tables grow with their load",
    why="A table of fixed capacity refuses requests at the very moment when there are most.",
    requirement=f"AWS FSBP DynamoDB.1; {_SPEC}: traffic spikes",
    mend="Set billing_mode='PAY_PER_REQUEST', or create an aws.appautoscaling.Target for the "
    "table's read and write capacity.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP DynamoDB.1",),
)
def dynamodb_grows_with_load(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A table pays per request, or both its capacities are scaled (by a policy on the target)."""
    targets = graph.of_type(types.SCALING_TARGET)
    scaled = {(urn, name): truth for one in targets for urn, name, truth in _scaled(one)}
    for table in graph.of_type(_TABLE):
        on_demand = given(table, "billingMode").equals("PAY_PER_REQUEST")
        name = given(table, "name").scalar()
        for kind, dimension in _DIMENSIONS.items():
            by_name = scaled.get((f"table/{name}", dimension), Truth.NO)
            truth = scaled.get((table.urn, dimension), by_name)
            message = f"its {kind} capacity is fixed"
            yield Check(on_demand | truth, message, "billingMode", table)


def _scaled(target: Resource) -> Iterator[tuple[str, str, Truth]]:
    """What a scaling target scales: the URN or the name of a table, and of what kind."""
    policies = target.referrers(types.SCALING_POLICY)
    moved = Truth.of(bool(policies))
    dimension = given(target, "scalableDimension")
    for kind in _DIMENSIONS.values():
        answer = dimension.equals(kind) & moved
        if answer is Truth.NO:
            continue
        for table in target.references("resourceId", _TABLE):
            yield table.urn, kind, answer
        yield str(given(target, "resourceId").scalar()), kind, answer


@rule(
    "dynamodb-point-in-time-recovery",
    applies_to=(_TABLE,),
    title="Tables can be restored to any point in time",
    why="A faulty release that overwrites items is undone to the second before it.",
    requirement="AWS FSBP DynamoDB.2",
    mend="Set point_in_time_recovery={'enabled': True} on the aws.dynamodb.Table.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP DynamoDB.2",),
)
def dynamodb_point_in_time_recovery(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Point-in-time recovery is on; AWS's default is off."""
    enabled = resource["pointInTimeRecovery"]["enabled"]
    yield Check(enabled.is_true(default=False), "it is off", "pointInTimeRecovery.enabled")


@rule(
    "dynamodb-deletion-protection",
    applies_to=(_TABLE,),
    title="Tables are protected from deletion",
    why="One mistaken destroy must not take the sessions of all users.",
    requirement="AWS FSBP DynamoDB.6",
    mend="Set deletion_protection_enabled=True on the aws.dynamodb.Table.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP DynamoDB.6",),
)
def dynamodb_deletion_protection(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Deletion protection is on; AWS's default is off."""
    protected = resource["deletionProtectionEnabled"].is_true(default=False)
    yield Check(protected, "deletion protection is off", "deletionProtectionEnabled")


@rule(
    "dax-encrypted-at-rest",
    applies_to=(_DAX,),
    title="DAX clusters are encrypted at rest",
    why="A cache's nodes write to disk what the tables hold encrypted.",
    requirement="AWS FSBP DynamoDB.3",
    mend="Set server_side_encryption={'enabled': True} on the aws.dax.Cluster.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP DynamoDB.3",),
)
def dax_encrypted_at_rest(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Encryption at rest is on; AWS's default is off."""
    enabled = resource["serverSideEncryption"]["enabled"].is_true(default=False)
    yield Check(enabled, "it is not encrypted", "serverSideEncryption.enabled")


@rule(
    "dax-tls",
    applies_to=(_DAX,),
    title="DAX clusters take TLS connections only",
    why="Items would cross the VPC in the clear.",
    requirement="AWS FSBP DynamoDB.7",
    mend="Set cluster_endpoint_encryption_type='TLS' on the aws.dax.Cluster.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP DynamoDB.7",),
)
def dax_tls(resource: Resource, _: Parameters) -> Iterator[Check]:
    """The endpoint's encryption is TLS; AWS's default is none."""
    kind = resource["clusterEndpointEncryptionType"]
    message = f"its endpoint's encryption is {kind.text()}"
    yield Check(kind.equals("TLS"), message, "clusterEndpointEncryptionType")


@rule(
    "dynamodb-on-demand",
    applies_to=(_TABLE,),
    title="Tables pay per request",
    why="A flash sale begins faster than any scaling of provisioned capacity.",
    requirement=f"{_SPEC}; Constraints: pay-per-request billing mode only",
    mend="Set billing_mode='PAY_PER_REQUEST' on the aws.dynamodb.Table.",
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    profiles=("catalog",),
)
def dynamodb_on_demand(resource: Resource, _: Parameters) -> Iterator[Check]:
    """The billing mode is PAY_PER_REQUEST; AWS's default is provisioned."""
    mode = resource["billingMode"]
    yield Check(mode.equals("PAY_PER_REQUEST"), f"its billing mode is {mode.text()}", "billingMode")
