"""Waivers in a program's own code excuse the resource they name, and are held to the same rules."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from graph.raw import UNKNOWN, Raw
from policies.engine.evaluation import evaluate
from policies.engine.profiles import Profile
from policies.engine.waiving import WaiverSource
from policies.testing.engine import serving
from policies.testing.fixtures import Case, FixtureResource, declarations, graph_of, resource
from tests.unit.policies.rules import ALL, BALANCER, idle_timeout
from tests.unit.policies.runs import BAD, CHAT, only, run

SOON = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
URN = f"urn:pulumi:test::fixture::{BALANCER}::alb"


def waiver(**changes: Raw) -> FixtureResource:
    stated: dict[str, Raw] = {
        "rule": "idle-timeout",
        "resource": URN,
        "reason": "a trial of short connections",
        "owner": "platform",
        "ticket": "OPS-7",
        "expires": SOON,
        **changes,
    }
    return resource("plumbline:policy:Waiver", "excuse", stated)


def test_a_waiver_in_code_excuses_the_resource_that_it_names() -> None:
    said = run([waiver(), *BAD])

    (told,) = only(said, "idle-timeout")
    assert told.level == "advisory"
    assert "waived in the program" in told.message
    assert "by platform, OPS-7: a trial of short connections" in told.message
    assert only(said, "waivers") == []


def test_a_waiver_in_code_excuses_no_other_resource_of_that_name() -> None:
    elsewhere = URN.replace("::aws:lb", "::my:Component$aws:lb")

    said = run([waiver(resource=elsewhere), *BAD])

    assert [one.level for one in only(said, "idle-timeout")] == ["mandatory"]
    assert "excuses nothing on test" in only(said, "waivers")[0].message


def test_a_waiver_in_code_with_a_path_excuses_findings_of_that_property_alone() -> None:
    fitting = run([waiver(path="idleTimeout"), *BAD])
    other = run([waiver(path="name"), *BAD])

    assert [one.level for one in only(fitting, "idle-timeout")] == ["advisory"]
    assert [one.level for one in only(other, "idle-timeout")] == ["mandatory"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"expires": "2020-01-01"}, "expired on 2020-01-01"),
        ({"expires": "some day"}, "expires is missing"),
        ({"expires": "2999-01-01"}, "more than 180 days ahead"),
        ({"reason": ""}, "reason is missing"),
        ({"reason": UNKNOWN}, "reason is missing"),
        ({"ticket": None}, "ticket is missing"),
        ({"rule": "strict-name"}, "cannot be waived"),
        ({"rule": "nope"}, "there is no rule 'nope'"),
        ({"color": "red"}, "color is no key"),
    ],
)
def test_a_wrong_waiver_in_code_is_told_with_the_waiver_itself_and_excuses_nothing(
    changes: dict[str, Raw], told: str
) -> None:
    case = declarations([waiver(**changes), *BAD])
    with serving(ALL, CHAT) as engine:
        first = engine.analyze(case[0])
        rest = engine.analyze(case[1]) + engine.analyze_stack(case)

    (problem,) = only(first, "waivers")
    assert problem.level == "mandatory"
    assert told in problem.message
    assert [one.level for one in only(rest, "idle-timeout")] == ["mandatory"]
    assert only(rest, "waivers") == []


def test_the_summary_tells_a_waiver_with_its_ticket_and_its_source(tmp_path: Path) -> None:
    path = tmp_path / "summary.json"
    _ = run([waiver(), *BAD], environ={**CHAT, "PLUMBLINE_SUMMARY": str(path)})

    found = json.loads(path.read_text())["findings"]
    (waived,) = [one["waiver"] for one in found if one["waived"]]
    assert (waived["ticket"], waived["source"]) == ("OPS-7", "code")


@pytest.mark.parametrize("day", [date(2026, 11, 21), date(2026, 12, 31)])
def test_a_graph_is_judged_with_its_own_waivers_until_they_expire(day: date) -> None:
    case: Case = [waiver(expires="2026-12-01"), *BAD]

    said = evaluate(graph_of(case), [idle_timeout], Profile(name="chat"), today=day)

    (finding,) = said.findings
    excused = finding.waiver is not None and finding.waiver.source is WaiverSource.CODE
    assert excused == (day < date(2026, 12, 1))


def test_a_waiver_that_is_seen_after_its_resource_is_counted_in_the_end(tmp_path: Path) -> None:
    path = tmp_path / "summary.json"
    _ = run([*BAD, waiver()], environ={**CHAT, "PLUMBLINE_SUMMARY": str(path)})

    assert json.loads(path.read_text())["waived"] == 1
