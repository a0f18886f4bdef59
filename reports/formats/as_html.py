"""The report as one HTML file, which needs nothing beside it: no network, no other file.

The page itself is in `page/`. Everything that comes from a program is escaped by the template
engine; and the page's own rules let a browser run only our script and our style, by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reports.formats.text import clean
from reports.results import SEVERITIES, Counts, Found, JudgedRule, Report, StackReport, State

_PAGE: Final = Path(__file__).parent / "page"


@dataclass(frozen=True, slots=True)
class _Inline:
    """A style or script of ours, and the hash by which the page allows it."""

    text: Markup
    hash: str


@dataclass(frozen=True, slots=True)
class _Shown:
    """A finding with what its row tells."""

    finding: Found
    rule: JudgedRule
    stack: StackReport
    anchor: str


@dataclass(frozen=True, slots=True)
class _Cell:
    """What one rule said of one stack."""

    stack: str
    verdict: str
    text: str


@dataclass(frozen=True, slots=True)
class _Row:
    """One rule over all stacks."""

    rule: JudgedRule
    cells: tuple[_Cell, ...]
    states: tuple[str, ...]
    stacks: tuple[str, ...]


def render(report: Report) -> str:
    """The whole page; the same report is the same text."""
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            headline=headline(report),
            findings=[
                _shown(stack, finding)
                for stack, finding in sorted(
                    ((stack, one) for stack in report.stacks for one in stack.findings),
                    key=lambda each: _worst_first(each[1]),
                )
            ],
            rules=_rows(report),
            filters=_filters(report),
            style=_inline("report.css"),
            script=_inline("report.js"),
        )
    )


def headline(report: Report) -> str:
    """The whole report in one sentence."""
    totals = report.totals
    stacks = _counted(len(report.stacks), "stack")
    told = f"{totals.get('waived', 0)} waived, {totals.get('unknown', 0)} unknown"
    unfinished = "" if all(one.complete for one in report.stacks) else "; not all was judged"
    violations = _counted(totals.get("violations", 0), "violation")
    return f"{violations} in {stacks} ({told}){unfinished}"


def _counted(count: int, what: str) -> str:
    return f"{count or 'no'} {what}{'' if count == 1 else 's'}"


def _worst_first(finding: Found) -> tuple[int, int]:
    """The order over all stacks; a stack's own findings are in order already."""
    return (list(State).index(finding.state), SEVERITIES.index(finding.severity))


def _shown(stack: StackReport, finding: Found) -> _Shown:
    named = "/".join((*stack.key, finding.fingerprint))
    anchor = hashlib.sha256(named.encode()).hexdigest()[:16]
    return _Shown(finding, stack.rule_of(finding), stack, anchor)


def _rows(report: Report) -> list[_Row]:
    by_rule: dict[tuple[str, str], dict[str, JudgedRule]] = {}
    states: dict[tuple[str, str], set[State]] = {}
    for stack in report.stacks:
        for rule in stack.rules:
            by_rule.setdefault((rule.tool, rule.name), {})[stack.title] = rule
        for finding in stack.findings:
            states.setdefault((finding.tool, finding.rule), set()).add(finding.state)
    return [
        _Row(
            rule=next(iter(judged.values())),
            cells=tuple(_cell(one.title, judged) for one in report.stacks),
            states=tuple(one for one in State if one in states.get(key, ())),
            stacks=tuple(judged),
        )
        for key, judged in sorted(by_rule.items())
    ]


def _cell(stack: str, judged: Mapping[str, JudgedRule]) -> _Cell:
    rule = judged.get(stack)
    if rule is None:
        return _Cell(stack, "unjudged", "")
    return _Cell(stack, rule.counts.verdict, _counts(rule.counts))


def _counts(counts: Counts) -> str:
    marked = (("✗", counts.failed), ("?", counts.unknown), ("✓", counts.passed))
    return " ".join(f"{mark} {count}" for mark, count in marked if count) or "·"


def _filters(report: Report) -> list[dict[str, object]]:
    tools = sorted({tool for stack in report.stacks for tool in stack.tools})
    offered: list[tuple[str, str, list[str]]] = [
        ("stack", "Stack", [one.title for one in report.stacks]),
        ("state", "Finding", [one.value for one in State]),
        ("severity", "Severity", list(SEVERITIES)),
        ("tool", "Tool", tools),
    ]
    return [
        {"name": name, "label": label, "values": values}
        for name, label, values in offered
        if len(values) > 1
    ]


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_PAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_final,
    )


def _final(value: object) -> object:
    """What a template puts in, without what a browser can't show."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return clean(value)


@cache
def _inline(name: str) -> _Inline:
    text = (_PAGE / name).read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    # Our own file, of this folder: nothing in it comes from a judged program.
    return _Inline(Markup(text), f"sha256-{digest}")  # noqa: S704
