"""waivers.yaml is read strictly, and everything wrong with it is told at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from policies.engine.discovery import discover
from policies.engine.serving import PACK
from policies.engine.waiver_entries import Waivers
from policies.engine.waivers_file import load_waivers
from tests.unit.policies.rules import ALL

TODAY = date(2026, 11, 21)
GOOD = """
- rule: idle-timeout
  project: shop
  stacks: [dev, dev-it-*]
  resource: the-alb
  reason: a trial
  owner: platform
  ticket: OPS-7
  expires: 2027-01-31
"""


def loaded(tmp_path: Path, text: str, project: str = "shop") -> Waivers:
    path = tmp_path / "waivers.yaml"
    path.write_text(text, encoding="utf-8")
    return load_waivers([path], project, {rule.name: rule for rule in ALL}, TODAY)


def test_a_whole_waiver_is_taken(tmp_path: Path) -> None:
    waivers = loaded(tmp_path, GOOD)

    (waiver,) = waivers.valid
    assert waivers.problems == ()
    assert waiver.stacks == ("dev", "dev-it-*")
    assert waiver.expires == date(2027, 1, 31)


def test_a_waiver_speaks_of_its_stacks_and_resources_alone(tmp_path: Path) -> None:
    (waiver,) = loaded(tmp_path, GOOD).valid

    assert waiver.names("shop", "dev-it-42")
    assert not waiver.names("shop", "prod")
    assert not waiver.names("other", "dev")
    assert waiver.covers("idle-timeout", "aws:lb/loadBalancer:LoadBalancer", "the-alb")
    assert not waiver.covers("idle-timeout", "aws:lb/loadBalancer:LoadBalancer", "nlb")
    assert not waiver.covers("strict-name", "aws:lb/loadBalancer:LoadBalancer", "the-alb")


def test_a_resource_named_with_its_type_is_matched_with_the_type(tmp_path: Path) -> None:
    text = GOOD.replace("the-alb", "aws:lb/loadBalancer:LoadBalancer::alb")
    (waiver,) = loaded(tmp_path, text).valid

    assert waiver.covers("idle-timeout", "aws:lb/loadBalancer:LoadBalancer", "alb")
    assert not waiver.covers("idle-timeout", "aws:lb/listener:Listener", "alb")


def test_a_waiver_with_a_path_speaks_of_that_property_alone(tmp_path: Path) -> None:
    text = GOOD.replace("reason: a trial", "reason: a trial\n  path: rules[0].port")
    (waiver,) = loaded(tmp_path, text).valid

    assert waiver.covers("idle-timeout", "any", "the-alb", "rules[0].port")
    assert not waiver.covers("idle-timeout", "any", "the-alb", "rules[1].port")


@pytest.mark.parametrize("ticket", ["https://tracker.example/7", "OPS-7", "CHAT-001-011", '"#7"'])
def test_a_ticket_is_an_address_or_a_key(tmp_path: Path, ticket: str) -> None:
    waivers = loaded(tmp_path, GOOD.replace("OPS-7", ticket))

    assert waivers.problems == ()


def test_waivers_of_another_project_are_not_looked_at(tmp_path: Path) -> None:
    broken = GOOD.replace("reason: a trial", "reason:")

    assert loaded(tmp_path, broken, "foreign") == Waivers()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("reason: a trial", "reason: ' '", "reason is missing"),
        ("owner: platform", "", "owner is missing"),
        ("owner: platform", "owner: 3", "owner is missing"),
        ("expires: 2027-01-31", "", "expires is missing"),
        ("expires: 2027-01-31", "expires: soon", "expires is missing"),
        ("expires: 2027-01-31", "expires: 2027-01-31 10:00:00", "expires is missing"),
        ("expires: 2027-01-31", "expires: 2027-05-21", "more than 180 days ahead: 2027-05-20"),
        ("rule: idle-timeout", "rule: nope", "there is no rule 'nope'"),
        ("rule: idle-timeout", "rule: strict-name", "strict-name cannot be waived"),
        ("stacks: [dev, dev-it-*]", "stacks: dev", "stacks is missing"),
        ("stacks: [dev, dev-it-*]", "stacks: [1]", "stacks is missing"),
        ("project: shop", "", "project is missing"),
        ("resource:", "resourse:", "resourse is no key of a waiver"),
        ("resource: the-alb", 'resource: "*-alb"', "'*-alb' is a pattern"),
        ("ticket: OPS-7", "", "ticket is missing"),
        ("ticket: OPS-7", "ticket: soon", "ticket 'soon' is neither"),
        ("owner: platform", "owner: platform\n  path: ' '", "path must be text"),
    ],
)
def test_a_waiver_that_lacks_something_is_refused(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    waivers = loaded(tmp_path, GOOD.replace(old, new))

    assert waivers.valid == ()
    assert [one for one in waivers.problems if problem in one and "entry 1" in one]


def test_the_last_day_that_is_allowed_is_allowed(tmp_path: Path) -> None:
    assert loaded(tmp_path, GOOD.replace("2027-01-31", "2027-05-20")).problems == ()


def test_all_problems_are_told_and_the_good_entries_kept(tmp_path: Path) -> None:
    waivers = loaded(tmp_path, f"{GOOD}\n- just text\n- rule: nope\n  project: shop\n")

    assert len(waivers.valid) == 1
    assert len(waivers.problems) == 8
    path = tmp_path / "waivers.yaml"
    assert waivers.problems[0].startswith(f"{path}, entry 2 is not a mapping")


@pytest.mark.parametrize(
    ("text", "problem"),
    [("a: [", "is no YAML"), ("rule: x", "is not a list"), ("3", "is not a list")],
)
def test_a_file_that_is_something_else_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    (told,) = loaded(tmp_path, text).problems

    assert problem in told


def test_an_empty_or_missing_file_has_no_waivers(tmp_path: Path) -> None:
    assert loaded(tmp_path, "# nothing yet") == Waivers()
    assert load_waivers([tmp_path / "gone.yaml"], "shop", {}, TODAY) == Waivers()


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (told,) = load_waivers([tmp_path], "shop", {}, TODAY).problems

    assert "cannot be read" in told


def test_the_packs_own_waivers_are_whole() -> None:
    rules = {rule.name: rule for rule in discover()}

    waivers = load_waivers([PACK / "waivers.yaml"], "plumbline", rules, TODAY)

    assert waivers.problems == ()
    assert waivers.valid


@pytest.mark.parametrize("expires", ["2026-02-30", "2026-13-01", "2026-01-01T99:00:00", "9" * 5000])
def test_a_date_that_is_none_is_one_waiver_s_problem_alone(tmp_path: Path, expires: str) -> None:
    waivers = loaded(tmp_path, GOOD + GOOD.replace("2027-01-31", expires))

    assert len(waivers.valid) == 1
    assert len(waivers.problems) == 1
    assert "entry 2: expires is missing: it must be a date" in waivers.problems[0]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_a_file_nested_without_end_is_no_yaml(tmp_path: Path, opening: str) -> None:
    waivers = loaded(tmp_path, opening * 200_000)

    assert waivers.valid == ()
    (problem,) = waivers.problems
    assert "is no YAML" in problem
