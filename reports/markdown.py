"""What the reports read of a page in Markdown: its headings, their anchors and its links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FENCE = re.compile(r"^(```|~~~)")
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*\s*$")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_NOT_IN_ANCHORS = re.compile(r"[^\w\- ]")


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a page, and the line it stands in, from 1."""

    target: str
    line: int


def links(text: str) -> list[Link]:
    """Every link of a page that is not in a block of code."""
    return [
        Link(target, number)
        for number, line in _prose(text)
        for target in _LINK.findall(re.sub(r"`[^`]*`", "", line))
    ]


def anchors(text: str) -> frozenset[str]:
    """The anchors that a page's headings have where it is shown (GitHub's way of naming them)."""
    found: list[str] = []
    for _, line in _prose(text):
        heading = _HEADING.match(line)
        if heading:
            found.append(_fresh(_slug(heading.group(1)), found))
    return frozenset(found)


@cache
def broken(page: Path, target: str) -> str:
    """Why a link from a page leads nowhere within the repository; empty where it leads somewhere."""
    if re.match(r"[a-z]+:", target):
        return ""
    path, _, anchor = target.partition("#")
    file = (page.parent / path).resolve() if path else page
    if not file.exists():
        return f"there is no {path}"
    if anchor and anchor not in anchors(file.read_text()):
        return f"{file.name} has no heading #{anchor}"
    return ""


def _prose(text: str) -> Iterator[tuple[int, str]]:
    fenced = False
    for number, line in enumerate(text.splitlines(), start=1):
        if _FENCE.match(line.lstrip()):
            fenced = not fenced
        elif not fenced:
            yield number, line


def _slug(heading: str) -> str:
    shown = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return _NOT_IN_ANCHORS.sub("", shown.lower()).replace(" ", "-")


def _fresh(slug: str, taken: list[str]) -> str:
    """A heading that repeats another gets a number."""
    number = 0
    candidate = slug
    while candidate in taken:
        number += 1
        candidate = f"{slug}-{number}"
    return candidate
