"""The same verdicts in process, in `pulumi preview`, in `pulumi policy analyze` and in our reports.

States that the engine itself has made are compared in `lifecycle`, where stacks are up.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from graph.model import Graph
from integration.agreement import Said, as_reported, decided, reported, rules, said_in, said_in_file
from integration.engine import PACK, Engine, engine
from integration.previewed import Previewed
from integration.states import state_of
from policies.engine.environment import PROFILE_VARIABLE
from policies.engine.record import RECORD_VARIABLE
from reports.judged import judge
from tests.unit.infra.recorded import STACKS, stack_graph
from toolchain.locations import REPOSITORY

__all__ = ["engine"]  # a fixture, which pytest finds by name


@cache
def planned(stack: str) -> Said:
    """What the pack says of the recorded preview of a stack, without an engine."""
    return in_process(stack_graph(stack, preview=True))


@cache
def deployed(stack: str) -> Said:
    """What the pack says of the recorded update of a stack, without an engine."""
    return in_process(stack_graph(stack))


def in_process(graph: Graph, profile: str = "") -> Said:
    """What the pack says of a recorded program."""
    environ = {PROFILE_VARIABLE: profile} if profile else {}
    return said_in(judge(graph, rules(), datetime.now(UTC).date(), environ))


@pytest.mark.parametrize("stack", STACKS)
def test_a_preview_says_all_that_is_said_in_process_and_nothing_else(
    previewed: Previewed, stack: str
) -> None:
    said = said_in_file(previewed.record(stack))

    assert said.profile == "chat"
    assert said == planned(stack)
    assert len(decided(said)) > 500
    assert said.undecided


@pytest.mark.parametrize("stack", STACKS)
def test_policy_analyze_and_our_reports_say_of_a_state_file_what_is_said_in_process(
    engine: Engine, tmp_path: Path, stack: str
) -> None:
    graph = stack_graph(stack)
    state, record = tmp_path / "state.json", tmp_path / "record.json"
    state.write_text(state_of(graph), encoding="utf-8")

    outcome = engine.command(
        *("policy", "analyze", "--file", str(state), "--policy-pack", str(PACK)),
        cwd=REPOSITORY,
        extra={RECORD_VARIABLE: str(record), PROFILE_VARIABLE: "chat"},
    )

    assert outcome.code == 0, outcome.output
    # A state does not hold the stack's configuration; our reports find its file.
    unconfigured = Graph(
        replace(graph.stack, config={}), [one.declaration for one in graph.resources]
    )
    assert said_in_file(record) == in_process(unconfigured, "chat")
    assert reported(state, tmp_path / "out") == as_reported(deployed(stack))


@pytest.mark.parametrize("stack", STACKS)
def test_what_a_preview_and_a_state_both_decide_they_decide_alike(stack: str) -> None:
    before, after = planned(stack), deployed(stack)

    assert before.findings == after.findings
    # Only what a preview leaves open may come out as it likes.
    both = decided(before).keys() & decided(after).keys()
    assert [one for one in both if before.verdicts[one] != after.verdicts[one]] == []
    assert decided(before).keys() <= decided(after).keys()
