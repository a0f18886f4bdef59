"""Reviewed reasons for not minding what a check of checkov found: one file, each entry with its owner.

An entry excuses what it names and nothing else; one that excuses nothing is told, so that none outlives its finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final, cast

import yaml

from reports.errors import ReportError
from reports.results import Excuse, Found

_TEXTS: Final = ("check", "resource", "reason", "owner")
_KEYS: Final = frozenset({*_TEXTS, "stacks", "expires"})
_SHORTEST_REASON: Final = 4
"""Words; fewer are a shrug."""


@dataclass(frozen=True, slots=True)
class Skip:
    """Why some findings of one check are as they should be. Names are patterns of the shell."""

    check: str
    # A resource's logical name or `type::name`; for a file of the repository, its path.
    resource: str
    reason: str
    owner: str
    stacks: tuple[str, ...] = ("*",)
    expires: date | None = None

    @property
    def excuse(self) -> Excuse:
        """As reports show it."""
        return Excuse(
            self.reason,
            owner=self.owner,
            expires=self.expires.isoformat() if self.expires else "",
        )

    def concerns(self, stack: str) -> bool:
        """Whether it speaks of a stack."""
        return any(fnmatchcase(stack, pattern) for pattern in self.stacks)

    def excuses(self, found: Found, stack: str, today: date) -> bool:
        """Whether it excuses this finding today."""
        names = (found.name, f"{found.type}::{found.name}")
        return (
            found.rule == self.check
            and self.concerns(stack)
            and (self.expires is None or today <= self.expires)
            and any(fnmatchcase(name, self.resource) for name in names)
        )


@dataclass(frozen=True, slots=True)
class Skips:
    """The skips of one project: nobody else's stack is excused by them."""

    project: str = ""
    entries: tuple[Skip, ...] = ()

    def of(self, found: Found, project: str, stack: str, today: date) -> Skip | None:
        """The first entry that excuses a finding."""
        if project != self.project:
            return None
        return next((one for one in self.entries if one.excuses(found, stack, today)), None)

    def unused(self, used: Iterable[Skip]) -> tuple[Skip, ...]:
        """The entries that have excused nothing."""
        known = set(used)
        return tuple(one for one in self.entries if one not in known)


def read_skips(path: Path) -> Skips:
    """The skips in a file. ReportError with all that is wrong in it."""
    try:
        content: object = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ReportError(f"{path} cannot be read: {' '.join(str(error).split())}") from None
    fields = cast("dict[object, object]", content) if isinstance(content, dict) else {}
    listed = fields.get("skips")
    project = fields.get("project")
    if not isinstance(listed, list) or not isinstance(project, str):
        raise ReportError(f"{path} must name a `project` and its list of `skips`.")
    problems: list[str] = []
    entries = [
        _skip(entry, f"entry {number}", problems)
        for number, entry in enumerate(cast("list[object]", listed), start=1)
    ]
    if problems:
        raise ReportError(f"{path} has skips that are not in order:", problems)
    return Skips(project, tuple(one for one in entries if one is not None))


def _skip(entry: object, where: str, problems: list[str]) -> Skip | None:
    before = len(problems)
    none: Mapping[object, object] = {}
    fields = cast("Mapping[object, object]", entry) if isinstance(entry, dict) else none
    strange = sorted(str(key) for key in fields if key not in _KEYS)
    if strange:
        problems.append(f"{where} has {', '.join(strange)}; known are {', '.join(sorted(_KEYS))}")
    texts = {key: str(fields.get(key) or "").strip() for key in _TEXTS}
    missing = [key for key, text in texts.items() if not text]
    if missing:
        problems.append(f"{where} lacks {', '.join(missing)}")
    elif len(texts["reason"].split()) < _SHORTEST_REASON:
        problems.append(f"{where}: its reason says too little to be judged by a reviewer")
    stacks = fields.get("stacks", ["*"])
    if not isinstance(stacks, list) or not stacks:
        problems.append(f"{where}: stacks must be a list of names or patterns")
        stacks = ["*"]
    expires = fields.get("expires")
    if expires is not None and not isinstance(expires, date):
        problems.append(f"{where}: expires must be a date, such as 2027-04-30")
    if len(problems) > before:
        return None
    named = tuple(str(one) for one in cast("list[object]", stacks))
    return Skip(**texts, stacks=named, expires=expires if isinstance(expires, date) else None)
