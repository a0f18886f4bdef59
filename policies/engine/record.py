"""The record of a run: everything that the pack said, for reports that are made afterwards.

The summary counts; the record has each judgement. It holds no property of any resource, and its
messages are those that the engine was told: without secrets.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Final, cast

from policies.engine.errors import PackError
from policies.engine.files import write_whole
from policies.engine.judging import Finding, Judgement, Verdict
from policies.engine.profiles import ActiveRule
from policies.engine.rules import Level, Rule
from policies.engine.session import Totals
from policies.engine.waiving import Waiver, WaiverSource

RECORD_VARIABLE: Final = "PLUMBLINE_REPORT"
VERSION: Final = 1
_MENDING: Final = "make it anew, with this version of the pack"
_FINDING_TEXTS: Final = ("urn", "type", "name", "path", "message")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What a run of the pack said about one stack."""

    project: str
    stack: str
    profile: str
    resources: int
    active: tuple[ActiveRule, ...]
    judgements: tuple[Judgement, ...]
    waiver_problems: tuple[str, ...] = ()
    # False where the run ended before the whole stack was judged.
    complete: bool = True


def record_of(totals: Totals) -> Record:
    """The record of all that has been said so far."""
    return Record(
        project=totals.stack.project,
        stack=totals.stack.name,
        profile=totals.profile,
        resources=totals.resources,
        active=totals.active,
        judgements=totals.judgements,
        waiver_problems=totals.waiver_problems,
        complete=totals.complete,
    )


def write_record(totals: Totals, path: Path) -> None:
    """Write the record at once; one that cannot be written is told on stderr."""
    write_whole(path, as_text(record_of(totals)), "the pack's record")


def as_text(record: Record) -> str:
    """The record as JSON."""
    content = {
        "version": VERSION,
        "project": record.project,
        "stack": record.stack,
        "profile": record.profile,
        "resources": record.resources,
        "complete": record.complete,
        "rules": {one.rule.name: str(one.level) for one in record.active},
        "judgements": [_judgement(one) for one in record.judgements],
        "waiverProblems": list(record.waiver_problems),
    }
    return json.dumps(content, ensure_ascii=False) + "\n"


def read_record(text: str, rules: Iterable[Rule]) -> Record:
    """The record in a text; PackError if it is none, or speaks of rules that there are not."""
    known = {rule.name: rule for rule in rules}
    try:
        content = cast("dict[str, object]", json.loads(text))
        if content["version"] != VERSION:
            raise PackError(f"The record has version {content['version']!r}.", [_MENDING])
        levels = cast("Mapping[str, str]", content["rules"])
        strangers = sorted(levels.keys() - known.keys())
        if strangers:
            raise PackError(
                "The record speaks of rules that there are not:",
                [f"{name}: {_MENDING}" for name in strangers],
            )
        # The settings have done their work by now; nothing that is read here asks for them.
        active = {
            name: ActiveRule(known[name], Level(level), known[name].parameters())
            for name, level in levels.items()
        }
        judgements = cast("list[dict[str, object]]", content["judgements"])
        return Record(
            project=str(content["project"]),
            stack=str(content["stack"]),
            profile=str(content["profile"]),
            resources=int(cast("int", content["resources"])),
            active=tuple(active.values()),
            judgements=tuple(_read_judgement(one, active) for one in judgements),
            waiver_problems=tuple(cast("list[str]", content["waiverProblems"])),
            complete=content["complete"] is True,
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        problem = f"{type(error).__name__}: {error}"
        raise PackError("The text is no record of a run of the pack.", [problem]) from None


def _judgement(judgement: Judgement) -> dict[str, object]:
    said: dict[str, object] = {
        "rule": judgement.active.rule.name,
        "urn": judgement.urn,
        "verdict": str(judgement.verdict),
    }
    if judgement.findings:
        said["findings"] = [_finding(one) for one in judgement.findings]
    if judgement.undecided:
        said["undecided"] = list(judgement.undecided)
        said["waits"] = [list(one) for one in judgement.waits]
    return said


def _finding(finding: Finding) -> dict[str, object]:
    told: dict[str, object] = {name: getattr(finding, name) for name in _FINDING_TEXTS}
    if finding.crashed:
        told["crashed"] = True
    if finding.waiver is not None:
        waiver = asdict(finding.waiver)
        told["waiver"] = {**waiver, "expires": finding.waiver.expires.isoformat()}
    return told


def _read_judgement(said: Mapping[str, object], active: Mapping[str, ActiveRule]) -> Judgement:
    rule = active[str(said["rule"])]
    findings = cast("list[dict[str, object]]", said.get("findings", []))
    return Judgement(
        rule,
        str(said["urn"]),
        Verdict(str(said["verdict"])),
        tuple(_read_finding(one, rule) for one in findings),
        tuple(cast("list[str]", said.get("undecided", []))),
        tuple((urn, path) for urn, path in cast("list[list[str]]", said.get("waits", []))),
    )


def _read_finding(told: Mapping[str, object], rule: ActiveRule) -> Finding:
    urn, token, name, path, message = (str(told[one]) for one in _FINDING_TEXTS)
    crashed = told.get("crashed") is True
    finding = Finding(rule, urn, token, name, path, message, crashed=crashed)
    waiver = told.get("waiver")
    if not isinstance(waiver, dict):
        return finding
    return replace(finding, waiver=_read_waiver(cast("dict[str, object]", waiver)))


def _read_waiver(told: Mapping[str, object]) -> Waiver:
    """Each field as it was: lists were tuples, the expiry a date, the source one of its kinds."""
    values: dict[str, object] = {}
    for one in fields(Waiver):
        value = told[one.name]
        values[one.name] = tuple(cast("list[str]", value)) if isinstance(value, list) else value
    values["expires"] = date.fromisoformat(str(told["expires"]))
    values["source"] = WaiverSource(str(told["source"]))
    # The fields are those of the class itself, with the values that one of its instances had.
    return Waiver(**values)  # pyright: ignore[reportArgumentType]
