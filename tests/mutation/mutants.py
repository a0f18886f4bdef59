"""Mutants: one module with one change, told in a way that outlives the numbers of its lines."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from types import CodeType
from typing import Final

from tests.mutation.operators import OPERATORS, Operator
from tests.mutation.sites import Site, sites_of

# Characters of a statement that are shown whole, and else on either side of what changes.
_SHOWN: Final = 160
_AROUND: Final = 40


@dataclass(frozen=True, order=True)
class Identity:
    """What a mutant is: where, of which kind, and the code before and after.

    `occurrence` tells apart changes that read alike within one function, from 1 on.
    """

    module: str
    function: str
    operator: str
    before: str
    after: str
    occurrence: int = 1


@dataclass(frozen=True)
class Mutant:
    """One change that can be made to a module's tree."""

    identity: Identity
    line: int
    top: ast.stmt
    site: Site
    replacement: ast.AST


class MutatedModule:
    """A module's syntax tree, and each mutant of it."""

    def __init__(self, name: str, path: str, source: str) -> None:
        self.name = name
        self.path = path
        self._tree = ast.parse(source)
        self.mutants: Sequence[Mutant] = tuple(self._all())
        self._reached = _reached(self._tree)

    def original(self) -> CodeType:
        """The module as it is."""
        return compile(self._tree, self.path, "exec")

    def compiled(self, mutant: Mutant) -> CodeType:
        """The module with one change."""
        mutant.site.put(mutant.replacement)
        try:
            return compile(self._tree, self.path, "exec")
        finally:
            mutant.site.put(mutant.site.node)

    def reached(self, mutant: Mutant) -> frozenset[str]:
        """The names of the module whose meaning rests on the statement that was changed."""
        return self._reached[mutant.top]

    def _all(self) -> Iterator[Mutant]:
        seen: Counter[Identity] = Counter()
        for site in sites_of(self._tree):
            for operator in OPERATORS:
                for replacement in operator.change(site):
                    yield self._mutant(site, operator, replacement, seen)

    def _mutant(
        self, site: Site, operator: Operator, replacement: ast.AST, seen: Counter[Identity]
    ) -> Mutant:
        line = _line(site)
        ast.copy_location(replacement, site.node)
        ast.fix_missing_locations(replacement)
        shown = site.shown or site
        whole = _text(shown.node)
        site.put(replacement)
        changed = _text(shown.node) if site.shown else _text(replacement)
        site.put(site.node)
        before, after = differing(whole, changed)
        function = _name(site.top)
        found = Identity(self.name, function, operator.name, before, after)
        seen[found] += 1
        identity = Identity(self.name, function, operator.name, before, after, seen[found])
        return Mutant(identity, line, site.top, site, replacement)


def _line(site: Site) -> int:
    return int(getattr(site.node, "lineno", 0) or getattr(site.top, "lineno", 0))


def _text(node: ast.AST) -> str:
    # A statement as a part of a function carries no blocks here: those are sites of their own.
    return ast.unparse(node).strip()


def differing(before: str, after: str) -> tuple[str, str]:
    """Two codes, of long ones only where they differ: a list may grow elsewhere."""
    if len(before) <= _SHOWN:
        return before, after
    shared = _alike(before, after)
    rest_before, rest_after = before[shared:], after[shared:]
    ending = _alike(rest_before[::-1], rest_after[::-1])
    start, end = max(shared - _AROUND, 0), max(ending - _AROUND, 0)
    opening, closing = "…" if start else "", "…" if end else ""
    return (
        f"{opening}{before[start : len(before) - end]}{closing}",
        f"{opening}{after[start : len(after) - end]}{closing}",
    )


def _alike(one: str, other: str) -> int:
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _name(top: ast.stmt) -> str:
    if isinstance(top, ast.FunctionDef | ast.ClassDef):
        return top.name
    return ", ".join(sorted(_defined(top)))


def _defined(top: ast.stmt) -> set[str]:
    if isinstance(top, ast.FunctionDef | ast.ClassDef):
        return {top.name}
    named = (one for one in ast.walk(top) if isinstance(one, ast.Name))
    return {one.id for one in named if isinstance(one.ctx, ast.Store)}


def _reached(tree: ast.Module) -> dict[ast.stmt, frozenset[str]]:
    """Of each statement of a module, the module's names that are made of it, however far."""
    makes = {top: _defined(top) for top in tree.body}
    uses = {
        top: {one.id for one in ast.walk(top) if isinstance(one, ast.Name)} for top in tree.body
    }
    reached: dict[ast.stmt, frozenset[str]] = {}
    for start in tree.body:
        names = set(makes[start])
        while True:
            more = names.union(*(makes[top] for top in tree.body if uses[top] & names))
            if more == names:
                break
            names = more
        reached[start] = frozenset(names)
    return reached
