"""Ten times the resources are ten times the work, counted in calls: a clock would tell of the machine."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest

from graph.model import Graph, Stack
from policies.engine.judging import judge_stack
from policies.engine.profiles import ActiveRule
from policies.engine.rules import Level, Rule
from policies.testing.fixtures import Case, Fixtures, stack_of
from tests.policy.copies import copies
from tests.policy.pages.files import rules_with_fixtures

# How often each of a rule's fixtures stands in the small and in the large stack.
_FEW: Final = 2
_MANY: Final = 8
# A search for the partners of each resource among all of them takes up to four times as much.
_AT_MOST: Final = 1.3 * _MANY / _FEW
# Of more fixtures than this every second or third will do.
_CASES: Final = 12

STACK_RULES: Final = [
    pytest.param(rule, fixtures, id=rule.name)
    for rule, fixtures in rules_with_fixtures()
    if rule.on_stack is not None
]


def calls(work: Callable[[], object]) -> int:
    """How many functions are called, Python's own included."""
    count = 0

    def called(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        _ = work()
    finally:
        sys.setprofile(before)
    return count


def judged(rule: Rule, fixtures: Fixtures, times: int) -> int:
    """How many calls a rule makes on its own fixtures, each of them so many times in one stack."""
    every = [*fixtures.passes, *fixtures.fails]
    cases = every[:: 1 + len(every) // _CASES]
    members = [one for number, case in enumerate(cases) for one in copies(case, times, str(number))]
    graph = Graph(_stack(cases), members)
    active = ActiveRule(rule, Level.MANDATORY, rule.parameters())
    return calls(lambda: judge_stack(active, graph))


def _stack(cases: list[Case]) -> Stack:
    """What any of the cases configures, so that a rule for production has something to judge."""
    config = {key: value for case in cases for key, value in stack_of(case).config.items()}
    return replace(stack_of([]), config=config)


@pytest.mark.parametrize(("rule", "fixtures"), STACK_RULES)
def test_a_stack_rule_works_no_more_than_its_stack_grows(rule: Rule, fixtures: Fixtures) -> None:
    _ = judged(rule, fixtures, 1)  # fills caches that outlive a stack

    small, large = (judged(rule, fixtures, times) for times in (_FEW, _MANY))

    assert large <= small * _AT_MOST


def test_an_index_is_made_once_a_graph() -> None:
    made: list[Graph] = []
    one, other = Graph(Stack()), Graph(Stack())

    def index(graph: Graph) -> int:
        made.append(graph)
        return len(made)

    assert [one.indexed(index), one.indexed(index), other.indexed(index)] == [1, 1, 2]
    assert made == [one, other]
