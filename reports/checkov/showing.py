"""checkov's findings on a terminal: a table of stacks, then what counts, then what is advice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from reports.checkov.severities import STOPPING
from reports.results import Found, Report, StackReport, State


def show(report: Report, unused: Sequence[str], written: Path) -> None:
    """Tell a person what was found, and where all of it stands."""
    console = Console(soft_wrap=True, highlight=False)
    table = Table(title="What checkov found", title_justify="left")
    table.add_column("stack")
    for heading in ("resources", "checks", "passed", "grave", "advice", "excused"):
        table.add_column(heading, justify="right")
    for one in report.stacks:
        table.add_row(escape(one.title), *_figures(one))
    console.print(table)
    for one in report.stacks:
        for found in (each for each in one.of(State.VIOLATION) if each.severity in STOPPING):
            console.print(f"{one.title}: {_line(found)}", markup=False)
    advice = Counter(
        (found.rule, found.message.partition(" (it looked")[0])
        for one in report.stacks
        for found in one.of(State.VIOLATION)
        if found.severity not in STOPPING
    )
    for (rule, message), count in sorted(advice.items()):
        console.print(f"advice: {rule}: {message}: {count} times", markup=False)
    for one in unused:
        console.print(f"error: the skip of {one} excuses nothing: take it out", markup=False)
    console.print(f"wrote {written}", markup=False)


def _figures(stack: StackReport) -> list[str]:
    violations = stack.of(State.VIOLATION)
    grave = sum(1 for one in violations if one.severity in STOPPING)
    return [
        str(stack.resources),
        str(len(stack.rules)),
        str(stack.totals["passed"]),
        f"[{'bold red' if grave else 'green'}]{grave}",
        str(len(violations) - grave),
        str(len(stack.of(State.WAIVED))),
    ]


def _line(found: Found) -> str:
    place = f"{found.place.text}: " if found.place else ""
    return f"{place}{found.rule}: {found.subject}: {found.message}"
