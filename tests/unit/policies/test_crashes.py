"""Whatever fails names itself, its line and its resource, blocks, and leaves the others alone."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import grpc
import pytest

import policies.profiles
from graph.model import Graph, Resource
from graph.raw import Raw
from graph.truth import Truth
from policies.engine import Check, Level, Parameters, Rule, Severity, rule, stack_rule
from policies.engine.errors import PackError
from policies.engine.judging import judge_resource, judge_stack
from policies.engine.pack import policies_of
from policies.engine.profiles import ActiveRule, known_profiles
from policies.engine.serving import load
from policies.engine.session import Session
from policies.testing.engine import request_of, serving
from policies.testing.fixtures import declarations, graph_of, resource
from tests.unit.policies.rules import BALANCER, balancer_has_subnets, idle_timeout
from tests.unit.policies.runs import BAD, CANARY, CHAT

HERE = "tests/unit/policies/test_crashes.py"


def made(judge: Callable[[Resource, Parameters], Iterator[Check]]) -> Rule:
    return rule(
        "failing",
        applies_to=(BALANCER,),
        title="It fails",
        why="It is wrong.",
        requirement="spec 9",
        mend="Mend the rule.",
        severity=Severity.LOW,
    )(judge)


def in_a_helper(resource: Resource, _: Parameters) -> Iterator[Check]:
    yield Check(resource["name"].matches("no end ("), "never")


def ends_the_process(_: Resource, _parameters: Parameters) -> Iterator[Check]:
    yield sys.exit(f"no {CANARY}")


def yields_text(_: Resource, _parameters: Parameters) -> Iterator[Check]:
    yield cast("Check", "it is wrong")


def yields_nothing_at_all(_: Resource, _parameters: Parameters) -> Iterator[Check]:
    return cast("Iterator[Check]", None)


def calls_itself(resource: Resource, parameters: Parameters) -> Iterator[Check]:
    yield from calls_itself(resource, parameters)


@pytest.mark.parametrize(
    ("judge", "error"),
    [
        (in_a_helper, "error"),
        (ends_the_process, "SystemExit"),
        (yields_text, "AttributeError"),
        (yields_nothing_at_all, "TypeError"),
        (calls_itself, "RecursionError"),
    ],
)
def test_a_rule_that_fails_in_any_way_names_itself_and_a_line_of_its_own_file(
    judge: Callable[[Resource, Parameters], Iterator[Check]], error: str
) -> None:
    graph = graph_of([resource(BALANCER, "alb", {"name": CANARY})])
    failing = made(judge)

    said = judge_resource(ActiveRule(failing, Level.MANDATORY, Parameters()), graph.resources[0])

    (finding,) = said.findings
    assert finding.crashed
    assert finding.name == "alb"
    assert finding.message.startswith(f"the rule failing itself failed with {error} at {HERE}:")
    assert CANARY not in finding.message


@stack_rule(
    "failing-join",
    title="It fails",
    why="It is wrong.",
    requirement="spec 9",
    mend="Mend the rule.",
    severity=Severity.LOW,
)
def failing_join(graph: Graph, _: Parameters) -> Iterator[Check]:
    for balancer in graph.of_type(BALANCER):
        yield Check(Truth.of(int(balancer.name) > 0), "it is none")


def test_a_rule_over_the_stack_names_the_resource_at_which_it_failed() -> None:
    graph = graph_of([resource(BALANCER, name) for name in ("1", "2", "b", "c")])

    said = judge_stack(ActiveRule(failing_join, Level.MANDATORY, Parameters()), graph)

    (finding,) = said.findings
    assert (finding.name, finding.crashed) == ("b", True)
    assert f"ValueError at {HERE}:" in finding.message


def test_a_failing_rule_blocks_and_the_others_still_report() -> None:
    rules = [made(ends_the_process), failing_join, idle_timeout, balancer_has_subnets]

    with serving(rules, CHAT) as engine:
        said = engine.run(declarations(BAD))

    assert {(one.policy, one.level) for one in said} == {
        ("failing", "mandatory"),
        ("failing-join", "mandatory"),
        ("idle-timeout", "mandatory"),
        ("balancer-has-subnets", "mandatory"),
    }


@pytest.mark.parametrize("given", [{"idleTimeout": {1, 2}}, {7: "a"}, ["idleTimeout"], "text"])
def test_a_remedy_that_returns_what_no_property_can_be_is_told_and_changes_nothing(
    given: object,
) -> None:
    mended = replace(idle_timeout, remedies=[])

    @mended.remedy
    def _wrong(_: Resource, _parameters: Parameters) -> Mapping[str, Raw]:
        return cast("Mapping[str, Raw]", given)

    (bad,) = declarations(BAD)

    with serving([mended], CHAT) as engine:
        engine.configure({"remediation": {"enabled": True}})
        (made_,) = engine.stub.Remediate(request_of(bad)).remediations

    assert "its remedy failed with" in made_.diagnostic
    assert not made_.properties.fields


@dataclass(frozen=True)
class Choosy(Parameters):
    seconds: int = 5

    def __post_init__(self) -> None:
        if self.seconds < 1:
            raise ValueError("seconds must be 1 or more")


def test_settings_that_a_rule_itself_refuses_are_one_clear_answer() -> None:
    choosy = replace(idle_timeout, parameters=Choosy)

    with serving([choosy], CHAT) as engine, pytest.raises(grpc.RpcError) as refused:
        engine.configure({"idle-timeout": {"seconds": 0}})

    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "idle-timeout: ValueError: seconds must be 1 or more" in str(refused.value.details())


@dataclass(frozen=True)
class Untold(Parameters):
    when: dict[str, int] | None = None


def test_settings_that_pulumi_has_no_type_for_stop_the_pack_with_the_rules_name() -> None:
    with pytest.raises(PackError, match="idle-timeout: TypeError: a parameter of type"):
        _ = policies_of([replace(idle_timeout, parameters=Untold)], {})


def _failing_rules() -> Iterator[Rule]:
    yield idle_timeout
    raise OSError("the list of rules is gone")


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (_failing_rules, "OSError: the list of rules is gone"),
        (lambda: [cast("Rule", "idle-timeout")], "'idle-timeout' is no rule"),
    ],
)
def test_another_packs_rules_that_cannot_be_had_stop_it_with_a_reason(
    more: Callable[[], Iterator[Rule]], told: str
) -> None:
    with pytest.raises(PackError, match=told):
        _ = load({}, threading.Event(), more())


def test_a_profile_that_cannot_be_loaded_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken_profile.py").write_text("raise LookupError('no figures')")
    monkeypatch.setattr(policies.profiles, "__path__", [str(tmp_path)])

    with pytest.raises(PackError, match="broken_profile: LookupError: no figures"):
        _ = known_profiles()


def test_a_fault_of_the_engine_itself_blocks_and_repeats_no_value(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def failing(_session: Session, _declaration: object) -> None:
        raise ValueError(CANARY)

    monkeypatch.setattr(Session, "analyze", failing)
    (bad,) = declarations(BAD)

    with serving([idle_timeout], CHAT) as engine, pytest.raises(grpc.RpcError) as refused:
        _ = engine.analyze(bad)

    assert refused.value.code() is grpc.StatusCode.INTERNAL
    assert "The policy pack itself failed with ValueError at" in str(refused.value.details())
    assert CANARY not in str(refused.value.details())
