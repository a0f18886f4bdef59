"""What frameworks are made of: their editions, their controls, and what a control leads to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from policies.engine.rules import Severity

# The standard whose controls the pack sets out to decide, and what AWS checks beside it.
BEST_PRACTICES = "FSBP"
SECURITY_HUB = "SecurityHub"


@dataclass(frozen=True, slots=True)
class Framework:
    """One edition of a framework, who publishes it, and where and when its facts were read."""

    id: str
    name: str
    version: str
    publisher: str
    source: str
    read: str


@dataclass(frozen=True, slots=True)
class Reference:
    """One entry of a framework, by the id that the framework gives it, with a title of our own."""

    framework: Framework
    id: str
    title: str

    @property
    def label(self) -> str:
        """How rules and reports write it: "FSBP ECS.2", "PCI-DSS-4.0.1 1.4.4"."""
        return f"{self.framework.id} {self.id}"


@dataclass(frozen=True, slots=True)
class Control:
    """A control that AWS checks running resources for.

    `listed` is false where AWS's list of the standard that was read is older than the control,
    so that its membership is concluded: it has to be in some standard, and names no other.
    `undecidable` says why code cannot decide it. `relations` are what AWS publishes with it.
    """

    reference: Reference
    severity: Severity
    listed: bool
    undecidable: str | None
    relations: tuple[Reference, ...]

    @property
    def label(self) -> str:
        """How rules write it: "FSBP ECS.2"."""
        return self.reference.label

    @property
    def service(self) -> str:
        """AWS's short name of the service that it is about: "ECS"."""
        return self.reference.id.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Tables:
    """All that is known of frameworks; each mapping is in the order in which it is shown."""

    frameworks: Mapping[str, Framework]
    references: Mapping[str, Reference]
    controls: Mapping[str, Control]
    # The controls that code can decide and that no rule decides yet, and why.
    open: Mapping[str, str]

    def of_framework(self, framework: str) -> tuple[Reference, ...]:
        """The entries of a framework, controls among them."""
        return tuple(one for one in self.references.values() if one.framework.id == framework)

    @property
    def best_practices(self) -> tuple[Control, ...]:
        """The controls of the standard that the pack sets out to decide."""
        return tuple(
            one for one in self.controls.values() if one.reference.framework.id == BEST_PRACTICES
        )


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A key that sorts ids as people do: EC2.9 before EC2.10, AC-2(4) before AC-2(12)."""
    parts = re.findall(r"\d+|\D+", text)
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts)
