"""What of a module only tells a user something: messages, titles and paths decide no verdict."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

# What of a rule's own declaration decides a verdict; the pages of the rules hold the rest of it.
_DECIDING = frozenset({"applies_to", "on_unknown", "parameters"})
RULES = frozenset({"rule", "stack_rule"})

# The name of the top-level function that a variable is local to ("" for the module), and its own.
_Variable: TypeAlias = tuple[str, str]


def called(node: ast.AST) -> str:
    """The plain name that a call calls; empty for anything else."""
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


def told_nodes(tree: ast.Module) -> frozenset[ast.AST]:
    """The roots of all subtrees that decide no verdict.

    These are what a Check says beside its truth, what a rule declares for its page, and each
    variable, argument and function from which nothing else is made.
    """
    told = frozenset(_said_at_once(tree))
    while True:
        uses = _Uses(told)
        uses.read(tree)
        more = told | frozenset(_made_for(tree, uses.only_told(), told))
        if more == told:
            return told
        told = more


def _said_at_once(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if called(node) == "Check":
            yield from node.args[1:]
            yield from (one.value for one in node.keywords if one.arg != "truth")
        elif called(node) in RULES:
            yield from node.args
            yield from (one.value for one in node.keywords if one.arg not in _DECIDING)


@dataclass
class _Uses:
    """Every variable that is read, with whether each of its readers is told only."""

    told: frozenset[ast.AST]
    readers: dict[_Variable, list[bool]] = field(default_factory=dict[_Variable, list[bool]])

    def read(self, tree: ast.Module) -> None:
        for statement in tree.body:
            local = local_names(statement)
            scope = statement.name if isinstance(statement, ast.FunctionDef) else ""
            self._read(statement, scope, local, telling=False)

    def only_told(self) -> frozenset[_Variable]:
        """The variables that nothing reads but what is told."""
        return frozenset(name for name, telling in self.readers.items() if all(telling))

    def _read(self, node: ast.AST, scope: str, local: frozenset[str], *, telling: bool) -> None:
        telling = telling or node in self.told
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            variable = (scope if node.id in local else "", node.id)
            self.readers.setdefault(variable, []).append(telling)
        for child in ast.iter_child_nodes(node):
            self._read(child, scope, local, telling=telling)


def local_names(statement: ast.stmt) -> frozenset[str]:
    """The parameters and variables of a function; none of any other statement."""
    if not isinstance(statement, ast.FunctionDef):
        return frozenset()
    names = {one.arg for one in ast.walk(statement) if isinstance(one, ast.arg)}
    stored = (one for one in ast.walk(statement) if isinstance(one, ast.Name))
    return frozenset(names.union(one.id for one in stored if isinstance(one.ctx, ast.Store)))


def _made_for(
    tree: ast.Module, variables: frozenset[_Variable], told: frozenset[ast.AST]
) -> Iterator[ast.AST]:
    """What such variables are made of: their values, the bodies of functions, the arguments."""
    functions = {one.name: one for one in tree.body if isinstance(one, ast.FunctionDef)}
    for statement in tree.body:
        scope = statement.name if isinstance(statement, ast.FunctionDef) else ""
        if scope and ("", scope) in variables:
            yield statement
        for node in ast.walk(statement):
            if _assigned(node, scope, variables) or _chooses(node, told):
                yield node
            elif isinstance(node, ast.Call) and called(node) in functions:
                yield from _told_arguments(node, functions[called(node)], variables)


def _chooses(node: ast.AST, told: frozenset[ast.AST]) -> bool:
    """Whether a condition only chooses between words."""
    return isinstance(node, ast.If) and all(one in told for one in (*node.body, *node.orelse))


def _assigned(node: ast.AST, scope: str, variables: frozenset[_Variable]) -> bool:
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AugAssign | ast.AnnAssign):
        targets = [node.target]
    else:
        return False
    return all(isinstance(one, ast.Name) and (scope, one.id) in variables for one in targets)


def _told_arguments(
    call: ast.Call, function: ast.FunctionDef, variables: frozenset[_Variable]
) -> Iterator[ast.AST]:
    positional = [one.arg for one in function.args.args]
    for name, value in zip(positional, call.args, strict=False):
        if (function.name, name) in variables:
            yield value
    for keyword in call.keywords:
        if keyword.arg is not None and (function.name, keyword.arg) in variables:
            yield keyword.value
