"""The same questions for all tools: one stack as two files, our rules as a program, verdicts side by side."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from graph.from_state import graph_of_state
from graph.model import Graph, Stack
from graph.raw import UNKNOWN
from policies.engine.discovery import discover
from policies.testing.fixtures import declarations, resource, secret
from reports.terraform.plan import plan_of
from tests.policy.comparison import agreement, files, judge
from tests.policy.comparison.agreement import compared, of_checkov, of_opa, ours
from tests.policy.comparison.files import state_of
from tests.policy.comparison.questions import JOINING, OVER_RESOURCES, QUESTIONS, REGO, checks

TOPIC = "aws:sns/topic:Topic"


def stack() -> Graph:
    members = [
        resource(TOPIC, "open", {}),
        resource(TOPIC, "closed", {"kmsMasterKeyId": secret("alias/own")}),
        resource(TOPIC, "soon", {"kmsMasterKeyId": UNKNOWN, "tags": {"of": ["a", None, 2]}}),
        resource("aws:sns/topicPolicy:TopicPolicy", "policy", {}, refs={"arn": ["open"]}),
    ]
    return Graph(Stack(project="fixture", name="test"), declarations(members))


def test_a_stack_read_from_its_file_is_the_stack() -> None:
    graph = stack()

    read = graph_of_state(state_of(graph))

    assert [one.urn for one in read.resources] == [one.urn for one in graph.resources]
    for one, other in zip(read.resources, graph.resources, strict=True):
        assert one.declaration.properties == other.declaration.properties
        assert one.property_dependencies == other.property_dependencies


def test_both_files_are_of_one_stack(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files.main([str(tmp_path), "40"])

    told = json.loads(capsys.readouterr().out)
    graph = graph_of_state((tmp_path / "40" / "state.json").read_text())
    plan = json.loads((tmp_path / "40" / "plan.json").read_text())
    assert len(graph.resources) == told["stacks"][0]["resources"] == 40
    assert (
        len(plan["resource_changes"]) == told["stacks"][0]["in_plan"] == len(plan_of(graph).planned)
    )


def test_every_question_is_a_rule_of_ours_a_check_of_checkov_and_in_rego() -> None:
    rules = {rule.name: rule for rule in discover()}
    rego = REGO.read_text()

    assert len(QUESTIONS) >= 20
    for question in QUESTIONS:
        assert checks()[question]
        assert f'verdicts["{question}"]' in rego
    assert all(rules[name].on_stack is not None for name in JOINING)
    assert all(rules[name].on_resource is not None for name in OVER_RESOURCES)


def test_our_program_judges_by_the_rules_that_it_is_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state.json"
    _ = state.write_text(state_of(stack()))

    judge.main([str(state), "sns-encrypted", "rds-encrypted"])

    told = json.loads(capsys.readouterr().out)
    assert told["rules"] == 2
    assert told["verdicts"] == {"fail": 1, "pass": 2}
    assert [one["urn"].rpartition("::")[2] for one in told["findings"]] == ["open"]


def test_verdicts_are_compared_by_resource_and_those_that_one_alone_has_are_told() -> None:
    said = {"a": True, "b": True, "c": False}

    told = compared(
        {"sns-encrypted": said, "alb-waf": {"e": True}},
        {"sns-encrypted": {"a": True, "b": False, "d": True}},
        {"a", "b", "c", "d"},
    ).told()

    assert told == {
        "questions": 1,
        "verdicts": 2,
        "same": 1,
        "different": {"sns-encrypted": 1},
        "only_ours": {"sns-encrypted": 1},
        "only_theirs": {"sns-encrypted": 1},
    }


def test_answers_of_both_others_are_read_by_the_address_of_the_resource() -> None:
    graph = stack()
    plan = plan_of(graph)
    urns = {one.name: one.urn for one in graph.resources}
    record: dict[str, object] = {
        "check_id": "CKV_AWS_26",
        "check_name": "encrypted",
        "check_result": {},
        "file_line_range": [0, 0],
        "file_abs_path": "plan.json",
        "resource": "aws_sns_topic.open",
    }
    report = {"check_type": "terraform_plan", "results": {"failed_checks": [record]}}

    opa = of_opa('{"sns-encrypted": {"aws_sns_topic.closed": true}}', plan)
    checkov = of_checkov(json.dumps([report]), plan)

    assert opa == {"sns-encrypted": {urns["closed"]: True}}
    assert checkov == {"sns-encrypted": {urns["open"]: False}}
    assert ours(graph)["sns-encrypted"] == {
        urns["open"]: False,
        urns["closed"]: True,
        urns["soon"]: True,
    }


def test_the_counts_are_told_of_each_tool_that_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _ = (tmp_path / "state.json").write_text(state_of(stack()))
    _ = (tmp_path / "opa.json").write_text('{"sns-encrypted": {"aws_sns_topic.open": true}}')

    agreement.main([str(tmp_path)])

    told = json.loads(capsys.readouterr().out)
    assert told.keys() == {"opa"}
    assert told["opa"]["different"] == {"sns-encrypted": 1}
    assert told["opa"]["only_ours"] == {"sns-encrypted": 2}
