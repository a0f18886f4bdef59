"""`python -m toolchain checkov`: stacks, exported states and the repository's files, judged by checkov."""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from toolchain.checkov.environment import checkov_python
from toolchain.checkov.running import FILES, PLAN, judge, repository_files
from toolchain.errors import ToolchainError
from toolchain.launch import standpoint
from toolchain.locations import REPOSITORY
from toolchain.policy_report import diagnostics, parted
from toolchain.preview_runs import Result, beside_each_other
from toolchain.progress import step
from toolchain.pulumi_cli import find_or_make
from toolchain.stacks import choose_stack, find_project

# Exit codes of the reports: 0 good, 1 found something or could not judge.
_DEFAULT_OUT: Final = Path("reports-out") / "checkov"


class _Options(argparse.Namespace):
    stacks: list[str]
    all: bool
    state: list[Path]
    out: Path | None
    json: bool


def checkov(arguments: Sequence[str]) -> int:
    """Judge, and have the reports weigh what checkov says; 0 if nothing grave is left without a reason."""
    options = _parse(arguments)
    python = checkov_python()
    with tempfile.TemporaryDirectory(prefix="plumbline-") as name:
        folder = Path(name)
        for part in ("sources", "plans", "answers"):
            (folder / part).mkdir()
        missing = _previews(options, folder / "sources") if _stacks(options) else 0
        _states(options.state, folder / "sources")
        sources = sorted((folder / "sources").glob("*.json"))
        named = [argument for source in sources for argument in ("--source", str(source))]
        if sources:
            _reports("terraform-plan", *named, "--out", str(folder / "plans"))
        out = standpoint() / options.out if options.out else REPOSITORY / _DEFAULT_OUT
        code = _reports(
            *("checkov", *named, *_answers(python, folder), "--out", str(out)),
            *(("--whole",) if options.all else ()),
            *(("--json",) if options.json else ()),
            finds=True,
        )
    return 1 if missing else code


def _parse(arguments: Sequence[str]) -> _Options:
    parser = argparse.ArgumentParser(
        prog="nox -s checkov --",
        description="Judge stacks by checkov, and with them the Dockerfiles and workflows. "
        "Without a stack or a state, only those.",
        allow_abbrev=False,
    )
    parser.add_argument("stacks", nargs="*", metavar="STACK", help="stacks to preview and judge")
    parser.add_argument("--all", action="store_true", help="every stack that has a file in stacks/")
    parser.add_argument(
        "--state",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help="judge an exported state (`pulumi stack export`) of any program",
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help=f"where the report goes (default: {_DEFAULT_OUT})"
    )
    parser.add_argument("--json", action="store_true", help="print the figures, as JSON")
    options = parser.parse_args(arguments, namespace=_Options())
    if options.all and options.stacks:
        raise ToolchainError("Name stacks or --all, not both.")
    return options


def _stacks(options: _Options) -> list[str]:
    if options.all:
        return list(find_project(REPOSITORY).stack_files())
    return list(dict.fromkeys(options.stacks))


def _previews(options: _Options, folder: Path) -> int:
    """Write each stack's preview as JSON; how many stacks gave none."""
    project = find_project(REPOSITORY)
    stacks = _stacks(options)
    for stack in stacks:
        choose_stack(project, stack)
    find_or_make()
    results = beside_each_other(stacks, lambda _: None, color=False, as_json=True)
    return sum(1 for result in results if not _keep(result, folder))


def _keep(result: Result, folder: Path) -> bool:
    """Keep the JSON of a preview. What the policy pack thinks of the stack is not asked here."""
    stack = result.figures.stack
    digest = parted(result.output)
    if digest.content is None or not digest.content.get("steps"):
        said = "\n".join([digest.said.strip(), *diagnostics(digest)]).strip()
        print(f"error: stack {stack} could not be previewed:\n{said}", file=sys.stderr)
        return False
    (folder / f"{stack}.json").write_text(json.dumps(digest.content), encoding="utf-8")
    return True


def _states(states: Sequence[Path], folder: Path) -> None:
    """Copies of the exported states, under names that no other source has."""
    for state in states:
        path = standpoint() / state
        target = folder / f"{path.stem}.json"
        if target.exists():
            raise ToolchainError(f"Two sources are named {path.stem}: rename {path}.")
        try:
            target.write_bytes(path.read_bytes())
        except OSError as error:
            raise ToolchainError(f"{path} cannot be read: {error.strerror}") from error


def _answers(python: Path, folder: Path) -> list[str]:
    """Run checkov over the plans and over the repository's files; where its answers are."""
    asked = ((PLAN, sorted((folder / "plans").glob("*.json"))), (FILES, _own_files()))
    arguments: list[str] = []
    for number, (frameworks, files) in enumerate(asked):
        answer = folder / "answers" / f"{number}.json"
        content: list[object] = []
        if files:
            with step(f"Judging {len(files)} files by checkov ({frameworks})"):
                content = judge(python, frameworks, files)
        answer.write_text(json.dumps(content), encoding="utf-8")
        arguments += ["--answer", str(answer)]
    return arguments


def _own_files() -> list[Path]:
    return repository_files(REPOSITORY)


def _reports(*arguments: str, finds: bool = False) -> int:
    """Run one of the reports' commands; a failure of one that finds nothing is an error of ours."""
    command = [sys.executable, "-m", "reports", *arguments]
    code = subprocess.run(command, cwd=REPOSITORY, check=False).returncode
    if code != 0 and not finds:
        raise ToolchainError("The stacks could not be written as Terraform plans.")
    return code
