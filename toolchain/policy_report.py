"""Previews stacks, keeps what the policy pack said of each, and has the reports made of it."""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from toolchain.errors import ToolchainError
from toolchain.launch import standpoint
from toolchain.locations import REPOSITORY
from toolchain.preview_runs import Result, beside_each_other
from toolchain.pulumi_cli import find_or_make
from toolchain.stacks import choose_stack, find_project


@dataclass(frozen=True, kw_only=True)
class Digest:
    """What the CLI's JSON of a preview came with, and the JSON itself, if there was any."""

    said: str
    content: dict[str, object] | None


def policy_report(arguments: Sequence[str]) -> int:
    """Judge stacks by previews and write the reports; what isn't about stacks is the reports' to read."""
    options, others = _parse(arguments)
    if not options.stacks and not options.all:
        return _reports(others, standpoint())
    project = find_project(REPOSITORY)
    stacks = list(project.stack_files()) if options.all else list(dict.fromkeys(options.stacks))
    for stack in stacks:
        choose_stack(project, stack)
    # A mistake in what is the reports' to read is told now, not after minutes of previews.
    wrong = _reports([*others, "--check"], standpoint())
    if wrong:
        return wrong
    find_or_make()
    with tempfile.TemporaryDirectory(prefix="plumbline-") as folder:
        records = Path(folder)
        results = beside_each_other(
            stacks, lambda _: None, color=False, records=records, as_json=True
        )
        judged = [result for result in results if _keep(result, records)]
        named = [
            argument
            for result in judged
            for argument in ("--record", str(records / f"{result.figures.stack}.record.json"))
        ]
        code = _reports([*named, *others], standpoint()) if named else 1
    return max(code, *(min(abs(result.code), 1) for result in results))


class _Options(argparse.Namespace):
    stacks: list[str]
    all: bool


def _parse(arguments: Sequence[str]) -> tuple[_Options, list[str]]:
    parser = argparse.ArgumentParser(
        prog="nox -s policy-report --",
        description="Judge stacks by previews and write the reports. What is judged instead of stacks (--state), and "
        "where and in which formats it is told: `python -m reports policy-report --help`.",
        allow_abbrev=False,
    )
    parser.add_argument("--all", action="store_true", help="every stack that has a file in stacks/")
    before = list(arguments)
    # Names come first, as in `preview`: an option's value further on is not a stack's name.
    names: list[str] = []
    while before and not before[0].startswith("-"):
        names.append(before.pop(0))
    options, others = parser.parse_known_args(before, namespace=_Options(stacks=names))
    if options.all and names:
        raise ToolchainError("Name stacks or --all, not both.")
    return options, others


def _reports(arguments: Sequence[str], directory: Path) -> int:
    """Run the reports' own command; relative paths among its arguments start at the directory."""
    command = [sys.executable, "-m", "reports", "policy-report", *arguments]
    return subprocess.run(
        [*command, "--from", str(directory)], cwd=REPOSITORY, check=False
    ).returncode


def _keep(result: Result, records: Path) -> bool:
    """Put the preview's JSON beside the pack's record; False, with what was said, where the pack judged nothing."""
    stack = result.figures.stack
    digest = parted(result.output)
    faults = [one for one in diagnostics(digest) if one != "error: preview failed"]
    if not (records / f"{stack}.record.json").exists():
        said = "\n".join([digest.said.strip(), *faults]).strip()
        print(f"error: stack {stack} could not be judged:\n{said}", file=sys.stderr)
        return False
    if faults:
        print(f"stack {stack}:\n" + "\n".join(faults), file=sys.stderr)
    if digest.content is not None:
        (records / f"{stack}.preview.json").write_text(json.dumps(digest.content))
    return True


def parted(output: str) -> Digest:
    """The JSON in what the CLI printed, which begins with a line that is only a brace, and the rest."""
    start = 0 if output.startswith("{\n") else output.find("\n{\n") + 1
    if start == 0 and not output.startswith("{\n"):
        return Digest(said=output, content=None)
    try:
        content, end = json.JSONDecoder().raw_decode(output, start)
    except ValueError:
        return Digest(said=output, content=None)
    return Digest(said=output[:start] + output[end:], content=cast("dict[str, object]", content))


def diagnostics(digest: Digest) -> list[str]:
    """What the engine said in a preview's JSON, without its warnings."""
    said = (digest.content or {}).get("diagnostics")
    entries = cast("list[dict[str, object]]", said) if isinstance(said, list) else []
    return [
        str(entry.get("message", "")).strip()
        for entry in entries
        if entry.get("severity") == "error"
    ]
