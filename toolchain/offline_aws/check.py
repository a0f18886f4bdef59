"""Judges a resource's inputs as the real provider would, all failures at once.

Unknown values are never judged, secret values never shown.  Where the facts are not certain, a
value passes: a wrong refusal is worse than a missed one.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from toolchain.offline_aws import crossfield
from toolchain.offline_aws.facts import Fields, Property, Resource
from toolchain.offline_aws.rules import judge
from toolchain.offline_aws.wire import Opaque, Secret, Unknown, Value, has_secret, plain, reveal

_SHOWN = 80
"""How many characters of a value a message tells."""
_KINDS = {
    "s": "a string", "i": "a whole number", "n": "a number", "b": "a boolean", "l": "a list",
    "t": "a list", "m": "a map", "o": "an object",
}  # fmt: skip


@dataclass(frozen=True)
class Failure:
    """Why one property is refused, as a clause that follows the property's name."""

    property: str
    reason: str


def shown(value: Value) -> str:
    """A value for a message: short, and never a secret."""
    if has_secret(value):
        return "[secret]"
    if isinstance(value, (Unknown, Opaque)):
        return "that value"
    text = json.dumps(plain(value), default=str, ensure_ascii=False)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."


def _present(value: Value) -> bool:
    value = reveal(value)
    return value is not None and value not in ([], {})


def _is_number(value: Value, *, whole: bool) -> bool:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return False
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return not whole or isinstance(value, int) or value.is_integer()


def _fits(kind: str, value: Value) -> bool:
    """Whether a known value has, or the provider can turn it into, a kind."""
    tests: dict[str, Callable[[], bool]] = {
        "s": lambda: isinstance(value, (str, int, float, bool)),
        "i": lambda: _is_number(value, whole=True),
        "n": lambda: _is_number(value, whole=False),
        "b": lambda: isinstance(value, bool) or value in ("true", "false", ""),
        "l": lambda: isinstance(value, list),
        "t": lambda: isinstance(value, list),
        "m": lambda: isinstance(value, dict),
        "o": lambda: isinstance(value, dict),
    }
    return kind not in tests or tests[kind]()


