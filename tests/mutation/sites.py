"""Where a module may be changed: every node that decides something, with where it stands."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from tests.mutation.telling import RULES, called, told_nodes

_DECIDED_ELSEWHERE = (ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal)
# Fields that hold types for the reader, and operators and contexts that are no places of their own.
_SKIPPED = frozenset({"annotation", "returns", "ctx", "op", "ops", "type_params", "type_comment"})


@dataclass(frozen=True, eq=False)
class Site:
    """One node that may be replaced: `holder`'s field (its item `index` if a list) holds it.

    `shown` is what of the code around it is shown to a reader, and `top` the statement of the
    module that it is part of.
    """

    node: ast.AST
    holder: ast.AST
    field: str
    index: int | None
    function: ast.FunctionDef | None
    shown: Site | None
    top: ast.stmt

    def put(self, node: ast.AST) -> None:
        """Set another node in this place of the tree, or the own one again."""
        if self.index is None:
            setattr(self.holder, self.field, node)
        else:
            getattr(self.holder, self.field)[self.index] = node


def sites_of(tree: ast.Module) -> Iterator[Site]:
    """The places of a module at which a change could change a verdict, in their order."""
    told = told_nodes(tree)
    for index, top in enumerate(tree.body):
        site = Site(top, tree, "body", index, None, None, top)
        yield from _within(site, told)


def _within(site: Site, told: frozenset[ast.AST]) -> Iterator[Site]:
    node = site.node
    if node in told or isinstance(node, _DECIDED_ELSEWHERE) or _is_docstring(node):
        return
    yield site
    function = node if isinstance(node, ast.FunctionDef) else site.function
    for field, index, child in _children(node):
        below = Site(child, node, field, index, function, None, site.top)
        yield from _within(_showing(below, site), told)


def _showing(below: Site, above: Site) -> Site:
    """The site with what is shown of it: its statement, or the one part of a compound one."""
    node = above.node
    block = isinstance(node, ast.FunctionDef | ast.ClassDef | ast.For | ast.While | ast.With)
    block = block or isinstance(node, ast.If | ast.Try | ast.ExceptHandler | ast.Module)
    alone = isinstance(below.node, ast.stmt) or block
    alone = alone or (isinstance(node, ast.keyword) and called(above.holder) in RULES)
    check = called(node) == "Check" and below.field == "args"
    shown = None if alone or check else (above.shown or above)
    return Site(
        below.node, below.holder, below.field, below.index, below.function, shown, below.top
    )


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _children(node: ast.AST) -> Iterator[tuple[str, int | None, ast.AST]]:
    for field, value in ast.iter_fields(node):
        if field in _SKIPPED or _is_only_typing(node, field):
            continue
        if isinstance(value, list):
            for index, child in enumerate(value):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] (fields of ast have no types)
                if isinstance(child, ast.AST) and not _tells_python(node, field, index):
                    yield field, index, child
        elif isinstance(value, ast.AST):
            yield field, None, value


def _is_only_typing(node: ast.AST, field: str) -> bool:
    """Targets of assignments, base classes, the exceptions caught, the names of what is called."""
    stored = isinstance(node, ast.Assign | ast.For | ast.comprehension | ast.AugAssign)
    stored = stored or isinstance(node, ast.AnnAssign | ast.NamedExpr)
    return (
        (stored and field in {"target", "targets"})
        or (isinstance(node, ast.ClassDef) and field in {"bases", "keywords", "decorator_list"})
        or (isinstance(node, ast.ExceptHandler) and field == "type")
        or (isinstance(node, ast.JoinedStr) and field == "values")
        or (isinstance(node, ast.Dict) and field == "keys" and len(node.values) > 1)
    )


def _tells_python(node: ast.AST, field: str, index: int) -> bool:
    """What tells Python of types, not the rule of anything: casts, isinstance, other decorators."""
    if field == "args" and called(node) in {"cast", "isinstance"}:
        return (called(node) == "cast") == (index == 0)
    if field == "decorator_list" and isinstance(node, ast.FunctionDef):
        return called(node.decorator_list[index]) not in RULES
    return False
