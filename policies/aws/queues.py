"""SQS: which queue sets which other's messages aside."""

from __future__ import annotations

from dataclasses import dataclass

from graph.model import Graph, Resource
from policies.aws import types
from policies.aws.inputs import given


@dataclass(frozen=True, slots=True)
class Redrive:
    """One queue's way to its dead-letter queue; `holder` is what has the redrive policy."""

    source: Resource
    holder: Resource
    target: Resource


def redrives(graph: Graph) -> list[Redrive]:
    """Every queue of the stack that has a dead-letter queue of the stack."""
    by_name = {
        name: queue
        for queue in graph.of_type(types.QUEUE)
        if isinstance(name := queue["name"].scalar(), str) and name
    }
    found: list[Redrive] = []
    for holder in graph.of_type(types.QUEUE, types.REDRIVE_POLICY):
        if given(holder, "redrivePolicy").absent:
            continue
        targets = holder.references("redrivePolicy", types.QUEUE)
        named = holder["redrivePolicy"].json()["deadLetterTargetArn"].scalar()
        if not targets and isinstance(named, str) and (name := named.rpartition(":")[2]) in by_name:
            targets = [by_name[name]]
        separate = holder.type == types.REDRIVE_POLICY
        sources = holder.references("queueUrl", types.QUEUE) if separate else [holder]
        found.extend(
            Redrive(source, holder, target) for source in sources for target in targets[:1]
        )
    return found
