"""`python -m tests.mutation [MODULE…]`: change the rules in every small way and see who notices."""

from __future__ import annotations

import argparse
import sys
import time

from tests.mutation.reporting import BAR, as_text, entries, figures_of, page, report
from tests.mutation.reviews import ReviewError, load, stale, told
from tests.mutation.running import ROOT, NoSuchModuleError, modules, run

FIGURES = ROOT / "mutation.json"


def main(arguments: list[str]) -> int:
    """Judge the modules: 1 if too few mutants were noticed or a review is stale, 2 for misuse.

    A whole run writes its figures down.
    """
    asked = _parsed(arguments)
    try:
        return _mutate(asked.modules, asked.sample, asked.jobs, entry=asked.entries)
    except (NoSuchModuleError, ReviewError) as error:
        print(error, file=sys.stderr)
        return 2


def _mutate(asked: list[str], sample: int | None, jobs: int, *, entry: bool) -> int:
    names, reviews, began = modules(asked), load(), time.monotonic()
    judged, refused = run(names, sample, jobs)
    for one in refused:
        print(one.reason, file=sys.stderr)
    print(entries(judged, reviews) if entry else page(judged, reviews))
    if not (asked or refused or sample or entry):
        figures = report(judged, reviews, time.monotonic() - began)
        _ = FIGURES.write_text(as_text(figures), encoding="utf-8")
    left_out = {one.module for one in refused}
    whole = [] if sample else [f"policies.{name}" for name in names if name not in left_out]
    survivors = [one.identity for one in judged if one.outcome == "survived"]
    gone = stale(reviews.values(), whole, survivors)
    for one in gone:
        print(f"reviewed: no such survivor any more: {told(one.identity)}", file=sys.stderr)
    if refused:
        return 2
    return 1 if gone or figures_of(judged, reviews).score < BAR else 0


class _Arguments(argparse.Namespace):
    modules: list[str]
    sample: int | None
    jobs: int
    entries: bool


def _parsed(arguments: list[str]) -> _Arguments:
    parser = argparse.ArgumentParser(prog="mutation", description=__doc__)
    _ = parser.add_argument("modules", nargs="*", metavar="MODULE", help="as secrets; all if none")
    _ = parser.add_argument("--sample", type=int, help="judge so many mutants of each module")
    _ = parser.add_argument("--jobs", type=int, default=2, help="processes at once (2)")
    _ = parser.add_argument(
        "--entries", action="store_true", help="print survivors as entries of a review"
    )
    return parser.parse_args(arguments, namespace=_Arguments())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
