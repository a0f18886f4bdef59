"""Trials: the fixtures of the rules, made ready to be judged some thousand times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from graph.model import Graph, Resource
from graph.raw import Raw
from policies.testing.fixtures import Case, graph_of
from tests.policy.test_rules import CASES


@dataclass(frozen=True, eq=False)
class Trial:
    """One case of a rule's fixtures with its settings and the verdict that it must get."""

    case: Case
    parameters: Mapping[str, Raw]
    expected: str
    name: str

    @cached_property
    def graph(self) -> Graph:
        """The case's graph; no rule changes it, so all mutants are judged on the same."""
        return graph_of(self.case)

    @cached_property
    def analyzed(self) -> tuple[Resource, ...]:
        """Each resource as the engine has it analyzed."""
        return tuple(self.graph.analyzed())


@cache
def trials() -> Mapping[str, Sequence[Trial]]:
    """The trials of every rule of the pack, by its name."""
    found: dict[str, list[Trial]] = {}
    for fixtures, case, expected, name in CASES:
        trial = Trial(case, fixtures.parameters, expected, name)
        found.setdefault(fixtures.rule, []).append(trial)
    return found