class _Check:
    def __init__(self, resource: Resource) -> None:
        self.exact = resource.framework
        self.failures: list[Failure] = []

    def fail(self, path: str, reason: str) -> None:
        self.failures.append(Failure(path, reason))

    def fields(
        self, fields: Fields, values: Mapping[str, Value], path: str, *, secret: bool
    ) -> None:
        prefix = path + "." if path else ""
        for name, value in values.items():
            if name.startswith("__"):
                continue
            if name not in fields:
                self.fail(prefix + name, f"is not a property{_did_you_mean(name, fields)}")
                continue
            given = fields[name]
            if not given.input and _present(value) and given.flags:
                self.fail(prefix + name, "is computed by AWS and cannot be given")
            elif value is not None:
                self.value(given, value, prefix + name, secret=secret)
        for name in fields:
            given = fields[name]
            if given.required and reveal(values.get(name)) is None:
                self.fail(prefix + name, "is required, but missing")

    def value(self, given: Property, value: Value, path: str, *, secret: bool) -> None:
        secret = secret or isinstance(value, Secret)
        value = reveal(value)
        if isinstance(value, (Unknown, Opaque)) or given.kind == "?" or value is None:
            return
        kind = "o" if given.one else given.kind
        if given.fields and isinstance(value, (dict, list)):
            # Some blocks of at most one are objects in Pulumi without the schema's saying so: which of the two a
            # program may write is settled by its typed SDK, so a block's shape is never refused here.
            kind = "o" if isinstance(value, dict) else "l"
        if not _fits(kind, value):
            self.fail(path, f"must be {_KINDS[kind]}, not {_said(value, secret=secret)}")
        elif kind == "o":
            if given.fields and isinstance(value, dict):
                self.fields(given.fields, value, path, secret=secret)
        elif isinstance(value, list):
            self.items(given, value, path, secret=secret)
        elif isinstance(value, dict):
            self.map(given, value, path, secret=secret)
        else:
            self.scalar(given, value, path, secret=secret)

    def scalar(self, given: Property, value: Value, path: str, *, secret: bool) -> None:
        if value == "" and "r" not in given.flags:
            return  # The provider reads an empty optional string as none.
        for refusal in judge(given.rules, value, exact=self.exact):
            self.fail(path, f"{refusal}; it is {_said(value, secret=secret)}")

    def items(self, given: Property, values: list[Value], path: str, *, secret: bool) -> None:
        low, high = given.count("min"), given.count("max")
        if low and len(values) < low:
            self.fail(path, f"must have at least {low} item(s), not {len(values)}")
        if high and len(values) > high:
            self.fail(path, f"must have at most {high} item(s), not {len(values)}")
        for at, item in enumerate(values):
            place, hidden, inner = f"{path}[{at}]", secret or isinstance(item, Secret), reveal(item)
            if isinstance(inner, (Unknown, Opaque)) or inner is None:
                continue
            if given.fields:
                if isinstance(inner, dict):
                    self.fields(given.fields, inner, place, secret=hidden)
                else:
                    self.fail(place, f"must be an object, not {_said(inner, secret=hidden)}")
            elif given.element in ("s", "i", "n", "b"):
                if not _fits(given.element, inner):
                    self.fail(
                        place, f"must be {_KINDS[given.element]}, not {_said(inner, secret=hidden)}"
                    )
                else:
                    choices = [group for group in given.rules if all("one_of" in r for r in group)]
                    for refusal in judge(choices, inner, exact=self.exact):
                        self.fail(place, f"{refusal}; it is {_said(inner, secret=hidden)}")

    def map(self, given: Property, value: dict[str, Value], path: str, *, secret: bool) -> None:
        if given.element != "s":
            return
        for key, item in value.items():
            hidden, inner = secret or isinstance(item, Secret), reveal(item)
            if isinstance(inner, (dict, list)):
                self.fail(f"{path}.{key}", f"must be a string, not {_said(inner, secret=hidden)}")

    def constraints(self, fields: Fields, values: Mapping[str, Value], seen: set[str]) -> None:
        """Conflicts and "exactly one of", of top-level and nested properties."""
        for name, given in _constrained(fields, "", values):
            here = _at(values, name)
            if _given(here):
                for other in given.paths("not"):
                    pair = "|".join(sorted((name, other)))
                    if _given(_at(values, other)) and name != other and pair not in seen:
                        seen.add(pair)
                        self.fail(name, f"cannot be given together with {other}")
            for which in ("one_of", "any_of"):
                # The provider counts the property itself to its group, named there or not.
                group = list(dict.fromkeys([*given.paths(which), name]))
                if given.paths(which) and (mark := which + "|".join(sorted(group))) not in seen:
                    seen.add(mark)
                    self._choice(which, group, values)

    def _choice(self, which: str, group: list[str], values: Mapping[str, Value]) -> None:
        found = [_at(values, path) for path in group]
        known = [path for path, value in zip(group, found, strict=True) if _given(value)]
        open_ones = any(isinstance(reveal(value), Unknown) for value in found)
        names = ", ".join(group)
        if not known and not open_ones:
            words = "exactly one" if which == "one_of" else "at least one"
            self.fail(group[0], f"is missing: {words} of {names} must be given")
        elif which == "one_of" and len(known) > 1:
            self.fail(known[1], f"cannot be given together with {known[0]}: only one of {names}")


def _constrained(
    fields: Fields, prefix: str, values: Mapping[str, Value]
) -> Iterator[tuple[str, Property]]:
    """Properties with constraints: top-level ones, and those of single nested objects given."""
    for name, given in fields.items():
        if any(given.paths(which) for which in ("not", "one_of", "any_of")):
            yield prefix + name, given
        nested = reveal(values.get(name))
        if given.one and given.fields and isinstance(nested, dict):
            yield from _constrained(given.fields, f"{prefix}{name}.", nested)


def _at(values: Mapping[str, Value], path: str) -> Value:
    current: Value = dict(values)
    for part in path.split("."):
        current = reveal(current)
        if isinstance(current, Unknown):
            return current
        if not isinstance(current, dict):
            return None
        current = current.get(part)
    return current


def _given(value: Value) -> bool:
    value = reveal(value)
    return _present(value) and value != "" and not isinstance(value, Unknown)


def _said(value: Value, *, secret: bool) -> str:
    return "[secret]" if secret else shown(value)


def _did_you_mean(name: str, fields: Fields) -> str:
    given = [other for other in fields if fields[other].input or not fields[other].flags]
    close = difflib.get_close_matches(name, given, n=1, cutoff=0.6)
    return f"; did you mean {close[0]}?" if close else ""


def check(resource: Resource, inputs: Mapping[str, Value]) -> list[Failure]:
    """Every reason to refuse checked inputs (defaults and names already filled in)."""
    run = _Check(resource)
    run.fields(resource.fields, inputs, "", secret=False)
    run.constraints(resource.fields, inputs, set())
    for path, reason in crossfield.check(resource.token, inputs):
        run.fail(path, reason)
    return run.failures
