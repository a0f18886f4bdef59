"""The command fails unless every requirement is proven and the page is current."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reports import __main__ as program
from reports.requirements import command
from reports.requirements.evidence import Found
from reports.requirements.model import Evidence, Kind
from tests.unit.reports.requirement_files import SOUND, folder

PROOF = """
import pytest

@pytest.mark.requirement("CHAT-000-01")
def test_proof(): ...
"""
NOTHING = Found((), ())


def proof(identity: str) -> Evidence:
    return Evidence(Kind.UNIT, "tests/test_proof.py::test_proof", identity, "tests/test_proof.py")


def give(monkeypatch: pytest.MonkeyPatch, rules: Found, tests: Found) -> None:
    """Let the command find this evidence and no other."""

    def of_rules() -> Found:
        return rules

    def of_tests(_root: Path) -> Found:
        return tests

    monkeypatch.setattr(command, "of_rules", of_rules)
    monkeypatch.setattr(command, "of_tests", of_tests)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose requirements are proven and whose page is current."""
    folder(tmp_path, chat=SOUND)
    give(monkeypatch, NOTHING, Found((proof("CHAT-000-01"), proof("CHAT-000-03")), ()))
    assert command.run(["--write"], root=tmp_path) == 0
    return tmp_path


def test_proven_requirements_pass(project: Path) -> None:
    assert command.run([], root=project) == 0


@pytest.mark.parametrize(
    ("left", "problem"),
    [
        ((proof("CHAT-000-01"),), "CHAT-000-03 is covered by no rule and no test"),
        (
            (proof("CHAT-000-01"), proof("CHAT-000-03"), proof("CHAT-000-04")),
            "test_proof covers CHAT-000-04, which is not in docs/requirements",
        ),
    ],
)
def test_a_lost_or_dangling_proof_fails_by_name(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    left: tuple[Evidence, ...],
    problem: str,
) -> None:
    give(monkeypatch, NOTHING, Found(left, ()))

    assert command.run([], root=project) == 1
    assert problem in capsys.readouterr().out


def test_what_is_wrong_with_the_evidence_fails(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = Found((proof("CHAT-000-01"), proof("CHAT-000-03")), ("a rule that stops nothing",))
    give(monkeypatch, found, NOTHING)

    assert command.run([], root=project) == 1
    assert "error: a rule that stops nothing" in capsys.readouterr().out


def test_the_tests_are_collected_where_the_requirements_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder(tmp_path, chat=SOUND)
    monkeypatch.setattr(command, "of_rules", lambda: NOTHING)
    for name in ("tests", "integration"):
        (tmp_path / name).mkdir()
    (tmp_path / "tests" / "test_proof.py").write_text(PROOF)

    assert command.run(["--json"], root=tmp_path) == 1
    first, _, third = json.loads(capsys.readouterr().out)["requirements"]
    assert first["unit"] == ["tests/test_proof.py::test_proof"]
    assert third["covered"] is False


def test_a_page_that_is_not_current_fails_and_writing_mends_it(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    committed = project / "docs" / "requirements" / "README.md"
    committed.write_text(committed.read_text() + "by hand\n")

    assert command.run([], root=project) == 1
    assert "README.md is not current: run `python -m reports" in capsys.readouterr().out
    assert command.run(["--write"], root=project) == 0
    assert command.run([], root=project) == 0


def test_files_that_cannot_be_read_are_told_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder(tmp_path, chat=SOUND.replace("There is a VPC.", '""'))
    monkeypatch.setitem(
        program.COMMANDS, "requirements", lambda given: command.run(given, root=tmp_path)
    )

    assert program.main(["requirements"]) == 1
    assert "error: The requirements cannot be read:\n  - chat.yaml:6" in capsys.readouterr().err


def test_an_unknown_command_shows_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["costs"]) == 2
    shown = capsys.readouterr().err
    assert all(command in shown for command in program.COMMANDS)
    assert "requirements" in shown
