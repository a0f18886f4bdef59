"""A trial: one case of a rule's fixtures, made ready to be judged some thousand times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from graph.model import Graph, Resource
from graph.raw import Raw
from policies.engine.rules import COMMON
from policies.testing.fixtures import Case, graph_of


@dataclass(frozen=True, eq=False)
class Trial:
    """One case of a rule with profile and settings, and the verdict that it must get."""

    case: Case
    parameters: Mapping[str, Raw]
    expected: str
    name: str
    profile: str = COMMON

    @cached_property
    def graph(self) -> Graph:
        """The case's graph; no rule changes it, so all mutants are judged on the same."""
        return graph_of(self.case)

    @cached_property
    def analyzed(self) -> tuple[Resource, ...]:
        """Each resource as the engine has it analyzed."""
        return tuple(self.graph.analyzed())
