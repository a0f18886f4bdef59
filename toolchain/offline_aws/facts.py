"""What the real provider says of each resource type: facts/<module>.json, read when first needed.

See facts/README.md for the source, its licences and the form of an entry.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Final, TypeAlias, cast

from typing_extensions import override

FOLDER: Final = Path(__file__).parent / "facts"

# One rule of `probe_messages`, and the groups of them that a property carries.
Rule: TypeAlias = Mapping[str, object]
Raw: TypeAlias = "str | Mapping[str, object]"

# Older names of the same resource, which Pulumi still offers.
ALIASES: Final = {
    "aws:alb/": "aws:lb/",
    "aws:applicationloadbalancing/": "aws:lb/",
    "aws:elasticloadbalancingv2/": "aws:lb/",
    "aws:elasticloadbalancing/": "aws:elb/",
}


@dataclass(frozen=True)
class Property:
    """One property: its type, whether it is given or computed, and what it accepts."""

    name: str
    flags: str
    kind: str
    """s text, i whole number, n number, b boolean, l list, t set, m map, o object, ? not known."""
    element: str
    raw: Mapping[str, object]

    @property
    def required(self) -> bool:
        return "r" in self.flags

    @property
    def input(self) -> bool:
        """Whether a program may give it."""
        return "r" in self.flags or "o" in self.flags

    @property
    def computed(self) -> bool:
        return "c" in self.flags

    @property
    def sensitive(self) -> bool:
        return "s" in self.flags or "w" in self.flags

    @property
    def write_only(self) -> bool:
        """Whether it is sent to AWS and kept nowhere; another property's change sends it anew."""
        return "w" in self.flags

    @property
    def force_new(self) -> bool:
        return "f" in self.flags

    @property
    def one(self) -> bool:
        """A Terraform list of at most one item, which Pulumi shows as an object."""
        return "one" in self.raw or self.kind == "o"

    @property
    def autonamed(self) -> bool:
        return "auto" in self.raw

    @property
    def default(self) -> object:
        """The provider's own default, or None."""
        return self.raw.get("default")

    def paths(self, which: str) -> list[str]:
        """The other properties of a `not`, `one_of`, `any_of` or `with` constraint."""
        return cast("list[str]", self.raw.get(which, []))

    @property
    def rules(self) -> list[list[Rule]]:
        return cast("list[list[Rule]]", self.raw.get("rules", []))

    def count(self, which: str) -> int | None:
        """The `min` or `max` number of items."""
        return cast("int | None", self.raw.get(which))

    @cached_property
    def fields(self) -> Fields:
        """The properties of a nested object; empty where it has none or they are not known."""
        return Fields(cast("Mapping[str, Raw]", self.raw.get("fields", {})))


class Fields(Mapping[str, Property]):
    """The properties of a resource or a nested object, each parsed when first asked for."""

    def __init__(self, raw: Mapping[str, Raw]) -> None:
        self._raw = raw
        self._parsed: dict[str, Property] = {}

    @override
    def __getitem__(self, name: str) -> Property:
        parsed = self._parsed.get(name)
        if parsed is None:
            raw = self._raw[name]
            body: Mapping[str, object] = {} if isinstance(raw, str) else raw
            head = raw if isinstance(raw, str) else cast("str", raw["is"])
            flags, _, kind = head.rpartition(" ")
            kind, _, element = kind.partition(":")
            parsed = self._parsed[name] = Property(name, flags, kind, element, body)
        return parsed

    @override
    def __contains__(self, name: object) -> bool:
        return name in self._raw

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    @override
    def __len__(self) -> int:
        return len(self._raw)


@dataclass(frozen=True)
class Resource:
    """One resource type."""

    token: str
    terraform: str
    framework: bool
    fields: Fields


def canonical(token: str) -> str:
    """The token under which the life tables know a type that has several."""
    for old, new in ALIASES.items():
        if token.startswith(old):
            return new + token[len(old) :]
    return token


@cache
def _module(name: str) -> Mapping[str, Mapping[str, object]]:
    file = FOLDER / f"{name}.json"
    if not file.is_file():
        return {}
    return cast("Mapping[str, Mapping[str, object]]", json.loads(file.read_bytes()))


@cache
def resource(token: str) -> Resource | None:
    """The facts of a type token such as `aws:lb/listener:Listener`; None where there are none."""
    package, _, rest = token.partition(":")
    module, _, _ = rest.partition("/")
    if package != "aws" or not module.isidentifier():
        return None
    found = _module(module).get(token)
    if found is None:
        return None
    return Resource(
        token,
        str(found["tf"]),
        found["kind"] == "framework",
        Fields(cast("Mapping[str, Raw]", found["p"])),
    )


def tokens() -> list[str]:
    """Every type token that has facts."""
    return sorted(token for file in FOLDER.glob("*.json") for token in _module(file.stem))
