"""One argument of a resource as a plan shows it: its value, what is unknown or sensitive in it, what it refers to."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias, final

from graph.raw import UNKNOWN, Raw, Secret, Unknown, has_unknown
from graph.values import Property
from reports.terraform.names import Attribute, ResourceNames

MARKER: Final = "(sensitive value)"
"""Stands in a plan for every text that is secret."""

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
# What an argument refers to by its value: the references, and whether only they are known of it.
References: TypeAlias = Callable[[str, str | None], tuple[tuple[str, ...], bool]]


@final
class Omitted:
    """The mark of a value that a plan leaves out, because nobody knows it yet."""


OMITTED: Final = Omitted()


@dataclass(frozen=True, slots=True)
class Written:
    """A value in the four places where a plan speaks of it."""

    value: Json | Omitted = OMITTED
    # As Terraform writes them: True for the whole value, else by key or index; False for nothing.
    unknown: Json = False
    sensitive: Json = False
    expression: Json = field(default_factory=dict[str, Json])


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the arguments of one resource type; `guessed` collects paths whose shape no table states."""

    names: ResourceNames
    guessed: set[str]

    def argument(self, name: str, raw: Raw, references: References) -> tuple[str, Written]:
        """A top-level argument under Terraform's name."""
        attribute = self.names.attribute(name, self.names.fields)
        if not attribute.stated and _is_document(raw):
            raw = _as_text(raw)
        return attribute.name, self._value(raw, attribute, references, secret=False)

    def _value(
        self, raw: Raw, attribute: Attribute, references: References, *, secret: bool
    ) -> Written:
        while isinstance(raw, Secret):
            raw, secret = raw.value, True
        secret = secret or attribute.sensitive
        if attribute.listed and not isinstance(raw, list | Unknown | None):
            return self._list([raw], attribute, references, secret=secret)
        if isinstance(raw, list):
            return self._list(raw, attribute, references, secret=secret)
        if isinstance(raw, dict):
            return self._object(raw, attribute, references, secret=secret)
        return _scalar(raw, attribute.name, references, secret=secret)

    def _list(
        self, items: list[Raw], attribute: Attribute, references: References, *, secret: bool
    ) -> Written:
        written = [self._item(item, attribute, references, secret=secret) for item in items]
        blocks = any(isinstance(one.value, dict) for one in written)
        return Written(
            # An unknown element keeps its place.
            value=[None if isinstance(one.value, Omitted) else one.value for one in written],
            unknown=_marks([one.unknown for one in written]),
            sensitive=_marks([one.sensitive for one in written]),
            # A list of blocks has an expression for each, any other one for the whole.
            expression=[one.expression for one in written] if blocks else _together(written),
        )

    def _item(
        self, raw: Raw, attribute: Attribute, references: References, *, secret: bool
    ) -> Written:
        while isinstance(raw, Secret):
            raw, secret = raw.value, True
        if isinstance(raw, dict):
            return self._object(raw, attribute, references, secret=secret)
        if isinstance(raw, list):
            return self._list(raw, attribute, references, secret=secret)
        return _scalar(raw, attribute.name, references, secret=secret)

    def _object(
        self,
        fields: Mapping[str, Raw],
        attribute: Attribute,
        references: References,
        *,
        secret: bool,
    ) -> Written:
        if not attribute.stated:
            self.guessed.add(attribute.name)
        named: dict[str, Written] = {}
        for key, raw in fields.items():
            inner = self._inner(key, raw, attribute)
            one = self._value(raw, inner, references, secret=secret)
            if raw is not None:
                named[inner.name] = one
        return Written(
            value={
                key: one.value for key, one in named.items() if not isinstance(one.value, Omitted)
            },
            unknown={key: one.unknown for key, one in named.items() if one.unknown} or False,
            sensitive={key: one.sensitive for key, one in named.items() if one.sensitive} or False,
            expression=(
                _together(list(named.values()))
                if attribute.free_keys
                else {key: one.expression for key, one in named.items() if one.expression}
            ),
        )

    def _inner(self, key: str, raw: Raw, attribute: Attribute) -> Attribute:
        """A field of a block; a map's key is nobody's to rename."""
        if attribute.free_keys:
            return Attribute(key, free_keys=True)
        found = self.names.attribute(key, attribute.fields)
        # Every block is stated, but where the schema's table ends.
        return self.names.attribute(key, None) if not found.stated and _is_document(raw) else found


def _is_document(raw: Raw) -> bool:
    """Whether it is an object, or a list of them: the table states every block, so any other is a JSON document."""
    plain = raw.value if isinstance(raw, Secret) else raw
    return isinstance(plain, dict) or (
        isinstance(plain, list) and any(isinstance(item, dict) for item in plain)
    )


def _as_text(raw: Raw) -> Raw:
    """The JSON text that Terraform takes where Pulumi also takes the document; unknown if any of it is."""
    secret = _has_secret(raw)
    if has_unknown(raw):
        return Secret(UNKNOWN) if secret else UNKNOWN
    text = json.dumps(Property(raw).value, ensure_ascii=False)
    return Secret(text) if secret else text


def _has_secret(raw: Raw) -> bool:
    if isinstance(raw, list | dict):
        return any(_has_secret(item) for item in (raw if isinstance(raw, list) else raw.values()))
    return isinstance(raw, Secret)


def _scalar(raw: Raw, name: str, references: References, *, secret: bool) -> Written:
    if raw is None:
        return Written(value=None)
    text = raw if isinstance(raw, str) else None
    if isinstance(raw, Unknown) or text is not None:
        found, only = references(name, text)
    else:
        found, only = (), False
    expression: Json = {"references": list(found)} if found else {}
    if isinstance(raw, Unknown) or only:
        return Written(unknown=True, sensitive=secret, expression=expression)
    if not secret:
        return Written(value=_plain(raw), expression=expression)
    if text is None:
        # A marker in the place of a number would make the plan wrong; not to say it does not.
        return Written(unknown=True, sensitive=True, expression=expression)
    return Written(value=MARKER, sensitive=True, expression=expression)


def _plain(raw: Raw) -> Json:
    return raw if isinstance(raw, bool | int | float | str) else None


def _marks(marks: list[Json]) -> Json:
    """Marks of a list's elements, one each; False where nothing is marked."""
    return marks if any(marks) else False


def _together(written: list[Written]) -> Json:
    """One expression for several values: Terraform keeps references of a whole list or map."""
    found: dict[str, None] = {}
    for one in written:
        expression = one.expression
        names = expression.get("references") if isinstance(expression, dict) else None
        if isinstance(names, list):
            found.update({name: None for name in names if isinstance(name, str)})
    return {"references": list(found)} if found else {}
