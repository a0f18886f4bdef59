"""What the amendments share: the forms of the emulator's handlers, and replacing them."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from types import ModuleType
from typing import Final, TypeAlias, cast

Answer: TypeAlias = tuple[int, dict[str, str], bytes]
Handler: TypeAlias = Callable[
    [str, str, Mapping[str, str], bytes, Mapping[str, list[str]]], Awaitable[Answer]
]
REFUSED: Final = 400
"""The status from which on an answer is a refusal."""


def replace(module: ModuleType, name: str, value: object) -> None:
    """Put something else in the place of a function that a module has."""
    setattr(module, name, value)


def first(value: object) -> str:
    """A form's value, which comes once or in a list; empty where there is none."""
    if isinstance(value, list):
        items = cast("list[object]", value)
        return str(items[0]) if items else ""
    return "" if value is None else str(value)


def answer_json(status: int, body: object) -> Answer:
    """An answer of a JSON protocol; a body with a Code is an error."""
    kind = {"Content-Type": "application/x-amz-json-1.1"}
    if isinstance(body, dict) and (code := cast("dict[str, object]", body).get("Code")):
        kind["x-amzn-ErrorType"] = str(code)
    return status, kind, json.dumps(body).encode()
