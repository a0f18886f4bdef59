"""The main job: preview stacks under the policy pack and say what was judged."""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from toolchain.errors import ToolchainError
from toolchain.launch import standpoint
from toolchain.locations import REPOSITORY
from toolchain.preview_runs import Result, beside_each_other, on_terminal
from toolchain.pulumi_cli import find_or_make
from toolchain.stacks import choose_stack, find_project

DEFAULT_STACK = "prod"


def preview(arguments: Sequence[str]) -> int:
    """Preview each stack named, `prod` where none is; 0 only if each preview succeeded without a violation."""
    options = _parse(arguments)
    project = find_project(REPOSITORY)
    stacks: list[str] = (
        list(project.stack_files()) if options.all else options.stacks or [DEFAULT_STACK]
    )
    for stack in stacks:
        choose_stack(project, stack)
    # Made first, so that its progress is not counted as the previews' time.
    find_or_make()
    started = time.monotonic()
    records = _folder(options.records)
    if options.json:
        results = beside_each_other(stacks, _show_failure, color=False, records=records)
        print(json.dumps({"stacks": [asdict(result.figures) for result in results]}))
    else:
        from toolchain.preview_table import show

        results = (
            [on_terminal(stacks[0], records)]
            if len(stacks) == 1
            else beside_each_other(stacks, _show_whole, color=sys.stdout.isatty(), records=records)
        )
        show([result.figures for result in results], time.monotonic() - started)
    return max((abs(result.code) for result in results), default=0)


class _Options(argparse.Namespace):
    stacks: list[str]
    json: bool
    all: bool
    records: Path | None


def _parse(arguments: Sequence[str]) -> _Options:
    parser = argparse.ArgumentParser(
        prog="nox -s preview --", description="Preview stacks under the policy pack."
    )
    parser.add_argument(
        "stacks", nargs="*", metavar="STACK", help=f"stacks to preview (default: {DEFAULT_STACK})"
    )
    parser.add_argument("--all", action="store_true", help="every stack that has a file in stacks/")
    parser.add_argument("--json", action="store_true", help="print only the figures, as JSON")
    parser.add_argument(
        "--records",
        type=Path,
        metavar="DIR",
        help="keep what the pack said of each stack there, in STACK.record.json",
    )
    options = parser.parse_args(arguments, namespace=_Options())
    if options.all and options.stacks:
        raise ToolchainError("Name stacks or --all, not both.")
    return options


def _folder(named: Path | None) -> Path | None:
    """The folder that the user names, from where the user stands; made where there is none yet."""
    if named is None:
        return None
    folder = (standpoint() / named).resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ToolchainError(f"{folder} cannot be made: {error.strerror}") from error
    return folder


def _show_whole(result: Result) -> None:
    """What the CLI printed of one stack, unmixed with another's."""
    print(f"\n=== {result.figures.stack} ===\n{result.output}", flush=True)


def _show_failure(result: Result) -> None:
    """Keep stdout for the JSON; what the CLI printed is shown where the preview failed."""
    if result.code != 0:
        print(f"stack {result.figures.stack}:\n{result.output}", file=sys.stderr)
