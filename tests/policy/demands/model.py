"""Demands: which rules block a deployment because a spec says so, and which do not speak at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from policies.engine.evaluation import Evaluation, evaluate
from policies.engine.profiles import Profile
from policies.engine.rules import Level
from policies.testing.fixtures import Case, Fixtures, graph_of
from tests.policy.test_rules import FIXTURES, RULES


@dataclass(frozen=True)
class Figure:
    """A case of one rule that is judged by the figures of the spec, not by the rule's own."""

    rule: str
    case: Case
    verdict: str


@dataclass(frozen=True)
class Demands:
    """One spec: the rules that each of its sentences rests on, those that it overrules, figures."""

    profile: str
    blocking: Mapping[str, Sequence[str]]
    silent: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    figures: Sequence[Figure] = ()


def broken(demands: Demands, profile: Profile) -> Iterator[str]:
    """What of a spec a profile does not hold a stack to, each with the sentence."""
    if profile.name != demands.profile:
        yield f"the profile is named {profile.name}, not {demands.profile}"
    for sentence, rules in demands.blocking.items():
        for rule in rules:
            if not any(_blocks(rule, case, profile) for case in _fixtures(rule).fails):
                yield f"{rule} blocks no deployment, against: {sentence}"
    for reason, rules in demands.silent.items():
        for rule in rules:
            if any(_judged(rule, case, profile).judgements for case in _fixtures(rule).fails):
                yield f"{rule} judges, although: {reason}"
    for figure in demands.figures:
        verdict = _judged(figure.rule, figure.case, profile).verdict(figure.rule)
        if verdict != figure.verdict:
            yield f"{figure.rule} says {verdict}, not {figure.verdict}, by the spec's figures"


def _blocks(rule: str, case: Case, profile: Profile) -> bool:
    findings = _judged(rule, case, profile).violations
    return any(one.active.level is Level.MANDATORY for one in findings)


def _judged(rule: str, case: Case, profile: Profile) -> Evaluation:
    return evaluate(graph_of(case), [RULES[rule]], profile)


def _fixtures(rule: str) -> Fixtures:
    return next(one for one in FIXTURES if one.rule == rule)
