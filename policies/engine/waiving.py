"""Waivers: which finding is excused on which stack, why, by whom, under which ticket, until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fnmatch import fnmatchcase


class WaiverSource(StrEnum):
    """Where a waiver stands."""

    FILE = "file"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """One excuse; `stacks` are shell-style patterns, everything else is meant as it stands.

    `resource` is a logical name, `type::name`, or a URN. With a `path`, only findings about that
    property are excused.
    """

    rule: str
    project: str
    stacks: tuple[str, ...]
    resource: str
    reason: str
    owner: str
    ticket: str
    expires: date
    path: str = ""
    source: WaiverSource = WaiverSource.FILE

    def names(self, project: str, stack: str) -> bool:
        """Whether the waiver speaks of this stack."""
        return self.project == project and any(fnmatchcase(stack, one) for one in self.stacks)

    def covers(self, rule: str, token: str, name: str, path: str = "", urn: str = "") -> bool:
        """Whether the waiver speaks of this finding (on a stack that it names)."""
        if self.rule != rule or (self.path and self.path != path):
            return False
        if self.resource.startswith("urn:"):
            return self.resource == urn
        return self.resource == (f"{token}::{name}" if "::" in self.resource else name)

    @property
    def label(self) -> str:
        """What a message calls it."""
        about = f"{self.resource}, property {self.path}" if self.path else self.resource
        return f"the waiver of {self.rule} for {about} ({self.owner}, {self.ticket})"
