"""A range's pattern matches the numbers of the range and nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.config.ranges import range_pattern


@given(data=st.data(), bounds=st.tuples(st.integers(0, 10**10), st.integers(0, 10**10)))
def test_exactly_the_numbers_of_the_range_match(
    data: st.DataObject, bounds: tuple[int, int]
) -> None:
    low, high = sorted(bounds)
    near = [low - 1, low, low + 1, high - 1, high, high + 1, 10 * high, high // 10]
    number = data.draw(st.sampled_from(near) | st.integers(0, 10**11))
    matched = re.fullmatch(range_pattern(low, high), str(number)) is not None

    assert matched == (low <= number <= high)


@pytest.mark.parametrize(("low", "high"), [(0, 0), (0, 7), (1, 120), (99, 101), (512, 2051)])
def test_every_number_of_a_small_range_is_decided(low: int, high: int) -> None:
    pattern = re.compile(range_pattern(low, high))

    matched = [number for number in range(5000) if pattern.fullmatch(str(number))]

    assert matched == list(range(low, high + 1))


@pytest.mark.parametrize("text", ["", "01", "+1", "1.0", " 1", "1 ", "one"])
def test_another_way_of_writing_a_number_does_not_match(text: str) -> None:
    assert not re.fullmatch(range_pattern(0, 99), text)


@pytest.mark.parametrize(("low", "high"), [(-1, 1), (2, 1)])
def test_what_is_no_range_is_refused(low: int, high: int) -> None:
    with pytest.raises(ValueError, match=f"from {low} to {high}"):
        range_pattern(low, high)
