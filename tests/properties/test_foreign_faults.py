"""Two systems of people who have not read the rules: each fault that they plant is found, where it is.

Their programs are in `tests/foreign`, each with a `faults.yaml` that says what is wrong and where a tool should
point. `foreign_findings.yaml` beside this file holds what was judged by a person: findings on a sound program that
the rules stand by, further places where a finding says the same, and faults that no rule looks for. An entry that
is no longer needed fails.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple, cast

import pytest

from policies.engine.discovery import discover
from policies.engine.evaluation import evaluate
from policies.engine.profiles import known_profiles
from tests.kit.foreign import ForeignProgram, PlantedFault
from toolchain.documents import read_mapping

PROGRAMS = {name: ForeignProgram(name) for name in ("exchange", "bazaar")}
PLANTED = {
    f"{name}-{fault.name}": (name, fault)
    for name, program in PROGRAMS.items()
    for fault in program.faults()
}
REVIEWED = read_mapping(Path(__file__).with_name("foreign_findings.yaml"))


class Found(NamedTuple):
    """A finding: the rule, the resource by last part of its type and name, and what it says."""

    rule: str
    type: str
    name: str
    message: str


@cache
def found(program: str, planted: str = "", *, preview: bool = False) -> frozenset[Found]:
    graph = PROGRAMS[program].record(planted, preview=preview)
    said = evaluate(graph, discover(), known_profiles()["common"])
    types = {one.urn: one.type.rpartition(":")[2] for one in graph.resources}
    return frozenset(
        Found(one.active.rule.name, types.get(one.urn, ""), one.name, one.message)
        for one in said.findings
    )


def reviewed(program: str, kind: str) -> dict[str, str]:
    held = cast("dict[str, dict[str, dict[str, str]]]", REVIEWED)
    return held[program].get(kind) or {}


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("preview", [True, False], ids=["preview", "state"])
def test_a_sound_program_has_no_finding_but_those_that_are_stood_by(
    program: str, *, preview: bool
) -> None:
    told = {f"{one.rule} {one.name}" for one in found(program, preview=preview)}

    stood_by = set(reviewed(program, "stood_by"))
    assert told <= stood_by if preview else told == stood_by


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found_where_it_is(name: str) -> None:
    program, fault = PLANTED[name]
    new = found(program, fault.name) - found(program)

    if fault.name in reviewed(program, "unjudged"):
        assert new == frozenset(), "a rule finds it now: it is unjudged no longer"
    else:
        assert {(one.type, one.name) for one in new} & places(program, fault), sorted(new)


def places(program: str, fault: PlantedFault) -> set[tuple[str, str]]:
    """Where a finding says that this is wrong: the author's places, and those reviewed here."""
    also = reviewed(program, "also").get(fault.name, "").split()
    pairs = zip(also[::2], also[1::2], strict=True)
    return {*fault.places, *((type_, name) for type_, name in pairs)}


@pytest.mark.parametrize("program", PROGRAMS)
def test_what_was_reviewed_is_about_faults_that_there_are(program: str) -> None:
    names = {fault.name for fault in PROGRAMS[program].faults()}

    assert len(names) >= 40
    assert {*reviewed(program, "also"), *reviewed(program, "unjudged")} <= names
    assert len(reviewed(program, "unjudged")) <= len(names) // 10
