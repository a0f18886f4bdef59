"""From what the policy pack said of a stack to its report."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from graph.model import Graph
from graph.types import urn_name, urn_type
from policies.engine.judging import Finding, Judgement, Verdict
from policies.engine.profiles import ActiveRule, known_profiles
from policies.engine.record import Record, record_of
from policies.engine.remediation import load_remedies
from policies.engine.rules import Rule
from policies.engine.serving import waiver_paths
from policies.engine.session import Session
from policies.engine.waivers_file import load_waivers
from policies.engine.waiving import Waiver
from policies.frameworks import controls_of
from reports.results import (
    WAIVERS_RULE,
    Counts,
    Excuse,
    Found,
    JudgedRule,
    Place,
    StackReport,
    State,
    stack_report,
)

Places = Mapping[str, tuple[Place, ...]]
_NOT_YET: Final = "which is not known before the deployment"
_RULE_PAGES: Final = "docs/rules"


def judge(graph: Graph, rules: Sequence[Rule], today: date, environ: Mapping[str, str]) -> Record:
    """Judge a graph with the waivers of its project, resource by resource and then as a whole."""
    profiles = known_profiles()
    by_name = {rule.name: rule for rule in rules}
    paths = waiver_paths(environ)
    session = Session(
        rules,
        profiles,
        lambda project: load_waivers(paths, project, by_name, today),
        environ,
        today,
    )
    session.configure_stack(graph.stack)
    # A resource is judged in the company of its parents, so those come before it.
    for resource in sorted(graph.resources, key=lambda one: (len(one.parents), one.urn)):
        session.analyze(resource.as_analyzed())
    session.analyze_stack(one.declaration for one in graph.resources)
    return record_of(session.totals())


def report_of_record(
    record: Record, source: str, places: Places, configuration: Place | None = None
) -> StackReport:
    """The report of one stack from all that the pack said of it."""
    load_remedies()
    grouped: dict[str, list[Judgement]] = {}
    for said in record.judgements:
        grouped.setdefault(said.active.rule.name, []).append(said)
    rules = [_rule(one, grouped.get(one.rule.name, ())) for one in record.active]
    findings = [found for said in record.judgements for found in _found(said, places)]
    findings += [_waiver_problem(problem) for problem in record.waiver_problems]
    if record.waiver_problems:
        rules.append(_waivers_rule(len(record.waiver_problems)))
    return stack_report(
        project=record.project,
        stack=record.stack,
        profile=record.profile,
        source=source,
        resources=record.resources,
        complete=record.complete,
        configuration=configuration,
        rules=rules,
        findings=findings,
    )


def _rule(active: ActiveRule, said: Iterable[Judgement]) -> JudgedRule:
    rule = active.rule
    verdicts = Counter(judgement.verdict for judgement in said)
    return JudgedRule(
        name=rule.name,
        title=rule.title,
        why=rule.why,
        mend=rule.mend,
        requirement=rule.requirement,
        severity=str(rule.severity),
        level=str(active.level),
        covers=rule.covers,
        controls=tuple(one.label for one in controls_of(rule)),
        help_uri=posixpath.join(_RULE_PAGES, f"{rule.name}.md"),
        remedy=rule.remediation is not None,
        counts=Counts(
            passed=verdicts[Verdict.PASS],
            failed=verdicts[Verdict.FAIL],
            unknown=verdicts[Verdict.UNKNOWN],
            not_applicable=verdicts[Verdict.NOT_APPLICABLE],
        ),
    )


def _found(judgement: Judgement, places: Places) -> Iterator[Found]:
    active = judgement.active
    for finding in judgement.findings:
        yield _finding(finding, active, places)
    for urn in sorted(set(judgement.undecided)):
        waits = sorted({path for other, path in judgement.waits if other == urn and path})
        yield Found(
            rule=active.rule.name,
            state=State.UNKNOWN,
            level=str(active.level),
            severity=str(active.rule.severity),
            urn=urn,
            type=urn_type(urn),
            name=urn_name(urn),
            path=waits[0] if len(waits) == 1 else "",
            message=f"it depends on {', '.join(waits) or 'a value'}, {_NOT_YET}",
            places=places.get(urn, ()),
        )


def _finding(finding: Finding, active: ActiveRule, places: Places) -> Found:
    return Found(
        rule=active.rule.name,
        state=State.VIOLATION if finding.waiver is None else State.WAIVED,
        level=str(active.level),
        severity=str(active.rule.severity),
        urn=finding.urn,
        type=finding.type,
        name=finding.name,
        path=finding.path,
        message=finding.message,
        excuse=None if finding.waiver is None else _excuse(finding.waiver),
        crashed=finding.crashed,
        places=places.get(finding.urn, ()),
    )


def _excuse(waiver: Waiver) -> Excuse:
    return Excuse(
        reason=waiver.reason,
        owner=waiver.owner,
        ticket=waiver.ticket,
        expires=waiver.expires.isoformat(),
        source=str(waiver.source),
    )


def _waiver_problem(problem: str) -> Found:
    return Found(
        rule=WAIVERS_RULE,
        state=State.VIOLATION,
        level="mandatory",
        severity="high",
        message=problem,
    )


def _waivers_rule(problems: int) -> JudgedRule:
    return JudgedRule(
        name=WAIVERS_RULE,
        title="Every waiver has its reason, its owner, a date that is to come, and a use",
        why="An excuse that nobody looks at again is a hole that nobody knows of.",
        mend="Mend or remove the entry in policies/waivers.yaml that the message names.",
        severity="high",
        level="mandatory",
        counts=Counts(failed=problems),
    )
