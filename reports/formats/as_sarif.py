"""The report as SARIF 2.1.0: a run for each stack and tool.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from reports.formats.taxonomies import Taxonomies, help_page
from reports.formats.text import as_json
from reports.results import PACK, Excuse, Found, JudgedRule, Place, Report, StackReport, State

SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
ROOT: Final = "SRCROOT"
"""Stands for the repository's folder, wherever it has been checked out."""
PROJECT_FILE: Final = "Pulumi.yaml"
"""Stands for the program where nobody knows the line: code scanning refuses what has no place."""
MOST_TAGS: Final = 10
"""GitHub shows no more tags of a rule, and refuses a file in which one has twice as many."""
MOST_RUNS: Final = 20
"""More runs in one file are refused by GitHub."""
MOST_RESULTS: Final = 25_000
"""More results in one run are refused by GitHub."""
_LEVELS: Final = {"critical": "error", "high": "error", "medium": "warning", "low": "note"}
# GitHub reads the scale of CVSS: from 9 critical, from 7 high, from 4 medium.
_SECURITY_SEVERITIES: Final = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.0"}


def render(report: Report) -> str:
    """The whole log; the same report is the same text."""
    runs = [_run(stack, tool) for stack in report.stacks for tool in stack.tools]
    content = {"$schema": SCHEMA, "version": "2.1.0", "runs": runs}
    return as_json(content)


def over_limits(report: Report) -> list[str]:
    """What GitHub's code scanning would refuse the file for; nothing, most of the time."""
    sizes = [
        sum(1 for one in stack.findings if one.tool == tool and one.state is not State.UNKNOWN)
        for stack in report.stacks
        for tool in stack.tools
    ]
    told: list[str] = []
    if len(sizes) > MOST_RUNS:
        told.append(f"{len(sizes)} runs, GitHub takes {MOST_RUNS} a file: report fewer stacks")
    if max(sizes, default=0) > MOST_RESULTS:
        told.append(f"{max(sizes)} results in a run, GitHub takes {MOST_RESULTS:,}")
    return told


def _run(stack: StackReport, tool: str) -> dict[str, object]:
    rules = [rule for rule in stack.rules if rule.tool == tool]
    index = {rule.name: number for number, rule in enumerate(rules)}
    findings = [one for one in stack.findings if one.tool == tool]
    results = [
        _result(stack, one, index[one.rule]) for one in findings if one.state is not State.UNKNOWN
    ]
    undecided = [
        _undecided(stack, one, index[one.rule]) for one in findings if one.state is State.UNKNOWN
    ]
    taxonomies = Taxonomies(rules)
    driver: dict[str, object] = {
        "name": tool,
        "rules": [_rule(rule, taxonomies) for rule in rules],
    }
    if taxonomies.supported:
        driver["supportedTaxonomies"] = taxonomies.supported
    return {
        "tool": {"driver": driver},
        **({"taxonomies": taxonomies.components} if taxonomies.components else {}),
        "automationDetails": {"id": f"{tool}/{stack.project}/{stack.stack}/{stack.source}"},
        "invocations": [
            {
                "executionSuccessful": stack.complete,
                **({"toolExecutionNotifications": undecided} if undecided else {}),
            }
        ],
        "originalUriBaseIds": {
            ROOT: {"description": {"text": "The folder of the repository that was judged."}}
        },
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": {
            "profile": stack.profile,
            "source": stack.source,
            **(stack.totals if tool == PACK else {}),
        },
    }


def _rule(rule: JudgedRule, taxonomies: Taxonomies) -> dict[str, object]:
    page = rule.help_uri if "://" in rule.help_uri else help_page(rule)
    described: dict[str, object] = {"shortDescription": {"text": rule.title}}
    if rule.why:
        described["fullDescription"] = {"text": rule.why}
    told = _help(rule)
    if told:
        described["help"] = {"text": "\n\n".join(f"{head}: {text}" for head, text in told)}
    if page:
        described["helpUri"] = page
    related = taxonomies.relationships(rule)
    if related:
        described["relationships"] = related
    return {
        "id": rule.name,
        "name": "".join(part.capitalize() for part in rule.name.split("-")),
        **described,
        "defaultConfiguration": {"level": _level(rule.severity, rule.level)},
        "properties": {
            "security-severity": _SECURITY_SEVERITIES[rule.severity],
            "severity": rule.severity,
            "enforcementLevel": rule.level,
            # The rule's own controls come first; all of them are among its relationships.
            "tags": ["security", *rule.covers, *rule.controls][:MOST_TAGS],
            "requirements": list(rule.covers),
            "controls": list(rule.controls),
            "page": rule.help_uri,
            "remedy": rule.remedy,
            "verdicts": {
                "pass": rule.counts.passed,
                "fail": rule.counts.failed,
                "unknown": rule.counts.unknown,
                "not-applicable": rule.counts.not_applicable,
            },
        },
    }


