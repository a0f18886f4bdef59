"""Run the real Pulumi engine on a project, ours, a changed copy of ours, or somebody else's."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from toolchain.documents import read_mapping
from toolchain.launch import prepared, run_silently
from toolchain.locations import REPOSITORY

PACK = REPOSITORY / "policies"
FOREIGN = REPOSITORY / "tests" / "foreign"

PROGRAM = ("infra", "apps", "stacks", "Pulumi.yaml", "pyproject.toml", "uv.lock")
"""What a copy of our program consists of."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How one preview ended."""

    code: int
    output: str
    summary: Mapping[str, object]
    """What the pack wrote down; empty where it judged nothing."""

    def count(self, figure: str) -> int:
        """One of the pack's figures: resources, rules, violations, waived, unknown."""
        value = self.summary[figure]
        assert isinstance(value, int), (figure, value)
        return value

    def violated(self) -> set[str]:
        """The names of the mandatory rules with a finding that no waiver excuses."""
        found = cast("list[dict[str, object]]", self.summary.get("findings", []))
        return {
            str(finding["rule"])
            for finding in found
            if finding["level"] == "mandatory" and not finding["waived"]
        }


@dataclass(frozen=True, kw_only=True)
class Engine:
    """The engine with state of its own."""

    state: Path

    def command(
        self, *arguments: str, cwd: Path, extra: Mapping[str, str] | None = None
    ) -> Outcome:
        """Any other command of the CLI on a project, with more variables if any are given."""
        with prepared(["-C", str(cwd), *arguments], extra=extra) as invocation:
            code, output = run_silently(invocation)
        return Outcome(code=code, output=output, summary={})

    def preview(
        self, project: Path, *arguments: str, stack: str = "dev", pack: Path = PACK
    ) -> Outcome:
        """Preview a project's stack under a pack."""
        summary = self.state / f"summary-{os.urandom(4).hex()}.json"
        command = ["-C", str(project), "preview", "--non-interactive", "--suppress-progress"]
        command += ["--stack", stack, "--policy-pack", str(pack), *arguments]
        with prepared(command, extra={"PLUMBLINE_SUMMARY": str(summary)}) as invocation:
            code, output = run_silently(invocation)
        written = read_mapping(summary) if summary.exists() else {}
        return Outcome(code=code, output=output, summary=written)


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """An engine whose stacks nobody else sees."""
    monkeypatch.setenv("PLUMBLINE_STATE", str(tmp_path / "state"))
    for variable in ("PULUMI_BACKEND_URL", "PULUMI_HOME", "PLUMBLINE_PROFILE", "PLUMBLINE_TARGET"):
        monkeypatch.delenv(variable, raising=False)
    (tmp_path / "state").mkdir()
    return Engine(state=tmp_path / "state")


@pytest.fixture
def copy_of_ours(tmp_path: Path) -> Path:
    """A copy of our program that a test may change."""
    root = tmp_path / "copy"
    root.mkdir()
    for name in PROGRAM:
        source = REPOSITORY / name
        if source.is_dir():
            shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, root / name)
    (root / ".venv").symlink_to(REPOSITORY / ".venv")
    return root


def change(file: Path, old: str, new: str) -> None:
    """Plant a change; a text that is not there, or more than once, is the test's own fault."""
    text = file.read_text()
    assert text.count(old) == 1, f"{file.name} has {text.count(old)} of {old!r}"
    file.write_text(text.replace(old, new))
