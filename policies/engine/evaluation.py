"""Evaluation: a whole graph judged by a set of rules, purely, as the servicer does in two steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from graph.model import Graph, Resource, Stack
from policies.engine.judging import Finding, Judgement, Verdict, judge_resource, judge_stack
from policies.engine.profiles import ActiveRule, Profile, Setting, activate
from policies.engine.rules import Rule
from policies.engine.waivers_code import WAIVER_TYPE, waivers_of
from policies.engine.waiving import Waiver


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything that a set of rules said about a graph."""

    judgements: tuple[Judgement, ...]

    @property
    def findings(self) -> list[Finding]:
        """All findings, waived ones included."""
        return [finding for judgement in self.judgements for finding in judgement.findings]

    @property
    def violations(self) -> list[Finding]:
        """The findings that nothing excuses."""
        return [finding for finding in self.findings if finding.waiver is None]

    def of(self, rule: str) -> list[Judgement]:
        """What one rule said."""
        return [one for one in self.judgements if one.active.rule.name == rule]

    def verdict(self, rule: str) -> Verdict:
        """A rule's verdict on the whole graph: the worst that it said about any part."""
        said = {judgement.verdict for judgement in self.of(rule)}
        for verdict in (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS):
            if verdict in said:
                return verdict
        return Verdict.NOT_APPLICABLE


class Dispatcher:
    """The active rules, sorted by what they judge, so that a resource meets only its own."""

    def __init__(self, active: Iterable[ActiveRule]) -> None:
        self.active: tuple[ActiveRule, ...] = tuple(active)
        self._by_type: dict[str, list[ActiveRule]] = {}
        self._over_resources = [one for one in self.active if one.rule.on_resource is not None]
        self._over_stack = [one for one in self.active if one.rule.on_stack is not None]

    def judging(self, token: str) -> list[ActiveRule]:
        """The resource rules that judge resources of a (canonical) type."""
        rules = self._by_type.get(token)
        if rules is None:
            rules = [one for one in self._over_resources if one.rule.judges(token)]
            self._by_type[token] = rules
        return rules

    def resource(self, resource: Resource) -> list[Judgement]:
        """What the resource rules say about one resource."""
        return [judge_resource(one, resource) for one in self.judging(resource.type)]

    def stack(self, graph: Graph) -> list[Judgement]:
        """What the stack rules say about the whole."""
        return [judge_stack(one, graph) for one in self._over_stack]


def evaluate(
    graph: Graph,
    rules: Iterable[Rule],
    profile: Profile,
    waivers: Sequence[Waiver] = (),
    settings: Mapping[str, Setting] | None = None,
    *,
    today: date | None = None,
) -> Evaluation:
    """Judge a graph by the rules of a profile; waivers for this stack excuse what they cover.

    Those in the program's own code count too, up to their expiry (`today` is the day in UTC).

    As in a preview, rules over one resource judge inputs and rules over the stack judge outputs.
    """
    rules = tuple(rules)
    dispatcher = Dispatcher(activate(rules, profile, settings))
    now = today or datetime.now(UTC).date()
    stated = [resource.declaration for resource in graph.of_type(WAIVER_TYPE)]
    in_code = waivers_of(stated, graph.stack, {rule.name: rule for rule in rules}, now).valid
    waivers = [*waivers, *(one for one in in_code if one.expires >= now)]
    judgements = [one for resource in graph.analyzed() for one in dispatcher.resource(resource)]
    judgements += dispatcher.stack(graph)
    return Evaluation(tuple(waive(one, waivers, graph.stack) for one in judgements))


def waive(judgement: Judgement, waivers: Iterable[Waiver], stack: Stack) -> Judgement:
    """The judgement with each finding that a waiver covers marked by it."""
    if not judgement.findings:
        return judgement
    named = [waiver for waiver in waivers if waiver.names(stack.project, stack.name)]
    return replace(
        judgement, findings=tuple(_excused(finding, named) for finding in judgement.findings)
    )


def _excused(finding: Finding, waivers: list[Waiver]) -> Finding:
    rule = finding.active.rule
    if not rule.waivable or finding.crashed:
        return finding
    for waiver in waivers:
        if waiver.covers(rule.name, finding.type, finding.name, finding.path, finding.urn):
            return replace(finding, waiver=waiver)
    return finding
