"""Python expressions as trees, and their text as a formatter would lay it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

WIDTH: Final = 88
_INDENT: Final = "    "


@dataclass(frozen=True)
class Code:
    """Text that stands as it is: a name, an attribute, a literal."""

    text: str


@dataclass(frozen=True)
class Listed:
    """A list."""

    items: Sequence[Expression]


@dataclass(frozen=True)
class Keyed:
    """A dictionary with keys of text."""

    items: Mapping[str, Expression]


@dataclass(frozen=True)
class Call:
    """A call, first its plain arguments and then those by name."""

    function: str
    arguments: Sequence[Expression] = ()
    named: Mapping[str, Expression] = field(default_factory=dict[str, "Expression"])


Expression: TypeAlias = Code | Listed | Keyed | Call


def literal(value: str | float | None) -> Code:
    """A scalar as Python writes it, text in double quotes."""
    if not isinstance(value, str):
        return Code(repr(value))
    quoted = repr(value)
    if quoted[0] == "'" and '"' not in value:
        quoted = '"' + quoted[1:-1].replace("\\'", "'") + '"'
    return Code(quoted)


def written(expression: Expression, prefix: str = "") -> str:
    """The text of a statement: its beginning, such as `alb = `, and an expression."""
    return prefix + _laid_out(expression, len(prefix), 0)


def _laid_out(expression: Expression, column: int, depth: int) -> str:
    """On one line where it fits after what stands before it and before a comma, else on several."""
    opening, parts, closing = _parts(expression)
    flat = opening + ", ".join(prefix + _flat(inner) for prefix, inner in parts) + closing
    if not parts or column + len(flat) < WIDTH:
        return flat
    if len(parts) == 1 and not parts[0][0] and isinstance(parts[0][1], Listed | Keyed):
        # A call of one collection opens both on one line.
        inner = _laid_out(parts[0][1], column + len(opening), depth)
        return opening + inner + closing
    indent = _INDENT * (depth + 1)
    lines = [
        f"{indent}{prefix}{_laid_out(inner, len(indent) + len(prefix), depth + 1)},"
        for prefix, inner in parts
    ]
    return "\n".join([opening, *lines, _INDENT * depth + closing])


def _flat(expression: Expression) -> str:
    opening, parts, closing = _parts(expression)
    return opening + ", ".join(prefix + _flat(inner) for prefix, inner in parts) + closing


def _parts(expression: Expression) -> tuple[str, list[tuple[str, Expression]], str]:
    match expression:
        case Code(text):
            return text, [], ""
        case Listed(items):
            return "[", [("", item) for item in items], "]"
        case Keyed(items):
            return "{", [(literal(key).text + ": ", item) for key, item in items.items()], "}"
        case Call(function, arguments, named):
            plain = [("", argument) for argument in arguments]
            by_name = [(f"{name}=", argument) for name, argument in named.items()]
            return f"{function}(", [*plain, *by_name], ")"
