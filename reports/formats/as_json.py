"""The report as JSON, as `reports/formats/policy-report.schema.json` describes it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final, cast

from reports.errors import ReportError
from reports.formats.text import as_json
from reports.results import (
    SEVERITIES,
    Counts,
    Excuse,
    Found,
    JudgedRule,
    Place,
    Report,
    StackReport,
    State,
    report_of,
    stack_report,
)

VERSION: Final = 1


def render(report: Report) -> str:
    """The whole report; the same report is the same text."""
    content = {
        "version": VERSION,
        "totals": report.totals,
        "stacks": [_stack(one) for one in report.stacks],
    }
    return as_json(content)


def read(text: str) -> Report:
    """The report in a text, which may be that of another tool; ReportError if it is none."""
    try:
        content = _mapping(json.loads(text))
        if content["version"] != VERSION:
            raise ReportError(f"The report has version {content['version']!r}, not {VERSION}.")
        return report_of(_read_stack(_mapping(one)) for one in _list(content["stacks"]))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ReportError(f"It is no report: {type(error).__name__}: {error}") from None


def _stack(stack: StackReport) -> dict[str, object]:
    return {
        "project": stack.project,
        "stack": stack.stack,
        "profile": stack.profile,
        "source": stack.source,
        "complete": stack.complete,
        "configuration": None if stack.configuration is None else _place(stack.configuration),
        "totals": stack.totals,
        "rules": [_rule(one) for one in stack.rules],
        "findings": [_finding(one) for one in stack.findings],
    }


def _rule(rule: JudgedRule) -> dict[str, object]:
    counts = rule.counts
    return {
        "tool": rule.tool,
        "name": rule.name,
        "title": rule.title,
        "why": rule.why,
        "mend": rule.mend,
        "requirement": rule.requirement,
        "severity": rule.severity,
        "level": rule.level,
        "requirements": list(rule.covers),
        "controls": list(rule.controls),
        "page": rule.help_uri,
        "remedy": rule.remedy,
        "verdict": counts.verdict,
        "verdicts": {
            "pass": counts.passed,
            "fail": counts.failed,
            "unknown": counts.unknown,
            "not-applicable": counts.not_applicable,
        },
    }


def _finding(finding: Found) -> dict[str, object]:
    return {
        "tool": finding.tool,
        "rule": finding.rule,
        "state": finding.state.value,
        "level": finding.level,
        "severity": finding.severity,
        "urn": finding.urn,
        "type": finding.type,
        "name": finding.name,
        "path": finding.path,
        "message": finding.message,
        "crashed": finding.crashed,
        "waiver": None if finding.excuse is None else _waiver(finding.excuse),
        "source": None if finding.place is None else _place(finding.place),
        "callers": [_place(one) for one in finding.places[1:]],
        "fingerprint": finding.fingerprint,
    }


def _waiver(excuse: Excuse) -> dict[str, str]:
    return {
        "reason": excuse.reason,
        "owner": excuse.owner,
        "ticket": excuse.ticket,
        "expires": excuse.expires,
        "source": excuse.source,
    }


def _place(place: Place) -> dict[str, object]:
    return {"file": place.file, "line": place.line, "column": place.column}


def _read_stack(told: Mapping[str, object]) -> StackReport:
    rules = [_read_rule(_mapping(one)) for one in _list(told["rules"])]
    findings = [_read_finding(_mapping(one)) for one in _list(told["findings"])]
    strangers = {(one.tool, one.rule) for one in findings} - {(one.tool, one.name) for one in rules}
    if strangers:
        named = ", ".join(sorted(" ".join(one) for one in strangers))
        raise ReportError(
            f"It is no report: it has findings of rules that it does not name: {named}"
        )
    configuration = told.get("configuration")
    return stack_report(
        project=str(told["project"]),
        stack=str(told["stack"]),
        profile=str(told["profile"]),
        source=str(told["source"]),
        resources=_whole(_mapping(told["totals"])["resources"]),
        complete=told["complete"] is True,
        configuration=_read_place(_mapping(configuration)) if configuration else None,
        rules=rules,
        findings=findings,
    )


def _read_rule(told: Mapping[str, object]) -> JudgedRule:
    verdicts = {key: _whole(value) for key, value in _mapping(told["verdicts"]).items()}
    severity = str(told["severity"])
    if severity not in SEVERITIES:
        raise ReportError(f"It is no report: {severity!r} is none of {', '.join(SEVERITIES)}")
    return JudgedRule(
        tool=str(told["tool"]),
        name=str(told["name"]),
        title=str(told["title"]),
        why=str(told["why"]),
        mend=str(told["mend"]),
        requirement=str(told["requirement"]),
        severity=severity,
        level=str(told["level"]),
        covers=tuple(str(one) for one in _list(told["requirements"])),
        controls=tuple(str(one) for one in _list(told["controls"])),
        help_uri=str(told["page"]),
        # Another tool need not know of such a thing.
        remedy=told.get("remedy") is True,
        counts=Counts(
            passed=verdicts["pass"],
            failed=verdicts["fail"],
            unknown=verdicts["unknown"],
            not_applicable=verdicts["not-applicable"],
        ),
    )


def _read_finding(told: Mapping[str, object]) -> Found:
    waiver, source = told["waiver"], told["source"]
    places = [*([source] if source else []), *_list(told["callers"])]
    return Found(
        tool=str(told["tool"]),
        rule=str(told["rule"]),
        state=State(str(told["state"])),
        level=str(told["level"]),
        severity=str(told["severity"]),
        urn=str(told["urn"]),
        type=str(told["type"]),
        name=str(told["name"]),
        path=str(told["path"]),
        message=str(told["message"]),
        excuse=_read_waiver(_mapping(waiver)) if waiver else None,
        crashed=told["crashed"] is True,
        places=tuple(_read_place(_mapping(one)) for one in places),
    )


def _read_waiver(told: Mapping[str, object]) -> Excuse:
    return Excuse(*(str(told[key]) for key in ("reason", "owner", "ticket", "expires", "source")))


def _read_place(told: Mapping[str, object]) -> Place:
    return Place(str(told["file"]), _whole(told["line"]), _whole(told["column"]))


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError(f"{type(value).__name__} where a mapping must be")
    return cast("dict[str, object]", value)


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(f"{type(value).__name__} where a list must be")
    return cast("list[object]", value)


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{type(value).__name__} where a whole number must be")
    return value
