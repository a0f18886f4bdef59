"""Showing the matrix: a table on a terminal, plain lines elsewhere, JSON for programs."""

from __future__ import annotations

import dataclasses
import json

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from reports.requirements.matrix import Matrix, Row, Totals
from reports.requirements.model import Kind, Scope

_TEXT_WIDTH = 72
_COUNTS = ("statements", "infrastructure", "services", "superseded", "covered")
_HEADINGS = {Kind.RULE: "rules", Kind.UNIT: "unit tests", Kind.INTEGRATION: "integration"}


def show(matrix: Matrix, console: Console) -> None:
    """Print the matrix, its totals and its problems."""
    if console.is_terminal:
        console.print(_table(matrix))
        console.print(_totals_table(matrix))
    else:
        for line in _plain(matrix):
            print(line)
    for problem in matrix.problems:
        console.print(f"[bold red]error:[/] {escape(problem)}", soft_wrap=True, highlight=False)


def as_json(matrix: Matrix) -> str:
    """The whole matrix, with every piece of evidence by name."""
    return json.dumps(
        {
            "requirements": [_object(row) for row in matrix.rows],
            "totals": [dataclasses.asdict(line) for line in matrix.totals()],
            "problems": list(matrix.problems),
        },
        indent=2,
        ensure_ascii=False,
    )


def verdict(row: Row) -> str:
    """In one word how a requirement stands."""
    if row.uncovered:
        return "UNCOVERED"
    return "services" if row.requirement.scope is Scope.SERVICES else "covered"


def _object(row: Row) -> dict[str, object]:
    requirement = row.requirement
    told = {"reason": requirement.reason} if requirement.reason else {}
    overruled = requirement.superseded
    return {
        "id": requirement.id,
        "spec": requirement.spec,
        "section": requirement.section,
        "text": requirement.text,
        "scope": requirement.scope.value,
        **told,
        **({"superseded": dataclasses.asdict(overruled)} if overruled else {}),
        "covered": not row.uncovered and requirement.scope is Scope.INFRASTRUCTURE,
        **{kind.value: [one.name for one in row.of(kind)] for kind in Kind},
    }


def _table(matrix: Matrix) -> Table:
    table = Table(title="What proves the specifications", title_justify="left")
    table.add_column("id", no_wrap=True)
    table.add_column("text", no_wrap=True, overflow="ellipsis", ratio=1)
    for heading in _HEADINGS.values():
        table.add_column(heading, justify="right")
    spec = ""
    for row in matrix.rows:
        if spec and row.requirement.spec != spec:
            table.add_section()
        spec = row.requirement.spec
        counts = [str(len(row.of(kind)) or "·") for kind in Kind]
        style = {"UNCOVERED": "bold red", "services": "dim"}.get(verdict(row), "")
        table.add_row(row.requirement.id, escape(row.requirement.text), *counts, style=style)
    return table


def _totals_table(matrix: Matrix) -> Table:
    table = Table(title="By specification", title_justify="left")
    for heading in ("spec", *_COUNTS, *_HEADINGS.values()):
        table.add_column(heading, justify="left" if heading == "spec" else "right")
    for line in matrix.totals():
        table.add_row(*_figures(line))
    return table


def _plain(matrix: Matrix) -> list[str]:
    lines = [
        f"{row.requirement.id:<13} {verdict(row):<9} "
        + " ".join(f"{len(row.of(kind)):>3} {_HEADINGS[kind]}" for kind in Kind)
        + f"  {_shortened(row.requirement.text)}"
        for row in matrix.rows
    ]
    heading = ("spec", *_COUNTS, *_HEADINGS.values())
    figures = [heading, *(_figures(line) for line in matrix.totals())]
    widths = [max(len(line[column]) for line in figures) for column in range(len(heading))]
    return [
        *lines,
        "",
        *(
            "  ".join(f"{cell:>{w}}" for cell, w in zip(line, widths, strict=True))
            for line in figures
        ),
    ]


def _figures(line: Totals) -> tuple[str, ...]:
    counts = [getattr(line, name) for name in (*_COUNTS, "rules", "unit", "integration")]
    return (line.spec, *(str(count) for count in counts))


def _shortened(text: str) -> str:
    return text if len(text) <= _TEXT_WIDTH else f"{text[: _TEXT_WIDTH - 1]}…"
