"""The runner of checkov: what it judges, what it refuses, and what it says of checks that fail of themselves."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from toolchain.checkov import command, environment, running
from toolchain.errors import ToolchainError


def _checkov(folder: Path, *, answer: str, said: str = "", code: int = 0) -> Path:
    """An interpreter that answers as checkov would, and keeps what it was called with."""
    program = folder / "python"
    program.write_text(
        f"#!{sys.executable}\n"
        "import json, os, sys\n"
        f"told = {{'arguments': sys.argv[1:], 'folder': os.listdir(), 'variables': dict(os.environ)}}\n"
        f"open({str(folder / 'called.json')!r}, 'w').write(json.dumps(told))\n"
        f"sys.stderr.write({said!r})\n"
        f"sys.stdout.write({answer!r})\n"
        f"sys.exit({code})\n"
    )
    program.chmod(0o700)
    return program


def test_checkov_is_run_without_a_network_in_an_empty_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BC_API_KEY", "of-the-platform")
    python = _checkov(tmp_path, answer='{"results": {}}', code=1)

    reports = running.judge(python, "a,b", [Path("/plan.json")], checks=["CKV_1", "CKV_2"])

    called = json.loads((tmp_path / "called.json").read_text())
    assert reports == [{"results": {}}]
    assert "--skip-download" in called["arguments"]
    assert called["arguments"][-4:] == ["--check", "CKV_1,CKV_2", "-f", "/plan.json"]
    assert called["folder"] == []
    assert "BC_API_KEY" not in called["variables"]


@pytest.mark.parametrize(("answer", "code"), [("", 0), ("no JSON", 1), ("[]", 2)])
def test_a_run_that_gave_no_report_is_an_error_with_what_it_said(
    tmp_path: Path, answer: str, code: int
) -> None:
    python = _checkov(tmp_path, answer=answer, said="something broke", code=code)

    with pytest.raises(ToolchainError, match=rf"exit code {code}:\n  something broke"):
        running.judge(python, "a", [Path("x")])


def test_a_check_that_failed_of_itself_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = "Failed to run check CKV_AWS_2 on /p.json:a.b\nFailed to run check CKV_AWS_2 on c\n"

    running.judge(_checkov(tmp_path, answer="[]", said=said), "a", [Path("x")])

    assert "CKV_AWS_2 failed of itself on 2 resources" in capsys.readouterr().err


def test_only_the_repository_s_own_dockerfiles_and_workflows_are_judged(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    for name in ("Dockerfile", "apps/api/Dockerfile", ".github/workflows/ci.yml", "other.yml",
                 "node_modules/x/Dockerfile"):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / ".gitignore").write_text("node_modules/\n")

    found = running.repository_files(tmp_path)

    names = [path.relative_to(tmp_path).as_posix() for path in found]
    assert names == [".github/workflows/ci.yml", "Dockerfile", "apps/api/Dockerfile"]


def test_outside_of_a_checkout_nothing_is_taken_for_the_repository_s(tmp_path: Path) -> None:
    with pytest.raises(ToolchainError, match="is no checkout of git"):
        running.repository_files(tmp_path)


def test_stacks_and_all_of_them_cannot_both_be_meant() -> None:
    with pytest.raises(ToolchainError, match="not both"):
        command.checkov(["dev", "--all"])


def test_an_environment_is_used_only_when_it_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLUMBLINE_CACHE", str(tmp_path))
    installed: list[Path] = []

    def install(directory: Path) -> None:
        installed.append(directory)
        (directory / "bin").mkdir(parents=True, exist_ok=True)
        (directory / "bin" / "python").write_text("")
        if len(installed) > 1:
            (directory / "complete").touch()

    monkeypatch.setattr(environment, "_install", install)

    found = [environment.checkov_python() for _ in range(3)]

    # The first installation broke off, the second was whole, and no third was needed.
    assert installed == [environment.environment_directory()] * 2
    assert set(found) == {environment.environment_directory() / "bin" / "python"}
