"""What holds of the findings of every rule, whatever it judges: none is a crash, none is told twice."""

from __future__ import annotations

from collections import Counter

from policies.engine.evaluation import evaluate
from policies.engine.profiles import Setting, known_profiles
from policies.engine.rules import Level
from policies.testing.fixtures import graph_of
from tests.policy.test_rules import CASES, RULES, profile_of


# One test, not one a rule: four hundred tests cost more to run than their cases to judge.
def test_every_rule_tells_each_thing_once_and_none_crashes() -> None:
    profiles = known_profiles()
    told_twice: list[str] = []
    crashed: list[str] = []
    for fixtures, case, _, name in CASES:
        rule = RULES[fixtures.rule]
        settings = {rule.name: Setting(Level.MANDATORY, fixtures.parameters)}
        profile = profiles[profile_of(rule)]

        findings = evaluate(graph_of(case), [rule], profile, settings=settings).findings

        told = Counter((one.urn, one.path, one.message) for one in findings)
        told_twice += [f"{name}: {one}" for one, times in told.items() if times > 1]
        crashed += [f"{name}: {one.message}" for one in findings if one.crashed]
    assert told_twice == []
    assert crashed == []
