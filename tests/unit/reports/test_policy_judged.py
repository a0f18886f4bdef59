"""An exported state is judged as a preview would be, and its report says all that was said."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from graph.raw import Secret
from policies.engine import Rule
from policies.engine.discovery import discover
from policies.engine.environment import choose_profile
from policies.engine.evaluation import evaluate
from policies.engine.judging import Verdict
from policies.engine.profiles import known_profiles
from policies.engine.serving import waiver_paths
from policies.engine.waivers_code import WAIVER_TYPE
from policies.engine.waivers_file import load_waivers
from policies.testing.fixtures import UNKNOWN, Case, graph_of, resource
from reports.formats import FORMATS
from reports.judged import judge, report_of_record
from reports.results import Place, StackReport, State, report_of
from tests.unit.infra.recorded import stack_graph
from tests.unit.policies.rules import ALL, BALANCER, SUBNET
from tests.unit.policies.runs import CANARY, CHAT, waivers

TODAY = datetime.now(UTC).date()
PLACE = Place("infra/x.py", 3)


def reported(
    case: Case, rules: Sequence[Rule] = ALL, environ: dict[str, str] | None = None
) -> StackReport:
    graph = graph_of(case)
    places = {one.urn: (PLACE,) for one in graph.resources}
    record = judge(graph, rules, TODAY, CHAT if environ is None else environ)
    return report_of_record(record, "state", places)


def test_a_finding_has_the_rule_the_resource_and_its_source() -> None:
    report = reported([resource(BALANCER, "alb", {"idleTimeout": 60, "name": "known"})])

    (found,) = (one for one in report.findings if one.rule == "idle-timeout")
    assert (found.state, found.level, found.severity) == (State.VIOLATION, "mandatory", "high")
    assert (found.type, found.name, found.path) == (BALANCER, "alb", "idleTimeout")
    assert found.message == "idle timeout is 60, not 300"
    assert found.place == PLACE
    rule = report.rule_of(found)
    assert (rule.title, rule.why) == ("Connections stay open", "WebSockets are long-lived.")
    assert (rule.mend, rule.covers) == ("Set idle_timeout=300.", ("CHAT-000-07",))


def test_each_verdict_is_counted() -> None:
    report = reported(
        [
            resource(BALANCER, "bad", {"idleTimeout": 60}),
            resource(BALANCER, "good", {"idleTimeout": 300}),
            resource(SUBNET, "crash", {"one": 1, "two": 2}),
        ]
    )

    counts = {one.name: one.counts for one in report.rules}
    assert (counts["idle-timeout"].failed, counts["idle-timeout"].passed) == (1, 1)
    assert counts["undecided-half"].passed == 1
    assert counts["crashing"].failed == 1
    assert [one.crashed for one in report.findings if one.rule == "crashing"] == [True]
    assert len(report.rules) == len(ALL)


def test_what_is_unknown_is_told_of_each_resource() -> None:
    report = reported([resource(BALANCER, "alb", {"idleTimeout": UNKNOWN, "name": "known"})])

    (unknown,) = (one for one in report.of(State.UNKNOWN) if one.rule == "idle-timeout")
    assert (unknown.name, unknown.type, unknown.place) == ("alb", BALANCER, PLACE)
    assert unknown.path == "idleTimeout"
    assert unknown.message == "it depends on idleTimeout, which is not known before the deployment"


def test_a_rule_says_whether_the_pack_can_mend_what_it_finds() -> None:
    rules = discover()
    record = judge(graph_of([resource(BALANCER, "alb", {"idleTimeout": 60})]), rules, TODAY, CHAT)

    report = report_of_record(record, "state", {})

    by_name = {one.name: one.remedy for one in report.rules}
    assert by_name["alb-idle-timeout"]
    assert not by_name["alb-waf"]
    assert sum(by_name.values()) >= 25


def test_a_waived_finding_stays_with_the_waivers_reason(tmp_path: Path) -> None:
    case = [resource(BALANCER, "alb", {"idleTimeout": 60, "name": "known"})]

    report = reported(case, environ=waivers(tmp_path, expires=TODAY + timedelta(days=9)))

    (waived,) = report.of(State.WAIVED)
    assert waived.excuse is not None
    assert (waived.excuse.reason, waived.excuse.owner) == (
        "a trial of short connections",
        "platform",
    )
    assert waived.excuse.expires == (TODAY + timedelta(days=9)).isoformat()


def test_an_expired_waiver_is_a_violation_and_excuses_nothing(tmp_path: Path) -> None:
    case = [resource(BALANCER, "alb", {"idleTimeout": 60, "name": "known"})]

    report = reported(case, environ=waivers(tmp_path, expires=TODAY - timedelta(days=1)))

    rules = {one.rule for one in report.of(State.VIOLATION)}
    assert {"idle-timeout", "waivers"} <= rules
    assert report.of(State.WAIVED) == ()
    (problem,) = (one for one in report.findings if one.rule == "waivers")
    assert "expired" in problem.message
    assert problem.blocks


def test_no_format_tells_a_secret() -> None:
    case = [resource(BALANCER, "alb", {"password": Secret(CANARY), "tags": {"x": Secret(CANARY)}})]

    report = report_of([reported(case)])

    assert any(one.rule == "telling" for one in report.stacks[0].findings)
    for _, render in FORMATS.values():
        assert CANARY not in render(report)


def test_a_stack_is_judged_as_the_evaluation_judges_it() -> None:
    rules = discover()
    graph = stack_graph("dev")
    by_name = {rule.name: rule for rule in rules}
    excused = load_waivers(waiver_paths({}), graph.stack.project, by_name, TODAY)
    profile = choose_profile(known_profiles(), graph.stack, None, {})

    evaluation = evaluate(graph, rules, profile, excused.valid)

    report = report_of_record(judge(graph, rules, TODAY, {}), "preview", {})
    said = sorted(
        (one.active.rule.name, one.urn, one.path, one.message, one.waiver is not None)
        for one in evaluation.findings
    )
    told = sorted(
        (one.rule, one.urn, one.path, one.message, one.excuse is not None)
        for one in report.findings
        if one.state is not State.UNKNOWN
    )
    assert said
    assert told == said
    passed = sum(1 for one in evaluation.judgements if one.verdict is Verdict.PASS)
    assert report.totals["passed"] == passed
    assert report.totals["blocking"] == 0


def test_a_record_reads_as_json_of_the_same_figures() -> None:
    report = report_of([reported([resource(BALANCER, "alb", {"idleTimeout": 60})])])

    told = json.loads(FORMATS["json"][1](report))

    assert told["stacks"][0]["totals"] == report.stacks[0].totals
    assert told["stacks"][0]["profile"] == "chat"


def test_a_waiver_in_the_program_excuses_though_a_state_names_it_after_its_resource() -> None:
    bad = resource(BALANCER, "alb", {"idleTimeout": 60, "name": "known"})
    stated = {
        "rule": "idle-timeout",
        "resource": bad.urn,
        "reason": "on trial",
        "owner": "platform",
        "ticket": "OPS-7",
        "expires": (TODAY + timedelta(days=9)).isoformat(),
    }

    report = reported([bad, resource(WAIVER_TYPE, "zz-waiver", stated, custom=False)])

    (waived,) = report.of(State.WAIVED)
    assert waived.excuse is not None
    assert (waived.excuse.reason, waived.excuse.source) == ("on trial", "code")
    assert not any(one.rule == "waivers" for one in report.findings)
