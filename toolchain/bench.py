"""`python -m toolchain bench`: what previews, our rules and other tools cost, measured in one run."""

import argparse
import json
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast

from toolchain.bench_contenders import OTHERS
from toolchain.bench_load import DEFAULT_SIZES, load
from toolchain.bench_others import Plan, compare
from toolchain.bench_page import write
from toolchain.bench_previews import previews
from toolchain.bench_table import show
from toolchain.errors import ToolchainError
from toolchain.locations import REPOSITORY
from toolchain.preview import DEFAULT_STACK
from toolchain.progress import step

DEFAULT_ROUNDS: Final = 5
DEFAULT_PATIENCE: Final = 600.0
DEFAULT_FILE: Final = REPOSITORY / "bench.json"


class _Options(argparse.Namespace):
    rounds: int
    quick: bool
    stack: str
    sizes: list[int]
    others: list[str]
    patience: float
    json: bool
    out: Path


def bench(arguments: Sequence[str]) -> int:
    """Measure, write the figures to a JSON file and show them; 1 if something failed, never because it was slow."""
    options = _parse(arguments)
    rounds = 1 if options.quick else options.rounds
    figures: dict[str, object] = {"machine": _machine(), **previews(options.stack, rounds)}
    if options.sizes:
        with step("Judging made-up stacks"):
            figures["load"] = load(options.sizes, rounds=rounds)
    if options.sizes and options.others:
        plan = Plan(sizes=options.sizes, rounds=rounds, patience=options.patience)
        figures["others"] = compare(plan, list(dict.fromkeys(options.others)))
    text = json.dumps(figures, indent=2)
    options.out.write_text(text + "\n")
    if options.out == DEFAULT_FILE and {"load", "others"} <= figures.keys():
        write(figures)
    if options.json:
        print(text)
    else:
        show(figures)
    return 1 if failed(figures) else 0


def failed(figures: dict[str, object]) -> bool:
    """Whether a tool that is there could not be measured, for another reason than slowness."""
    others = cast("dict[str, list[dict[str, object]]]", figures.get("others", {}))
    return any(not one["slow"] for one in others.get("not_measured", []))


def _parse(arguments: Sequence[str]) -> _Options:
    parser = argparse.ArgumentParser(
        prog="nox -s bench --",
        description="Measure previews, our rules, and other tools on the same resources.",
        allow_abbrev=False,
    )
    parser.add_argument("--rounds", type=int, default=DEFAULT_ROUNDS, help="of each, for medians")
    parser.add_argument("--quick", action="store_true", help="one round of each")
    parser.add_argument("--stack", default=DEFAULT_STACK, help="the stack to preview")
    parser.add_argument(
        "--sizes",
        type=int,
        nargs="*",
        default=list(DEFAULT_SIZES),
        help="resources of the made-up stacks that every rule judges; none to leave these out",
    )
    parser.add_argument(
        "--others",
        nargs="*",
        choices=OTHERS,
        default=list(OTHERS),
        help="tools to compare with, installed or built where they are not there; or none",
    )
    parser.add_argument(
        "--patience",
        type=float,
        default=DEFAULT_PATIENCE,
        metavar="SECONDS",
        help="for how long a run of a tool may take (default: %(default).0f)",
    )
    parser.add_argument("--json", action="store_true", help="print the figures, as JSON")
    parser.add_argument("--out", type=Path, default=DEFAULT_FILE, help="the JSON file")
    options = parser.parse_args(arguments, namespace=_Options())
    if options.rounds < 1:
        raise ToolchainError(f"--rounds is {options.rounds}, but a median needs at least one.")
    if any(size < 1 for size in options.sizes):
        smallest = min(options.sizes)
        raise ToolchainError(f"--sizes names {smallest}, but a stack has one resource or more.")
    options.sizes = sorted(set(options.sizes))
    return options


def _machine() -> dict[str, object]:
    """What the figures are of. Other work on the machine makes times longer, and CPU seconds somewhat."""
    return {
        "cpus": os.cpu_count(),
        "python": platform.python_version(),
        "load_average_before": round(os.getloadavg()[0], 1),
    }
