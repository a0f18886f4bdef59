"""Step Functions: workflows that leave a trace, go on after a failure, and may do what they say."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.inputs import given
from policies.aws.permitted import role_may
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

STATE_MACHINE = "aws:sfn/stateMachine:StateMachine"
_CALLS_FUNCTION = r"\Aarn:[\w-]+:(lambda:|states:::lambda:invoke)"


@rule(
    "workflow-logged",
    applies_to=(STATE_MACHINE,),
    title="Workflows write a log",
    why="Of an execution that failed, an express workflow keeps nothing else.",
    requirement="AWS Security Hub, control StepFunctions.1",
    mend="Set logging_configuration={'level': 'ERROR', 'log_destination': f'{group.arn}:*'} on the "
    "aws.sfn.StateMachine.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def workflow_logged(resource: Resource, _: Parameters) -> Iterator[Check]:
    """The log's level is set, and is not `OFF`."""
    level = resource["loggingConfiguration"]["level"]
    truth = level.is_set() & ~level.equals("OFF")
    yield Check(truth, "it writes no log", "loggingConfiguration.level")


@rule(
    "workflow-traced",
    applies_to=(STATE_MACHINE,),
    title="Workflows are traced",
    why="A workflow is where a request's time is spent in many services; only a trace tells where.",
    requirement="AWS Well-Architected framework, OPS04-BP05: implement distributed tracing",
    mend="Set tracing_configuration={'enabled': True} on the aws.sfn.StateMachine.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
)
def workflow_traced(resource: Resource, _: Parameters) -> Iterator[Check]:
    """X-Ray is on."""
    key = "tracingConfiguration.enabled"
    truth = resource["tracingConfiguration"]["enabled"].is_true()
    yield Check(truth, "X-Ray does not trace it", key)


@rule(
    "workflow-handles-failures",
    applies_to=(STATE_MACHINE,),
    title="Each task of a workflow is retried or its failure caught",
    why="By default one throttled call ends the whole execution, with half of its work done.",
    requirement="AWS Step Functions developer guide: Handling errors in workflows",
    mend="Give each state of type Task a Retry, or a Catch that leads to a state which tells.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
)
def workflow_handles_failures(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Every task, those of branches and maps too, has a `Retry` or a `Catch`."""
    for name, state in _states(resource["definition"].json()):
        handled = state["Retry"].is_set() | state["Catch"].is_set()
        truth = ~state["Type"].equals("Task") | handled
        yield Check(truth, f"state {name} is neither retried nor caught", "definition")


def _states(definition: Property) -> Iterator[tuple[str, Property]]:
    for name, state in definition["States"].entries():
        yield name, state
        for within in (*state["Branches"].items(), state["ItemProcessor"], state["Iterator"]):
            yield from _states(within)


@stack_rule(
    "workflow-may-call-functions",
    title="A workflow's role may call the functions that the workflow calls",
    why="AWS makes the workflow all the same; every execution then ends at its first call.",
    requirement="AWS Step Functions developer guide: IAM policies for calling Lambda",
    mend="Allow lambda:InvokeFunction on the functions' ARNs in a policy of the role.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
)
def workflow_may_call_functions(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Where a task calls a function, some policy of the role allows it."""
    for machine in graph.of_type(STATE_MACHINE):
        definition = given(machine, "definition")
        if definition.unknown:
            calls = Truth.UNKNOWN
        else:
            states = [state for _, state in _states(definition.json())]
            calls = Truth.any(one["Resource"].matches(_CALLS_FUNCTION) for one in states)
        for role in machine.references("roleArn", types.ROLE):
            if calls is not Truth.NO:
                truth = ~calls | role_may(graph, role, ["lambda:InvokeFunction"])
                yield Check(truth, f"{role.name} may call no function", "roleArn", machine)
