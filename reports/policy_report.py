"""`python -m reports policy-report`: what the policy pack found, in every format."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from policies.engine.discovery import discover
from policies.engine.errors import PackError
from reports.errors import ReportError
from reports.formats import FORMATS, as_sarif
from reports.formats.text import clean
from reports.inputs import Judging, of_other_tool, of_record, of_state
from reports.results import Report, merged, report_of

_FIGURES = ("resources", "rules", "violations", "waived", "unknown")


class _Asked(argparse.Namespace):
    """The command line, read."""

    record: list[Path]
    state: list[Path]
    merge: list[Path]
    profile: str | None
    config: Path | None
    root: Path | None
    out: Path
    formats: str
    json: bool
    check: bool
    base: Path


def run(arguments: Sequence[str]) -> int:
    """Write the reports; 1 if anything found would stop a deployment, or was not judged whole."""
    asked = _parse(arguments)
    chosen = _formats(asked.formats)
    if asked.check:
        return 0
    try:
        report = _report(asked)
    except PackError as error:
        raise ReportError(error.headline, error.problems) from None
    written = write(report, chosen, asked.base / asked.out)
    if asked.json:
        print(json.dumps(_figures(report), indent=2))
    else:
        _show(report, written, _console())
    if "sarif" in chosen:
        for limit in as_sarif.over_limits(report):
            print(f"policy-report.sarif: {limit}", file=sys.stderr)
    return 0 if report.good else 1


def write(report: Report, formats: Sequence[str], folder: Path) -> list[Path]:
    """Write a report in some formats; the files, in their order. ReportError where it cannot."""
    files = [folder / FORMATS[name][0] for name in formats]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, file in zip(formats, files, strict=True):
            # Bytes, so that line ends are the same on every system.
            file.write_bytes(FORMATS[name][1](report).encode())
    except OSError as error:
        raise ReportError(f"The report cannot be written to {folder}: {error.strerror}") from None
    return files


def _parse(arguments: Sequence[str]) -> _Asked:
    parser = argparse.ArgumentParser(
        prog="nox -s policy-report -- [STACK… | --all]",
        description="What the policy pack found, in every format. Without names of stacks, what "
        "--state names is judged.",
        allow_abbrev=False,
    )
    for option, text in (
        ("--state", "judge an exported state (`pulumi stack export`) of any program"),
        ("--record", "what the pack said of a preview; the preview's JSON is sought beside it"),
        ("--merge", "add another tool's findings: JSON in the format of this report"),
    ):
        parser.add_argument(
            option, action="append", type=Path, default=[], metavar="FILE", help=text
        )
    parser.add_argument("--profile", help="judge a state by this profile (default: common)")
    parser.add_argument("--config", type=Path, help="the stack's file, for a state's configuration")
    parser.add_argument("--root", type=Path, help="the folder of the state's project")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write to")
    parser.add_argument("--formats", default=",".join(FORMATS), help="which (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print the figures, as JSON")
    parser.add_argument("--check", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--from", dest="base", type=Path, default=Path(), help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments, namespace=_Asked())
    if not (asked.state or asked.record or asked.merge or asked.check):
        parser.error("name stacks, --all or --state FILE")
    return asked


def _formats(text: str) -> list[str]:
    named = list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    unknown = [name for name in named if name not in FORMATS]
    if unknown or not named:
        raise ReportError(
            f"There is no format {', '.join(unknown) or text!r}.", [f"known: {', '.join(FORMATS)}"]
        )
    return named


def _report(asked: _Asked) -> Report:
    rules = discover() if asked.record or asked.state else ()
    base = asked.base
    how = Judging(
        today=datetime.now(UTC).date(),
        environ=os.environ,
        profile=asked.profile,
        config=base / asked.config if asked.config else None,
        root=base / asked.root if asked.root else None,
    )
    stacks = [of_record(base / path, rules) for path in asked.record]
    stacks += [of_state(base / path, rules, how) for path in asked.state]
    keys = [one.key for one in stacks]
    doubles = sorted({one.title for one in stacks if keys.count(one.key) > 1})
    if doubles:
        raise ReportError(f"The same stack is named twice: {', '.join(doubles)}.")
    return merged(report_of(stacks), [of_other_tool(base / path) for path in asked.merge])


def _console() -> Console:
    """A console wide enough for names; whoever reads a log has no window to fold them for."""
    console = Console()
    return console if console.is_terminal else Console(width=120)


def _figures(report: Report) -> dict[str, object]:
    return {
        "totals": report.totals,
        "stacks": [
            {
                "project": one.project,
                "stack": one.stack,
                "profile": one.profile,
                "source": one.source,
                "complete": one.complete,
                **one.totals,
            }
            for one in report.stacks
        ],
    }


def _show(report: Report, written: Sequence[Path], console: Console) -> None:
    table = Table(title="What the policy pack found", title_justify="left")
    for heading in ("stack", "profile"):
        # A stack that nobody can tell from another is of no use.
        table.add_column(heading, overflow="fold")
    for heading in _FIGURES:
        table.add_column(heading, justify="right")
    for one in report.stacks:
        colour = "green" if one.totals["violations"] == 0 else "bold red"
        figures = {name: str(one.totals[name]) for name in _FIGURES}
        figures["violations"] = f"[{colour}]{figures['violations']}"
        told = (escape(clean(text)) for text in (one.title, one.profile))
        table.add_row(*told, *figures.values())
    console.print(table)
    for one in report.stacks:
        if not one.complete:
            print(clean(f"{one.title}: the run ended before the whole stack was judged"))
        for finding in (each for each in one.findings if each.blocks):
            place = f"{finding.place.text}: " if finding.place else ""
            message = " ".join(finding.message.split())
            print(clean(f"{one.title}: {place}{finding.rule}: {finding.subject}: {message}"))
    for path in written:
        print(f"wrote {path}")
