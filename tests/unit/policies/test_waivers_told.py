"""What a user is told of waivers, over real gRPC."""

from __future__ import annotations

from pathlib import Path

import pytest

from policies.testing.engine import serving
from policies.testing.fixtures import UNKNOWN, declarations, resource
from tests.unit.policies.rules import ALL, BALANCER, SUBNET
from tests.unit.policies.runs import BAD, only, run, waivers


def test_a_waived_finding_is_shown_as_advice_with_its_reason(tmp_path: Path) -> None:
    (said,) = only(run(BAD, environ=waivers(tmp_path)), "idle-timeout")

    assert said.level == "advisory"
    assert "by platform, OPS-7: a trial of short connections" in said.message.splitlines()[0]
    assert only(run(BAD, environ=waivers(tmp_path)), "waivers") == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"expires": "2020-01-01"}, "expired on 2020-01-01"),
        ({"resource": "nothing"}, "excuses nothing on test"),
        ({"reason": ""}, "reason is missing"),
        ({"rule": "strict-name"}, "cannot be waived"),
    ],
)
def test_a_waiver_that_does_not_hold_stops_the_stack(
    tmp_path: Path, changes: dict[str, object], told: str
) -> None:
    said = run(BAD, environ=waivers(tmp_path, **changes))

    (problem,) = only(said, "waivers")
    assert problem.level == "mandatory"
    assert told in problem.message
    assert [one.level for one in only(said, "idle-timeout")] == ["mandatory"]


@pytest.mark.parametrize(
    "changes", [{"expires": "2020-01-01"}, {"owner": ""}, {"rule": "strict-name"}]
)
def test_a_waiver_that_is_wrong_in_itself_stops_the_first_resource_and_is_told_once(
    tmp_path: Path, changes: dict[str, object]
) -> None:
    case = declarations([resource("pulumi:pulumi:Stack", "fixture-test"), *BAD])
    with serving(ALL, waivers(tmp_path, **changes)) as engine:
        first = engine.analyze(case[0])
        rest = engine.analyze(case[1]) + engine.analyze_stack(case)
        again = engine.analyze(case[0])

    assert [one.level for one in only(first, "waivers")] == ["mandatory"]
    assert only(rest, "waivers") == []
    assert len(only(again, "waivers")) == 1


def test_a_waiver_of_another_stack_or_project_is_neither_used_nor_missed(tmp_path: Path) -> None:
    elsewhere = run(BAD, environ=waivers(tmp_path, stacks="[prod]", expires="2020-01-01"))
    foreign = run(BAD, environ=waivers(tmp_path, project="other", reason=""))

    for said in (elsewhere, foreign):
        assert [one.level for one in only(said, "idle-timeout")] == ["mandatory"]
        assert only(said, "waivers") == []


def test_a_waiver_is_not_called_unused_while_its_rule_is_undecided(tmp_path: Path) -> None:
    case = [resource(BALANCER, "alb", {"idleTimeout": UNKNOWN, "name": "known"})]

    assert only(run(case, environ=waivers(tmp_path)), "waivers") == []


def test_a_waiver_is_not_called_unused_while_a_user_disables_its_rule(tmp_path: Path) -> None:
    said = run(BAD, environ=waivers(tmp_path), config={"idle-timeout": "disabled"})

    assert only(said, "waivers") == []


def test_a_waiver_is_not_called_unused_by_a_run_that_leaves_resources_out(tmp_path: Path) -> None:
    case = declarations([resource(SUBNET, "s"), *BAD])
    with serving(ALL, waivers(tmp_path)) as engine:
        _ = engine.analyze(case[0])
        said = engine.analyze_stack(case)

    assert only(said, "waivers") == []


def test_a_rule_that_cannot_be_waived_is_not(tmp_path: Path) -> None:
    case = [resource(BALANCER, "alb", {"idleTimeout": 300})]

    (said,) = only(run(case, environ=waivers(tmp_path, rule="strict-name")), "strict-name")

    assert "waived" not in said.message
