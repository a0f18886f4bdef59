"""Writes the golden files anew: `python -m tests.golden`; with `print STACK`, only shows one."""

from __future__ import annotations

import sys

from tests.golden.files import golden_file
from tests.golden.rendering import declared, render
from tests.unit.infra.recorded import STACKS


def main(arguments: list[str]) -> None:
    match arguments:
        case []:
            for stack in STACKS:
                golden_file(stack).write_text(render(declared(stack).resources), encoding="utf-8")
        case ["print", stack]:
            sys.stdout.write(render(declared(stack).resources))
        case _:
            sys.exit("usage: python -m tests.golden [print STACK]")


main(sys.argv[1:])
