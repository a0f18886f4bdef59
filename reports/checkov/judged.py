"""From checkov's answers to the reports' one model: severity, excuse and our source line with each finding."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from graph.model import Graph, Resource
from reports.checkov.answers import PLAN, Answer
from reports.checkov.severities import severity_of
from reports.checkov.skips import Skip, Skips
from reports.locations import REPOSITORY
from reports.results import Counts, Found, JudgedRule, Place, StackReport, State, stack_report
from reports.terraform.plan import Plan

TOOL: Final = "checkov"
FILES: Final = "files"
"""The name under which a report has the repository's own Dockerfiles and workflows, beside its stacks."""
_KINDS: Final = {"dockerfile": "Dockerfile", "github_actions": "workflow"}


@dataclass(frozen=True, slots=True)
class Excusing:
    """What excuses findings, and the day on which it does."""

    skips: Skips
    today: date


@dataclass(frozen=True, slots=True)
class Judged:
    """A report, and the skips that it made use of."""

    report: StackReport
    used: frozenset[Skip]


def judged_stack(
    graph: Graph,
    plan: Plan,
    answers: Iterable[Answer],
    places: Mapping[str, tuple[Place, ...]],
    excusing: Excusing,
    *,
    source: str,
) -> Judged:
    """What checkov found in one stack; `places` by URN are the lines that declared a resource."""
    resources = {one.address: one.resource for one in plan.planned}
    own = [one for one in answers if one.framework == PLAN]
    found = [
        _of_resource(one, resources[one.resource], places)
        for one in own
        if not one.passed and one.resource in resources
    ]
    stack = graph.stack
    return _judged(own, found, excusing, (stack.project, stack.name, source, len(plan.planned)))


def judged_files(
    answers: Sequence[Answer], project: str, excusing: Excusing, root: Path = REPOSITORY
) -> Judged:
    """What checkov found in the repository's Dockerfiles and workflows."""
    own = [one for one in answers if one.framework != PLAN]
    found = [_of_file(one, root) for one in own if not one.passed]
    return _judged(own, found, excusing, (project, FILES, FILES, len({one.file for one in own})))


def _judged(
    answers: Sequence[Answer],
    found: Iterable[Found],
    excusing: Excusing,
    stack: tuple[str, str, str, int],
) -> Judged:
    project, name, source, resources = stack
    findings: list[Found] = []
    used: set[Skip] = set()
    for one in found:
        skip = excusing.skips.of(one, project, name, excusing.today)
        if skip is not None:
            used.add(skip)
            one = replace(one, state=State.WAIVED, excuse=skip.excuse)  # noqa: PLW2901
        findings.append(one)
    report = stack_report(
        project=project,
        stack=name,
        profile=TOOL,
        source=source,
        resources=resources,
        rules=_rules(answers),
        findings=findings,
    )
    return Judged(report, frozenset(used))


def _rules(answers: Sequence[Answer]) -> list[JudgedRule]:
    by_check: dict[str, list[Answer]] = {}
    for one in answers:
        by_check.setdefault(one.check, []).append(one)
    return [_rule(check, own) for check, own in by_check.items()]


def _rule(check: str, answers: Sequence[Answer]) -> JudgedRule:
    severity = severity_of(check)
    passed = sum(1 for one in answers if one.passed)
    return JudgedRule(
        name=check,
        tool=TOOL,
        title=answers[0].title,
        why=severity.why,
        severity=severity.name,
        level=severity.level,
        help_uri=answers[0].guideline,
        counts=Counts(passed=passed, failed=len(answers) - passed),
    )


def _of_resource(
    answer: Answer, resource: Resource, places: Mapping[str, tuple[Place, ...]]
) -> Found:
    return _found(
        answer,
        urn=resource.urn,
        type=resource.declared_type,
        name=resource.name,
        places=places.get(resource.urn) or _declared(resource),
    )


def _declared(resource: Resource) -> tuple[Place, ...]:
    """Where the graph itself says that a resource was declared, if that is in the repository."""
    source = resource.source
    if source is None:
        return ()
    file = Path(os.path.normpath(REPOSITORY / source.file))
    if not file.is_relative_to(REPOSITORY):
        return ()
    return (Place(file.relative_to(REPOSITORY).as_posix(), source.line, source.column),)


def _of_file(answer: Answer, root: Path) -> Found:
    path = Path(answer.file)
    name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
    kind = _KINDS.get(answer.framework, answer.framework)
    return _found(answer, type=kind, name=name, places=(Place(name, answer.line),))


def _found(
    answer: Answer,
    *,
    type: str,  # noqa: A002 (as the model calls it)
    name: str,
    places: tuple[Place, ...],
    urn: str = "",
) -> Found:
    severity = severity_of(answer.check)
    looked = f" (it looked at {', '.join(answer.looked_at)})" if answer.looked_at else ""
    return Found(
        tool=TOOL,
        rule=answer.check,
        state=State.VIOLATION,
        level=severity.level,
        severity=severity.name,
        urn=urn,
        type=type,
        name=name,
        message=f"{answer.title}{looked}",
        places=places,
    )
