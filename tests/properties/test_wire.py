"""Every rule says the same of its fixtures over a socket, with all other rules served beside it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graph.raw import Raw
from policies.engine.rules import Rule
from policies.testing.engine import Engine, serving
from policies.testing.fixtures import declarations, stack_of
from policies.testing.verdicts import verdict_of
from tests.policy.test_rules import CASES, RULES, profile_of


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with serving(tuple(RULES.values())) as connected:
        yield connected


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_a_rule_says_over_a_socket_what_it_should(engine: Engine, rule: Rule) -> None:
    profile: dict[str, Raw] = {"profile": profile_of(rule)}
    own = [one for one in CASES if one[0].rule == rule.name]

    said: dict[str, str] = {}
    for settings, case, _, name in own:
        engine.configure_stack(stack_of(case))
        asked: dict[str, Raw] = {"enforcementLevel": "mandatory", **settings.parameters}
        engine.configure_once({"profile": profile, rule.name: asked})
        said[name] = verdict_of(engine, rule.name, declarations(case))

    assert said == {name: expected for *_, expected, name in own}
