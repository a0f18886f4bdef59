"""Writes the golden files anew: `python -m tests.golden`; with `print STACK`, only shows a stack whole.

With `check`, says which files are not what they should be, and ends with 1 if any is.
"""

from __future__ import annotations

import sys

import yaml

from tests.golden.files import golden_file
from tests.golden.rendering import changes, declared, golden_text
from tests.unit.infra.recorded import STACKS


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
        case ["check"]:
            _check()
        case _:
            sys.exit(
                f"usage: python -m tests.golden [print STACK | check]; stacks: {', '.join(STACKS)}"
            )


def _check() -> None:
    wrong: list[str] = []
    for stack in STACKS:
        now, file = golden_text(stack), golden_file(stack)
        if not file.exists() or file.read_text(encoding="utf-8") != now:
            wrong += [f"{stack}: {change}" for change in changes(stack, now) or ["its order"]]
    if wrong:
        sys.exit("\n".join(wrong))


main(sys.argv[1:])
