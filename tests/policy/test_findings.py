"""What holds of the findings of every rule, whatever it judges: none is a crash, none is told twice."""

from __future__ import annotations

from collections import Counter

import pytest

from policies.engine.evaluation import evaluate
from policies.engine.profiles import Setting, known_profiles
from policies.engine.rules import Level, Rule
from policies.testing.fixtures import graph_of
from tests.policy.test_rules import CASES, RULES, profile_of


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_a_rule_tells_each_thing_once_and_never_crashes(rule: Rule) -> None:
    profile = known_profiles()[profile_of(rule)]
    cases = [(one.parameters, case) for one, case, *_ in CASES if one.rule == rule.name]

    for parameters, case in cases:
        settings = {rule.name: Setting(Level.MANDATORY, parameters)}
        findings = evaluate(graph_of(case), [rule], profile, settings=settings).findings

        told = Counter((one.urn, one.path, one.message) for one in findings)
        assert [one for one, times in told.items() if times > 1] == []
        assert [one.message for one in findings if one.crashed] == []
