"""What a change of inputs means for a resource: which properties change, and which replace it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from toolchain.offline_aws.facts import Fields, Property, Resource
from toolchain.offline_aws.inputs import DEFAULTS
from toolchain.offline_aws.wire import (
    Properties,
    Unknown,
    Value,
    has_unknown,
    plain,
    reveal,
)


class Kind(Enum):
    """How a property changes."""

    ADD = "add"
    DELETE = "delete"
    UPDATE = "update"


@dataclass(frozen=True)
class Change:
    """One changed property, by its path, and whether it replaces the resource."""

    kind: Kind
    replaces: bool


@dataclass
class Diff:
    """Every change, by property path."""

    changes: dict[str, Change] = field(default_factory=dict[str, Change])
    delete_before_replace: bool = False

    @property
    def properties(self) -> list[str]:
        """The top-level properties that change."""
        return sorted({re.split(r"[.\[]", path, maxsplit=1)[0] for path in self.changes})

    @property
    def replaces(self) -> list[str]:
        """The top-level properties whose change replaces the resource."""
        return sorted(
            {
                re.split(r"[.\[]", path, maxsplit=1)[0]
                for path, change in self.changes.items()
                if change.replaces
            }
        )


def _empty(value: Value) -> bool:
    """Values that the provider cannot tell from an absent one."""
    return value is None or value is False or value in ("", 0) or value in ([], {})


def _document(text: str) -> Value:
    """A JSON document in a form in which equal policies are equal; any other string as it is."""
    if text[:1] not in "{[" or not text:
        return text
    try:
        return _normal(json.loads(text))
    except ValueError:
        return text


def _normal(value: Value) -> Value:
    """JSON with one-item lists unwrapped and lists of strings sorted, as policies are compared."""
    if isinstance(value, dict):
        return {key: _normal(item) for key, item in value.items()}
    if isinstance(value, list):
        items = [_normal(item) for item in value]
        if len(items) == 1 and isinstance(items[0], (str, dict)):
            return items[0]
        return sorted(items, key=str) if all(isinstance(item, str) for item in items) else items
    return value


def same(given: Property | None, old: Value, new: Value) -> bool:
    """Whether two values mean the same to the provider; an unknown one never does."""
    old, new = reveal(old), reveal(new)
    if isinstance(old, Unknown) or isinstance(new, Unknown):
        return False
    return (_empty(old) and _empty(new)) or _same_known(given, old, new)


def _same_known(given: Property | None, old: Value, new: Value) -> bool:
    if isinstance(old, dict) and isinstance(new, dict):
        fields = given.fields if given else Fields({})
        keys = (old.keys() | new.keys()) - {DEFAULTS}
        return all(_same_field(fields, key, old, new) for key in keys)
    if isinstance(old, list) and isinstance(new, list):
        ordered = given is None or given.kind != "t"
        pairs = zip(old, new, strict=False)
        return len(old) == len(new) and (
            all(same(given, a, b) for a, b in pairs) if ordered else _same_set(given, old, new)
        )
    if isinstance(old, str) and isinstance(new, str):
        return old == new or _document(old) == _document(new)
    return _same_scalar(old, new)


def _same_field(fields: Fields, key: str, old: Properties, new: Properties) -> bool:
    given = fields.get(key)
    if given is not None and given.computed and new.get(key) is None:
        return True  # What the program leaves out, the provider keeps.
    return same(given, old.get(key), new.get(key))


def _same_scalar(old: Value, new: Value) -> bool:
    if isinstance(old, bool) or isinstance(new, bool):
        return str(old).lower() == str(new).lower()
    return old == new or (
        isinstance(old, (str, int, float))
        and isinstance(new, (str, int, float))
        and str(old) == str(new)
    )


def _same_set(given: Property | None, old: list[Value], new: list[Value]) -> bool:
    left = list(new)
    for item in old:
        for at, other in enumerate(left):
            if same(given, item, other):
                del left[at]
                break
        else:
            return False
    return True


def _kind(old: Value, new: Value) -> Kind:
    if old is None:
        return Kind.ADD
    return Kind.DELETE if new is None else Kind.UPDATE


def _changes(
    given: Property | None, old: Value, new: Value, path: str, *, replaces: bool
) -> Iterator[tuple[str, Change]]:
    """The innermost changes of a property that is not the same."""
    replaces = replaces or (given is not None and given.force_new)
    inside_old, inside_new = reveal(old), reveal(new)
    if isinstance(inside_old, dict) and isinstance(inside_new, dict):
        fields = given.fields if given else Fields({})
        for key in sorted((inside_old.keys() | inside_new.keys()) - {DEFAULTS}):
            if not _same_field(fields, key, inside_old, inside_new):
                yield from _changes(
                    fields.get(key),
                    inside_old.get(key),
                    inside_new.get(key),
                    f"{path}.{key}" if key.isidentifier() else f'{path}["{key}"]',
                    replaces=replaces,
                )
        return
    if isinstance(inside_old, list) and isinstance(inside_new, list):
        yield from _list_changes(given, inside_old, inside_new, path, replaces=replaces)
        return
    if given is not None and given.fields and not replaces:
        replaces = _any_forces(given, inside_new if inside_new is not None else inside_old)
    yield path, Change(_kind(inside_old, inside_new), replaces)


def _any_forces(given: Property, value: Value) -> bool:
    """Whether a whole block that comes or goes has a property that replaces."""
    value = reveal(value)
    if isinstance(value, list):
        return any(_any_forces(given, item) for item in value)
    if not isinstance(value, dict):
        return False
    return any(
        given.fields[key].force_new or _any_forces(given.fields[key], item)
        for key, item in value.items()
        if key in given.fields and not _empty(reveal(item))
    )


def _list_changes(
    given: Property | None, old: list[Value], new: list[Value], path: str, *, replaces: bool
) -> Iterator[tuple[str, Change]]:
    if given is not None and given.kind == "t":
        gone = [(at, item) for at, item in enumerate(old) if not _among(given, item, new)]
        come = [(at, item) for at, item in enumerate(new) if not _among(given, item, old)]
        for (at, item), kind in [(g, Kind.DELETE) for g in gone] + [(c, Kind.ADD) for c in come]:
            yield f"{path}[{at}]", Change(kind, replaces or _any_forces(given, item))
        if not gone and not come:
            yield path, Change(Kind.UPDATE, replaces)
        return
    for at in range(max(len(old), len(new))):
        before = old[at] if at < len(old) else None
        after = new[at] if at < len(new) else None
        if not same(given, before, after):
            yield from _changes(given, before, after, f"{path}[{at}]", replaces=replaces)


def _among(given: Property, item: Value, others: list[Value]) -> bool:
    return any(same(given, item, other) for other in others)


def _ignored(name: str, ignore: Sequence[str]) -> bool:
    return any(re.split(r"[.\[]", path, maxsplit=1)[0] == name and path == name for path in ignore)


def diff(
    resource: Resource | None,
    old_inputs: Mapping[str, Value],
    old_state: Mapping[str, Value],
    news: Mapping[str, Value],
    ignore: Sequence[str] = (),
) -> Diff:
    """The changes from the last inputs to the new ones.

    `old_state` stands in where the last inputs lack a property that AWS filled in.  A property
    that the program no longer gives is kept where AWS computes it, as the real provider does.
    """
    fields = resource.fields if resource else Fields({})
    out = Diff()
    for name in sorted((old_inputs.keys() | news.keys()) - {DEFAULTS}):
        if _ignored(name, ignore):
            continue
        given = fields.get(name)
        old, new = old_inputs.get(name), news.get(name)
        if given is not None and (given.write_only or (new is None and given.computed)):
            continue
        if old is None and given is not None and given.computed and name in old_state:
            old = old_state[name]
        if not same(given, old, new):
            out.changes.update(_changes(given, old, new, name, replaces=False))
    out.delete_before_replace = bool(out.replaces) and _name_is_fixed(fields, old_inputs, news)
    return out


def _name_is_fixed(fields: Fields, old: Mapping[str, Value], new: Mapping[str, Value]) -> bool:
    """Whether the program gives the name itself, so that two of the resource cannot exist at once."""
    added = plain(new.get(DEFAULTS))
    added = added if isinstance(added, list) else []
    return any(
        fields[name].autonamed
        and name not in added
        and name in new
        and not has_unknown(new[name])
        and same(fields[name], old.get(name), new[name])
        for name in fields
    )
