"""The types that a configuration value can have: how each is read, bounded, and told to editors.

Pulumi hands every configuration value to a program as text, structured ones as JSON. In a stack
file a value may be text too, or the number, boolean or list that it stands for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar, cast

from infra.config.ranges import range_pattern

Value_co = TypeVar("Value_co", covariant=True)
Schema = dict[str, object]
"""A JSON Schema (draft 7), or a part of one."""


class Refused(Exception):  # noqa: N818 - a value is refused; nothing has broken
    """A raw value can't be accepted: `why` it can't, and how to `mend` it."""

    def __init__(self, why: str, mend: str) -> None:
        super().__init__(why)
        self.why = why
        self.mend = mend


class Kind(Protocol[Value_co]):
    """A type of value: reads the raw text, or raises `Refused`."""

    def parse(self, raw: str) -> Value_co: ...

    def wanted(self) -> str:
        """What is accepted, in words that follow "write"."""
        ...

    def schema(self) -> Schema:
        """What a stack file may say, for editors: exactly what `parse` accepts."""
        ...


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number, not negative, between two bounds, both included."""

    minimum: int
    maximum: int
    unit: str = ""

    def parse(self, raw: str) -> int:
        # A leading zero means octal to YAML, and something else to everyone who reads it.
        if not re.fullmatch(r"0|-?[1-9][0-9]{0,17}", raw):
            raise Refused("it is not a whole number", f"write {self.wanted()}")
        number = int(raw)
        if not self.minimum <= number <= self.maximum:
            raise Refused("it is out of bounds", f"write {self.wanted()}")
        return number

    def wanted(self) -> str:
        bounds = f"a whole number from {self.minimum} to {self.maximum}"
        return f"{bounds} ({self.unit})" if self.unit else bounds

    def schema(self) -> Schema:
        return {
            "type": ["integer", "string"],
            "minimum": self.minimum,
            "maximum": self.maximum,
            "pattern": whole(range_pattern(self.minimum, self.maximum)),
        }


@dataclass(frozen=True, slots=True)
class Flag:
    """true or false."""

    def parse(self, raw: str) -> bool:
        if raw not in ("true", "false"):
            raise Refused("it is neither true nor false", f"write {self.wanted()}")
        return raw == "true"

    def wanted(self) -> str:
        return "true or false"

    def schema(self) -> Schema:
        return {"type": ["boolean", "string"], "pattern": whole("true|false")}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a fixed set of words."""

    values: tuple[str, ...]

    def parse(self, raw: str) -> str:
        if raw not in self.values:
            raise Refused("it is not one of the known values", f"write {self.wanted()}")
        return raw

    def wanted(self) -> str:
        return _either(self.values)

    def schema(self) -> Schema:
        numbers = [int(value) for value in self.values if value.isdecimal()]
        return {"enum": [*numbers, *self.values]}


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
                f"write {self.wanted()}",
            )
        if not re.fullmatch(self.pattern, raw):
            raise Refused("it has not the form that AWS takes", f"write {self.wanted()}")
        return raw

    def wanted(self) -> str:
        return f"{self.form}, of at most {self.maximum} characters"

    def schema(self) -> Schema:
        return {"type": "string", "maxLength": self.maximum, "pattern": whole(self.pattern)}


@dataclass(frozen=True, slots=True)
class Checked(Generic[Value_co]):
    """Another kind with one more demand, which raises `Refused` where it isn't met.

    `narrowed` says the same to editors: it is put over the other kind's schema.
    """

    kind: Kind[Value_co]
    demand: Callable[[Value_co], None]
    narrowed: Mapping[str, object] = field(default_factory=dict[str, object])

    def parse(self, raw: str) -> Value_co:
        value = self.kind.parse(raw)
        self.demand(value)
        return value

    def wanted(self) -> str:
        return self.kind.wanted()

    def schema(self) -> Schema:
        return self.kind.schema() | dict(self.narrowed)


@dataclass(frozen=True, slots=True)
class TextList:
    """A list of different texts, of bounded length."""

    item: Text
    minimum: int
    maximum: int

    def parse(self, raw: str) -> tuple[str, ...]:
        mend = f"write {self.wanted()}"
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

    def wanted(self) -> str:
        return f"a list of {self.minimum} to {self.maximum} items, each {self.item.form}"

    def schema(self) -> Schema:
        return {
            "type": ["array", "string"],
            "items": self.item.schema(),
            "minItems": self.minimum,
            "maxItems": self.maximum,
            "uniqueItems": True,
            "pattern": self._as_json_text(),
        }

    def _as_json_text(self) -> str:
        """The same list written as JSON text, as `pulumi config set` leaves it."""
        space = r"[ \t\n\r]*"
        item = f'{space}"({self.item.pattern})"{space}'
        more = f"(,{item}){{{self.minimum - 1},{self.maximum - 1}}}"
        # What stands between two items is in quotes as well, but has a comma.
        twice = r'(?![\s\S]*("[^",]*")[\s\S]*\1)'
        return f"^{twice}{space}\\[{item}{more}\\]{space}$"


def whole(pattern: str) -> str:
    """A pattern that matches whole texts, which in a JSON Schema it doesn't by itself."""
    return f"^({pattern})$"


def _either(values: tuple[str, ...]) -> str:
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} or {values[-1]}"
