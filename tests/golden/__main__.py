"""Writes the golden files anew: `python -m tests.golden`; with `print STACK`, only shows a stack whole.

With `check`, says which files are not what they should be, and ends with 1 if any is.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

import yaml

from tests.golden.files import golden_file
from tests.golden.rendering import changes, declared, golden_text
from tests.unit.infra.recorded import STACKS

# The files are always written under this one, and compared under others.
HASH_SEED = "0"


def main(arguments: list[str]) -> None:
    match arguments:
        case []:
            for stack in STACKS:
                golden_file(stack).write_text(golden_text(stack), encoding="utf-8")
            for file in golden_file("*").parent.glob(golden_file("*").name):
                if file not in {golden_file(stack) for stack in STACKS}:
                    file.unlink()
        case ["print", stack] if stack in STACKS:
            yaml.dump(declared(stack), sys.stdout, Dumper=yaml.CSafeDumper)
        case ["check", *stacks] if set(stacks) <= set(STACKS):
            _check(stacks or STACKS)
        case _:
            sys.exit(
                "usage: python -m tests.golden [print STACK | check [STACK ...]]; "
                f"stacks: {', '.join(STACKS)}"
            )


def _check(stacks: Iterable[str]) -> None:
    wrong: list[str] = []
    for stack in stacks:
        now, file = golden_text(stack), golden_file(stack)
        if not file.exists() or file.read_text(encoding="utf-8") != now:
            wrong += [f"{stack}: {change}" for change in changes(stack, now) or ["its order"]]
    if wrong:
        sys.exit("\n".join(wrong))


if os.environ.get("PYTHONHASHSEED") is None:
    # The arguments are this program's own.
    os.execve(  # noqa: S606
        sys.executable,
        [sys.executable, *sys.orig_argv[1:]],
        {**os.environ, "PYTHONHASHSEED": HASH_SEED},
    )
main(sys.argv[1:])
