"""SQS: which queue sets which other's messages aside."""

from __future__ import annotations

from dataclasses import dataclass

from graph.model import Graph, Resource
from policies.aws import types
from policies.aws.inputs import given

# Where a resource names the queue for what nobody could take.
_GIVES_UP = {
    types.LAMBDA: ("deadLetterConfig",),
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": ("destinationConfig",),
    "aws:lambda/eventSourceMapping:EventSourceMapping": ("destinationConfig",),
    "aws:cloudwatch/eventTarget:EventTarget": ("deadLetterConfig",),
    "aws:sns/topicSubscription:TopicSubscription": ("redrivePolicy",),
}


@dataclass(frozen=True, slots=True)
class Redrive:
    """One queue's way to its dead-letter queue; `holder` is what has the redrive policy."""

    source: Resource
    holder: Resource
    target: Resource


def redrives(graph: Graph) -> list[Redrive]:
    """Every queue of the stack that has a dead-letter queue of the stack."""
    return graph.indexed(_redrives)


def dead_letter_queues(graph: Graph) -> frozenset[str]:
    """The URNs of the queues that hold what failed: of other queues, functions, rules or topics."""
    return graph.indexed(_dead_letter_queues)


def failure_queues(graph: Graph) -> dict[str, Resource]:
    """The queues, by URN, to which functions, rules and topics give what nobody could take."""
    return graph.indexed(_failure_queues)


def _failure_queues(graph: Graph) -> dict[str, Resource]:
    return {
        queue.urn: queue
        for holder in graph.of_type(*_GIVES_UP)
        for key in _GIVES_UP[holder.type]
        for queue in holder.references(key, types.QUEUE)
    }


def _redrives(graph: Graph) -> list[Redrive]:
    found: list[Redrive] = []
    for holder in graph.of_type(types.QUEUE, types.REDRIVE_POLICY):
        if given(holder, "redrivePolicy").absent:
            continue
        depended, named = _targets(graph, holder)
        separate = holder.type == types.REDRIVE_POLICY
        sources = holder.references("queueUrl", types.QUEUE) if separate else [holder]
        # Of queues of one name that nothing tells apart the last counts.
        targets = depended[:1] or named[-1:]
        found.extend(Redrive(source, holder, target) for source in sources for target in targets)
    return found


def _dead_letter_queues(graph: Graph) -> frozenset[str]:
    redriven = {
        queue.urn
        for holder in graph.of_type(types.QUEUE, types.REDRIVE_POLICY)
        for queues in _targets(graph, holder)
        for queue in queues
    }
    return frozenset(redriven | failure_queues(graph).keys())


def _targets(graph: Graph, holder: Resource) -> tuple[list[Resource], list[Resource]]:
    """The queues that a redrive policy leads to: by dependency, and by the name in its ARN."""
    arn = holder["redrivePolicy"].json()["deadLetterTargetArn"].scalar()
    name = arn.rpartition(":")[2] if isinstance(arn, str) else ""
    named = graph.indexed(_by_name).get(name, [])
    return holder.references("redrivePolicy", types.QUEUE), named


def _by_name(graph: Graph) -> dict[str, list[Resource]]:
    found: dict[str, list[Resource]] = {}
    for queue in graph.of_type(types.QUEUE):
        name = queue["name"].scalar()
        if isinstance(name, str) and name:
            found.setdefault(name, []).append(queue)
    return found
