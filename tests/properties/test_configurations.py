"""Any configuration of the chat system is refused with reasons, or builds what the rules demand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from zlib import crc32

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from graph.raw import Raw
from graph.recording import NewResource, RecordingError, record
from infra.config.problems import ConfigError
from tests.kit.acceptance import refusals
from tests.kit.program import record_stack
from tests.kit.structure import faults
from tests.properties.configurations import BY_KEY, Case, buildable, faulty, mentioned, wild
from tests.properties.judging import unexplained
from tests.unit.infra.recorded import STACKS, program

# Together 512 configurations; half of them build.
BUILT, FAULTY, WILD = 32, 24, 8


def _for_all(
    cases: st.SearchStrategy[Case], base: str, count: int, fault_of: Callable[[Case], list[str]]
) -> None:
    """Look for a fault in so many cases, the same ones each time, and tell the simplest."""
    seen: list[Case] = []

    @seed(crc32(base.encode()))
    @settings(
        max_examples=count,
        database=None,
        # A recording takes a second, and Hypothesis would take hundreds to shrink by.
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    @given(cases)
    def check(case: Case) -> None:
        seen.append(case)
        found = fault_of(case)
        if found:
            simplest = _simplest(case, fault_of)
            pytest.fail(f"{_told(simplest)}\n" + "\n".join(fault_of(simplest)), pytrace=False)

    check()
    assert len(seen) >= count


def _simplest(case: Case, fault_of: Callable[[Case], list[str]]) -> Case:
    """The case with hardly more changes than it takes to show a fault.

    Ever smaller parts of the changes are left out, for each try costs a recording.
    """
    named_as_base = replace(case, stack=case.base)
    if case.stack != case.base and fault_of(named_as_base):
        case = named_as_base
    size = len(case.changes)
    while size > 0:
        for start in range(0, len(case.changes), size):
            simpler = case.without([*case.changes][start : start + size])
            if len(simpler.changes) < len(case.changes) and fault_of(simpler):
                case = simpler
                break
        else:
            size //= 2
    return case


def _told(case: Case) -> str:
    lines = [f"  {key}: {value}" for key, value in sorted(case.changes.items())]
    return "\n".join([f"stack {case.stack}, as {case.base} with", *(lines or ["  no change"])])


@pytest.mark.parametrize("base", STACKS)
def test_what_is_accepted_builds_and_only_its_own_choices_are_objected_to(base: str) -> None:
    _for_all(buildable(base), base, BUILT, _fault_of_build)


def _fault_of_build(case: Case) -> list[str]:
    try:
        config = case.config()
    except ConfigError:
        return []
    try:
        graph = record_stack(program, stack=case.stack, config=case.values)
    # Whatever stops a configuration that was accepted is the fault that is looked for.
    except Exception as error:  # noqa: BLE001
        return [f"{type(error).__name__}: {error}"]
    return [*unexplained(graph, config), *refusals(graph), *faults(graph)]


@pytest.mark.parametrize("base", STACKS)
def test_every_fault_is_told_at_once_and_nothing_else_is(base: str) -> None:
    _for_all(faulty(base), base, FAULTY, _fault_of_refusal)


def _fault_of_refusal(case: Case) -> list[str]:
    problems = case.problems()
    told = {problem.key for problem in problems}
    # What hangs on a flag can't be judged while the flag itself is wrong.
    open_questions = {
        key
        for key, field in BY_KEY.items()
        if field.when is not None and field.when.key in case.planted
    }
    return [
        *(f"{key} is wrong, and not told" for key in sorted(case.planted - told - open_questions)),
        *(
            f"{problem.key} is right, and told as wrong: {problem.why}"
            for problem in problems
            if not mentioned(problem) & case.planted
        ),
        *_fault_of_words(case),
    ]


@pytest.mark.parametrize("base", STACKS)
def test_any_configuration_whatever_is_refused_with_reasons_or_builds(base: str) -> None:
    _for_all(wild(base), base, WILD, lambda case: _fault_of_words(case) or _fault_of_build(case))


def _fault_of_words(case: Case) -> list[str]:
    """What is wrong with the way in which a configuration is refused."""
    problems = case.problems()
    if not problems:
        return []
    created: list[str] = []

    def create(new: NewResource) -> Mapping[str, Raw]:
        created.append(new.name)
        return new.inputs

    try:
        record(program, stack=case.stack, config=case.values, checks=create)
    except ConfigError as error:
        text = str(error)
    except RecordingError as error:
        return [f"the program asked for something before it read its configuration: {error}"]
    else:
        return ["it is refused, and yet it is built"]
    lines = [line for line in text.splitlines() if line.startswith("  - ")]
    return [
        *(f"{name} was created all the same" for name in created),
        *(f"{problem.key} is refused without a reason" for problem in problems if not problem.why),
        *(f"{problem.key} is refused with no way out" for problem in problems if not problem.mend),
        *(
            f"{key} is told twice"
            for key in {one.key for one in problems}
            if _times(lines, key) != 1
        ),
        *([] if "nothing was created" in text else ["nobody is told that nothing was created"]),
    ]


def _times(lines: list[str], key: str) -> int:
    return sum(line == f"  - {key}" or line.startswith(f"  - {key} = ") for line in lines)
