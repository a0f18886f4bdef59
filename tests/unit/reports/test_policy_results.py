"""The model of a report: in order whatever it was made from, with figures that fit."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from reports.errors import ReportError
from reports.formats import FORMATS
from reports.results import Counts, Place, State, merged, report_of
from tests.unit.reports.samples import EXCUSE, FINDINGS, RULES, found, rule, sample, stack


@pytest.mark.parametrize("name", FORMATS)
def test_the_order_in_which_things_were_found_changes_no_byte(name: str) -> None:
    render = FORMATS[name][1]
    expected = render(report_of([stack("dev"), stack("prod")]))
    shuffle = random.Random(7)  # noqa: S311 (an order, no secret)

    for _ in range(5):
        findings = shuffle.sample(FINDINGS, len(FINDINGS))
        rules = shuffle.sample(RULES, len(RULES))
        made = [stack(one, findings=findings, rules=rules) for one in ("prod", "dev")]
        assert render(report_of(made)) == expected


@pytest.mark.parametrize("name", FORMATS)
def test_a_report_has_no_clock_and_no_place_of_this_machine(name: str) -> None:
    text = FORMATS[name][1](sample())

    assert "/work" not in text
    assert "/home" not in text
    assert FORMATS[name][1](sample()) == text


def test_the_figures_count_what_there_is() -> None:
    totals = stack().totals

    assert totals == {
        "resources": 4,
        "rules": 6,
        "violations": 4,
        "blocking": 3,
        "waived": 1,
        "unknown": 1,
        "passed": 9,
        "failed": 5,
        "undecided": 1,
        "notApplicable": 4,
    }
    assert report_of([stack("dev"), stack("prod")]).totals["violations"] == 8


def test_only_what_would_stop_a_deployment_makes_a_report_bad() -> None:
    advisory = [one for one in FINDINGS if one.level == "advisory"]
    waived = [one for one in FINDINGS if one.state is not State.VIOLATION]

    assert report_of([stack(findings=[*advisory, *waived])]).good
    assert not report_of([stack()]).good
    assert not report_of([stack(findings=(), complete=False)]).good


def test_a_rules_verdict_is_the_worst_that_it_gave() -> None:
    assert Counts(passed=1, failed=1, unknown=1).verdict == "fail"
    assert Counts(passed=1, unknown=1).verdict == "unknown"
    assert Counts(passed=1, not_applicable=2).verdict == "pass"
    assert Counts(not_applicable=2).verdict == "not-applicable"


def test_a_finding_is_known_again_whatever_became_of_its_words_line_and_waiver() -> None:
    first = found("alb-idle-timeout", State.VIOLATION, "one", "it is 60")
    later = replace(
        first, message="it is 61", places=(Place("a.py", 1),), state=State.WAIVED, excuse=EXCUSE
    )

    assert first.fingerprint == later.fingerprint
    others = [
        replace(first, rule="alb-named"),
        replace(first, name="two"),
        replace(first, path="name"),
        replace(first, tool="checkov"),
        replace(first, state=State.UNKNOWN),
    ]
    assert len({one.fingerprint for one in [first, *others]}) == 6


def test_findings_that_only_words_tell_apart_keep_their_own_prints_when_one_is_waived() -> None:
    one = found("alb-named", State.VIOLATION, "one", "a is wrong")
    other = found("alb-named", State.VIOLATION, "one", "b is wrong")

    before = stack(findings=[other, one])
    after = stack(findings=[replace(one, state=State.WAIVED, excuse=EXCUSE), other])

    def prints(made: object) -> dict[str, str]:
        assert isinstance(made, type(before))
        return {each.message: each.fingerprint for each in made.findings}

    assert len(set(prints(before).values())) == 2
    assert prints(before) == prints(after)


def test_another_tools_findings_join_the_stack_that_they_are_about() -> None:
    mine = report_of([stack()])
    theirs = replace(rule("CKV_1", Counts(failed=1)), tool="checkov")
    finding = replace(found("CKV_1", State.VIOLATION, "one", "bad"), tool="checkov")
    other = report_of([stack(rules=[theirs], findings=[finding])])

    joined = merged(mine, [other])

    (only,) = joined.stacks
    assert only.tools == ("plumbline", "checkov")
    assert only.totals["violations"] == 5
    assert only.rule_of(only.of(State.VIOLATION)[0]).name
    with pytest.raises(ReportError, match="checkov has judged plumbline/prod already"):
        merged(joined, [other])


def test_another_tools_findings_about_anything_else_are_a_stack_of_their_own() -> None:
    other = report_of([stack("images", findings=(), rules=())])

    joined = merged(report_of([stack()]), [other])

    assert [one.stack for one in joined.stacks] == ["images", "prod"]
