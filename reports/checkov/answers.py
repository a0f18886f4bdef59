"""What checkov answered, read: each check's verdict on each resource of a plan or line of a file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final, cast

from reports.errors import ReportError

PLAN: Final = "terraform_plan"
_VERDICTS: Final = {"passed_checks": True, "failed_checks": False, "skipped_checks": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One check's verdict on one thing."""

    framework: str
    check: str
    title: str
    passed: bool
    # The file as checkov was given it, and in a file of ours the line, from 1.
    file: str
    line: int
    # A plan's address, or what checkov calls the part of the file.
    resource: str
    # What it looked at, by Terraform's names.
    looked_at: tuple[str, ...] = ()
    guideline: str = ""
    # Why a comment in the file excuses it; empty where none does.
    comment: str = ""

    @property
    def plan(self) -> str:
        """The name of the plan's file, without its ending: plans are named by their stack."""
        return PurePath(self.file).stem


def read_answers(text: str) -> tuple[Answer, ...]:
    """Every verdict in a file of checkov's reports, once each, in order.

    ReportError where it is none, and where checkov could not read what it was given: silence would pass for approval.
    """
    try:
        content: object = json.loads(text)
        reports = [_mapping(one) for one in _list(content)]
        unread = [str(file) for report in reports for file in _unread(report)]
        found = {answer for report in reports for answer in _answers(report)}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ReportError(f"It is no answer of checkov: {type(error).__name__}: {error}") from None
    if unread:
        raise ReportError("checkov could not read what it was given:", unread)
    return tuple(sorted(found, key=_order))


def _order(answer: Answer) -> tuple[str, int, str, str]:
    return (answer.file, answer.line, answer.resource, answer.check)


def _unread(report: Mapping[str, object]) -> Iterable[object]:
    # Where a framework found nothing to judge, its report is a map of figures, all 0.
    return _list(_mapping(report.get("results", {})).get("parsing_errors", []))


def _answers(report: Mapping[str, object]) -> Iterator[Answer]:
    results = _mapping(report.get("results", {}))
    for key, passed in _VERDICTS.items():
        for record in _list(results.get(key, [])):
            yield _answer(str(report["check_type"]), _mapping(record), passed=passed)


def _answer(framework: str, record: Mapping[str, object], *, passed: bool) -> Answer:
    verdict = _mapping(record["check_result"])
    lines = _list(record["file_line_range"])
    first = lines[0] if lines else 0
    return Answer(
        framework=framework,
        check=str(record["check_id"]),
        title=str(record["check_name"]),
        passed=passed,
        file=str(record["file_abs_path"]),
        line=first if isinstance(first, int) and framework != PLAN else 0,
        resource=str(record.get("resource_address") or record["resource"]),
        looked_at=tuple(str(key) for key in _list(verdict.get("evaluated_keys") or []) if key),
        guideline=str(record.get("guideline") or ""),
        comment=str(verdict.get("suppress_comment") or ""),
    )


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError(f"{type(value).__name__} where a mapping must be")
    return cast("dict[str, object]", value)


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(f"{type(value).__name__} where a list must be")
    return cast("list[object]", value)
