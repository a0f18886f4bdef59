"""Levels by rule, service, severity and profile; the most specific wins. And what is counted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import grpc
import pytest

from graph.raw import Raw
from policies.engine import Level, Parameters, Rule, Severity
from policies.engine.discovery import discover
from policies.engine.levels import Levels
from policies.engine.profiles import Profile, activate
from policies.engine.rules import GENERAL, SERVICES
from policies.testing.fixtures import UNKNOWN, Case, resource
from tests.unit.policies.rules import BALANCER, SUBNET, idle_timeout, strict_name, undecided_half
from tests.unit.policies.runs import BAD, CHAT, only, run, waivers


def made(name: str, severity: Severity = Severity.LOW, *profiles: str) -> Rule:
    return Rule(
        name=name,
        title="t",
        why="w",
        requirement="r",
        mend="m",
        severity=severity,
        level=Level.MANDATORY,
        profiles=profiles or ("common",),
        parameters=Parameters,
        waivable=True,
        on_unknown="advise",
        applies_to=(),
    )


def level_of(config: Mapping[str, str | Mapping[str, Raw]]) -> list[str]:
    return [one.level for one in only(run(BAD, config=config), "idle-timeout")]


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ({"severity": {"high": "advisory"}}, ["advisory"]),
        ({"severity": {"low": "advisory"}}, ["mandatory"]),
        ({"service": {"general": "disabled"}}, []),
        ({"profile": {"chat": "advisory"}}, ["advisory"]),
        ({"profile": {"chat": "disabled"}, "severity": {"high": "advisory"}}, ["advisory"]),
        ({"severity": {"high": "disabled"}, "service": {"general": "advisory"}}, ["advisory"]),
    ],
)
def test_a_level_for_many_rules_is_obeyed_and_the_most_specific_wins(
    levels: dict[str, Raw], expected: list[str]
) -> None:
    assert level_of({"levels": levels}) == expected


def test_a_level_for_one_rule_is_above_those_for_many() -> None:
    many: dict[str, Raw] = {"service": {"general": "disabled"}, "severity": {"high": "disabled"}}

    assert level_of({"levels": many, "idle-timeout": "advisory"}) == ["advisory"]


def test_levels_for_two_profiles_of_a_rule_that_differ_are_told_with_all_other_problems() -> None:
    asked = Levels(profile={"chat": Level.ADVISORY, "trading": Level.DISABLED})
    problems: list[str] = []

    _ = asked.of(made("x-y", Severity.LOW, "chat", "trading"), problems)
    _ = asked.of(made("x-z", Severity.LOW, "chat"), problems)

    assert problems == [
        "x-y: it is in profiles of different levels (chat: advisory, trading: disabled); name it"
    ]


@pytest.mark.parametrize(
    ("levels", "told"),
    [
        ({"severity": {"hgih": "advisory"}}, "there is no severity 'hgih'"),
        ({"service": {"sqs": "loud"}}, "'loud' for service sqs is none of"),
        ({"colour": {"red": "advisory"}}, "'colour' is none of service, severity, profile"),
        ({"profile": "advisory"}, "'profile' is none of"),
    ],
)
def test_a_level_that_does_not_fit_is_one_clear_error(levels: dict[str, Raw], told: str) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        _ = run(BAD, config={"levels": levels})

    assert told in str(raised.value)


def test_a_users_level_is_above_the_profiles_own() -> None:
    rule = made("sqs-x")
    profile = Profile(name="common", levels={"sqs-x": Level.DISABLED})

    (active,) = activate([rule], profile, None, Levels(service={"sqs": Level.ADVISORY}))

    assert active.level is Level.ADVISORY


def test_every_rule_has_a_service_that_levels_can_name() -> None:
    services = {rule.name: rule.service for rule in discover()}

    assert set(services.values()) <= SERVICES | {GENERAL}
    assert services["redis-auth"] == "elasticache"
    assert services["alb-waf"] == "elb"
    assert services["no-literal-passwords"] == GENERAL


def test_a_waiver_is_not_called_unused_while_levels_disable_its_rule(tmp_path: Path) -> None:
    off: dict[str, Raw] = {"severity": {"high": "disabled"}}

    assert only(run(BAD, environ=waivers(tmp_path), config={"levels": off}), "waivers") == []


def test_the_summary_counts_the_four_verdicts_in_all_and_for_each_rule(tmp_path: Path) -> None:
    path = tmp_path / "summary.json"
    case: Case = [
        resource(BALANCER, "short", {"idleTimeout": 60, "name": "known"}),
        resource(BALANCER, "long", {"idleTimeout": 300, "name": "known"}),
        resource(BALANCER, "later", {"idleTimeout": UNKNOWN, "name": "known"}),
        resource(SUBNET, "net", {"one": 1, "two": 2}),
    ]
    rules = [idle_timeout, strict_name, undecided_half]

    _ = run(case, rules, {**CHAT, "PLUMBLINE_SUMMARY": str(path)})

    summary = json.loads(path.read_text())
    zero = {"pass": 0, "fail": 0, "unknown": 0, "not-applicable": 0}
    assert summary["verdicts"] == {"pass": 5, "fail": 1, "unknown": 1, "not-applicable": 0}
    assert summary["byRule"] == {
        "idle-timeout": {**zero, "pass": 1, "fail": 1, "unknown": 1},
        "strict-name": {**zero, "pass": 3},
        "undecided-half": {**zero, "pass": 1},
    }
