"""The findings as a table for spreadsheets: a row each, waived and unknown ones included."""

from __future__ import annotations

import csv
import io
from typing import Final

from reports.formats.text import clean
from reports.results import Excuse, Found, Report, StackReport

COLUMNS: Final = (
    "project",
    "stack",
    "profile",
    "tool",
    "rule",
    "state",
    "level",
    "severity",
    "type",
    "name",
    "path",
    "message",
    "mend",
    "remedy",
    "why",
    "requirement",
    "controls",
    "waiver reason",
    "waiver owner",
    "waiver ticket",
    "waiver expires",
    "waiver source",
    "file",
    "line",
    "urn",
    "fingerprint",
)
# A spreadsheet takes a cell that begins with one of these for a formula, and would run it.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def render(report: Report) -> str:
    """The table, with a heading; lines end as RFC 4180 has them."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for stack in report.stacks:
        for finding in stack.findings:
            writer.writerow([harmless(clean(cell)) for cell in _row(stack, finding)])
    return text.getvalue()


def harmless(cell: str) -> str:
    """The cell as text for a spreadsheet: what would be a formula begins with an apostrophe."""
    # Behind blanks and quotes too: some programs strip them first.
    return f"'{cell}" if cell.lstrip(" '\"").startswith(_FORMULA) else cell


def _waiver(excuse: Excuse) -> tuple[str, ...]:
    return (excuse.reason, excuse.owner, excuse.ticket, excuse.expires, excuse.source)


def _row(stack: StackReport, finding: Found) -> tuple[str, ...]:
    rule = stack.rule_of(finding)
    excuse, place = finding.excuse, finding.place
    return (
        stack.project,
        stack.stack,
        stack.profile,
        finding.tool,
        finding.rule,
        finding.state.value,
        finding.level,
        finding.severity,
        finding.type,
        finding.name,
        finding.path,
        finding.message,
        rule.mend,
        "available" if rule.remedy else "",
        rule.why,
        rule.requirement,
        "; ".join(rule.controls),
        *(_waiver(excuse) if excuse else ("",) * 5),
        *((place.file, str(place.line)) if place else ("", "")),
        finding.urn,
        finding.fingerprint,
    )
