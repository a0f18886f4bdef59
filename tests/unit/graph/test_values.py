"""Properties answer questions about values that may be absent, unknown or secret."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.raw import UNKNOWN, Plain, Raw, Secret, has_unknown
from graph.truth import Truth
from graph.values import Property, UndecidedError
from tests.unit.graph.trees import RAW

CANARY = "hunter2-canary"


def test_what_is_not_there_is_absent_all_the_way_down() -> None:
    nothing = Property({"a": 1})["b"]["c"][3]

    assert nothing.absent
    assert nothing.path == "b.c[3]"
    assert nothing.value is None


def test_null_counts_as_absent() -> None:
    assert Property({"a": None})["a"].absent
    assert Property({"a": None})["a"].is_set() is Truth.NO


def test_what_is_in_an_unknown_is_unknown() -> None:
    inner = Property({"a": UNKNOWN})["a"]["b"][0]

    assert inner.unknown
    assert not inner.known
    assert inner.is_set() is Truth.YES


def test_what_is_in_a_secret_is_secret() -> None:
    inner = Property({"a": Secret({"b": [CANARY]})})["a"]["b"][0]

    assert inner.secret
    assert inner.value == CANARY
    assert inner.text() == "[secret]"


def test_a_list_with_an_unknown_element_is_neither_known_nor_unknown() -> None:
    partly = Property([1, UNKNOWN])

    assert not partly.known
    assert not partly.unknown
    assert [item.unknown for item in partly.items()] == [False, True]


def test_demanding_an_unknown_value_names_its_place() -> None:
    with pytest.raises(UndecidedError) as caught:
        _ = Property({"a": [{"b": UNKNOWN}]})["a"].value

    assert caught.value.path == "a[0].b"


def test_iterating_an_unknown_list_or_map_is_undecided() -> None:
    with pytest.raises(UndecidedError):
        _ = Property(UNKNOWN, "list").items()
    with pytest.raises(UndecidedError):
        _ = Property(UNKNOWN, "map").entries()


@pytest.mark.parametrize("scalar", ["text", 1, True, None])
def test_what_is_no_list_has_no_items_and_no_entries(scalar: Raw) -> None:
    assert Property(scalar).items() == []
    assert Property(scalar).entries() == []


def test_entries_of_a_map_are_named() -> None:
    entries = Property({"a": 1, "x/y": 2}, "tags").entries()

    assert [(key, one.path, one.value) for key, one in entries] == [
        ("a", "tags.a", 1),
        ("x/y", 'tags["x/y"]', 2),
    ]


@pytest.mark.parametrize(
    ("raw", "value", "expected"),
    [
        (300, 300, Truth.YES),
        ("300", 300, Truth.YES),
        (300, "300", Truth.YES),
        (300, 300.0, Truth.YES),
        (60, 300, Truth.NO),
        ("007", 7, Truth.NO),
        ("1e3", 1000, Truth.NO),
        (True, "true", Truth.YES),
        ("true", True, Truth.YES),
        (True, 1, Truth.NO),
        (0, False, Truth.NO),
        ("", 0, Truth.NO),
        (None, 300, Truth.NO),
        (None, None, Truth.NO),
        (UNKNOWN, 300, Truth.UNKNOWN),
        (Secret("x"), "x", Truth.YES),
        (["a", "b"], ["a", "b"], Truth.YES),
        (["a", UNKNOWN], ["a", "b"], Truth.UNKNOWN),
        (["c", UNKNOWN], ["a", "b"], Truth.NO),
        ([UNKNOWN], ["a", "b"], Truth.NO),
        ({"a": UNKNOWN}, {"a": 1}, Truth.UNKNOWN),
        ({"a": 1, "b": UNKNOWN}, {"a": 1}, Truth.NO),
        ([1], {"0": 1}, Truth.NO),
    ],
)
def test_equality_minds_unknowns_and_the_providers_spelling(
    raw: Raw, value: Plain, expected: Truth
) -> None:
    assert Property(raw).equals(value) is expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (5, Truth.YES),
        ("5", Truth.YES),
        (4, Truth.NO),
        ("x", Truth.NO),
        (None, Truth.NO),
        (True, Truth.NO),
        (UNKNOWN, Truth.UNKNOWN),
        ("5.5", Truth.YES),
    ],
)
def test_at_least_reads_numbers_and_their_spelling(raw: Raw, expected: Truth) -> None:
    assert Property(raw).at_least(5) is expected


def test_at_most_includes_its_bound() -> None:
    assert Property(5).at_most(5) is Truth.YES
    assert Property(6).at_most(5) is Truth.NO


def test_absence_is_what_aws_makes_of_it() -> None:
    assert Property(None).is_true() is Truth.NO
    assert Property(None).is_true(default=True) is Truth.YES
    assert Property(UNKNOWN).is_true(default=True) is Truth.UNKNOWN
    assert Property("false").is_true(default=True) is Truth.NO


def test_matching_is_a_search() -> None:
    assert Property("aurora-postgresql").matches("postgres") is Truth.YES
    assert Property("aurora-postgresql").matches(r"\Apostgres") is Truth.NO
    assert Property(16).matches(r"\A16\Z") is Truth.YES
    assert Property({"a": True})["a"].matches("true") is Truth.YES
    assert Property(["x"]).matches("x") is Truth.NO
    assert Property(UNKNOWN).matches("x") is Truth.UNKNOWN
    assert Property(None).matches("x") is Truth.NO


@pytest.mark.parametrize(
    ("raw", "value", "expected"),
    [
        (["a"], "a", Truth.YES),
        (["a", UNKNOWN], "a", Truth.YES),
        (["b", UNKNOWN], "a", Truth.UNKNOWN),
        (["b"], "a", Truth.NO),
        ("cat", "at", Truth.YES),
        ("cat", "dog", Truth.NO),
        ({"a": 1}, "a", Truth.YES),
        ({"b": 1}, "a", Truth.NO),
        (UNKNOWN, "a", Truth.UNKNOWN),
        (None, "a", Truth.NO),
    ],
)
def test_containing_minds_unknown_elements(raw: Raw, value: Plain, expected: Truth) -> None:
    assert Property(raw).contains(value) is expected


def test_questions_over_elements_of_what_is_absent_or_unknown() -> None:
    def ask(item: Property) -> Truth:
        return item.equals(1)

    assert Property(None).any(ask) is Truth.NO
    assert Property(None).all(ask) is Truth.YES
    assert Property(UNKNOWN).any(ask) is Truth.UNKNOWN
    assert Property(UNKNOWN).all(ask) is Truth.UNKNOWN
    assert Property([2, UNKNOWN]).any(ask) is Truth.UNKNOWN
    assert Property([2, UNKNOWN]).all(ask) is Truth.NO


def test_json_in_a_string_becomes_a_tree() -> None:
    document = Property({"policy": '{"Statement":[{"Action":"*"}]}'})["policy"].json()

    action = document["Statement"][0]["Action"]

    assert action.value == "*"
    assert action.path == "policy.Statement[0].Action"


def test_json_carries_over_what_is_unknown_secret_absent_or_no_json() -> None:
    assert Property(UNKNOWN).json().unknown
    assert Property(Secret('{"a":1}')).json()["a"].secret
    assert Property(None).json().absent
    assert Property("{").json().absent
    assert Property(7).json().absent
    assert Property({"a": 1}).json()["a"].value == 1
    assert Property("[" * 100_000).json().absent


def test_walking_visits_parents_before_children_in_order() -> None:
    tree = Property({"a": [1, {"b": 2}], "c": UNKNOWN})

    assert [part.path for part in tree.walk()] == ["", "a", "a[0]", "a[1]", "a[1].b", "c"]


def test_texts_are_short_and_say_what_is_missing() -> None:
    assert Property(None).text() == "absent"
    assert Property(UNKNOWN).text() == "unknown"
    assert (
        Property({"a": [UNKNOWN, Secret(CANARY), 1]}).text() == '{"a":["[unknown]","[secret]",1]}'
    )
    assert len(Property("x" * 1_000_000).text()) == 200


@given(RAW)
def test_a_property_never_shows_a_secret(raw: Raw) -> None:
    tree = Property({"open": raw, "closed": Secret([raw, CANARY])})

    shown = [
        part.text() + repr(part) for part in tree.walk() if "closed" in part.path or not part.path
    ]

    assert not any(CANARY in text for text in shown)
    assert CANARY not in repr(Secret(CANARY))


@given(RAW)
def test_known_means_that_the_value_can_be_had(raw: Raw) -> None:
    tree = Property(raw)

    if has_unknown(raw):
        with pytest.raises(UndecidedError):
            _ = tree.value
    else:
        assert json.dumps(tree.value) == json.dumps(tree.value)
        assert tree.known is not tree.absent


@given(RAW, st.sampled_from([1, "a", True, None]))
def test_no_question_ever_raises(raw: Raw, value: Plain) -> None:
    for part in Property(raw).walk():
        answers = [
            part.equals(value),
            part.contains(value),
            part.matches("a"),
            part.at_least(1),
            part.at_most(1),
            part.is_true(),
            part.is_set(),
            part.is_in([value, 2]),
            part.any(lambda item: item.is_set()),
            part.all(lambda item: item.is_set()),
        ]
        assert all(isinstance(answer, Truth) for answer in answers)


def test_the_texts_of_a_value_are_all_its_known_strings_secrets_included() -> None:
    value = Property({"a": ["x", 1, UNKNOWN], "b": {"c": Secret("y")}, "d": None, "e": "x"})

    assert sorted(value.texts()) == ["x", "x", "y"]
    assert list(Property(UNKNOWN).texts()) == []


def test_a_path_is_told_from_the_root_however_a_value_was_reached() -> None:
    value = Property({"a": [{"x/y": "1"}]}, "root")

    (item,) = value["a"].items()
    ((_, inner),) = item.entries()

    assert inner.path == value["a"][0]["x/y"].path == 'root.a[0]["x/y"]'
    assert [part.path for part in value["a"].walk()] == ["root.a", "root.a[0]", inner.path]
