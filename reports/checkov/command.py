"""`python -m reports terraform-plan` and `python -m reports checkov`: before and after checkov's own run."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, cast

from graph.from_state import StateError
from graph.model import Graph
from reports.checkov.answers import Answer, read_answers
from reports.checkov.judged import Excusing, Judged, judged_files, judged_stack
from reports.checkov.showing import show
from reports.checkov.skips import Skips, read_skips
from reports.errors import ReportError
from reports.formats import as_json
from reports.locations import REPOSITORY
from reports.results import Place, report_of
from reports.sources import places_of
from reports.states import read_state
from reports.terraform.plan import Plan, plan_of

SKIPS: Final = REPOSITORY / "toolchain" / "checkov" / "skips.yaml"
REPORT: Final = "checkov.json"
"""The report's name, in the format that `policy-report --merge` reads."""


class _Asked(argparse.Namespace):
    """The command line, read."""

    source: list[Path]
    out: Path
    answer: list[Path]
    skips: Path
    whole: bool
    json: bool


def write_plans(arguments: Sequence[str]) -> int:
    """Write `OUT/NAME.json` for each exported state or preview NAME.json, and tell what is not in it."""
    asked = _parser("terraform-plan").parse_args(arguments, namespace=_Asked())
    asked.out.mkdir(parents=True, exist_ok=True)
    for source in asked.source:
        plan = plan_of(_graph(_read(source), source))
        (asked.out / f"{source.stem}.json").write_text(plan.text(), encoding="utf-8")
        for line in _told(plan):
            print(f"{source.stem}: {line}", file=sys.stderr)
    return 0


def report(arguments: Sequence[str]) -> int:
    """Weigh checkov's answers; 1 if anything grave is neither mended nor excused, or a skip is unused."""
    parser = _parser("checkov")
    parser.add_argument("--answer", action="append", type=Path, required=True, default=[])
    parser.add_argument("--skips", type=Path, default=SKIPS)
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments, namespace=_Asked())
    skips = read_skips(asked.skips)
    answers = [one for path in asked.answer for one in read_answers(_read(path))]
    judged = list(_judged(asked.source, answers, Excusing(skips, datetime.now(UTC).date())))
    whole = report_of(one.report for one in judged)
    asked.out.mkdir(parents=True, exist_ok=True)
    written = asked.out / REPORT
    written.write_text(as_json.render(whole), encoding="utf-8")
    unused = _unused(judged, skips) if asked.whole else []
    if asked.json:
        print(json.dumps({"totals": whole.totals, "unusedSkips": unused}, indent=2))
    else:
        show(whole, unused, written)
    return 0 if whole.good and not unused else 1


def _judged(
    sources: Iterable[Path], answers: Sequence[Answer], excusing: Excusing
) -> Iterable[Judged]:
    if any(one.framework in {"dockerfile", "github_actions"} for one in answers):
        yield judged_files(answers, excusing.skips.project, excusing)
    for source in sources:
        text = _read(source)
        graph = _graph(text, source)
        own = [one for one in answers if one.plan == source.stem]
        kind = "preview" if "steps" in _content(text) else "state"
        places: dict[str, tuple[Place, ...]] = places_of(text)
        yield judged_stack(graph, plan_of(graph), own, places, excusing, source=kind)


def _unused(judged: Iterable[Judged], skips: Skips) -> list[str]:
    used = {skip for one in judged for skip in one.used}
    return [f"{one.check} on {one.resource}" for one in skips.unused(used)]


def _graph(text: str, source: Path) -> Graph:
    """The graph of an exported state, or of a preview's JSON, whose steps hold the same entries."""
    content = _content(text)
    steps = content.get("steps")
    if isinstance(steps, list):
        entries = [
            cast("dict[str, object]", one).get("newState")
            for one in cast("list[object]", steps)
            if isinstance(one, dict)
        ]
        kept = [one for one in entries if one is not None]
        text = json.dumps({"deployment": {"resources": kept}})
    try:
        return read_state(text, source.stem)
    except StateError as error:
        raise ReportError(f"{source}: {error}") from None


def _content(text: str) -> dict[str, object]:
    try:
        content: object = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, object]", content) if isinstance(content, dict) else {}


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ReportError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ReportError(f"{path} cannot be read: it is no text in UTF-8") from None


def _told(plan: Plan) -> Iterable[str]:
    """What of a graph is not, or not surely, in its plan."""
    for kind, count in plan.unmapped.items():
        yield f"{count} of {kind} is not in the plan: no Terraform type is known for it"
    for kind, paths in plan.guessed.items():
        yield f"{kind}: the shape of {', '.join(paths)} follows from the name alone"


def _parser(name: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m reports {name}", allow_abbrev=False)
    parser.add_argument("--source", action="append", type=Path, default=[], help="state or preview")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write to")
    return parser
