"""Every rule on its fixtures, through the service that the engine talks to.

Messages are those of the protocol, byte for byte, handed over within this process: sockets would take five times as
long. Whether anything is different over a socket, tests/properties tell: they ask the same of all fixtures there.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

import tests.policy.fixtures
from graph.raw import Raw
from policies.engine.discovery import discover
from policies.engine.profiles import known_profiles
from policies.engine.rules import Rule
from policies.testing.fixtures import Case, Fixtures, declarations, stack_of
from policies.testing.verdicts import verdict_of
from tests.kit.direct import connected

RULES = {rule.name: rule for rule in discover()}


def _all_fixtures() -> list[Fixtures]:
    found: list[Fixtures] = []
    for module in pkgutil.iter_modules(tests.policy.fixtures.__path__):
        loaded = importlib.import_module(f"tests.policy.fixtures.{module.name}")
        found.extend(loaded.FIXTURES)
    return found


FIXTURES = _all_fixtures()


def _cases() -> Iterator[tuple[Fixtures, Case, str, str]]:
    for fixtures in FIXTURES:
        kinds = [
            *((case, "pass", "passes") for case in fixtures.passes),
            *((case, "fail", "fails") for case in fixtures.fails),
            *((case, expected, "lacks") for case, expected in fixtures.lacks),
            *((case, _on_unknown(fixtures.rule), "unknown") for case in fixtures.unknown or ()),
        ]
        for number, (case, expected, kind) in enumerate(kinds):
            yield fixtures, case, expected, f"{fixtures.rule}-{number}-{kind}-is-{expected}"
        for number, (parameters, case, expected) in enumerate(fixtures.configured):
            configured = replace(fixtures, parameters=parameters)
            yield configured, case, expected, f"{fixtures.rule}-{number}-configured-is-{expected}"


def _on_unknown(rule: str) -> str:
    return "fail" if rule in RULES and RULES[rule].on_unknown == "fail" else "unknown"


CASES = list(_cases())


# One test a rule, not one a case: four thousand tests cost more to run than their cases to judge.
@pytest.mark.parametrize("fixtures", FIXTURES, ids=[one.rule for one in FIXTURES])
def test_a_rule_says_of_its_fixtures_what_it_should(fixtures: Fixtures) -> None:
    rule = RULES[fixtures.rule]
    engine = connected([rule])
    profile: dict[str, Raw] = {"profile": profile_of(rule)}
    own = [one for one in CASES if one[0].rule == rule.name]

    said: dict[str, str] = {}
    for settings, case, _, name in own:
        engine.configure_stack(stack_of(case))
        asked: dict[str, Raw] = {"enforcementLevel": "mandatory", **settings.parameters}
        engine.configure_once({"profile": profile, rule.name: asked})
        said[name] = verdict_of(engine, rule.name, declarations(case))

    assert said == {name: expected for *_, expected, name in own}


def profile_of(rule: Rule) -> str:
    """A profile that has the rule, and in which its fixture's settings are the rule's own."""
    profiles = known_profiles()
    suited = [
        name
        for name, one in profiles.items()
        if rule.in_profile(name) and rule.name not in {*one.without, *one.parameters}
    ]
    assert suited, f"no profile uses {rule.name}"
    return "common" if "common" in suited else suited[0]


def test_every_rule_has_its_fixtures_once() -> None:
    named = [fixtures.rule for fixtures in FIXTURES]

    assert sorted(named) == sorted(RULES)


def test_the_fixtures_of_every_rule_are_of_all_four_kinds() -> None:
    lacking = {
        fixtures.rule: empty
        for fixtures in FIXTURES
        if (empty := [kind for kind, cases in kinds_of(fixtures).items() if not cases])
    }

    assert lacking == {}


def kinds_of(fixtures: Fixtures) -> Mapping[str, object]:
    """What shows each kind of case, or says why there is none."""
    return {
        "passes": fixtures.passes,
        "fails": fixtures.fails,
        "lacks": fixtures.lacks,
        "unknown": fixtures.unknown or fixtures.no_unknown,
    }


def test_every_rule_tells_a_user_why_and_how_to_mend() -> None:
    short = {
        rule.name: names
        for rule in RULES.values()
        if (names := [name for name, text in told_by(rule).items() if len(text.split()) < 2])
    }

    assert short == {}
    assert [rule.name for rule in RULES.values() if "\n" in rule.title] == []


def told_by(rule: Rule) -> Mapping[str, str]:
    return {
        "title": rule.title,
        "why": rule.why,
        "requirement": rule.requirement,
        "mend": rule.mend,
    }
