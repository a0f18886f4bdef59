"""Paths into nested values, and templates that are filled from a scope by such paths."""

from __future__ import annotations

import re
from collections.abc import Mapping

from toolchain.offline_aws.wire import Properties, Value, plain, reveal

_HOLE = re.compile(r"\{([^{}]+)\}")


def lookup(scope: Value, path: str) -> Value:
    """The value at `a.b[0].c`, or None; `x|y` is the first of two that is there."""
    for choice in path.split("|"):
        value = _at(scope, choice)
        if value is not None:
            return value
    return None


def _at(value: Value, path: str) -> Value:
    for part in re.findall(r"[^.\[\]]+", path):
        value = reveal(value)
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and re.fullmatch(r"-?\d+", part):
            index = int(part)
            value = value[index] if -len(value) <= index < len(value) else None
        else:
            return None
    return plain(value)


def place(target: dict[str, Value], path: str, value: Value) -> None:
    """Set `a.b.c` in nested dictionaries."""
    *parents, last = path.split(".")
    for part in parents:
        inner = target.get(part)
        if not isinstance(inner, dict):
            inner = target[part] = {}
        target = inner
    target[last] = value


def fill(template: Value, scope: Mapping[str, Value]) -> Value:
    """The template with `{path}` replaced; entries whose value is not there are left out."""
    if isinstance(template, str):
        whole = _HOLE.fullmatch(template)
        if whole:
            return lookup(dict(scope), whole[1])
        return _HOLE.sub(lambda hole: _text(lookup(dict(scope), hole[1])), template)
    if isinstance(template, dict):
        filled = {key: fill(item, scope) for key, item in template.items()}
        there: Properties = {key: item for key, item in filled.items() if item is not None}
        return there if there or not template else None
    if isinstance(template, list):
        items = [fill(item, scope) for item in template]
        there_too: list[Value] = [item for item in items if item is not None]
        return there_too if there_too or not template else None
    return template


def _text(value: Value) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
