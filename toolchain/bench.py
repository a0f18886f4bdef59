"""Measure what a preview costs, and what of it is the policy pack's, as ratios of one run."""

import argparse
import json
import os
import platform
import resource
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from toolchain.bench_load import DEFAULT_SIZES, load
from toolchain.errors import ToolchainError
from toolchain.launch import prepared, run_silently
from toolchain.locations import REPOSITORY
from toolchain.preview import DEFAULT_STACK
from toolchain.progress import step
from toolchain.pulumi_cli import find_or_make

DEFAULT_ROUNDS = 5
DEFAULT_FILE = "bench.json"


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What one preview took, in seconds; `cpu` is of the CLI and all it started."""

    wall: float
    cpu: float


class _Options(argparse.Namespace):
    rounds: int
    stack: str
    sizes: list[int]
    out: Path


def bench(arguments: Sequence[str]) -> int:
    """Preview a stack with and without the pack in turn, judge made-up stacks, and write the figures to a JSON file."""
    parser = argparse.ArgumentParser(prog="nox -s bench --", description="Measure previews.")
    parser.add_argument(
        "--rounds", type=int, default=DEFAULT_ROUNDS, help="counted pairs of previews"
    )
    parser.add_argument("--stack", default=DEFAULT_STACK, help="the stack to preview")
    parser.add_argument(
        "--sizes",
        type=int,
        nargs="*",
        default=list(DEFAULT_SIZES),
        help="resources of the made-up stacks that every rule judges; none to leave these out",
    )
    parser.add_argument("--out", type=Path, default=REPOSITORY / DEFAULT_FILE, help="the JSON file")
    options = parser.parse_args(arguments, namespace=_Options())
    if options.rounds < 1:
        raise ToolchainError(f"--rounds is {options.rounds}, but a median needs at least one.")
    find_or_make()
    with_pack: list[Cost] = []
    without: list[Cost] = []
    with step(f"Previewing {options.stack}", total=2 * (options.rounds + 1)) as one_more:
        # The first pair fills caches and is not counted; the two take turns so that drift hits both.
        for number in range(options.rounds + 1):
            for costs, pack in ((with_pack, True), (without, False)):
                cost = _measure(options.stack, pack=pack)
                one_more()
                if number > 0:
                    costs.append(cost)
    figures = _figures(options.stack, with_pack, without)
    if options.sizes:
        with step("Judging made-up stacks"):
            figures["load"] = load(options.sizes, rounds=DEFAULT_ROUNDS)
    options.out.write_text(json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2))
    return 0


def _measure(stack: str, *, pack: bool) -> Cost:
    arguments = ["preview", "--non-interactive", "--suppress-progress", "--cwd", str(REPOSITORY)]
    arguments += ["--stack", stack]
    if pack:
        arguments += ["--policy-pack", str(REPOSITORY / "policies")]
    with prepared(arguments) as invocation:
        before, started = _children_cpu(), time.perf_counter()
        code, output = run_silently(invocation)
        wall, cpu = time.perf_counter() - started, _children_cpu() - before
    if code != 0:
        raise ToolchainError(
            f"The preview of {stack} failed, so there is nothing to measure:\n{output}"
        )
    return Cost(wall=wall, cpu=cpu)


def _children_cpu() -> float:
    """CPU seconds of every process that we started and that has ended, theirs included."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _figures(stack: str, with_pack: list[Cost], without: list[Cost]) -> dict[str, object]:
    pairs = list(zip(with_pack, without, strict=True))
    return {
        "stack": stack,
        "rounds": len(pairs),
        "machine": {"cpus": os.cpu_count(), "python": platform.python_version()},
        "preview_with_pack_seconds": _median([cost.wall for cost in with_pack]),
        "preview_without_pack_seconds": _median([cost.wall for cost in without]),
        "pack_cpu_seconds": _median([a.cpu - b.cpu for a, b in pairs]),
        "wall_ratio_with_to_without": _median([a.wall / b.wall for a, b in pairs]),
        "cpu_ratio_with_to_without": _median([a.cpu / b.cpu for a, b in pairs]),
    }


def _median(values: list[float]) -> float:
    return round(statistics.median(values), 3)
