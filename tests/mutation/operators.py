"""The changes that are made to rules and profiles: those of the known tools, and our own questions."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from tests.mutation.displays import is_data, shorter
from tests.mutation.patterns import is_pattern, weakened
from tests.mutation.sites import Site

Change: TypeAlias = Callable[[Site], Iterator[ast.AST]]


@dataclass(frozen=True)
class Operator:
    """One kind of change: what a node may become, each of it a mutant, and why such is made."""

    name: str
    why: str
    change: Change


_COMPARED: Final[dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_SWAPPED: Final = {
    "at_least": "at_most",
    "at_most": "at_least",
    "any": "all",
    "all": "any",
    "startswith": "endswith",
    "endswith": "startswith",
    "min": "max",
    "max": "min",
    "absent": "unknown",
    "unknown": "absent",
}
_WEAKENED: Final = frozenset({"equals", "is_in", "matches", "contains"})
_TRUTHS: Final = ("YES", "UNKNOWN", "NO")
# A string of three words or more is prose: no property, type or value of AWS has blanks like that.
_PROSE_SPACES: Final = 2


def _comparison(site: Site) -> Iterator[ast.AST]:
    node = site.node
    if isinstance(node, ast.Compare):
        for index, old in enumerate(node.ops):
            for new in _COMPARED[type(old)]:
                ops = [*node.ops[:index], new(), *node.ops[index + 1 :]]
                yield ast.Compare(left=node.left, ops=ops, comparators=node.comparators)


def _connective(site: Site) -> Iterator[ast.AST]:
    node = site.node
    if isinstance(node, ast.BoolOp):
        new = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield ast.BoolOp(op=new, values=node.values)
    elif isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(
        node.op, ast.BitAnd | ast.BitOr
    ):
        other = ast.BitOr() if isinstance(node.op, ast.BitAnd) else ast.BitAnd()
        if isinstance(node, ast.BinOp):
            yield ast.BinOp(left=node.left, op=other, right=node.right)
        else:
            yield ast.AugAssign(target=node.target, op=other, value=node.value)


def _negation(site: Site) -> Iterator[ast.AST]:
    node = site.node
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert):
        yield node.operand


def _arithmetic(site: Site) -> Iterator[ast.AST]:
    node = site.node
    if isinstance(node, ast.BinOp) and not isinstance(node.op, ast.BitAnd | ast.BitOr):
        yield node.left
        if isinstance(node.op, ast.Add):
            yield node.right


def _truth(site: Site) -> Iterator[ast.AST]:
    node = site.node
    if isinstance(node, ast.Attribute) and _is_of(node, "Truth") and node.attr in _TRUTHS:
        for other in _TRUTHS:
            if other != node.attr:
                yield ast.Attribute(value=node.value, attr=other, ctx=ast.Load())


def _number(site: Site) -> Iterator[ast.AST]:
    node = site.node
    if isinstance(node, ast.Constant) and _stands_alone(site):
        value = node.value
        if isinstance(value, bool):
            yield ast.Constant(value=not value)
        elif isinstance(value, int | float):
            yield ast.Constant(value=value + 1)
            # The last of a list is mostly its first, where one is meant.
            if not (isinstance(site.holder, ast.Subscript) and value == 0):
                yield ast.Constant(value=value - 1)


def _text(site: Site) -> Iterator[ast.AST]:
    node = site.node
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if _names_verdict(site):
            yield ast.Constant(value="advise" if node.value == "fail" else "fail")
        elif _stands_alone(site) and not _is_prose(node.value):
            yield ast.Constant(value=f"XX{node.value}")
    elif isinstance(node, ast.JoinedStr):
        plain = "".join(str(one.value) for one in node.values if isinstance(one, ast.Constant))
        if not _is_prose(plain):
            yield ast.JoinedStr(values=[ast.Constant(value="XX"), *node.values])


def _pattern(site: Site) -> Iterator[ast.AST]:
    node = site.node
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and is_pattern(node.value):
        for text in weakened(node.value):
            yield ast.Constant(value=text)


def _type(site: Site) -> Iterator[ast.AST]:
    if _is_of(site.node, "types") and not is_data(site.holder):
        yield ast.Constant(value="XX:none/such:Type")


def _level(site: Site) -> Iterator[ast.AST]:
    node = site.node
    if isinstance(node, ast.Attribute) and _is_of(node, "Level"):
        other = "ADVISORY" if node.attr == "MANDATORY" else "MANDATORY"
        yield ast.Attribute(value=node.value, attr=other, ctx=ast.Load())


def _member(site: Site) -> Iterator[ast.AST]:
    if not (isinstance(site.node, ast.Tuple) and is_data(site.holder)):
        yield from shorter(site.node)


def _question(site: Site) -> Iterator[ast.AST]:
    node = site.node
    if isinstance(node, ast.Name) and node.id in {"any", "all", "min", "max"}:
        yield ast.Name(id=_SWAPPED[node.id], ctx=ast.Load())
    elif isinstance(node, ast.Attribute) and node.attr in _SWAPPED:
        yield ast.Attribute(value=node.value, attr=_SWAPPED[node.attr], ctx=ast.Load())
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr in _WEAKENED:
            is_set = ast.Attribute(value=node.func.value, attr="is_set", ctx=ast.Load())
            yield ast.Call(func=is_set, args=[], keywords=[])
        elif node.func.attr == "is_true" and not node.args and not node.keywords:
            yield ast.Call(func=node.func, args=[ast.Constant(value=True)], keywords=[])


def _condition(site: Site) -> Iterator[ast.AST]:
    holder = site.holder
    tested = isinstance(holder, ast.If | ast.IfExp) and site.field == "test"
    filtered = isinstance(holder, ast.comprehension) and site.field == "ifs"
    # What a condition names is needed in its branches: without it they would only crash.
    if (tested or filtered) and not any(isinstance(x, ast.NamedExpr) for x in ast.walk(site.node)):
        yield ast.Constant(value=True)
        yield ast.Constant(value=False)


def _removal(site: Site) -> Iterator[ast.AST]:
    node = site.node
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Yield | ast.YieldFrom):
        # It stays a generator, also where this is its only yield.
        yield ast.Expr(value=ast.YieldFrom(value=ast.Tuple(elts=[], ctx=ast.Load())))
    elif (
        isinstance(node, ast.Continue | ast.Break | ast.AugAssign)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call))
        or (isinstance(node, ast.Return) and node.value is None)
        or (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript))
    ):
        yield ast.Pass()


def _answer(site: Site) -> Iterator[ast.AST]:
    node, function = site.node, site.function
    if function is None or not isinstance(site.holder, ast.Return):
        return
    # Of a constant or a comparison the contrary is another operator's.
    if isinstance(node, ast.Constant | ast.Attribute | ast.Compare):
        return
    answers = function.returns.id if isinstance(function.returns, ast.Name) else ""
    if answers == "Truth" and isinstance(node, ast.expr):
        yield ast.UnaryOp(op=ast.Invert(), operand=node)
    elif answers == "bool" and isinstance(node, ast.expr):
        yield ast.UnaryOp(op=ast.Not(), operand=node)


def _is_of(node: ast.AST, holder: str) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == holder
    )


def _stands_alone(site: Site) -> bool:
    """Whether it is no member of several: those are left out one by one instead."""
    return not is_data(site.holder) or isinstance(site.holder, ast.Dict)


def _is_prose(text: str) -> bool:
    return text.count(" ") >= _PROSE_SPACES and not is_pattern(text)


def _names_verdict(site: Site) -> bool:
    return isinstance(site.holder, ast.keyword) and site.holder.arg == "on_unknown"


OPERATORS: Final = (
    Operator("comparison", "a bound off by one, a case turned round", _comparison),
    Operator("connective", "both asked for where one is enough, and the other way", _connective),
    Operator("negation", "the contrary is demanded", _negation),
    Operator("arithmetic", "half of a sum or difference is forgotten", _arithmetic),
    Operator("truth", "another certain answer, or none", _truth),
    Operator("number", "a limit off by one, a default turned round", _number),
    Operator("text", "a property, value or name is misspelt", _text),
    Operator("pattern", "a regular expression matches more, or misses a spelling", _pattern),
    Operator("type", "another type of resource is looked for", _type),
    Operator("level", "a finding blocks no more, or suddenly does", _level),
    Operator("member", "one of several values, types or rules is forgotten", _member),
    Operator("question", "something like it is asked: most for least, all for any", _question),
    Operator("condition", "a case is never told apart, or always", _condition),
    Operator("removal", "a check, a step or a way out is forgotten", _removal),
    Operator("answer", "a helper says the contrary", _answer),
)
