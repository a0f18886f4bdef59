"""Judging: one rule on one resource or one stack, with a verdict whatever the rule does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import UndecidedError
from policies.engine.crashes import CRASHES, place_of, resource_at
from policies.engine.profiles import ActiveRule
from policies.engine.redaction import redact
from policies.engine.rules import Check
from policies.engine.waiving import Waiver


class Verdict(StrEnum):
    """What a rule says about one resource (or one stack)."""

    PASS = "pass"  # noqa: S105 (a verdict)
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not-applicable"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as a rule demands it, with the waiver that excuses it, if any."""

    active: ActiveRule
    urn: str
    type: str
    name: str
    path: str
    message: str
    waiver: Waiver | None = None
    crashed: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one rule found about one resource, or (with an empty URN) about the stack."""

    active: ActiveRule
    urn: str
    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    undecided: tuple[str, ...] = ()
    # The properties that it waits for, each by its resource's URN and its path ("" for another).
    waits: tuple[tuple[str, str], ...] = ()


def judge_resource(active: ActiveRule, resource: Resource) -> Judgement:
    """Judge one resource by a resource rule that applies to its type."""
    judge = active.rule.on_resource
    if judge is None or not active.rule.judges(resource.type):
        return Judgement(active, resource.urn, Verdict.NOT_APPLICABLE)
    run = _Run(active, resource)
    run.consume(lambda: judge(resource, active.parameters))
    return run.judgement(resource.urn)


def judge_stack(active: ActiveRule, graph: Graph) -> Judgement:
    """Judge a whole stack by a stack rule."""
    judge = active.rule.on_stack
    if judge is None:
        return Judgement(active, "", Verdict.NOT_APPLICABLE)
    run = _Run(active, None)
    run.consume(lambda: judge(graph, active.parameters))
    return run.judgement("")


class _Run:
    """Collects what one run of a rule yields, and what stops it."""

    def __init__(self, active: ActiveRule, subject: Resource | None) -> None:
        self._active = active
        self._subject = subject
        self._findings: list[Finding] = []
        self._waits: list[tuple[str, str]] = []
        self._passed = False

    def consume(self, judge: Callable[[], Iterable[Check]]) -> None:
        try:
            for check in judge():
                self._take(check)
        except UndecidedError as error:
            self._not_decided(Check(Truth.UNKNOWN, "its value decides this rule", error.path))
        # A rule is somebody's code: whatever it raises must block its own verdict, not the pack.
        except CRASHES as error:
            self._findings.append(self._crash(error))

    def judgement(self, urn: str) -> Judgement:
        if self._findings:
            verdict = Verdict.FAIL
        elif self._waits:
            verdict = Verdict.UNKNOWN
        else:
            verdict = Verdict.PASS if self._passed else Verdict.NOT_APPLICABLE
        return Judgement(
            self._active,
            urn,
            verdict,
            tuple(self._findings),
            tuple(urn for urn, _ in self._waits),
            tuple(dict.fromkeys(self._waits)),
        )

    def _take(self, check: Check) -> None:
        if check.truth is Truth.NO:
            self._findings.append(self._finding(check, check.message))
        elif check.truth is Truth.UNKNOWN:
            self._not_decided(check)
        else:
            self._passed = True

    def _not_decided(self, check: Check) -> None:
        if self._active.rule.on_unknown == "fail":
            at = check.path or "a value"
            self._findings.append(
                self._finding(check, f"{at} is not known before the deployment: {check.message}")
            )
            return
        resource = check.resource or self._subject
        self._waits.append((resource.urn if resource is not None else "", check.path))

    def _finding(self, check: Check, message: str, *, crashed: bool = False) -> Finding:
        resource = check.resource or self._subject
        if resource is None:
            return Finding(self._active, "", "", "", check.path, message, crashed=crashed)
        return Finding(
            self._active,
            resource.urn,
            resource.declared_type,
            resource.name,
            check.path,
            redact(message, resource),
            crashed=crashed,
        )

    def _crash(self, error: BaseException) -> Finding:
        rule = self._active.rule
        code = rule.on_resource or rule.on_stack
        # The error's own text may hold a secret that the rule was reading; its place never does.
        place = place_of(error, code)
        message = f"the rule {rule.name} itself failed with {type(error).__name__} at {place}"
        at = None if self._subject is not None else resource_at(error, code)
        return self._finding(Check(Truth.NO, message, resource=at), message, crashed=True)
