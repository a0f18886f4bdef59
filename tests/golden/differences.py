"""What one value has that another one has not, and the way back: nothing is lost in between."""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TypeAlias

from tests.golden.entries import Value


@dataclass(frozen=True, slots=True)
class Changed:
    """One value in the place of another."""

    was: Value
    now: Value


@dataclass(frozen=True, slots=True)
class Added:
    """A value where there was none."""

    now: Value


@dataclass(frozen=True, slots=True)
class Removed:
    """No value where there was one."""

    was: Value


@dataclass(frozen=True, slots=True)
class Spliced:
    """Items of a list in the place of others, from an index of the old list on."""

    start: int
    was: list[Value]
    now: list[Value]


@dataclass(frozen=True, slots=True)
class At:
    """What differs inside the item that both lists have at an index (the old list's)."""

    start: int
    part: Difference


@dataclass(frozen=True, slots=True)
class Inside:
    """What differs inside a mapping, by key."""

    parts: dict[str, Difference]


@dataclass(frozen=True, slots=True)
class Within:
    """What differs inside a list, in order."""

    parts: list[Spliced | At]


Difference: TypeAlias = "Changed | Added | Removed | Inside | Within"


def difference(old: Value, new: Value) -> Difference | None:
    """What makes `new` of `old`; None where they are the same, down to the types of numbers."""
    if isinstance(old, dict) and isinstance(new, dict):
        return _inside(old, new)
    if isinstance(old, list) and isinstance(new, list):
        return _within(old, new)
    return None if _key(old) == _key(new) else Changed(old, new)


def applied(old: Value, made: Difference | None) -> Value:
    """What `made` makes of `old`; the opposite of `difference`."""
    match made:
        case None:
            return old
        case Changed(now=now) | Added(now=now):
            return now
        case Removed():
            raise ValueError("only a key of a mapping can be removed")
        case Inside(parts):
            assert isinstance(old, dict)
            kept = {
                key: value for key, value in old.items() if not isinstance(parts.get(key), Removed)
            }
            return kept | {
                key: applied(old.get(key), part)
                for key, part in parts.items()
                if not isinstance(part, Removed)
            }
        case Within(parts):
            assert isinstance(old, list)
            items = list(old)
            # From the end, so that the indices of what is left stay what they were.
            for part in reversed(parts):
                if isinstance(part, At):
                    items[part.start] = applied(items[part.start], part.part)
                else:
                    items[part.start : part.start + len(part.was)] = part.now
            return items


def told(made: Difference) -> Value:
    """The difference as a reader sees it in a file."""
    match made:
        case Changed(was, now):
            return {"was": was, "now": now}
        case Added(now):
            return {"now": now}
        case Removed(was):
            return {"was": was}
        case Inside(parts):
            return {key: told(part) for key, part in parts.items()}
        case Within(parts):
            return {
                f"[{part.start}]": told(part.part)
                if isinstance(part, At)
                else {"was": part.was, "now": part.now}
                for part in parts
            }


def _inside(old: dict[str, Value], new: dict[str, Value]) -> Inside | None:
    parts: dict[str, Difference] = {}
    for key in sorted({*old, *new}):
        if key not in old:
            parts[key] = Added(new[key])
        elif key not in new:
            parts[key] = Removed(old[key])
        elif (part := difference(old[key], new[key])) is not None:
            parts[key] = part
    return Inside(parts) if parts else None


def _within(old: list[Value], new: list[Value]) -> Difference | None:
    matcher = SequenceMatcher(
        a=[_key(item) for item in old], b=[_key(item) for item in new], autojunk=False
    )
    parts: list[Spliced | At] = []
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind == "equal":
            continue
        if end - start == new_end - new_start:
            pairs = zip(old[start:end], new[new_start:new_end], strict=True)
            made = [difference(*pair) for pair in pairs]
            parts += [At(start + offset, one) for offset, one in enumerate(made) if one]
        else:
            parts.append(Spliced(start, old[start:end], new[new_start:new_end]))
    return Within(parts) if parts else None


def _key(value: Value) -> str:
    """Two values have the same key only if they are the same: 1, 1.0 and true are not."""
    return json.dumps(value, sort_keys=True)
