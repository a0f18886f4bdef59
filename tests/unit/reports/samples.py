"""Reports for the tests of their formats: ordinary ones, hostile ones, and what formats say of them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import cast
from xml.etree import ElementTree as ET

from typing_extensions import override

from reports.results import (
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

BALANCER = "aws:lb/loadBalancer:LoadBalancer"
EXCUSE = Excuse("short connections are on trial", "platform", "OPS-7", "2027-01-31")
PLACES = (Place("infra/components/network.py", 41, 5), Place("infra/systems/chat.py", 20))
# Stack, rule, state, resource, property, message: what every format must say of each finding.
Told = tuple[str, str, str, str, str, str]


def urn(name: str, stack: str = "prod") -> str:
    return f"urn:pulumi:{stack}::plumbline::{BALANCER}::{name}"


def rule(name: str, counts: Counts, **changes: str) -> JudgedRule:
    texts = {
        "title": f"Title of {name}",
        "why": f"Why of {name}.",
        "mend": f"Mend {name}.",
        "requirement": f"Requirement of {name}",
        "severity": "high",
        "level": "mandatory",
        **changes,
    }
    return JudgedRule(
        remedy=name == "alb-idle-timeout",
        name=name,
        covers=("CHAT-000-07",),
        controls=("FSBP ELB.1",),
        counts=counts,
        **texts,
    )


def found(rule_name: str, state: State, name: str, message: str, **changes: object) -> Found:
    finding = {
        "rule": rule_name,
        "state": state,
        "level": "mandatory",
        "severity": "high",
        "urn": urn(name),
        "type": BALANCER,
        "name": name,
        "path": "idleTimeout",
        "message": message,
        "excuse": EXCUSE if state is State.WAIVED else None,
        "places": PLACES,
        **changes,
    }
    return Found(**finding)  # pyright: ignore[reportArgumentType] (the names are Found's)


RULES = (
    rule("alb-idle-timeout", Counts(passed=1, failed=3)),
    rule("alb-named", Counts(passed=2, failed=1), level="advisory", severity="low"),
    rule("alb-known", Counts(passed=2, unknown=1), severity="critical"),
    rule("alb-good", Counts(passed=4), severity="medium"),
    rule("alb-idle", Counts(not_applicable=4), severity="medium"),
    rule("stack-has-alarms", Counts(failed=1), severity="medium"),
)
FINDINGS = (
    found("alb-idle-timeout", State.VIOLATION, "one", "idle timeout is 60, not 300"),
    found("alb-idle-timeout", State.VIOLATION, "two", "idle timeout is 30, not 300", places=()),
    found("alb-idle-timeout", State.WAIVED, "three", "idle timeout is 10, not 300"),
    found("alb-named", State.VIOLATION, "one", "no name", level="advisory", severity="low"),
    found("alb-known", State.UNKNOWN, "one", "unknown yet", path="", severity="critical"),
    found(
        "stack-has-alarms",
        State.VIOLATION,
        "",
        "no alarm looks at errors",
        urn="",
        type="",
        path="",
        severity="medium",
        places=(),
    ),
)


def stack(
    name: str = "prod",
    *,
    findings: Sequence[Found] = FINDINGS,
    rules: Sequence[JudgedRule] = RULES,
    complete: bool = True,
) -> StackReport:
    return stack_report(
        project="plumbline",
        stack=name,
        profile="chat",
        source="preview",
        resources=4,
        rules=rules,
        findings=findings,
        complete=complete,
        configuration=Place("stacks/Pulumi.prod.yaml"),
    )


def sample() -> Report:
    good = [one for one in RULES if not one.counts.failed and not one.counts.unknown]
    return report_of([stack("prod"), stack("dev", findings=(), rules=good)])


def told_by_model(report: Report) -> list[Told]:
    return sorted(
        (one.title, each.rule, each.state.value, each.name, each.path, each.message)
        for one in report.stacks
        for each in one.findings
    )


def told_by_json(text: str) -> list[Told]:
    content = json.loads(text)
    return sorted(
        (
            f"{one['project']}/{one['stack']}",
            each["rule"],
            each["state"],
            each["name"],
            each["path"],
            each["message"],
        )
        for one in content["stacks"]
        for each in one["findings"]
    )


def told_by_csv(text: str) -> list[Told]:
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return sorted(
        (
            f"{row['project']}/{row['stack']}",
            row["rule"],
            row["state"],
            row["name"],
            row["path"],
            row["message"],
        )
        for row in rows
    )


def told_by_sarif(text: str) -> list[Told]:
    found_in: list[Told] = []
    for run in json.loads(text)["runs"]:
        title = "/".join(run["automationDetails"]["id"].split("/")[1:3])
        rules = [one["id"] for one in run["tool"]["driver"]["rules"]]
        noted = run["invocations"][0].get("toolExecutionNotifications", [])
        found_in += [_of_sarif(title, one, rules[one["ruleIndex"]]) for one in run["results"]]
        found_in += [_of_sarif(title, one, rules[one["associatedRule"]["index"]]) for one in noted]
    return sorted(found_in)


def _of_sarif(title: str, result: dict[str, object], rule_name: str) -> Told:
    locations = cast("list[dict[str, list[dict[str, str]]]]", result["locations"])
    logical = locations[0]["logicalLocations"][0]
    name = logical["name"] if logical["kind"] == "resource" else ""
    properties = cast("dict[str, str]", result["properties"])
    return (title, rule_name, properties["state"], name, properties["path"], properties["message"])


def lines_of_junit(text: str) -> list[tuple[str, str, str]]:
    """Stack, rule and line of every finding in the document."""
    root = ET.fromstring(text)  # noqa: S314 (our own document)
    return [
        (suite.get("name", ""), case.get("name", ""), line)
        for suite in root
        for case in suite.iter("testcase")
        for tag in ("failure", "system-out")
        for part in case.iter(tag)
        for line in (part.text or "").splitlines()
        if not line.startswith(("Why: ", "Mend: "))
    ]


class Page(HTMLParser):
    """What a browser makes of a page: its elements, and the findings that it shows."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.findings: list[dict[str, str]] = []
        self.texts: dict[str, str] = {}
        self._open: list[str] = []
        self._part = ""
        self.feed(text)
        self.close()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag == "details":
            data = {key.removeprefix("data-"): value or "" for key, value in given.items()}
            self.findings.append(data)
        self._part = given.get("class") or given.get("id") or tag

    @override
    def handle_data(self, data: str) -> None:
        if self.findings and self._part in {"rule", "what", "subject"}:
            last = self.findings[-1]
            last[self._part] = last.get(self._part, "") + data
            self._part = ""
        self.texts[self._part] = self.texts.get(self._part, "") + data
