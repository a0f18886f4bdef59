"""checkov, installed and run as users run it: over every stack's plan, our files, and every rule's fixtures."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reports.checkov.answers import Answer, read_answers
from reports.checkov.command import SKIPS
from reports.checkov.judged import Excusing, Judged, judged_files, judged_stack
from reports.checkov.severities import STOPPING
from reports.checkov.skips import read_skips
from reports.locations import REPOSITORY
from reports.results import State
from reports.terraform.plan import plan_of
from tests.policy.checkov_agreement import Compared, compare, figures
from tests.unit.infra.recorded import STACKS, stack_graph
from tests.unit.reports.test_policy_report_command import STATE as CAPTURED
from toolchain.checkov.command import checkov
from toolchain.checkov.environment import checkov_python
from toolchain.checkov.running import FILES, PLAN, judge, repository_files
from toolchain.policy_report import policy_report


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> list[Judged]:
    """All that checkov says of the repository, from one run over plans and one over files."""
    folder = tmp_path_factory.mktemp("plans")
    plans = {stack: plan_of(stack_graph(stack, preview=True)) for stack in STACKS}
    files = {stack: folder / f"{stack}.json" for stack in STACKS}
    for stack, plan in plans.items():
        files[stack].write_text(plan.text(), encoding="utf-8")
    answers = _answers(PLAN, list(files.values()))
    excusing = Excusing(read_skips(SKIPS), datetime.now(UTC).date())
    found = [
        judged_stack(
            stack_graph(stack, preview=True),
            plan,
            [one for one in answers if one.plan == stack],
            {},
            excusing,
            source="preview",
        )
        for stack, plan in plans.items()
    ]
    own = _answers(FILES, repository_files(REPOSITORY))
    return [*found, judged_files(own, excusing.skips.project, excusing)]


def _answers(frameworks: str, files: list[Path]) -> tuple[Answer, ...]:
    return read_answers(json.dumps(judge(checkov_python(), frameworks, files)))


def test_nothing_grave_is_found_without_a_reviewed_reason(judged: list[Judged]) -> None:
    grave = [
        (one.report.stack, found.rule, found.subject)
        for one in judged
        for found in one.report.of(State.VIOLATION)
        if found.severity in STOPPING
    ]

    assert grave == []


def test_every_stack_was_judged_by_many_checks(judged: list[Judged]) -> None:
    stacks = [one.report for one in judged if one.report.stack in STACKS]

    assert len(stacks) == len(STACKS)
    assert all(one.totals["passed"] > 300 and len(one.rules) > 60 for one in stacks)


def test_every_finding_on_a_stack_has_its_line(judged: list[Judged]) -> None:
    findings = [found for one in judged for found in one.report.findings]

    assert findings
    assert [found.rule for found in findings if found.place is None] == []


def test_every_skip_excuses_something(judged: list[Judged]) -> None:
    used = {skip for one in judged for skip in one.used}

    unused = [(one.check, one.resource) for one in read_skips(SKIPS).unused(used)]

    assert unused == []


def test_the_command_judges_a_foreign_state_and_its_findings_become_part_of_our_report(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "theirs.json"
    state.write_text(CAPTURED.read_text().replace("::plumbline::", "::theirs::"))

    code = checkov(["--state", str(state), "--json", "--out", str(tmp_path)])

    told = json.loads(capfd.readouterr().out)
    (theirs,) = (one for one in json.loads(_text(tmp_path, "checkov.json"))["stacks"] if _of(one))
    assert (code == 0) == (told["totals"]["blocking"] == 0)
    assert theirs["totals"]["violations"] > 0
    assert all(one["source"]["file"] == "__main__.py" for one in theirs["findings"])
    assert "canary" not in _text(tmp_path, "checkov.json")
    merged = ["--state", str(state), "--merge", str(tmp_path / "checkov.json")]
    policy_report([*merged, "--out", str(tmp_path / "out")])
    (both,) = (
        one for one in json.loads(_text(tmp_path, "out/policy-report.json"))["stacks"] if _of(one)
    )
    assert {one["tool"] for one in both["findings"]} == {"plumbline", "checkov"}


def _of(stack: dict[str, object]) -> bool:
    return stack["project"] == "theirs"


def _text(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def compared() -> list[Compared]:
    """Both tools over every fixture of every rule."""
    return compare()


def test_checkov_and_we_agree_where_we_judge_the_same(compared: list[Compared]) -> None:
    told = figures(compared)

    assert len(compared) >= 40
    assert all(one.counts.total() for one in compared), "a pair whose checks judge no fixture"
    assert isinstance(told["share"], float)
    assert told["share"] >= 0.95, told


def test_every_difference_has_its_reason_and_every_reason_its_difference(
    compared: list[Compared],
) -> None:
    unexplained = {
        (one.pair.rule, kind): places[:3]
        for one in compared
        for kind, places in one.where.items()
        if kind not in one.pair.reasons
    }
    # A rule may meet several checks, and differ from one of them only.
    shown = {(one.pair.rule, kind) for one in compared for kind in one.where}
    idle = {
        (one.pair.rule, kind)
        for one in compared
        for kind in one.pair.reasons
        if (one.pair.rule, kind) not in shown
    }

    assert unexplained == {}
    assert idle == set()
