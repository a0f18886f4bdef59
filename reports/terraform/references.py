"""Which resource an argument refers to, said as Terraform does: `aws_vpc.network.id`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from graph.model import Resource
from graph.raw import Raw, Secret
from reports.terraform.names import names_of, snake

# A shorter text is in others by accident.
_SHORTEST_HANDLE: Final = 8
# By these a resource is named to others, also where the program has chosen the name.
_NAMES: Final = frozenset({"bucket", "identifier", "name"})
_WORD: Final = re.compile(r"[a-z0-9]+")
# Words that say how something is referred to, and nothing of what.
_EMPTY_WORDS: Final = frozenset({"aws", "id", "ids", "arn", "arns", "name", "names", "source"})


@dataclass(frozen=True, slots=True)
class _Target:
    """A resource that may be referred to."""

    address: str
    type: str
    # By its text, the Terraform name of an output that only AWS gives a value, or that is the resource's name.
    outputs: Mapping[str, str]
    # The same for what else the program itself has given: known before there is a resource.
    given: Mapping[str, str]

    def by(self, output: str) -> tuple[str, str]:
        """A reference as a plan writes it: the attribute, then the resource."""
        return f"{self.address}.{output}", self.address


class Referrals:
    """The references of one top-level argument: the engine keeps dependencies by argument, not by leaf."""

    def __init__(self, resources: Iterable[Resource], addresses: Mapping[str, str]) -> None:
        self._targets = [
            _target(one, addresses[one.urn]) for one in resources if one.urn in addresses
        ]

    def __call__(self, name: str, text: str | None) -> tuple[tuple[str, ...], bool]:
        """What a leaf of this name refers to, and whether its value is only known by that.

        A known text refers to the resource whose output it is, or contains. An unknown one (text None) refers to those
        whose type its name resembles, or else to all that the whole argument depends on.
        """
        if text is None:
            return self._likely(name), True
        for target in self._targets:
            if text in target.outputs:
                return target.by(target.outputs[text]), True
            if text in target.given:
                return target.by(target.given[text]), False
        found = [
            target.by(output)
            for target in self._targets
            for handle, output in target.outputs.items()
            if len(handle) >= _SHORTEST_HANDLE and handle in text
        ]
        return tuple(dict.fromkeys(name for names in found for name in names)), False

    def _likely(self, name: str) -> tuple[str, ...]:
        scores = [(_resemblance(name, target.type), target) for target in self._targets]
        best = max((score for score, _ in scores), default=0)
        output = "arn" if "arn" in name else "id"
        chosen = [target for score, target in scores if score == best]
        return tuple(name for target in chosen for name in target.by(output))


def _target(resource: Resource, address: str) -> _Target:
    inputs = resource.declaration.inputs or {}
    outputs: dict[str, str] = {}
    given: dict[str, str] = {}
    # A preview has inputs only.
    told = {**inputs, **resource.declaration.properties, "id": resource.id.scalar()}
    for key, raw in told.items():
        text = _text(raw)
        if text:
            chosen = _text(inputs.get(key)) == text and key not in _NAMES
            (given if chosen else outputs).setdefault(text, snake(key))
    names = names_of(resource.type)
    return _Target(address, names.terraform if names else "", outputs, given)


def _text(raw: Raw) -> str:
    value = raw.value if isinstance(raw, Secret) else raw
    return value if isinstance(value, str) else ""


def _resemblance(name: str, kind: str) -> int:
    """How many words a field's name and a type share: `security_groups`, `aws_security_group`."""
    words = {word.rstrip("s") for word in _WORD.findall(name.replace("_", " "))}
    others = {word.rstrip("s") for word in _WORD.findall(kind.replace("_", " "))}
    return len((words & others) - {word.rstrip("s") for word in _EMPTY_WORDS})
