"""The formats in which a report is told, each with the name of its file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from reports.formats import as_csv, as_html, as_json, as_junit, as_sarif
from reports.results import Report

FORMATS: Final[dict[str, tuple[str, Callable[[Report], str]]]] = {
    "sarif": ("policy-report.sarif", as_sarif.render),
    "junit": ("policy-report.junit.xml", as_junit.render),
    "json": ("policy-report.json", as_json.render),
    "csv": ("policy-report.csv", as_csv.render),
    "html": ("policy-report.html", as_html.render),
}
"""Every format by its name: the file's name, and what writes its text."""
