"""Every kind of value takes what lies within its bounds, and says what it wants of the rest."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.config.kinds import Choice, Flag, Kind, Refused, Text, TextList, Whole

PORT = Whole(1, 65_535, "port")
WORD = Text(r"[a-z]+", "a word", 5)
WORDS = TextList(WORD, 1, 3)


@given(st.integers())
def test_a_whole_number_is_taken_exactly_within_its_bounds(number: int) -> None:
    if 1 <= number <= 65_535:
        assert PORT.parse(str(number)) == number
    else:
        with pytest.raises(Refused):
            PORT.parse(str(number))


@pytest.mark.parametrize(
    "raw", ["", "1.0", "1e3", " 1", "0x10", "one", "--1", "007", "-0", "1" * 30, "[1]"]
)
def test_what_is_no_whole_number_is_refused_with_its_bounds(raw: str) -> None:
    with pytest.raises(Refused) as refused:
        PORT.parse(raw)

    assert refused.value.mend == "write a whole number from 1 to 65535 (port)"


def test_a_flag_is_true_or_false() -> None:
    assert Flag().parse("true") is True
    assert Flag().parse("false") is False


@pytest.mark.parametrize("raw", ["True", "yes", "1", "", "on"])
def test_what_looks_like_a_flag_is_refused(raw: str) -> None:
    with pytest.raises(Refused, match="neither true nor false"):
        Flag().parse(raw)


def test_a_choice_names_all_its_values_when_it_refuses() -> None:
    with pytest.raises(Refused) as refused:
        Choice(("dev", "prod", "test")).parse("staging")

    assert refused.value.mend == "write dev, prod or test"


def test_text_over_its_limit_is_refused_with_the_limit_and_never_cut() -> None:
    with pytest.raises(Refused, match="it has 6 characters and the limit is 5"):
        WORD.parse("abcdef")


def test_text_of_another_form_is_refused_with_the_form_in_words() -> None:
    with pytest.raises(Refused) as refused:
        WORD.parse("AB")

    assert refused.value.mend == "write a word, of at most 5 characters"


@given(st.lists(st.from_regex(r"\A[a-z]{1,5}\Z"), max_size=5))
def test_a_list_is_taken_when_its_length_fits_and_no_item_repeats(items: list[str]) -> None:
    raw = json.dumps(items)
    if 1 <= len(items) <= 3 and len(set(items)) == len(items):
        assert WORDS.parse(raw) == tuple(items)
    else:
        with pytest.raises(Refused):
            WORDS.parse(raw)


@pytest.mark.parametrize("raw", ["a", "{}", '"a"', "1", "[1]", '["A"]', "[", "null"])
def test_what_is_no_list_of_such_texts_is_refused(raw: str) -> None:
    with pytest.raises(Refused):
        WORDS.parse(raw)


@given(st.text(max_size=40))
@pytest.mark.parametrize("kind", [PORT, Flag(), Choice(("a",)), WORD, WORDS])
def test_no_text_makes_any_kind_fail_otherwise_than_by_refusing(
    kind: Kind[object], raw: str
) -> None:
    try:
        kind.parse(raw)
    except Refused as error:
        refused = error
    else:
        return

    assert refused.why
    assert refused.mend.startswith("write ")
