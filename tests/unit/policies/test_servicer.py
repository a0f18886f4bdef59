"""The service says to the engine what the rules say, over real gRPC."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import grpc
import pytest
from pulumi.runtime.proto import analyzer_pb2

from graph.model import ConfigValue, Graph, Resource, Stack
from graph.raw import Raw
from policies.engine import Check, Parameters, Rule, Severity, rule, stack_rule
from policies.testing.engine import Engine, request_of, serving
from policies.testing.fixtures import UNKNOWN, declarations, resource, secret
from tests.unit.policies.rules import ALL, BALANCER, SUBNET, crashing, idle_timeout, strict_name
from tests.unit.policies.runs import BAD, CANARY, CHAT, only, run, waivers


def test_a_finding_says_what_where_why_and_how_to_mend() -> None:
    (said,) = only(run(BAD), "idle-timeout")

    assert said.level == "mandatory"
    assert said.urn.endswith("::alb")
    assert said.message.splitlines() == [
        "Connections stay open",
        "What: idle timeout is 60, not 300",
        "Where: aws:lb/loadBalancer:LoadBalancer 'alb', property idleTimeout",
        "Why: WebSockets are long-lived. (spec 1)",
        "Mend: Set idle_timeout=300.",
    ]


def test_what_is_as_it_should_be_is_not_mentioned() -> None:
    good = [
        resource("aws:ec2/vpc:Vpc", "v"),
        resource(SUBNET, "s", {"one": 1, "two": 2}),
        resource(BALANCER, "alb", {"idleTimeout": 300, "name": "known"}, refs={"subnets": ["s"]}),
    ]

    assert run(good, [rule for rule in ALL if rule is not crashing]) == []


def test_a_stack_rules_finding_is_told_of_its_resource() -> None:
    (said,) = only(run(BAD), "balancer-has-subnets")

    assert said.urn.endswith("::alb")


def test_each_policys_metadata_reach_the_engine() -> None:
    with serving(ALL) as engine:
        info = engine.info()

    policies = {policy.name: policy for policy in info.policies}
    timeout = policies["idle-timeout"]
    assert set(policies) == {rule.name for rule in ALL} | {
        *("profile", "levels", "remediation", "waivers", "undecided")
    }
    assert timeout.description == "Connections stay open"
    assert timeout.remediation_steps == "Set idle_timeout=300."
    assert timeout.severity == analyzer_pb2.POLICY_SEVERITY_HIGH
    assert timeout.enforcementLevel == analyzer_pb2.MANDATORY
    assert list(timeout.tags) == ["chat"]
    assert timeout.policy_type == analyzer_pb2.POLICY_TYPE_RESOURCE
    assert policies["balancer-has-subnets"].policy_type == analyzer_pb2.POLICY_TYPE_STACK
    assert set(timeout.configSchema.properties) == {"seconds", "factor", "strict", "label", "names"}
    assert set(policies["profile"].configSchema.properties) == {"profile"}


@pytest.mark.parametrize(("asked", "level"), [("advisory", "advisory"), ("remediate", "mandatory")])
def test_the_level_that_a_user_asks_for_is_honoured(asked: str, level: str) -> None:
    (said,) = only(run(BAD, config={"idle-timeout": asked}), "idle-timeout")

    assert said.level == level


def test_a_rule_that_a_user_disables_is_silent() -> None:
    assert only(run(BAD, config={"idle-timeout": "disabled"}), "idle-timeout") == []


def test_the_parameters_that_a_user_sets_are_honoured() -> None:
    assert only(run(BAD, config={"idle-timeout": {"seconds": 60}}), "idle-timeout") == []


@pytest.mark.parametrize(
    ("config", "told"),
    [
        (
            {"idle-timeout": {"seconds": "soon", "nope": 1}},
            ["'soon' is not a whole number", "nope"],
        ),
        ({"idle-timeot": "advisory"}, ["idle-timeot: no rule of this pack has this name"]),
        (
            {"profile": {"profile": "chess"}},
            ["no profile 'chess'", "known profiles: ", "chat, common"],
        ),
    ],
)
def test_a_configuration_that_does_not_fit_is_one_clear_error(
    config: Mapping[str, str | Mapping[str, Raw]], told: Sequence[str]
) -> None:
    with serving(ALL) as engine, pytest.raises(grpc.RpcError) as caught:
        engine.configure(config)

    assert all(part in str(caught.value) for part in told)
    assert "Traceback" not in str(caught.value)


@pytest.mark.parametrize("name", ["profile", "all"])
def test_a_profile_is_chosen_by_policy_configuration(name: str) -> None:
    silent = run(BAD, environ={})
    told = run(BAD, environ={}, config={name: {"profile": "chat"}})

    assert only(silent, "idle-timeout") == []
    assert len(only(told, "idle-timeout")) == 1


def test_a_profile_is_chosen_by_the_stacks_own_system() -> None:
    environ = {"PULUMI_CONFIG": '{"plumbline:system": "chat"}', "PLUMBLINE_PROFILE": "common"}

    assert len(only(run(BAD, environ=environ), "idle-timeout")) == 1


def test_what_the_host_tells_of_the_stack_is_taken_over() -> None:
    stack = Stack(project="p", name="s", config={"plumbline:system": ConfigValue("chat")})

    with serving(ALL) as engine:
        engine.configure_stack(stack)
        engine.configure({})
        said = engine.run(declarations(BAD))

    assert len(only(said, "idle-timeout")) == 1


def test_rules_that_do_not_judge_are_told_as_not_applicable() -> None:
    (declaration,) = declarations([resource(SUBNET, "s")])
    with serving(ALL, CHAT) as engine:
        response = engine.stub.Analyze(request_of(declaration))

    idle = {one.policy_name for one in response.not_applicable}
    assert {"idle-timeout", "strict-name", "balancer-has-subnets"} <= idle
    assert "crashing" not in idle


def test_unknowns_are_one_advisory_line_at_the_stack() -> None:
    said = run([resource(SUBNET, name, {"one": 1, "two": UNKNOWN}) for name in ("a", "b", "c")])

    (line,) = only(said, "undecided")
    assert line.level == "advisory"
    assert line.urn == ""
    assert line.message.endswith("undecided-half (3)")


def test_a_crash_is_told_with_its_line_and_blocks() -> None:
    (said,) = only(run([resource(SUBNET, "s")]), "crashing")

    assert said.level == "mandatory"
    assert said.urn.endswith("::s")
    assert "LookupError at tests/unit/policies/rules.py:" in said.message
    assert "a fault of the rule, not of the stack" in said.message


def test_the_summary_counts_what_was_said(tmp_path: Path) -> None:
    path = tmp_path / "summary.json"
    case = [
        resource("pulumi:pulumi:Stack", "fixture-test"),
        resource("plumbline:x:Y", "component"),
        resource(SUBNET, "s", {"one": 1, "two": UNKNOWN}),
        *BAD,
    ]

    _ = run(case, environ={**waivers(tmp_path), "PLUMBLINE_SUMMARY": str(path)})

    summary = json.loads(path.read_text(encoding="utf-8"))
    findings = {(one["rule"], one["level"], one["waived"]) for one in summary.pop("findings")}
    assert summary.pop("mended") == []
    assert set(summary.pop("byRule")) == {rule.name for rule in ALL}
    assert set(summary.pop("verdicts")) == {"pass", "fail", "unknown", "not-applicable"}
    assert summary == {
        "stack": "test",
        "project": "fixture",
        "profile": "chat",
        "resources": 3,
        "rules": 6,
        "violations": 2,
        "waived": 1,
        "unknown": 1,
    }
    assert findings == {
        ("idle-timeout", "mandatory", True),
        ("balancer-has-subnets", "mandatory", False),
        ("crashing", "mandatory", False),
    }
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_a_finding_is_in_the_summary_before_the_stack_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "summary.json"
    (declaration,) = declarations(BAD)

    with serving(ALL, {**CHAT, "PLUMBLINE_SUMMARY": str(path)}) as engine:
        _ = engine.analyze(declaration)
        summary = json.loads(path.read_text(encoding="utf-8"))

    assert [one["rule"] for one in summary["findings"]] == ["idle-timeout"]


def test_a_second_run_starts_afresh(tmp_path: Path) -> None:
    path = tmp_path / "summary.json"
    with serving([idle_timeout], {**CHAT, "PLUMBLINE_SUMMARY": str(path)}) as engine:
        _ = engine.run(declarations(BAD))
        _ = engine.run(declarations([resource(BALANCER, "other", {"idleTimeout": 300})]))

    summary = json.loads(path.read_text(encoding="utf-8"))
    assert (summary["violations"], summary["resources"]) == (0, 1)


def test_no_secret_is_in_any_answer_or_in_the_summary(tmp_path: Path) -> None:
    path = tmp_path / "summary.json"
    environ = {
        **CHAT,
        "PLUMBLINE_SUMMARY": str(path),
        "PULUMI_CONFIG": json.dumps({"fixture:p": CANARY + "-config"}),
        "PULUMI_CONFIG_SECRET_KEYS": '["fixture:p"]',
    }
    case = [
        resource(SUBNET, "s", {"password": secret(CANARY), "cidrBlock": secret(CANARY)}),
        resource(SUBNET, "t", {"password": CANARY + "-config"}),
        resource(BALANCER, "alb", {"idleTimeout": secret(CANARY), "name": secret(CANARY)}),
    ]

    said = run(case, environ=environ)

    assert len(said) >= 5
    assert CANARY not in repr(said)
    assert CANARY not in path.read_text(encoding="utf-8")


def test_nothing_is_remediated() -> None:
    (declaration,) = declarations(BAD)
    with serving([strict_name]) as engine:
        response = engine.stub.Remediate(request_of(declaration))

    assert not response.remediations


def test_a_resource_under_components_sees_its_parents() -> None:
    case = [
        resource("plumbline:x:Outer", "outer"),
        resource("plumbline:x:Inner", "inner", parent="outer"),
        resource(SUBNET, "s", parent="inner"),
    ]
    seen: list[list[str]] = []

    with serving([_parents_to(seen)]) as engine:
        _ = engine.run(declarations(case))

    assert seen == [["inner", "outer"]]


def _parents_to(seen: list[list[str]]) -> Rule:
    @rule(
        "parents",
        applies_to=(SUBNET,),
        title="Sees parents",
        why="It does.",
        requirement="spec",
        mend="Nothing.",
        severity=Severity.LOW,
    )
    def parents(resource: Resource, _parameters: Parameters) -> Iterator[Check]:
        seen.append([parent.name for parent in resource.parents])
        return iter(())

    return parents


def test_a_stack_rule_is_told_inputs_apart_from_outputs() -> None:
    case = declarations([resource(SUBNET, "s", {"given": 1}), resource(SUBNET, "unseen")])
    seen: dict[str, dict[str, Raw] | None] = {}

    @stack_rule(
        "inputs",
        title="Sees inputs",
        why="It does.",
        requirement="spec",
        mend="Nothing.",
        severity=Severity.LOW,
    )
    def inputs(graph: Graph, _parameters: Parameters) -> Iterator[Check]:
        seen.update({one.name: one.declaration.inputs for one in graph.resources})
        return iter(())

    with serving([inputs]) as engine:
        _ = engine.analyze(case[0])
        computed = replace(case[0], properties={"given": 1, "computed": 2})
        _ = engine.analyze_stack([computed, case[1]])

    assert seen == {"s": {"given": 1}, "unseen": None}


def test_the_engine_can_be_anything_that_speaks_the_protocol() -> None:
    with serving(ALL, CHAT) as engine:
        empty = engine.stub.Analyze(analyzer_pb2.AnalyzeRequest())
        nothing = engine.stub.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest())

    assert not empty.diagnostics
    assert not nothing.diagnostics
    assert isinstance(engine, Engine)
