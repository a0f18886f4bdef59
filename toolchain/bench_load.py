"""What judging costs by itself: every rule on stacks made of fixtures, in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Final, cast

from toolchain.errors import ToolchainError
from toolchain.locations import REPOSITORY

DEFAULT_SIZES: Final = (300, 3000, 10000)
MODULE: Final = "tests.policy.load"


def load(sizes: Sequence[int], *, rounds: int) -> dict[str, object]:
    """CPU seconds of rules over resources and over stacks, and how they grow with the size of a stack."""
    if any(size < 1 for size in sizes):
        raise ToolchainError(f"--sizes names {min(sizes)}, but a stack has one resource or more.")
    return answer_of(MODULE, *map(str, sizes), "--rounds", str(rounds))


def answer_of(module: str, *arguments: str) -> dict[str, object]:
    """What a module of the project prints as JSON, run as a program. Raises `ToolchainError`."""
    ended = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode != 0:
        raise ToolchainError(f"{module} ended with {ended.returncode}:\n{ended.stderr.strip()}")
    return cast("dict[str, object]", json.loads(ended.stdout))
