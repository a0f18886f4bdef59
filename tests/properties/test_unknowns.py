"""What a preview cannot know yet hides nothing that it does know."""

from __future__ import annotations

import pytest

from policies.engine.evaluation import evaluate
from policies.engine.judging import Verdict
from policies.engine.profiles import Setting, known_profiles
from policies.engine.rules import Level
from policies.testing.fixtures import Fixtures, graph_of
from tests.policy.merged import LOOKING_FOR_ONE, late_beside_wrong
from tests.policy.test_rules import FIXTURES, RULES, profile_of

JUDGING = [one for one in FIXTURES if one.unknown and one.rule not in LOOKING_FOR_ONE]


@pytest.mark.parametrize("fixtures", JUDGING, ids=[one.rule for one in JUDGING])
def test_what_is_unknown_hides_nothing_that_is_wrong_beside_it(fixtures: Fixtures) -> None:
    rule = RULES[fixtures.rule]
    profile = known_profiles()[profile_of(rule)]
    settings = {rule.name: Setting(Level.MANDATORY, fixtures.parameters)}

    verdicts = {
        evaluate(graph_of(case), [rule], profile, settings=settings).verdict(rule.name)
        for case in late_beside_wrong(fixtures)
    }

    assert verdicts == {Verdict.FAIL}


def test_rules_that_look_for_one_are_rules_with_unknowns() -> None:
    assert {one.rule for one in FIXTURES if one.unknown} >= LOOKING_FOR_ONE
