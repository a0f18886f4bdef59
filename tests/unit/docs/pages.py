"""What the tests read of the pages."""

from __future__ import annotations

import re
from pathlib import Path

REPOSITORY = Path(__file__).parents[3]
INFRASTRUCTURE = REPOSITORY / "docs" / "infrastructure"
INDEX = INFRASTRUCTURE / "README.md"


def written_pages() -> list[Path]:
    """Every page in Markdown that people read: of the documentation, and beside the code."""
    folders = ("", "apps", "docs", "infra", "toolchain")
    nested = [page for folder in folders[1:] for page in (REPOSITORY / folder).rglob("*.md")]
    return sorted([*REPOSITORY.glob("*.md"), *nested])


def section(page: Path, heading: str) -> str:
    """What stands below a heading, up to the next of its rank."""
    text = page.read_text()
    rank, _, _ = heading.partition(" ")
    assert f"\n{heading}\n" in text, f"{page.name} has no heading {heading!r}"
    below = text.partition(f"\n{heading}\n")[2]
    return re.split(rf"^{rank} ", below, maxsplit=1, flags=re.MULTILINE)[0]


def tables(text: str) -> list[list[list[str]]]:
    """The tables of a text: rows of cells, the heading first, without emphasis."""
    found: list[list[list[str]]] = [[]]
    for line in text.splitlines():
        if not line.startswith("|"):
            found.append([])
        elif not re.fullmatch(r"[|:\- ]+", line) or "---" not in line:
            found[-1].append([cell.strip().strip("*") for cell in line.strip("|").split("|")])
    return [table for table in found if table]


def columns(table: list[list[str]]) -> dict[str, dict[str, str]]:
    """A table by the heading of each column, then by the first cell of each row."""
    heading, *rows = table
    return {
        name: {row[0]: row[number] for row in rows}
        for number, name in enumerate(heading)
        if number > 0
    }
