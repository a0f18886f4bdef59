"""The programs that are compared: our rules, checkov and OPA, each over files that it can read."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from toolchain.errors import TookTooLongError, ToolchainError
from toolchain.locations import REPOSITORY

OURS: Final = "plumbline"
CHECKOV: Final = "checkov"
OPA: Final = "opa"
OTHERS: Final = (CHECKOV, OPA)

SAME: Final = "same questions"
EVERYTHING: Final = "all it knows"

_JUDGE: Final = "tests.policy.comparison.judge"
_STATE: Final = "state.json"
_PLAN: Final = "plan.json"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What all are asked: our rules, the same in Rego, checkov's checks."""

    questions: tuple[str, ...]
    rego: Path
    query: str
    checks: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Contender:
    """One program with one set of questions; `run` gives its answer about a folder's stack within some seconds."""

    tool: str
    version: str
    asked: str
    run: Callable[[Path, float], str]


def ours(asked: Asked) -> Iterator[Contender]:
    """Our rules as a program of their own, those of the comparison and all of them."""

    def judging(rules: Sequence[str]) -> Callable[[Path, float], str]:
        command = [sys.executable, "-m", _JUDGE]
        return lambda folder, seconds: _output(
            [*command, str(folder / _STATE), *rules], OURS, seconds
        )

    yield Contender(tool=OURS, version="this one", asked=SAME, run=judging(asked.questions))
    yield Contender(tool=OURS, version="this one", asked=EVERYTHING, run=judging(()))


def others(tool: str, asked: Asked) -> Iterator[Contender]:
    """Another tool, installed or built first where it is not there. `ToolchainError` says why it cannot be had."""
    yield from {CHECKOV: _checkov, OPA: _opa}[tool](asked)


def _checkov(asked: Asked) -> Iterator[Contender]:
    from toolchain.checkov.environment import checkov_python, version_of
    from toolchain.checkov.running import PLAN, judge

    python = checkov_python()

    def judging(checks: Sequence[str]) -> Callable[[Path, float], str]:
        return lambda folder, seconds: json.dumps(
            judge(python, PLAN, [folder / _PLAN], checks=checks, seconds=seconds)
        )

    version = version_of(python)
    yield Contender(tool=CHECKOV, version=version, asked=SAME, run=judging(asked.checks))
    yield Contender(tool=CHECKOV, version=version, asked=EVERYTHING, run=judging(()))


def _opa(asked: Asked) -> Iterator[Contender]:
    """OPA has no rules but those it is given, so there is no everything."""
    from toolchain.opa.environment import find_or_build, version_of
    from toolchain.opa.running import evaluate

    opa = find_or_build()

    def evaluated(folder: Path, seconds: float) -> str:
        return evaluate(opa, asked.rego, folder / _PLAN, asked.query, seconds=seconds)

    yield Contender(tool=OPA, version=version_of(opa), asked=SAME, run=evaluated)


def _output(command: Sequence[str], what: str, seconds: float) -> str:
    try:
        ended = subprocess.run(
            command, cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=seconds
        )
    except subprocess.TimeoutExpired as error:
        raise TookTooLongError(f"{what} did not end within {seconds:.0f} s.") from error
    if ended.returncode != 0:
        raise ToolchainError(f"{what} ended with {ended.returncode}:\n{ended.stderr.strip()}")
    return ended.stdout
