"""Planted mutants: one that fixtures notice, one that they do not, one that never ends."""

from __future__ import annotations

import pytest

from graph.raw import Raw
from policies.testing.fixtures import UNKNOWN, Case, resource
from tests.mutation.judging import RuleJury
from tests.mutation.mutants import MutatedModule
from tests.mutation.outcomes import BaselineError, Outcome
from tests.mutation.trial import Trial

_RULE = """
from __future__ import annotations
from policies.engine import Check, Parameters, Severity, rule

@rule("planted", applies_to=("aws:a/b:C",), title="A b c", why="It is.", requirement="None",
      mend="Do it.", severity=Severity.LOW)
def planted(resource, _: Parameters):
    size = resource["size"]
    count = 0
    while count < 3:
        count += 1
    yield Check(size.at_least(count), "it is small")
"""


def sized(size: Raw) -> Case:
    return [resource("aws:a/b:C", "one", {"size": size})]


def trial(case: Case, expected: str) -> Trial:
    return Trial(case, {}, expected, f"planted is {expected}")


SMALL, BIG = trial(sized(1), "fail"), trial(sized(9), "pass")
JUST_ENOUGH, OPEN = trial(sized(3), "pass"), trial(sized(UNKNOWN), "unknown")


def outcome(trials: list[Trial], operator: str, after: str) -> Outcome:
    module = MutatedModule("policies.rules.planted", "planted.py", _RULE)
    jury = RuleJury(module, {"planted": trials}, seconds=0.05)
    [mutant] = [
        one
        for one in module.mutants
        if (one.identity.operator, one.identity.after) == (operator, after)
    ]
    return jury.judge(mutant)


def test_a_mutant_that_gets_another_verdict_is_killed() -> None:
    assert outcome([SMALL, BIG], "question", "size.at_most(count)") is Outcome.KILLED
    assert outcome([SMALL, BIG], "text", "size = resource['XXsize']") is Outcome.KILLED


def test_a_bound_that_no_fixture_touches_survives_until_one_does() -> None:
    off_by_one = ("comparison", "count <= 3")

    assert outcome([SMALL, BIG], *off_by_one) is Outcome.SURVIVED
    assert outcome([SMALL, BIG, JUST_ENOUGH], *off_by_one) is Outcome.KILLED


def test_a_mutant_that_never_ends_is_killed() -> None:
    assert outcome([OPEN], "removal", "pass") is Outcome.KILLED


def test_a_rule_that_fails_its_own_fixtures_judges_nothing() -> None:
    with pytest.raises(BaselineError, match="planted is pass: mend that first"):
        _ = outcome([trial(sized(1), "pass")], "removal", "pass")


def test_a_rule_without_fixtures_judges_nothing() -> None:
    with pytest.raises(BaselineError, match="has no fixtures"):
        _ = outcome([], "removal", "pass")


def test_a_change_that_cannot_be_loaded_says_nothing_of_the_fixtures() -> None:
    source = _RULE + "\nLIMIT = 1 / (2 - 1)\n"
    module = MutatedModule("policies.rules.planted", "planted.py", source)
    jury = RuleJury(module, {"planted": [SMALL, BIG]})
    [mutant] = [one for one in module.mutants if one.identity.after == "LIMIT = 1 / (1 - 1)"]

    assert jury.judge(mutant) is Outcome.STILLBORN