def _help(rule: JudgedRule) -> list[tuple[str, str]]:
    """What a reader of an alert wants to know, under its headings."""
    told = (
        ("Why", rule.why),
        ("Demanded by", rule.requirement),
        ("Mend", rule.mend),
        ("More", rule.help_uri),
    )
    return [(heading, text) for heading, text in told if text]


def _level(severity: str, level: str) -> str:
    """The level by the severity; what doesn't stop a deployment is no error."""
    found = _LEVELS[severity]
    return "warning" if found == "error" and level != "mandatory" else found


def _result(stack: StackReport, finding: Found, index: int) -> dict[str, object]:
    result: dict[str, object] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "kind": "fail",
        "level": _level(finding.severity, finding.level),
        "message": {"text": _message(finding)},
        "locations": [_location(stack, finding)],
        "partialFingerprints": {
            "plumbline/v1": finding.fingerprint,
            # The one that GitHub reads. It would make one of the source line, and take all
            # resources that a loop declares there for one.
            "primaryLocationLineHash": f"{finding.fingerprint}:1",
        },
        # Either every result of a run has these, or none has: an empty list says "not suppressed".
        "suppressions": [] if finding.excuse is None else [_suppression(finding.excuse)],
        "properties": {
            "state": finding.state.value,
            "severity": finding.severity,
            "enforcementLevel": finding.level,
            "path": finding.path,
            "message": finding.message,
            "crashed": finding.crashed,
        },
    }
    if finding.places[1:]:
        result["relatedLocations"] = [
            {
                "id": number,
                "message": {"text": "called from here"},
                "physicalLocation": _physical(place),
            }
            for number, place in enumerate(finding.places[1:], start=1)
        ]
    return result


def _suppression(excuse: Excuse) -> dict[str, object]:
    return {
        "kind": "inSource" if excuse.source == "code" else "external",
        "status": "accepted",
        "justification": excuse.reason,
        "properties": {
            "owner": excuse.owner,
            "ticket": excuse.ticket,
            "expires": excuse.expires,
        },
    }


def _message(finding: Found) -> str:
    where = f"{finding.subject}, {finding.path}" if finding.path else finding.subject
    return f"{where}: {finding.message}"


def _undecided(stack: StackReport, finding: Found, index: int) -> dict[str, object]:
    """A notification: a result would be shown as an alert by readers that know only failures."""
    return {
        "associatedRule": {"id": finding.rule, "index": index},
        "level": "note",
        "message": {"text": _message(finding)},
        "locations": [_location(stack, finding)],
        "properties": {
            "state": finding.state.value,
            "fingerprint": finding.fingerprint,
            "severity": finding.severity,
            "enforcementLevel": finding.level,
            "path": finding.path,
            "message": finding.message,
        },
    }


def _location(stack: StackReport, finding: Found) -> dict[str, object]:
    """Where in the source, and which resource; a whole stack is its file."""
    whole = None if finding.urn else stack.configuration
    place = finding.place or whole or Place(PROJECT_FILE)
    located: dict[str, object] = {"physicalLocation": _physical(place)}
    if finding.urn:
        located["logicalLocations"] = [
            {"fullyQualifiedName": finding.urn, "name": finding.name, "kind": "resource"}
        ]
    else:
        located["logicalLocations"] = [
            {"fullyQualifiedName": stack.title, "name": stack.stack, "kind": "stack"}
        ]
    return located


def _physical(place: Place) -> dict[str, object]:
    """A line of a file; a whole file is its first line, since code scanning demands one."""
    region = {"startLine": place.line or 1}
    if place.column:
        region["startColumn"] = place.column
    return {"artifactLocation": {"uri": quote(place.file), "uriBaseId": ROOT}, "region": region}
