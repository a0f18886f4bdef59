"""EventBridge: who may send events to a bus, and events that are not lost on their way."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph, Resource
from policies.aws import types
from policies.aws.allowing import is_public
from policies.aws.iam import statements
from policies.aws.inputs import given
from policies.aws.permitted import role_may
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_BUS_POLICY = "aws:cloudwatch/eventBusPolicy:EventBusPolicy"
_BUS_PERMISSION = "aws:cloudwatch/eventPermission:EventPermission"
_TARGET = "aws:cloudwatch/eventTarget:EventTarget"
# What a rule's role needs of the kinds of target that are started by a role.
_STARTS = {
    "aws:sfn/stateMachine:StateMachine": "states:StartExecution",
    "aws:kinesis/stream:Stream": "kinesis:PutRecord",
    types.CLUSTER: "ecs:RunTask",
}


@rule(
    "event-bus-not-public",
    applies_to=(_BUS_POLICY, _BUS_PERMISSION),
    title="An event bus takes events of known accounts only",
    why="Whoever may put events on a bus starts whatever its rules start, with events of their own "
    "making.",
    requirement="AWS EventBridge user guide: Permissions for event buses",
    mend="Name the accounts in the policy's Principal, or tie '*' by a condition on "
    "aws:PrincipalOrgID.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
)
def event_bus_not_public(resource: Resource, _: Parameters) -> Iterator[Check]:
    """No statement, and no permission, lets everybody in."""
    if resource.type == _BUS_PERMISSION:
        narrowed = resource["condition"].is_set()
        public = resource["principal"].equals("*") & ~narrowed
        yield Check(~public, "everybody may put events on the bus", "principal")
    else:
        for statement in statements(resource["policy"]):
            message = f"{statement.label} lets everybody put events on the bus"
            yield Check(~is_public(statement), message, "policy")


@rule(
    "event-target-dead-letters",
    applies_to=(_TARGET,),
    title="Events that cannot be delivered are kept in a queue",
    why="After a day of tries EventBridge drops the event, and nothing tells that there was one.",
    requirement="AWS EventBridge user guide: Using dead-letter queues",
    mend="Set dead_letter_config={'arn': queue.arn} on the aws.cloudwatch.EventTarget.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
)
def event_target_dead_letters(resource: Resource, _: Parameters) -> Iterator[Check]:
    """The target names a queue for what it could not take."""
    queue = resource["deadLetterConfig"]["arn"]
    yield Check(queue.is_set(), "it keeps no undelivered events", "deadLetterConfig.arn")


@stack_rule(
    "event-target-may-start",
    title="The role of a rule's target may start the target",
    why="AWS takes the target all the same; every event then fails, unseen.",
    requirement="AWS EventBridge user guide: Permissions for targets",
    mend="Allow the action that the message names on the target's ARN in a policy of the role.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
)
def event_target_may_start(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Some policy of the role allows what a target of that kind takes."""
    for target in graph.of_type(_TARGET):
        for started in target.references("arn", *_STARTS):
            action = _STARTS[started.type]
            roles = target.references("roleArn", types.ROLE)
            for role in roles:
                message = f"{role.name} may not {action} {started.name}"
                yield Check(role_may(graph, role, [action]), message, "roleArn", target)
            named = given(target, "roleArn").is_set()
            yield Check(named, f"it has no role to start {started.name}", "roleArn", target)
