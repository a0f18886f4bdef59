"""What was said of a stack, whoever judged it, in a form that can be compared."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias

from policies.engine.discovery import discover
from policies.engine.record import Record, read_record
from policies.engine.rules import Rule
from reports.__main__ import main as reports

# Rule, URN, property, message, level, whether it is waived.
Finding: TypeAlias = tuple[str, str, str, str, str, bool]


@dataclass(frozen=True, kw_only=True)
class Said:
    """Everything that was said of one stack."""

    profile: str
    levels: Mapping[str, str]
    verdicts: Mapping[tuple[str, str], str]
    """By rule and URN; a rule over the whole stack has no URN."""
    undecided: Counter[tuple[str, str]]
    """How often a rule left a resource undecided, by rule and URN."""
    findings: Counter[Finding]


@cache
def rules() -> tuple[Rule, ...]:
    """The pack's rules."""
    return discover()


def said_in(record: Record) -> Said:
    """What a run of the pack said, by its record."""
    assert record.complete
    assert record.waiver_problems == ()
    return Said(
        profile=record.profile,
        levels={one.rule.name: str(one.level) for one in record.active},
        verdicts={(one.active.rule.name, one.urn): str(one.verdict) for one in record.judgements},
        undecided=Counter(
            (one.active.rule.name, urn) for one in record.judgements for urn in one.undecided
        ),
        findings=Counter(
            (
                found.active.rule.name,
                found.urn,
                found.path,
                found.message,
                str(found.active.level),
                found.waiver is not None,
            )
            for one in record.judgements
            for found in one.findings
        ),
    )


def said_in_file(path: Path) -> Said:
    """What a run of the pack said, by the file in which it wrote that down."""
    return said_in(read_record(path.read_text(encoding="utf-8"), rules()))


@dataclass(frozen=True, kw_only=True)
class Reported:
    """What `policy-report` told of one stack."""

    profile: str
    levels: Mapping[str, str]
    verdicts: Counter[tuple[str, str]]
    """How often each rule gave each verdict."""
    findings: Counter[Finding]


def reported(state: Path, out: Path, *options: str) -> Reported:
    """What `policy-report --state` tells of an exported state, read from its JSON."""
    arguments = ["--state", str(state), "--out", str(out), "--formats", "json", *options]
    assert reports(["policy-report", *arguments]) in {0, 1}
    (stack,) = json.loads((out / "policy-report.json").read_text(encoding="utf-8"))["stacks"]
    assert stack["complete"]
    return Reported(
        profile=stack["profile"],
        levels={one["name"]: one["level"] for one in stack["rules"]},
        verdicts=Counter(
            {
                (one["name"], verdict): count
                for one in stack["rules"]
                for verdict, count in one["verdicts"].items()
                if count
            }
        ),
        findings=Counter(
            (
                one["rule"],
                one["urn"],
                one["path"],
                one["message"],
                one["level"],
                one["state"] == "waived",
            )
            for one in stack["findings"]
            if one["state"] != "unknown"
        ),
    )


def as_reported(said: Said) -> Reported:
    """What a report must tell of what was said."""
    return Reported(
        profile=said.profile,
        levels=said.levels,
        verdicts=Counter((rule, verdict) for (rule, _), verdict in said.verdicts.items()),
        findings=said.findings,
    )


def decided(said: Said, stack: str = "") -> Mapping[tuple[str, str], str]:
    """The verdicts that say pass or fail, with the stack's own name out of the URNs."""
    return {
        (rule, urn.replace(stack, "") if stack else urn): verdict
        for (rule, urn), verdict in said.verdicts.items()
        if verdict in {"pass", "fail"}
    }
