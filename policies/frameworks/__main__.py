"""Writes docs/frameworks.md anew: `python -m policies.frameworks`.

A control that a rule decides by now is taken off the list of open ones, too. With `--check`, says
whether page and list are what they should be, and ends with 1 if they are not.
"""

from __future__ import annotations

import sys
from pathlib import Path

from policies.engine.discovery import discover
from policies.engine.errors import PackError
from policies.frameworks.coverage import coverage
from policies.frameworks.page import page
from policies.frameworks.reading import DATA, read_tables, without

PAGE = Path(__file__).parents[2] / "docs" / "frameworks.md"
OPEN = DATA / "open.yaml"


def main(arguments: list[str]) -> int:
    """Write or check; 0 when all is as it should be, 2 for anything else that is asked."""
    if arguments not in ([], ["--check"]):
        print("usage: python -m policies.frameworks [--check]", file=sys.stderr)
        return 2
    try:
        covered = coverage(read_tables(), discover())
        written = {PAGE: page(covered), OPEN: without(_text(OPEN), covered.rules)}
    except PackError as error:
        print(error, file=sys.stderr)
        return 1
    stale = [file for file, text in written.items() if _text(file) != text]
    if not arguments:
        for file in stale:
            _ = file.write_text(written[file], encoding="utf-8")
        return 0
    for file in stale:
        print(f"{file.name} is not what the rules make: run ./noxw -s generate", file=sys.stderr)
    return 1 if stale else 0


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
