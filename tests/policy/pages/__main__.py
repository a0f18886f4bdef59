"""Writes the page of each rule anew: `python -m tests.policy.pages`.

Each example is run and judged first. With `check`, runs and judges them too, and says which pages
are not what they should be; it ends with 1 if any is.
"""

from __future__ import annotations

import sys

from tests.policy.pages.choosing import choose
from tests.policy.pages.files import FOLDER, rules_with_fixtures, texts, write


def main(arguments: list[str]) -> None:
    """Write or check; whatever else is asked ends with how to ask."""
    match arguments:
        case []:
            write(choose(rules_with_fixtures()))
        case ["check"]:
            stale = [
                name
                for name, text in texts(choose(rules_with_fixtures())).items()
                if not (FOLDER / name).exists() or (FOLDER / name).read_text("utf-8") != text
            ]
            if stale:
                sys.exit(f"not what the rules make, run ./noxw -s generate: {', '.join(stale)}")
        case _:
            sys.exit("usage: python -m tests.policy.pages [check]")


main(sys.argv[1:])
