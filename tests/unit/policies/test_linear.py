"""Ten times the resources are ten times the work, counted in calls: a clock would tell of the machine."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

import pytest

from graph.model import Declaration, Graph, Stack
from graph.raw import Raw, Secret
from policies.engine.judging import judge_stack
from policies.engine.profiles import ActiveRule
from policies.engine.rules import Level, Rule
from policies.testing.fixtures import Case, FixtureResource, Fixtures, declarations, stack_of
from tests.policy.pages.files import rules_with_fixtures

# How often each of a rule's fixtures stands in the small and in the large stack.
_FEW: Final = 2
_MANY: Final = 8
# A search for the partners of each resource among all of them takes up to four times as much.
_AT_MOST: Final = 1.3 * _MANY / _FEW
# Of more fixtures than this every second or third will do.
_CASES: Final = 12
_HANDLES: Final = ("name", "identifier", "clusterIdentifier", "bucket", "arn", "url")

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


def copies(case: Case, times: int, label: str) -> Iterator[Declaration]:
    """The resources of a case again and again, each copy under names of its own."""
    members = [one for one in case if isinstance(one, FixtureResource)]
    handles = [one.properties.get(key) for one in members for key in _HANDLES]
    texts = {text for text in [*handles, *(one.id for one in members)] if isinstance(text, str)}
    # A name stands in other resources' texts too, as in `service/CLUSTER/NAME`.
    spelled = "|".join(re.escape(text) for text in sorted(texts - {""}, key=len, reverse=True))
    named = re.compile(rf"(?<![\w-])(?:{spelled})(?![\w-])" if spelled else r"(?!)")
    for number in range(times):
        yield from declarations([_copy(one, f"-{label}-{number}", named) for one in members])


def _copy(one: FixtureResource, ending: str, named: re.Pattern[str]) -> FixtureResource:
    def told(raw: Raw) -> Raw:
        if isinstance(raw, str):
            return named.sub(lambda found: found[0] + ending, raw)
        if isinstance(raw, list):
            return [told(item) for item in raw]
        if isinstance(raw, dict):
            return {key: told(item) for key, item in raw.items()}
        return Secret(told(raw.value)) if isinstance(raw, Secret) else raw

    return replace(
        one,
        name=one.name + ending,
        parent=one.parent and one.parent + ending,
        refs={key: [name + ending for name in names] for key, names in one.refs.items()},
        id=told(one.id),
        properties={key: told(value) for key, value in one.properties.items()},
    )


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
