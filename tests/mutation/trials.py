"""The trials of every rule of the pack: its fixtures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from tests.mutation.trial import Trial
from tests.policy.test_rules import CASES, RULES, profile_of


@cache
def trials() -> Mapping[str, Sequence[Trial]]:
    """The trials of every rule of the pack, by its name."""
    profiles = {name: profile_of(rule) for name, rule in RULES.items()}
    found: dict[str, list[Trial]] = {}
    for fixtures, case, expected, name in CASES:
        profile = profiles[fixtures.rule]
        trial = Trial(case, fixtures.parameters, expected, name, profile)
        found.setdefault(fixtures.rule, []).append(trial)
    return found
