"""The record of a run holds each judgement, and reads back as what was said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from graph.raw import Secret
from policies.engine.errors import PackError
from policies.engine.judging import Verdict
from policies.engine.record import Record, as_text, read_record
from policies.engine.waiving import WaiverSource
from policies.testing.fixtures import Case, resource
from tests.unit.policies.rules import ALL, BALANCER, SUBNET
from tests.unit.policies.runs import BAD, CANARY, CHAT, only, run, waivers

MIXED: Case = [
    resource(BALANCER, "alb", {"idleTimeout": 60, "name": "known", "password": CANARY}),
    resource(SUBNET, "one", {"one": 1, "two": 2, "cidrBlock": CANARY}),
]


def recorded(tmp_path: Path, case: Case, environ: dict[str, str]) -> tuple[str, Record]:
    """What the record of a run says, as text and as read."""
    path = tmp_path / "record.json"
    run(case, environ={**environ, "PLUMBLINE_REPORT": str(path)})
    text = path.read_text(encoding="utf-8")
    return text, read_record(text, ALL)


def test_a_record_has_each_judgement_with_its_findings(tmp_path: Path) -> None:
    _, record = recorded(tmp_path, MIXED, CHAT)

    said = {(one.active.rule.name, one.urn.rpartition("::")[2]): one for one in record.judgements}
    timeout = said["idle-timeout", "alb"]
    assert timeout.verdict is Verdict.FAIL
    assert [(one.path, one.message) for one in timeout.findings] == [
        ("idleTimeout", "idle timeout is 60, not 300")
    ]
    assert said["strict-name", "alb"].verdict is Verdict.PASS
    assert said["crashing", "one"].findings[0].crashed
    assert (record.profile, record.resources) == ("chat", 2)
    assert {one.rule.name for one in record.active} == {one.name for one in ALL}


def test_a_record_says_what_the_engine_was_told(tmp_path: Path) -> None:
    path = tmp_path / "record.json"

    said = run(MIXED, environ={**CHAT, "PLUMBLINE_REPORT": str(path)})

    record = read_record(path.read_text(encoding="utf-8"), ALL)
    found = sorted(
        (one.active.rule.name, one.urn) for every in record.judgements for one in every.findings
    )
    assert found == sorted((one.policy, one.urn) for one in said)


def test_a_record_keeps_a_waiver_whole(tmp_path: Path) -> None:
    _, record = recorded(tmp_path, BAD, waivers(tmp_path))

    findings = [one for said in record.judgements for one in said.findings]
    (finding,) = (one for one in findings if one.active.rule.name == "idle-timeout")
    assert finding.waiver is not None
    assert finding.waiver.reason == "a trial of short connections"
    assert finding.waiver.stacks == ("te*",)
    assert finding.waiver.source is WaiverSource.FILE
    assert read_record(as_text(record), ALL).judgements == record.judgements
    assert read_record(as_text(record), ALL) == record


def test_a_record_tells_what_is_wrong_with_waivers(tmp_path: Path) -> None:
    environ = waivers(tmp_path, resource="nowhere")

    _, record = recorded(tmp_path, BAD, environ)

    assert len(record.waiver_problems) == 1
    assert "excuses nothing" in record.waiver_problems[0]


def test_a_record_holds_no_secret(tmp_path: Path) -> None:
    hidden = [resource(BALANCER, "alb", {"password": Secret(CANARY)})]

    text, record = recorded(tmp_path, hidden, CHAT)

    assert any(one.active.rule.name == "telling" and one.findings for one in record.judgements)
    assert CANARY not in text


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 1}', '"x"', "null", "{"])
def test_what_is_no_record_is_refused(text: str) -> None:
    with pytest.raises(PackError, match="no record"):
        read_record(text, ALL)


def test_a_record_of_another_pack_is_refused(tmp_path: Path) -> None:
    text, _ = recorded(tmp_path, BAD, CHAT)

    with pytest.raises(PackError, match=r"(?s)rules that there are not:.*strict-name"):
        read_record(text, [one for one in ALL if one.name != "strict-name"])
    with pytest.raises(PackError, match="version 7"):
        read_record(json.dumps({**json.loads(text), "version": 7}), ALL)


def test_nothing_is_recorded_that_nobody_asked_for(tmp_path: Path) -> None:
    said = run(BAD, environ=CHAT)

    assert only(said, "idle-timeout")
    assert list(tmp_path.iterdir()) == []
