"""Three-valued logic keeps Kleene's laws."""

from __future__ import annotations

from functools import reduce
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.truth import Truth

TRUTHS = list(Truth)
PAIRS = list(product(TRUTHS, TRUTHS))
TRIPLES = list(product(TRUTHS, TRUTHS, TRUTHS))


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_and_and_or_do_not_mind_the_order(one: Truth, other: Truth) -> None:
    assert (one & other) is (other & one)
    assert (one | other) is (other | one)


@pytest.mark.parametrize(("one", "other", "third"), TRIPLES)
def test_and_and_or_associate_and_distribute(one: Truth, other: Truth, third: Truth) -> None:
    assert ((one & other) & third) is (one & (other & third))
    assert ((one | other) | third) is (one | (other | third))
    assert (one & (other | third)) is ((one & other) | (one & third))


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_de_morgan_holds(one: Truth, other: Truth) -> None:
    assert ~(one & other) is (~one | ~other)


@pytest.mark.parametrize("one", TRUTHS)
def test_not_undoes_itself(one: Truth) -> None:
    assert ~~one is one


def test_an_unknown_stays_unknown_beside_what_does_not_decide() -> None:
    assert (Truth.UNKNOWN | ~Truth.UNKNOWN) is Truth.UNKNOWN
    assert (Truth.UNKNOWN & Truth.YES) is Truth.UNKNOWN
    assert (Truth.UNKNOWN | Truth.NO) is Truth.UNKNOWN


def test_an_unknown_gives_way_to_what_decides() -> None:
    assert (Truth.UNKNOWN & Truth.NO) is Truth.NO
    assert (Truth.UNKNOWN | Truth.YES) is Truth.YES


@given(st.lists(st.sampled_from(TRUTHS), max_size=6))
def test_all_and_any_are_repeated_and_and_or(truths: list[Truth]) -> None:
    assert Truth.all(truths) is reduce(Truth.__and__, truths, Truth.YES)
    assert Truth.any(truths) is reduce(Truth.__or__, truths, Truth.NO)


@pytest.mark.parametrize(("answer", "truth"), [(True, Truth.YES), (False, Truth.NO)])
def test_a_certain_answer_comes_from_a_boolean(*, answer: bool, truth: Truth) -> None:
    assert Truth.of(answer) is truth


def test_a_truth_refuses_to_be_a_boolean() -> None:
    with pytest.raises(TypeError, match="three-valued"):
        _ = bool(Truth.YES)
