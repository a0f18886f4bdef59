"""Rules are found by being there, and clashes are told."""

from __future__ import annotations

import importlib
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from policies.engine.discovery import checked, discover, rules_of
from policies.engine.errors import PackError
from policies.engine.parameters import schema
from policies.engine.profiles import known_profiles, unknown_rules
from tests.unit.policies import rules as small_rules
from tests.unit.policies.rules import ALL, crashing, idle_timeout


def test_every_rule_of_a_module_is_found() -> None:
    assert {rule.name for rule in rules_of(small_rules)} == {rule.name for rule in ALL}


def test_two_rules_of_one_name_are_refused() -> None:
    twin = replace(crashing, title="Another")

    with pytest.raises(PackError, match="'crashing' is in data and in edge"):
        _ = checked([("data", crashing), ("edge", twin)])


def test_one_rule_that_two_modules_import_is_one_rule() -> None:
    assert checked([("data", crashing), ("edge", crashing)]) == (crashing,)


@pytest.mark.parametrize("name", ["Upper", "under_score", "profile", "all", "", "a--b", "1a"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(PackError, match="kebab-case"):
        _ = checked([("data", replace(idle_timeout, name=name))])


@pytest.mark.parametrize("covered", ["CHAT-0-7", "chat-000-07", "CHAT-000-07 ", "CHAT-000-07x", ""])
def test_what_a_rule_covers_is_a_requirement_id(covered: str) -> None:
    with pytest.raises(PackError, match=r"edge: idle-timeout covers .* is no requirement id"):
        _ = checked([("edge", replace(idle_timeout, covers=("CHAT-000-07", covered)))])


@pytest.mark.parametrize("control", ["ECS.2", "FSBP ecs.2", "FSBP ECS.02", "FSBP ECS.2 ", "SC-7"])
def test_what_a_rule_decides_is_a_control_of_the_best_practices(control: str) -> None:
    with pytest.raises(PackError, match=r"edge: idle-timeout decides .* is no control's id"):
        _ = checked([("edge", replace(idle_timeout, controls=("FSBP ECS.2", control)))])


def test_a_rule_says_what_it_covers_and_none_need_to() -> None:
    assert idle_timeout.covers == ("CHAT-000-07",)
    assert crashing.covers == ()


def test_the_packs_own_rules_are_enough_and_sorted() -> None:
    names = [rule.name for rule in discover()]

    assert len(names) >= 25
    assert names == sorted(names)


def test_the_settings_of_each_rule_have_a_schema_and_defaults() -> None:
    described = {rule.name: set(schema(rule.parameters)) for rule in discover()}

    assert described == {rule.name: set(vars(rule.parameters())) for rule in discover()}


def test_profiles_speak_of_rules_that_there_are_and_rules_of_profiles() -> None:
    profiles = known_profiles()

    assert {"chat", "common"} <= set(profiles)
    assert {name: unknown_rules(one, discover()) for name, one in profiles.items()} == {
        name: [] for name in profiles
    }


def test_a_module_that_cannot_be_loaded_is_told_and_stops_the_pack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "broken_rules"
    package.mkdir()
    for name, text in {
        "__init__": "",
        "fine": "",
        "odd": "x = 1\ny = x / 0\n",
        "worse": "def (:\n",
    }.items():
        (package / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])

    with pytest.raises(PackError) as caught:
        _ = discover(importlib.import_module("broken_rules"))

    odd, worse = caught.value.problems
    assert odd.startswith("odd: ZeroDivisionError")
    assert f"line 2 of {package / 'odd.py'}" in odd
    assert worse.startswith("worse: SyntaxError")
