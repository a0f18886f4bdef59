"""The names that the resources of a type bear, asked for once a stack."""

from __future__ import annotations

from dataclasses import dataclass

from graph.model import Graph
from graph.truth import Truth


@dataclass(frozen=True, slots=True)
class Names:
    """The known names of a type's resources; `complete` where there are no others."""

    known: frozenset[str]
    complete: bool
    any: bool

    def has(self, name: str) -> Truth:
        """Whether a resource bears the name."""
        if name in self.known:
            return Truth.YES
        return Truth.NO if self.complete else Truth.UNKNOWN


def names_of(graph: Graph, kind: str, key: str) -> Names:
    """What the resources of a type have in the property that names them."""
    index = graph.indexed(_index)
    found = index.get((kind, key))
    if found is None:
        values = [one[key] for one in graph.of_type(kind)]
        known = [text for one in values if isinstance(text := one.scalar(), str)]
        late = any(one.unknown for one in values)
        found = index[kind, key] = Names(frozenset(known), not late, bool(values))
    return found


def _index(_: Graph) -> dict[tuple[str, str], Names]:
    return {}
