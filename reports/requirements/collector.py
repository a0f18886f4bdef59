"""A pytest plugin that writes down which collected tests name which requirements.

Loaded by `-p reports.requirements.collector` into a run that only collects, so that exactly the
tests that a run would execute are seen, with the markers of their class, module and parameters.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TypedDict

import pytest

MARKER = "requirement"
OPTION = "--requirement-evidence"
# Whoever carries one of these may not run, or may fail unnoticed: it proves nothing.
_EXCUSES = ("skip", "skipif", "xfail")


class MarkedTest(TypedDict):
    """A test that names requirements, and the marker, if any, by which it proves nothing."""

    name: str
    place: str
    requirements: list[str]
    excuse: str


class Collected(TypedDict):
    """What a collection found: tests that name requirements, and markers that name none."""

    tests: list[MarkedTest]
    problems: list[str]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(OPTION, type=Path, help="where to write which tests name which requirements")


def pytest_collection_finish(session: pytest.Session) -> None:
    """After deselection: what is left is what would run."""
    target: Path | None = session.config.getoption(OPTION)
    if target is not None:
        target.write_text(json.dumps(collected(session.items)))


def collected(items: Iterable[pytest.Item]) -> Collected:
    """The tests among `items` that name requirements; cases of one function are one test."""
    tests: dict[tuple[str, str], MarkedTest] = {}
    problems: list[str] = []
    for item in items:
        place = item.nodeid.partition("::")[0]
        name = item.nodeid.partition("[")[0]
        ids: list[str] = []
        for marker in item.iter_markers(MARKER):
            named = [one for one in marker.args if isinstance(one, str)]
            if not named or len(named) < len(marker.args) or marker.kwargs:
                problems.append(f"{name}: @pytest.mark.{MARKER} takes ids in quotes, one or more")
            ids.extend(named)
        excuse = next((one for one in _EXCUSES if item.get_closest_marker(one)), "")
        if ids:
            test = tests.setdefault(
                (name, excuse), MarkedTest(name=name, place=place, requirements=[], excuse=excuse)
            )
            test["requirements"] = sorted({*test["requirements"], *ids})
    return Collected(tests=list(tests.values()), problems=sorted(set(problems)))
