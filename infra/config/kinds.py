"""The types that a configuration value can have, and how each one is read and bounded.

Pulumi hands every configuration value to a program as text, structured ones as JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar, cast

Value_co = TypeVar("Value_co", covariant=True)


class Refused(Exception):  # noqa: N818 - a value is refused; nothing has broken
    """A raw value can't be accepted: `why` it can't, and how to `mend` it."""

    def __init__(self, why: str, mend: str) -> None:
        super().__init__(why)
        self.why = why
        self.mend = mend


class Kind(Protocol[Value_co]):
    """A type of value: reads the raw text, or raises `Refused`."""

    def parse(self, raw: str) -> Value_co: ...


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number between two bounds, both included."""

    minimum: int
    maximum: int
    unit: str = ""

    def parse(self, raw: str) -> int:
        bounds = f"a whole number from {self.minimum} to {self.maximum}"
        bounds += f" ({self.unit})" if self.unit else ""
        if not re.fullmatch(r"-?[0-9]{1,18}", raw):
            raise Refused("it is not a whole number", f"write {bounds}")
        number = int(raw)
        if not self.minimum <= number <= self.maximum:
            raise Refused("it is out of bounds", f"write {bounds}")
        return number


@dataclass(frozen=True, slots=True)
class Flag:
    """true or false."""

    def parse(self, raw: str) -> bool:
        if raw not in ("true", "false"):
            raise Refused("it is neither true nor false", "write true or false")
        return raw == "true"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a fixed set of words."""

    values: tuple[str, ...]

    def parse(self, raw: str) -> str:
        if raw not in self.values:
            raise Refused("it is not one of the known values", f"write {_either(self.values)}")
        return raw


@dataclass(frozen=True, slots=True)
class Text:
    """Text of a given form, which `form` says in words, and of a length that AWS takes."""

    pattern: str
    form: str
    maximum: int

    def parse(self, raw: str) -> str:
        if len(raw) > self.maximum:
            raise Refused(
                f"it has {len(raw)} characters and the limit is {self.maximum}",
                f"write {self.form} of at most {self.maximum} characters",
            )
        if not re.fullmatch(self.pattern, raw):
            raise Refused("it has not the form that AWS takes", f"write {self.form}")
        return raw


@dataclass(frozen=True, slots=True)
class Checked(Generic[Value_co]):
    """Another kind with one more demand, which raises `Refused` where it isn't met."""

    kind: Kind[Value_co]
    demand: Callable[[Value_co], None]

    def parse(self, raw: str) -> Value_co:
        value = self.kind.parse(raw)
        self.demand(value)
        return value


@dataclass(frozen=True, slots=True)
class TextList:
    """A list of different texts, of bounded length."""

    item: Text
    minimum: int
    maximum: int

    def parse(self, raw: str) -> tuple[str, ...]:
        mend = f"write a list of {self.minimum} to {self.maximum} items, each {self.item.form}"
        try:
            # JSON's own types are what `isinstance` then sorts out.
            parsed = cast("object", json.loads(raw))
        except ValueError:
            raise Refused("it is not a list", mend) from None
        if not isinstance(parsed, list):
            raise Refused("it is not a list", mend)
        items = cast("list[object]", parsed)
        if not all(isinstance(item, str) for item in items):
            raise Refused("not every item of it is text", mend)
        texts = tuple(self.item.parse(cast("str", item)) for item in items)
        if not self.minimum <= len(texts) <= self.maximum:
            raise Refused(f"it has {len(texts)} items", mend)
        if len(set(texts)) != len(texts):
            raise Refused("an item stands in it twice", mend)
        return texts


def _either(values: tuple[str, ...]) -> str:
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} or {values[-1]}"
