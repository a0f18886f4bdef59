"""A rule's settings have a schema, and values that do not fit are refused, all at once."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from policies.engine.parameters import build, schema
from policies.engine.rules import Parameters
from tests.unit.policies.rules import Timeout


def test_each_field_is_in_the_schema_with_its_type_and_default() -> None:
    assert schema(Timeout) == {
        "seconds": {"type": "integer", "description": "Default: 300"},
        "factor": {"type": "number", "description": "Default: 1.5"},
        "strict": {"type": "boolean", "description": "Default: False"},
        "label": {"type": "string", "description": "Default: x"},
        "names": {"type": "array", "items": {"type": "string"}, "description": "Default: ['a']"},
    }


def test_a_rule_without_settings_has_no_schema() -> None:
    assert schema(Parameters) == {}


def test_a_type_that_json_lacks_is_refused_when_the_rule_is_loaded() -> None:
    @dataclass(frozen=True)
    class Odd(Parameters):
        when: complex = 0j

    with pytest.raises(TypeError, match="complex"):
        _ = schema(Odd)


def test_later_layers_win_and_numbers_come_as_doubles() -> None:
    problems: list[str] = []

    built = build(
        Timeout,
        {"seconds": 60, "label": "profile"},
        {"seconds": 90.0, "factor": 2, "strict": True, "names": ["b", "c"]},
        problems=problems,
    )

    assert built == Timeout(90, 2.0, True, "profile", ("b", "c"))  # noqa: FBT003 (a field)
    assert problems == []


def test_everything_that_does_not_fit_is_told_at_once() -> None:
    problems: list[str] = []

    built = build(
        Timeout,
        {"seconds": 1.5, "strict": 1, "label": 3, "names": ["a", 1], "factor": True, "nope": 1},
        problems=problems,
    )

    assert built == Timeout()
    assert problems == [
        "seconds: 1.5 is not a whole number",
        "strict: 1 is not true or false",
        "label: 3 is not a string",
        "names: ['a', 1] is not a list, each a string",
        "factor: True is not a number",
        "nope: no such parameter (known: seconds, factor, strict, label, names)",
    ]


def test_what_is_no_list_is_not_taken_for_one() -> None:
    problems: list[str] = []

    _ = build(Timeout, {"names": "abc"}, problems=problems)

    assert problems == ["names: 'abc' is not a list, each a string"]
