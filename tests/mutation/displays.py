"""Displays of data: tuples, lists, sets and maps whose members stand for themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterator


def shorter(node: ast.AST) -> Iterator[ast.AST]:
    """A display of data without each of its members; nothing of any other node.

    A display of one member is left alone: without it, it would mostly mean nothing.
    """
    if not is_data(node):
        return
    if isinstance(node, ast.Dict):
        for index in range(len(node.keys)):
            keys = [*node.keys[:index], *node.keys[index + 1 :]]
            yield ast.Dict(keys=keys, values=[*node.values[:index], *node.values[index + 1 :]])
    elif isinstance(node, ast.Tuple | ast.List | ast.Set):
        for index in range(len(node.elts)):
            left = [*node.elts[:index], *node.elts[index + 1 :]]
            if isinstance(node, ast.Set):
                yield ast.Set(elts=left)
            else:
                yield type(node)(elts=left, ctx=ast.Load())


def is_data(node: ast.AST | None) -> bool:
    """Whether a node displays at least two members, each of them data; pairs are one member."""
    if isinstance(node, ast.Dict):
        return len(node.keys) > 1 and all(isinstance(key, ast.Constant) for key in node.keys)
    return (
        isinstance(node, ast.Tuple | ast.List | ast.Set)
        and (isinstance(node, ast.Set) or isinstance(node.ctx, ast.Load))
        and len(node.elts) > 1
        and all(_is_member(one) for one in node.elts)
    )


def _is_member(node: ast.expr) -> bool:
    if isinstance(node, ast.Starred):
        node = node.value
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return all(_is_member(one) for one in node.elts)
    constant = isinstance(node, ast.Name) and node.id.isupper()
    return constant or isinstance(node, ast.Constant | ast.Attribute)
