"""A rule has one of four verdicts, whatever it does and whatever it reads."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graph.model import Graph
from graph.raw import Raw
from graph.truth import Truth
from policies.engine import Check, Parameters, Profile, Severity, stack_rule
from policies.engine.evaluation import Evaluation, evaluate
from policies.engine.judging import Verdict
from policies.engine.messages import compose
from policies.engine.profiles import Setting
from policies.engine.redaction import Hidden
from policies.engine.rules import Level
from policies.testing.fixtures import UNKNOWN, Case, graph_of, resource, secret
from tests.unit.policies.rules import ALL, BALANCER, SUBNET

CHAT = Profile(name="chat")


def judged(case: Case, profile: Profile = CHAT) -> Evaluation:
    return evaluate(graph_of(case), ALL, profile)


@pytest.mark.parametrize(
    ("timeout", "verdict"),
    [
        (300, Verdict.PASS),
        ("300", Verdict.PASS),
        (60, Verdict.FAIL),
        (None, Verdict.FAIL),
        (UNKNOWN, Verdict.UNKNOWN),
    ],
)
def test_a_value_decides_the_verdict(timeout: Raw, verdict: Verdict) -> None:
    said = judged([resource(BALANCER, "alb", {"idleTimeout": timeout, "name": "known"})])

    assert said.verdict("idle-timeout") is verdict


def test_a_rule_does_not_apply_to_other_types() -> None:
    assert judged([resource(SUBNET, "s")]).verdict("idle-timeout") is Verdict.NOT_APPLICABLE


def test_a_rule_of_every_type_applies_to_components_too() -> None:
    said = judged([resource("plumbline:x:Y", "c", {"password": "open"})])

    assert said.verdict("telling") is Verdict.FAIL


def test_an_aliased_type_is_judged_and_shown_as_declared() -> None:
    said = judged([resource("aws:elasticloadbalancingv2/loadBalancer:LoadBalancer", "alb")])

    (finding,) = [one for one in said.findings if one.active.rule.name == "idle-timeout"]
    assert finding.type == "aws:elasticloadbalancingv2/loadBalancer:LoadBalancer"


def test_a_rule_that_must_know_fails_on_an_unknown() -> None:
    said = judged([resource(BALANCER, "alb", {"idleTimeout": 300, "name": UNKNOWN})])

    (finding,) = [one for one in said.findings if one.active.rule.name == "strict-name"]
    assert finding.message == "name is not known before the deployment: no name"


def test_an_unknown_does_not_hide_what_was_found_before_it() -> None:
    said = judged([resource(SUBNET, "s", {"one": 0, "two": UNKNOWN})])

    (judgement,) = said.of("undecided-half")
    assert judgement.verdict is Verdict.FAIL
    assert [finding.path for finding in judgement.findings] == ["one"]
    assert judgement.undecided


def test_a_rule_that_demands_an_unknown_value_is_undecided() -> None:
    said = judged([resource(SUBNET, "s", {"one": 1, "two": UNKNOWN})])

    assert said.verdict("undecided-half") is Verdict.UNKNOWN


def test_a_crashing_rule_fails_closed_and_names_its_line_and_no_value() -> None:
    said = judged([resource(SUBNET, "s", {"cidrBlock": "10.0.0.0/24"})])

    (judgement,) = said.of("crashing")
    (finding,) = judgement.findings
    assert judgement.verdict is Verdict.FAIL
    assert finding.crashed
    assert finding.name == "s"
    assert (
        "crashing itself failed with LookupError at tests/unit/policies/rules.py:"
        in finding.message
    )
    assert "10.0.0.0" not in finding.message


def test_a_crashing_rule_leaves_the_others_alone() -> None:
    said = judged([resource(SUBNET, "s", {"one": 0, "two": 2})])

    assert said.verdict("undecided-half") is Verdict.FAIL


def test_a_stack_rule_joins_by_dependencies_where_ids_are_unknown() -> None:
    subnet = resource(SUBNET, "s")
    joined = resource(BALANCER, "a", {"subnets": [UNKNOWN]}, refs={"subnets": ["s"]})
    alone = resource(BALANCER, "b", {"subnets": []})

    assert judged([subnet, joined]).verdict("balancer-has-subnets") is Verdict.PASS
    assert judged([subnet, joined, alone]).verdict("balancer-has-subnets") is Verdict.FAIL


def test_a_careless_rule_cannot_tell_a_secret() -> None:
    said = judged([resource(SUBNET, "s", {"password": secret("hunter2-canary")})])

    (finding,) = [one for one in said.findings if one.active.rule.name == "telling"]
    assert finding.message == "the password is [secret]"


def test_a_credential_that_nobody_marked_is_not_repeated_either() -> None:
    said = judged([resource(SUBNET, "s", {"password": "hunter2-canary"})])

    (finding,) = [one for one in said.findings if one.active.rule.name == "telling"]
    assert finding.message == "the password is [secret]"


def test_secrets_that_overlap_or_hold_one_another_go_together() -> None:
    hidden = Hidden(["abcdef", "defghi", "cde", "zz", "wxyzwxyz", "wxyz"])

    assert hidden.hide("-abcdefghi-wxyzwxyz-wxyz-abcde-zz") == (
        "-[secret]-[secret]-[secret]-abcde-zz"
    )
    assert Hidden([]).hide("as it was") == "as it was"


def test_rules_of_another_profile_do_not_judge() -> None:
    case = [resource(BALANCER, "alb", {"idleTimeout": 60, "name": "known"})]

    assert judged(case, Profile(name="common")).of("idle-timeout") == []
    assert judged(case, Profile(name="chat")).verdict("idle-timeout") is Verdict.FAIL


def test_a_profile_changes_parameters_and_levels_and_leaves_rules_out() -> None:
    case = [resource(BALANCER, "alb", {"idleTimeout": 60, "name": "other"})]
    profile = Profile(
        name="chat",
        parameters={"idle-timeout": {"seconds": 60}},
        levels={"strict-name": Level.MANDATORY},
        without=("balancer-has-subnets",),
    )

    said = judged(case, profile)

    assert said.verdict("idle-timeout") is Verdict.PASS
    assert [one.active.level for one in said.findings] == [Level.MANDATORY]
    assert said.of("balancer-has-subnets") == []


def test_a_users_settings_win_over_the_profile() -> None:
    case = [resource(BALANCER, "alb", {"idleTimeout": 90, "name": "known"})]
    profile = Profile(name="chat", parameters={"idle-timeout": {"seconds": 60, "label": "p"}})
    settings = {
        "idle-timeout": Setting(Level.ADVISORY, {"seconds": 90.0}),
        "balancer-has-subnets": Setting(Level.DISABLED),
    }

    said = evaluate(graph_of(case), ALL, profile, settings=settings)

    assert said.verdict("idle-timeout") is Verdict.PASS
    assert said.of("idle-timeout")[0].active.level is Level.ADVISORY
    assert said.of("balancer-has-subnets") == []


def test_a_finding_of_the_stack_as_a_whole_names_no_resource() -> None:
    @stack_rule(
        "whole",
        title="The stack is large",
        why="It is.",
        requirement="spec",
        mend="Make it larger.",
        severity=Severity.LOW,
    )
    def whole(graph: Graph, _parameters: Parameters) -> Iterator[Check]:
        yield Check(Truth.of(len(graph.resources) > 5), "it is small")

    said = evaluate(graph_of([resource(SUBNET, "s")]), [whole], CHAT)

    (finding,) = said.findings
    assert (finding.urn, finding.type, finding.name) == ("", "", "")
    assert "Where: the stack as a whole" in compose(finding)
