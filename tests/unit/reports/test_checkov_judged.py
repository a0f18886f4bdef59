"""checkov's answers: read, weighed, excused with a reason, joined with the line that declared a resource."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from jsonschema import validate

from graph.model import Graph
from policies.testing.fixtures import PROJECT, STACK, graph_of, resource
from reports.checkov.answers import Answer, read_answers
from reports.checkov.command import SKIPS
from reports.checkov.judged import Excusing, Judged, judged_files, judged_stack
from reports.checkov.severities import STOPPING, severity_of, table
from reports.checkov.skips import Skip, Skips, read_skips
from reports.errors import ReportError
from reports.formats import as_json
from reports.results import SEVERITIES, Place, State, report_of
from reports.terraform.plan import plan_of

TODAY = date(2026, 11, 21)
BUCKET = "aws:s3/bucket:Bucket"
GRAPH = graph_of([resource(BUCKET, "logs", {})])
URN = GRAPH.resources[0].urn
LOGGING, OPEN = "CKV_AWS_18", "CKV_AWS_20"
SKIP = Skip(LOGGING, "logs", "a log of the log's reading would need another", "platform")


def _record(check: str, address: str, **more: object) -> dict[str, object]:
    return {
        "check_id": check,
        "check_name": f"Ensure {check}",
        "check_result": {"result": "FAILED", "evaluated_keys": ["logging"]},
        "file_abs_path": "/plans/test.json",
        "file_line_range": [4, 9],
        "resource": address,
        "guideline": None,
        **more,
    }


def _told(failed: list[object], passed: list[object], **more: object) -> str:
    results = {"failed_checks": failed, "passed_checks": passed, "parsing_errors": [], **more}
    return json.dumps([{"check_type": "terraform_plan", "results": results}])


def _judged(*answers: Answer, skips: Skips | None = None, graph: Graph = GRAPH) -> Judged:
    excusing = Excusing(skips or Skips(), TODAY)
    return judged_stack(graph, plan_of(graph), answers, {}, excusing, source="state")


def _answer(check: str, *, passed: bool = False, resource: str = "aws_s3_bucket.logs") -> Answer:
    return Answer(
        framework="terraform_plan",
        check=check,
        title=f"Ensure {check}",
        passed=passed,
        file="/plans/test.json",
        line=0,
        resource=resource,
    )


def test_an_answer_is_read_once_whatever_checkov_repeats() -> None:
    record = _record(LOGGING, "aws_s3_bucket.logs")

    (answer,) = read_answers(_told([record, record], []))

    assert (answer.check, answer.passed, answer.plan) == (LOGGING, False, "test")
    assert answer.looked_at == ("logging",)


def test_a_file_that_checkov_could_not_read_is_no_approval() -> None:
    with pytest.raises(ReportError, match=r"could not read[\s\S]*Dockerfile"):
        read_answers(_told([], [], parsing_errors=["/repo/Dockerfile"]))


@pytest.mark.parametrize("text", ["", "{}", "[1]", '[{"results": {"failed_checks": [{}]}}]'])
def test_what_is_no_answer_is_refused(text: str) -> None:
    with pytest.raises(ReportError, match="no answer of checkov"):
        read_answers(text)


def test_a_framework_that_had_nothing_to_judge_says_nothing() -> None:
    assert read_answers('[{"passed": 0, "failed": 0}]') == ()


def test_a_grave_finding_blocks_and_any_other_advises() -> None:
    report = _judged(_answer(OPEN), _answer(LOGGING), _answer("CKV_AWS_21", passed=True)).report

    assert [(one.rule, one.severity, one.blocks) for one in report.findings] == [
        (OPEN, "high", True),
        (LOGGING, "medium", False),
    ]
    assert {rule.name: rule.counts.passed for rule in report.rules}["CKV_AWS_21"] == 1


def test_a_finding_names_our_resource_and_the_line_that_declared_it() -> None:
    places = {URN: (Place("infra/components/logs.py", 12),)}
    excusing = Excusing(Skips(), TODAY)

    judged = judged_stack(GRAPH, plan_of(GRAPH), [_answer(OPEN)], places, excusing, source="state")

    (found,) = judged.report.findings
    assert (found.urn, found.type, found.name) == (URN, BUCKET, "logs")
    assert found.place == Place("infra/components/logs.py", 12)


def test_a_skip_excuses_with_its_reason_and_stays_visible() -> None:
    judged = _judged(_answer(LOGGING), skips=Skips(PROJECT, (SKIP,)))

    (found,) = judged.report.findings
    assert found.state is State.WAIVED
    assert found.excuse is not None
    assert found.excuse.reason == SKIP.reason
    assert judged.used == {SKIP}


@pytest.mark.parametrize(
    "skips",
    [
        Skips("another", (SKIP,)),
        Skips(PROJECT, (Skip(OPEN, "logs", "of another check altogether", "platform"),)),
        Skips(PROJECT, (Skip(LOGGING, "log", "of another resource altogether", "platform"),)),
        Skips(PROJECT, (Skip(LOGGING, "*", "of another stack", "platform", stacks=("prod",)),)),
        Skips(PROJECT, (Skip(LOGGING, "*", "yesterday", "me", expires=date(2026, 11, 20)),)),
    ],
    ids=["project", "check", "resource", "stack", "expired"],
)
def test_a_skip_of_something_else_excuses_nothing(skips: Skips) -> None:
    judged = _judged(_answer(LOGGING), skips=skips)

    assert [one.state for one in judged.report.findings] == [State.VIOLATION]
    assert skips.unused(judged.used) == skips.entries


def test_a_skip_may_name_type_and_name_and_holds_on_its_last_day() -> None:
    skip = Skip(LOGGING, f"{BUCKET}::lo*", "of these buckets only", "me", (STACK,), TODAY)

    judged = _judged(_answer(LOGGING), skips=Skips(PROJECT, (skip,)))

    assert judged.used == {skip}


def test_all_that_is_wrong_in_the_file_of_skips_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "skips.yaml"
    file.write_text(
        "project: p\n"
        "skips:\n"
        "- {check: A, resource: r, reason: because I said, owner: me}\n"
        "- {check: A, reason: there is a reason for it, owner: me, ticket: T-1}\n"
        "- {check: A, resource: r, reason: there is a reason, owner: me, expires: soon}\n"
        "- {check: A, resource: r, reason: there is a reason, owner: me, stacks: prod}\n"
    )

    with pytest.raises(ReportError) as raised:
        read_skips(file)

    told = str(raised.value)
    for expected in ("entry 1: its reason", "entry 2 has ticket", "entry 2 lacks resource",
                     "entry 3: expires must be a date", "entry 4: stacks must be a list"):  # fmt: skip
        assert expected in told


@pytest.mark.parametrize("text", ["", "skips: []", "project: p", "- 1", "{"])
def test_a_file_that_holds_no_skips_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "skips.yaml"
    file.write_text(text)

    with pytest.raises(ReportError):
        read_skips(file)


def test_the_repository_s_own_skips_are_in_order() -> None:
    skips = read_skips(SKIPS)

    assert skips.entries
    assert not [one for one in skips.entries if one.check in _grave() and not one.expires]


def _grave() -> set[str]:
    return {check for check, severity in table().items() if severity.name in STOPPING}


def test_findings_in_files_have_their_own_lines(tmp_path: Path) -> None:
    file = tmp_path / "apps" / "Dockerfile"
    answer = Answer(
        framework="dockerfile",
        check="CKV_DOCKER_8",
        title="Ensure the last USER is not root",
        passed=False,
        file=str(file),
        line=7,
        resource="/apps/Dockerfile.USER",
    )

    report = judged_files([answer], "plumbline", Excusing(Skips(), TODAY), root=tmp_path).report

    (found,) = report.findings
    assert (found.type, found.place) == ("Dockerfile", Place("apps/Dockerfile", 7))
    assert found.blocks
    # What is to be merged must fit the schema that says what can be.
    schema = json.loads((Path(as_json.__file__).parent / "policy-report.schema.json").read_text())
    validate(json.loads(as_json.render(report_of([report]))), schema)


def test_every_severity_has_its_reason_and_is_one() -> None:
    for check, severity in table().items():
        assert severity.name in SEVERITIES, check
        assert len(severity.why.split()) > 3, check
    assert severity_of("CKV_AWS_338").level == "advisory"
