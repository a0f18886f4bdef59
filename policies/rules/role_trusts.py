"""Roles and what takes them on: the service that is to use a role is one that the role trusts."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.iam import listed, statements
from policies.aws.inputs import given
from policies.engine import Check, Level, Parameters, Severity, stack_rule

# Where each type names a role, and the service that takes it on.
_TAKEN_BY: dict[str, dict[str, str]] = {
    types.TASK_DEFINITION: {
        "taskRoleArn": "ecs-tasks.amazonaws.com",
        "executionRoleArn": "ecs-tasks.amazonaws.com",
    },
    types.LAMBDA: {"role": "lambda.amazonaws.com"},
    types.DB_PROXY: {"roleArn": "rds.amazonaws.com"},
    types.DB_INSTANCE: {"monitoringRoleArn": "monitoring.rds.amazonaws.com"},
    types.DB_CLUSTER_INSTANCE: {"monitoringRoleArn": "monitoring.rds.amazonaws.com"},
    types.FLOW_LOG: {"iamRoleArn": "vpc-flow-logs.amazonaws.com"},
    types.BACKUP_SELECTION: {"iamRoleArn": "backup.amazonaws.com"},
    "aws:codedeploy/deploymentGroup:DeploymentGroup": {
        "serviceRoleArn": "codedeploy.amazonaws.com"
    },
    "aws:iam/instanceProfile:InstanceProfile": {"role": "ec2.amazonaws.com"},
    "aws:sfn/stateMachine:StateMachine": {"roleArn": "states.amazonaws.com"},
    "aws:scheduler/schedule:Schedule": {"target": "scheduler.amazonaws.com"},
    "aws:cloudwatch/eventTarget:EventTarget": {"roleArn": "events.amazonaws.com"},
    "aws:apigateway/account:Account": {"cloudwatchRoleArn": "apigateway.amazonaws.com"},
}
_CHINA = r"(\.cn)?"


@stack_rule(
    "role-trusts-its-user",
    title="A role is trusted to the service that is to take it on",
    why="The service cannot take the role on, and whatever needs it never starts.",
    requirement="chat spec 001 and trading spec, IAM roles; AWS IAM user guide: service roles",
    mend="Name the service (for ECS tasks ecs-tasks.amazonaws.com) as Principal in "
    "assume_role_policy of the aws.iam.Role.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
)
def role_trusts_its_user(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Some statement of the role's trust policy lets the service assume it."""
    for user in graph.of_type(*_TAKEN_BY):
        for key, service in _TAKEN_BY[user.type].items():
            for role in user.references(key, types.ROLE):
                message = f"{role.name} does not trust {service}"
                yield Check(_trusts(role, service), message, key, user)


def _trusts(role: Resource, service: str) -> Truth:
    trust = given(role, "assumeRolePolicy")
    if trust.json()["Statement"].unknown:
        return Truth.UNKNOWN
    pattern = rf"\A{service.replace('.', '[.]')}{_CHINA}\Z"
    return Truth.any(
        statement.allows & Truth.any(one.matches(pattern) for one in _services(statement.tree))
        for statement in statements(trust)
    )


def _services(statement: Property) -> list[Property]:
    return listed(statement["Principal"]["Service"])
