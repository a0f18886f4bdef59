"""The main job: preview stacks under the policy pack and say what was judged."""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from toolchain.errors import ToolchainError
from toolchain.launch import Invocation, prepared, run, run_silently
from toolchain.locations import REPOSITORY
from toolchain.pulumi_cli import find_or_make
from toolchain.stacks import choose_stack, find_project

DEFAULT_STACK = "prod"
SUMMARY_VARIABLE = "PLUMBLINE_SUMMARY"
"""Names the file into which the policy pack writes what it has judged."""


@dataclass(frozen=True, kw_only=True)
class StackPreview:
    """One stack's figures; a figure is None where the preview ended before there was one."""

    stack: str
    resources: int | None
    rules: int | None
    violations: int | None
    waived: int | None
    unknown: int | None
    seconds: float
    """Wall time of the whole preview."""


def preview(arguments: Sequence[str]) -> int:
    """Preview each stack named, `prod` where none is; 0 only if each preview succeeded without a violation."""
    options = _parse(arguments)
    project = find_project(REPOSITORY)
    stacks: list[str] = (
        list(project.stack_files()) if options.all else options.stacks or [DEFAULT_STACK]
    )
    for stack in stacks:
        choose_stack(project, stack)
    # Made first, so that its progress is not counted as the preview's time.
    find_or_make()
    results: list[tuple[StackPreview, int]] = [
        _preview_one(stack, as_json=options.json) for stack in stacks
    ]
    figures = [figure for figure, _ in results]
    if options.json:
        print(json.dumps({"stacks": [asdict(figure) for figure in figures]}))
    else:
        from toolchain.preview_table import show

        show(figures)
    return max((code for _, code in results), default=0)


class _Options(argparse.Namespace):
    stacks: list[str]
    json: bool
    all: bool


def _parse(arguments: Sequence[str]) -> _Options:
    parser = argparse.ArgumentParser(
        prog="nox -s preview --", description="Preview stacks under the policy pack."
    )
    parser.add_argument(
        "stacks", nargs="*", metavar="STACK", help=f"stacks to preview (default: {DEFAULT_STACK})"
    )
    parser.add_argument("--all", action="store_true", help="every stack that has a file in stacks/")
    parser.add_argument("--json", action="store_true", help="print only the figures, as JSON")
    options = parser.parse_args(arguments, namespace=_Options())
    if options.all and options.stacks:
        raise ToolchainError("Name stacks or --all, not both.")
    return options


def _preview_one(stack: str, *, as_json: bool) -> tuple[StackPreview, int]:
    with tempfile.TemporaryDirectory(prefix="plumbline-") as folder:
        summary = Path(folder) / "summary.json"
        arguments = [
            "preview",
            "--non-interactive",
            "--suppress-progress",
            *("--cwd", str(REPOSITORY)),
            *("--policy-pack", str(REPOSITORY / "policies")),
            *("--stack", stack),
            *(("--color", "always") if sys.stdout.isatty() and not as_json else ()),
        ]
        started = time.monotonic()
        with prepared(arguments, extra={SUMMARY_VARIABLE: str(summary)}) as invocation:
            code = _run_to_stderr(invocation, stack) if as_json else run(invocation)
        seconds = round(time.monotonic() - started, 2)
        figures = _read_summary(summary)
    result = StackPreview(
        stack=stack,
        resources=figures.get("resources"),
        rules=figures.get("rules"),
        violations=figures.get("violations"),
        waived=figures.get("waived"),
        unknown=figures.get("unknown"),
        seconds=seconds,
    )
    if code == 0 and result.rules is None:
        print(
            f"error: the policy pack judged nothing in stack {stack}: it left no summary.",
            file=sys.stderr,
        )
        code = 1
    return result, code


def _run_to_stderr(invocation: Invocation, stack: str) -> int:
    """Keep stdout for the JSON; what the CLI printed is shown where the preview failed."""
    code, output = run_silently(invocation)
    if code != 0:
        print(f"stack {stack}:\n{output}", file=sys.stderr)
    return code


def _read_summary(path: Path) -> dict[str, int]:
    """The pack's figures; empty where the preview ended before the pack had judged anything."""
    try:
        content = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    return {key: value for key, value in content.items() if isinstance(value, int)}
