"""The matrix says what is proven by what, and everything that is wrong with it."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from reports.requirements.matrix import join
from reports.requirements.model import Evidence, Kind, Scope
from reports.requirements.page import page
from reports.requirements.rendering import as_json, show
from tests.unit.reports.requirement_files import requirement, specification

RULE = Evidence(Kind.RULE, "no-eks", "CHAT-000-01")
UNIT = Evidence(
    Kind.UNIT, "tests/unit/test_vpc.py::test_vpc", "CHAT-000-01", "tests/unit/test_vpc.py"
)
LIVE = Evidence(
    Kind.INTEGRATION, "integration/test_up.py::test_up", "CHAT-000-02", "integration/test_up.py"
)
SPECIFICATIONS = (
    specification(
        requirement("CHAT-000-01"),
        requirement("CHAT-000-02"),
        requirement("CHAT-000-03", Scope.SERVICES),
    ),
    specification(requirement("CHAT-001-001")),
)


def test_each_requirement_is_shown_with_its_evidence_by_kind() -> None:
    first, second, *_ = join(SPECIFICATIONS, [RULE, UNIT, LIVE]).rows

    assert first.of(Kind.RULE) == (RULE,)
    assert first.of(Kind.UNIT) == (UNIT,)
    assert first.of(Kind.INTEGRATION) == ()
    assert second.evidence == (LIVE,)


def test_what_nothing_proves_is_named_and_what_is_left_to_services_is_not() -> None:
    matrix = join(SPECIFICATIONS, [RULE, LIVE])

    (problem,) = matrix.problems
    assert problem.startswith("CHAT-001-001 is covered by no rule and no test")


def test_evidence_for_a_requirement_that_does_not_exist_is_named_with_who_gives_it() -> None:
    unknown = [
        Evidence(Kind.RULE, "no-eks", "CHAT-009-01"),
        Evidence(Kind.UNIT, "tests/a.py::test_b", "CHAT-000-99", "tests/a.py"),
    ]

    problems = join(SPECIFICATIONS, unknown).problems

    assert "rule no-eks covers CHAT-009-01, which is not in docs/requirements" in problems
    assert "tests/a.py::test_b covers CHAT-000-99, which is not in docs/requirements" in problems


def test_totals_count_by_specification_and_list_services_apart() -> None:
    first, second, every = join(SPECIFICATIONS, [RULE, UNIT, LIVE]).totals()

    assert (first.spec, first.statements, first.infrastructure, first.services) == ("000", 3, 2, 1)
    assert (first.covered, first.rules, first.unit, first.integration) == (2, 1, 1, 1)
    assert (second.spec, second.covered) == ("001", 0)
    assert (every.spec, every.statements, every.covered) == ("all", 4, 2)


def test_the_matrix_as_json_holds_every_name() -> None:
    told = json.loads(as_json(join(SPECIFICATIONS, [RULE, UNIT])))

    first, second, third, _ = told["requirements"]
    assert (first["rules"], first["unit"], first["covered"]) == (["no-eks"], [UNIT.name], True)
    assert second["covered"] is False
    assert (third["scope"], third["reason"]) == ("services", "Its program decides.")
    assert [line["spec"] for line in told["totals"]] == ["000", "001", "all"]
    assert len(told["problems"]) == 2


def test_a_terminal_shows_a_table() -> None:
    terminal = Console(force_terminal=True, width=120, record=True, file=StringIO())

    show(join(SPECIFICATIONS, [RULE, UNIT, LIVE]), terminal)

    shown = terminal.export_text()
    assert "What proves the specifications" in shown
    assert "CHAT-000-03" in shown
    assert "error: CHAT-001-001" in shown


def test_elsewhere_each_requirement_is_a_plain_line(capsys: pytest.CaptureFixture[str]) -> None:
    show(join(SPECIFICATIONS, [RULE, UNIT, LIVE]), Console(no_color=True))

    lines = capsys.readouterr().out.splitlines()
    assert " ".join(lines[0].split()).startswith("CHAT-000-01 covered 1 rules 1 unit tests 0")
    assert lines[2].split()[:2] == ["CHAT-000-03", "services"]
    assert lines[3].split()[:2] == ["CHAT-001-001", "UNCOVERED"]
    assert not any("\x1b" in line for line in lines)


def test_the_page_links_files_of_tests_and_changes_only_with_them() -> None:
    renamed = Evidence(Kind.UNIT, f"{UNIT.place}::test_other_name", "CHAT-000-01", UNIT.place)

    before = page(SPECIFICATIONS, join(SPECIFICATIONS, [RULE, UNIT]))
    after = page(SPECIFICATIONS, join(SPECIFICATIONS, [RULE, renamed]))

    assert before == after
    assert (
        "| CHAT-000-01 | CHAT-000-01 holds. | `no-eks` "
        "| [test_vpc](../../tests/unit/test_vpc.py) |  |" in before
    )
    assert "*Left to the services:* Its program decides." in before


def test_a_bar_in_a_statement_does_not_end_its_cell() -> None:
    barred = replace(requirement("CHAT-000-01"), text="GET | POST")

    assert "| GET \\| POST |" in page(
        [specification(barred)], join([specification(barred)], [RULE])
    )
