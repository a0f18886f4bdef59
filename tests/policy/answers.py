"""What a rule answers on each resource by itself, without the pack's ways of telling it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import UndecidedError
from policies.engine.rules import Check, Parameters, Rule


def answers_of(rule: Rule, graph: Graph, parameters: Parameters) -> dict[str, Truth]:
    """The rule's answer on each resource, by URN; what it does not judge isn't there."""
    told: dict[str, list[Truth]] = {}
    for subject, checks in _asked(rule, graph, parameters):
        try:
            for check in checks:
                resource = check.resource or subject
                told.setdefault(resource.urn if resource else "", []).append(check.truth)
        except UndecidedError:
            told.setdefault(subject.urn if subject else "", []).append(Truth.UNKNOWN)
    return {urn: Truth.all(truths) for urn, truths in told.items()}


def _asked(
    rule: Rule, graph: Graph, parameters: Parameters
) -> Iterator[tuple[Resource | None, Iterable[Check]]]:
    if rule.on_stack is not None:
        yield None, rule.on_stack(graph, parameters)
    if rule.on_resource is not None:
        for resource in graph.analyzed():
            if rule.judges(resource.type):
                yield resource, rule.on_resource(resource, parameters)
