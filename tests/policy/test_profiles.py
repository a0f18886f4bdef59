"""Each profile holds a deployment to what its system's spec says, and to nothing that it overrules."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policies.engine.profiles import known_profiles
from policies.engine.rules import Level
from tests.policy.demands.model import Demands, broken
from tests.policy.demands.specs import SPECS


@pytest.mark.parametrize("demands", SPECS.values(), ids=lambda one: one.profile)
def test_a_profile_holds_stacks_to_every_sentence_of_its_spec(demands: Demands) -> None:
    assert list(broken(demands, known_profiles()[demands.profile])) == []


@pytest.mark.parametrize("demands", SPECS.values(), ids=lambda one: one.profile)
def test_every_line_of_a_profile_rests_on_a_sentence_of_its_spec(demands: Demands) -> None:
    profile = known_profiles()[demands.profile]
    blocking = {rule for rules in demands.blocking.values() for rule in rules}
    silent = {rule for rules in demands.silent.values() for rule in rules}

    assert sorted(profile.levels.keys() - blocking) == []
    assert sorted(set(profile.without) - silent) == []


def test_a_profile_that_only_advises_is_noticed() -> None:
    profile = known_profiles()["chat"]
    lax = replace(profile, levels={**profile.levels, "alb-waf": Level.ADVISORY})

    assert [one for one in broken(SPECS["chat"], lax) if one.startswith("alb-waf blocks no")]
