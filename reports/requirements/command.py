"""`python -m reports requirements`: prints the matrix, and fails unless every statement is proven."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from reports import locations
from reports.requirements.evidence import of_rules, of_tests
from reports.requirements.matrix import Matrix, join
from reports.requirements.page import page
from reports.requirements.reading import read_all
from reports.requirements.rendering import as_json, show

PAGE = "README.md"


def run(arguments: Sequence[str], *, root: Path = locations.REPOSITORY) -> int:
    """Print the matrix as asked for; 1 if anything is uncovered, dangling or not current."""
    parser = argparse.ArgumentParser(
        prog="python -m reports requirements",
        description="The matrix of requirements, rules, tests and integration assertions.",
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the matrix as JSON, for programs")
    form.add_argument("--write", action="store_true", help=f"write docs/requirements/{PAGE} anew")
    asked = parser.parse_args(arguments)

    folder = root / "docs" / "requirements"
    specifications = read_all(folder)
    found = of_rules() + of_tests(root)
    matrix = join(specifications, found.evidence, found.problems)
    rendered = page(specifications, matrix)
    if asked.write:
        (folder / PAGE).write_text(rendered)
    matrix = Matrix(matrix.rows, (*matrix.problems, *_stale(folder / PAGE, rendered)))
    if asked.json:
        print(as_json(matrix))
    else:
        show(matrix, Console())
    return 1 if matrix.problems else 0


def _stale(committed: Path, rendered: str) -> tuple[str, ...]:
    if committed.exists() and committed.read_text() == rendered:
        return ()
    mending = "run `python -m reports requirements --write` and commit it"
    return (f"docs/requirements/{committed.name} is not current: {mending}",)
