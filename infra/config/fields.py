"""A table of configuration keys, and the reading of a whole stack file by it.

A system's configuration is declared as a tuple of `Field`s and nothing else: its keys, types,
bounds, meanings and conditions are data, so that whatever needs them (the reader here, a schema
for editors, a reference page) is derived and can't disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Generic, TypeVar, cast

from infra.config.kinds import Kind, Refused
from infra.config.problems import Problem

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
HIDDEN = "[secret]"


@dataclass(frozen=True, slots=True)
class When:
    """The field is required while the flag `key` has this value, and refused while it hasn't."""

    key: str
    value: bool = True

    @property
    def flag(self) -> str:
        """The value as a stack file writes it."""
        return _flag(self.value)

    @property
    def opposite(self) -> str:
        """The other value of the flag, as a stack file writes it."""
        return _flag(not self.value)


def _flag(value: bool) -> str:  # noqa: FBT001 - what is written is the flag itself
    return "true" if value else "false"


@dataclass(frozen=True, slots=True)
class Field(Generic[T_co]):
    """One configuration key: what it's called, which values it takes, what it means."""

    key: str
    kind: Kind[T_co]
    description: str
    when: When | None = None
    topic: str = ""
    """Under which heading it stands in the reference."""


@dataclass(frozen=True, slots=True)
class Topic:
    """Makes the fields that belong together."""

    title: str
    namespace: str

    def field(
        self, name: str, kind: Kind[T], description: str, when: When | None = None
    ) -> Field[T]:
        """A field of our own namespace."""
        return Field(f"{self.namespace}:{name}", kind, description, when, self.title)

    def foreign(self, key: str, kind: Kind[T], description: str) -> Field[T]:
        """A field of another namespace, which the system reads as well."""
        return Field(key, kind, description, None, self.title)


@dataclass(frozen=True, slots=True)
class Raw:
    """A stack's configuration as Pulumi gives it: every key with its namespace, as text."""

    values: Mapping[str, str]
    secrets: frozenset[str] = frozenset()

    def shown(self, key: str) -> str | None:
        """The value of `key` for a message: never that of a secret; None when absent."""
        if key not in self.values:
            return None
        return HIDDEN if key in self.secrets else repr(self.values[key])


class Values:
    """The values that were read, by field; a value is only there if its field was accepted."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = values

    def __getitem__(self, field: Field[T]) -> T:
        # What stands under a field's key is what that field's own kind returned.
        return cast("T", self._values[field.key])

    def has(self, *fields: Field[object]) -> bool:
        """Whether all of these fields were given and accepted."""
        return all(field.key in self._values for field in fields)


def read(
    fields: Iterable[Field[object]], raw: Raw, namespaces: Iterable[str]
) -> tuple[Values, list[Problem]]:
    """Read all fields; what can't be read is a problem, as is a key that no field declares.

    Only keys of the given `namespaces` are judged: others belong to someone else.
    """
    table = tuple(fields)
    problems = _unknown_keys(table, raw, tuple(namespaces))
    values: dict[str, object] = {}
    for field in table:
        if field.when is None:
            _read_one(field, raw, values, problems)
    for field in table:
        if field.when is not None and field.when.key in values:
            _read_conditional(field, field.when, raw, values, problems)
    return Values(values), problems


def _read_one(
    field: Field[object], raw: Raw, values: dict[str, object], problems: list[Problem]
) -> None:
    if field.key not in raw.values:
        problems.append(
            Problem(
                key=field.key,
                value=None,
                why=f"it is missing, and no key has a hidden default ({field.description})",
                mend=f"add it to the stack file: {field.key}: ...",
            )
        )
        return
    try:
        values[field.key] = field.kind.parse(raw.values[field.key])
    except Refused as refused:
        problems.append(
            Problem(key=field.key, value=raw.shown(field.key), why=refused.why, mend=refused.mend)
        )


def _read_conditional(
    field: Field[object],
    when: When,
    raw: Raw,
    values: dict[str, object],
    problems: list[Problem],
) -> None:
    if values[when.key] is when.value:
        _read_one(field, raw, values, problems)
    elif field.key in raw.values:
        problems.append(
            Problem(
                key=field.key,
                value=raw.shown(field.key),
                why=f"it has no meaning while {when.key} is {when.opposite}",
                mend=f"remove it, or set {when.key} to {when.flag}",
            )
        )


def _unknown_keys(
    fields: tuple[Field[object], ...], raw: Raw, namespaces: tuple[str, ...]
) -> list[Problem]:
    known = [field.key for field in fields]
    ours = [key for key in raw.values if key.partition(":")[0] in namespaces]
    return [_unknown(key, raw, known) for key in sorted(set(ours) - set(known))]


def _unknown(key: str, raw: Raw, known: list[str]) -> Problem:
    close = get_close_matches(key, known, n=1, cutoff=0.6)
    mend = f"did you mean {close[0]}? Otherwise remove it" if close else "remove it"
    return Problem(key=key, value=raw.shown(key), why="no such key is known", mend=mend)
