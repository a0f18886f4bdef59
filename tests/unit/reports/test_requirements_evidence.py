"""Only what judges or runs is evidence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.model import Graph
from policies.engine import Check, Level, Profile, Severity, stack_rule
from policies.engine.rules import Rule
from reports.errors import ReportError
from reports.requirements.evidence import Found, of_rules, of_tests
from reports.requirements.model import Kind

CHAT = {"chat": Profile(name="chat")}
MARKED = """
import pytest

pytestmark = pytest.mark.requirement("CHAT-000-01")

@pytest.mark.requirement("CHAT-000-02", "CHAT-000-03")
class TestIt:
    @pytest.mark.requirement("CHAT-000-04")
    def test_in_class(self): ...

@pytest.mark.parametrize(
    "case", [pytest.param(1, marks=pytest.mark.requirement("CHAT-000-05")), 2]
)
def test_cases(case): ...

@pytest.mark.skip
@pytest.mark.requirement("CHAT-000-07")
def test_skipped(): ...

@pytest.mark.skipif(True, reason="now and then")
@pytest.mark.requirement("CHAT-000-07")
def test_skipped_sometimes(): ...

@pytest.mark.xfail
@pytest.mark.requirement("CHAT-000-07")
def test_expected_to_fail(): ...

@pytest.mark.requirement
def test_bare(): ...

@pytest.mark.requirement()
def test_empty(): ...

@pytest.mark.requirement(7)
def test_number(): ...

@pytest.mark.requirement(id="CHAT-000-01")
def test_by_name(): ...

@pytest.mark.requirement("CHAT-000-02", 7)
def test_mixed(): ...

@pytest.mark.requirement("CHAT-000-02", reason="none is taken")
def test_with_reason(): ...
"""
LIVE = """
import pytest

@pytest.mark.requirement("CHAT-000-01")
def test_live(): ...
"""


def a_rule(level: Level = Level.MANDATORY, profile: str = "chat") -> Rule:
    @stack_rule(
        "some-rule",
        title="A rule",
        why="A reason.",
        requirement="chat spec 000",
        mend="Mend it.",
        severity=Severity.LOW,
        level=level,
        profiles=(profile,),
        covers=("CHAT-000-07",),
    )
    def judge(_graph: Graph, _parameters: object) -> Iterator[Check]:
        yield from ()

    return judge


def test_a_mandatory_rule_of_the_systems_profile_is_evidence() -> None:
    found = of_rules([a_rule()], CHAT)

    assert [(one.kind, one.name, one.requirement) for one in found.evidence] == [
        (Kind.RULE, "some-rule", "CHAT-000-07")
    ]
    assert found.problems == ()


@pytest.mark.parametrize(
    ("rule", "profile"),
    [
        (a_rule(Level.ADVISORY), Profile(name="chat")),
        (a_rule(profile="catalog"), Profile(name="chat")),
        (a_rule(), Profile(name="chat", without=("some-rule",))),
        (a_rule(), Profile(name="catalog")),
    ],
)
def test_a_rule_that_stops_no_stack_of_the_system_is_none(rule: Rule, profile: Profile) -> None:
    found = of_rules([rule], {profile.name: profile})

    assert found.evidence == ()
    assert "some-rule covers CHAT-000-07, but stops no stack" in found.problems[0]


def test_a_profile_may_make_a_rule_evidence() -> None:
    raised = Profile(name="chat", levels={"some-rule": Level.MANDATORY})

    assert of_rules([a_rule(Level.ADVISORY)], {"chat": raised}).evidence


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """What a small project covers, collected as the project's own tests are."""
    root = tmp_path_factory.mktemp("project")
    (root / "pytest.ini").write_text("[pytest]\nmarkers = requirement\n")
    for folder, text in (("tests", MARKED), ("integration", LIVE)):
        (root / folder).mkdir()
        (root / folder / f"test_{folder}.py").write_text(text)
    return of_tests(root)


def covered_by(found: Found, name: str) -> list[str]:
    """The last two digits of what a test covers."""
    return [one.requirement[-2:] for one in found.evidence if one.name.endswith(f"::{name}")]


def test_markers_of_test_class_module_and_case_all_count(collected: Found) -> None:
    assert covered_by(collected, "TestIt::test_in_class") == ["01", "02", "03", "04"]
    assert covered_by(collected, "test_cases") == ["01", "05"]


def test_what_asks_a_live_stack_is_told_apart(collected: Found) -> None:
    live = [one for one in collected.evidence if one.kind is Kind.INTEGRATION]

    assert [(one.name, one.place) for one in live] == [
        ("integration/test_integration.py::test_live", "integration/test_integration.py")
    ]


@pytest.mark.parametrize(
    "name", ["test_skipped", "test_skipped_sometimes", "test_expected_to_fail"]
)
def test_a_test_that_may_not_run_proves_nothing(collected: Found, name: str) -> None:
    assert covered_by(collected, name) == []
    assert any(
        f"{name} covers CHAT-000-01, CHAT-000-07, but is marked" in told
        for told in collected.problems
    )


@pytest.mark.parametrize(
    "name",
    ["test_bare", "test_empty", "test_number", "test_by_name", "test_mixed", "test_with_reason"],
)
def test_a_marker_without_ids_is_a_mistake(collected: Found, name: str) -> None:
    told = f"tests/test_tests.py::{name}: @pytest.mark.requirement takes ids in quotes, one or more"

    assert told in collected.problems


def test_a_file_that_cannot_be_collected_stops_the_report_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_some.py").write_text("import nothing_of_this_name")

    with pytest.raises(ReportError) as refused:
        of_tests(tmp_path, ("tests",))

    assert "tests/test_some.py" in str(refused.value)
    assert "nothing_of_this_name" in str(refused.value)
