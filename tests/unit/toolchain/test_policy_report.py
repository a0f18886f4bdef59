"""Policy reports of stacks: previews by a stand-in for the CLI, and the real reports of what they left."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from reports.__main__ import main
from tests.unit.toolchain.stand_in import seen
from toolchain.errors import ToolchainError
from toolchain.policy_report import diagnostics, parted, policy_report

__all__ = ["seen"]  # a fixture, which pytest finds by name

RECORD: dict[str, object] = {
    "version": 1,
    "project": "plumbline",
    "stack": "dev",
    "profile": "chat",
    "resources": 3,
    "complete": True,
    "rules": {},
    "judgements": [],
    "waiverProblems": [],
}
PREVIEW: dict[str, object] = {
    "steps": [],
    "diagnostics": [{"severity": "warning", "message": "a word"}],
}


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reports' command in this process: a second Python costs a second of each test."""

    def run(arguments: Sequence[str], directory: Path) -> int:
        try:
            return main(["policy-report", *arguments, "--from", str(directory)])
        except SystemExit as end:
            return int(end.code or 0)

    monkeypatch.setattr("toolchain.policy_report._reports", run)


def behave(
    monkeypatch: pytest.MonkeyPatch,
    *,
    record: object = RECORD,
    preview: object = PREVIEW,
    code: int = 0,
) -> None:
    """Let the CLI print a preview's JSON, and the pack leave its record with the stack's own name."""
    stack = 'stack=$(basename "$PLUMBLINE_REPORT" .record.json); '
    left = json.dumps(record).replace('"dev"', '"\'"$stack"\'"')
    written = f"echo '{left}' > \"$PLUMBLINE_REPORT\"; " if record is not None else ""
    judged = 'echo \'{"rules": 1}\' > "$PLUMBLINE_SUMMARY"; '
    shown = f"cat <<'END'\nwarning: noise\n{json.dumps(preview, indent=4)}\nEND\nexit {code}"
    monkeypatch.setenv("BEHAVIOUR", stack + judged + written + shown)


def test_stacks_are_previewed_and_their_records_become_one_report(
    seen: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    behave(monkeypatch)

    code = policy_report(["dev", "prod", "--out", str(tmp_path / "out")])

    content = json.loads((tmp_path / "out" / "policy-report.json").read_text())
    assert code == 0
    assert [(one["stack"], one["source"]) for one in content["stacks"]] == [
        ("dev", "preview"),
        ("prod", "preview"),
    ]
    assert "--json" in seen.read_text().splitlines()


@pytest.mark.usefixtures("here")
def test_a_preview_that_failed_fails_the_report_though_all_was_judged(
    seen: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    failed = {"diagnostics": [{"severity": "error", "message": "error: provider is ill\n"}]}
    behave(monkeypatch, preview=failed, code=255)

    code = policy_report(["dev", "--out", str(tmp_path / "out")])

    assert code == 1
    assert "stack dev:\nerror: provider is ill" in capfd.readouterr().err
    assert (tmp_path / "out" / "policy-report.html").exists()
    assert seen.exists()


@pytest.mark.usefixtures("here")
def test_a_run_that_ended_early_is_reported_as_such(
    seen: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    behave(monkeypatch, record={**RECORD, "complete": False})

    code = policy_report(["dev", "--out", str(tmp_path / "out")])

    assert code == 1
    assert "ended before the whole stack was judged" in capfd.readouterr().out
    assert seen.exists()


@pytest.mark.usefixtures("here")
def test_a_stack_that_the_pack_did_not_judge_is_no_report(
    seen: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    wrong = {"diagnostics": [{"severity": "error", "message": "error: no such key"}]}
    behave(monkeypatch, record=None, preview=wrong, code=1)

    code = policy_report(["dev", "--out", str(tmp_path / "out")])

    told = capfd.readouterr().err
    assert code == 1
    assert "stack dev could not be judged" in told
    assert "error: no such key" in told
    assert not (tmp_path / "out").exists()
    assert seen.exists()


@pytest.mark.usefixtures("here")
def test_a_mistake_in_the_options_is_told_before_any_preview(
    seen: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert policy_report(["dev", "--out", str(tmp_path), "--formats", "pdf"]) == 1
    assert policy_report(["dev"]) == 2

    told = capfd.readouterr().err
    assert "There is no format 'pdf'" in told
    assert "--out" in told
    with pytest.raises(ToolchainError, match="There is no stack 'nope'"):
        policy_report(["dev", "nope", "--out", str(tmp_path)])
    with pytest.raises(ToolchainError, match="not both"):
        policy_report(["dev", "--all", "--out", str(tmp_path)])
    assert not seen.exists()
    assert os.environ["SEEN"] == str(seen)


@pytest.mark.usefixtures("here")
def test_a_state_needs_no_preview_and_paths_start_where_the_user_stands(
    seen: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    urn = "urn:pulumi:dev::theirs::pulumi:pulumi:Stack::theirs-dev"
    state = {"deployment": {"resources": [{"urn": urn, "type": "pulumi:pulumi:Stack"}]}}
    (tmp_path / "state.json").write_text(json.dumps(state))
    monkeypatch.setenv("PLUMBLINE_INVOKED_FROM", str(tmp_path))

    code = policy_report(["--state", "state.json", "--out", "out"])

    assert code == 0
    assert (tmp_path / "out" / "policy-report.sarif").exists()
    assert not seen.exists()


@pytest.mark.parametrize(
    ("output", "said", "content"),
    [
        ('{\n"a": 1\n}\n', "\n", {"a": 1}),
        ('warning {\n{\n"a": {}\n}\nafter', "warning {\n\nafter", {"a": {}}),
        ("error: broken\n", "error: broken\n", None),
        ("{\nnot json", "{\nnot json", None),
        ("", "", None),
    ],
)
def test_json_is_told_from_what_stands_around_it(
    output: str, said: str, content: dict[str, object] | None
) -> None:
    digest = parted(output)

    assert (digest.said, digest.content) == (said, content)


def test_only_errors_of_a_preview_are_told() -> None:
    digest = parted(json.dumps(PREVIEW, indent=1) + "\n")

    assert digest.content is not None
    assert diagnostics(digest) == []
