"""Waivers: which finding is excused on which stack, why, by whom and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """One excuse; `stacks` and `resource` are shell-style patterns.

    `resource` is matched against the logical name, and against `type::name` if it has a `::`.
    """

    rule: str
    project: str
    stacks: tuple[str, ...]
    resource: str
    reason: str
    owner: str
    expires: date

    def names(self, project: str, stack: str) -> bool:
        """Whether the waiver speaks of this stack."""
        return self.project == project and any(fnmatchcase(stack, one) for one in self.stacks)

    def covers(self, rule: str, token: str, name: str) -> bool:
        """Whether the waiver speaks of this finding (on a stack that it names)."""
        subject = f"{token}::{name}" if "::" in self.resource else name
        return self.rule == rule and fnmatchcase(subject, self.resource)
