"""Each kind of change makes of a piece of code what it should, and nothing of what only tells."""

from __future__ import annotations

import pytest

from tests.mutation.mutants import MutatedModule
from tests.mutation.operators import OPERATORS


def changes(source: str, operator: str) -> list[str]:
    module = MutatedModule("policies.rules.small", "small.py", source)
    return [one.identity.after for one in module.mutants if one.identity.operator == operator]


@pytest.mark.parametrize(
    ("operator", "source", "made"),
    [
        ("comparison", "a < 3", ["a <= 3", "a >= 3"]),
        ("comparison", "a is not b", ["a is b"]),
        ("connective", "a and b", ["a or b"]),
        ("connective", "a & ~b", ["a | ~b"]),
        ("connective", "a |= b", ["a &= b"]),
        ("negation", "~a", ["a"]),
        ("negation", "not a", ["a"]),
        ("arithmetic", "a - b", ["a"]),
        ("arithmetic", "a + b", ["a", "b"]),
        ("truth", "a = Truth.YES", ["a = Truth.UNKNOWN", "a = Truth.NO"]),
        ("number", "f(3)", ["f(4)", "f(2)"]),
        ("number", "f(x=True)", ["f(x=False)"]),
        ("number", "a = b[0]", ["a = b[1]"]),
        ("text", "a = one['engine']", ["a = one['XXengine']"]),
        ("text", "a = f'{b}/c'", ["a = f'XX{b}/c'"]),
        ("pattern", r"a = '\\Aab|c'", ["a = 'ab|c'"]),
        ("pattern", r"a = '(ab|cd)?'", ["a = '(cd)?'", "a = '(ab)?'"]),
        ("type", "f(types.ALB)", ["f('XX:none/such:Type')"]),
        ("level", "a = Level.MANDATORY", ["a = Level.ADVISORY"]),
        ("member", "a = ('b', 'c')", ["a = ('c',)", "a = ('b',)"]),
        ("member", "a = {'b': 1, 'c': 2}", ["a = {'c': 2}", "a = {'b': 1}"]),
        ("question", "a.at_least(b)", ["a.at_most(b)"]),
        ("question", "any(a)", ["all(a)"]),
        ("question", "a.equals(b)", ["a.is_set()"]),
        ("question", "a.is_true()", ["a.is_true(True)"]),
        ("condition", "if a:\n    b = c", ["True", "False"]),
        ("condition", "a = b if c else d", ["a = b if True else d", "a = b if False else d"]),
        ("condition", "a = [b for b in c if b]", ["a = [b for b in c if True]", "a = [b for b in c if False]"]),
        ("removal", "for a in b:\n    continue", ["pass"]),
        ("removal", "def f():\n    yield a", ["yield from ()"]),
        ("removal", "a.append(b)", ["pass"]),
        ("answer", "def f(a: int) -> bool:\n    return g(a)", ["return not g(a)"]),
        ("answer", "def f(a: int) -> Truth:\n    return g(a)", ["return ~g(a)"]),
    ],
)  # fmt: skip
def test_a_change_of_its_kind(operator: str, source: str, made: list[str]) -> None:
    assert changes(source, operator) == made


def test_every_kind_of_change_says_why_it_is_made() -> None:
    assert len({one.name for one in OPERATORS}) == len(OPERATORS)
    assert [one.name for one in OPERATORS if len(one.why.split()) < 3] == []


def test_members_of_several_are_left_out_and_not_changed() -> None:
    assert changes("a = (1, 2)", "number") == []
    assert changes("a = ('b', 'c')", "text") == []


def test_the_name_of_a_member_is_no_place_of_its_own_but_its_value_is() -> None:
    assert changes("a = {'b': 'c', 'd': 'e'}", "text") == [
        "a = {'b': 'XXc', 'd': 'e'}",
        "a = {'b': 'c', 'd': 'XXe'}",
    ]


_RULE = '''
"""What it is about."""
_SPEC = "some-spec"
@rule("small", title="a-title", applies_to=("aws:a/b:C",), why="because", requirement=_SPEC)
def small(resource: Resource, _: Parameters) -> Iterator[Check]:
    """What it says."""
    size = resource["size"]
    message = f"it-is-{size.text()}"
    yield Check(size.equals("big"), message, "the-path")
    yield from _demanded(size, "too-small")
def _demanded(size: Property, said: str) -> Iterator[Check]:
    yield Check(size.is_set(), said + _told(size))
def _told(size: Property) -> str:
    return "told-" + size.text()
'''


def test_what_only_tells_is_left_alone() -> None:
    assert changes(_RULE, "text") == [
        "size = resource['XXsize']",
        "size.equals('XXbig')",
        "('XXaws:a/b:C',)",
    ]
    assert changes(_RULE, "arithmetic") == []


def test_prose_is_no_data_and_a_pattern_with_blanks_is() -> None:
    assert changes("f('a sentence of words')", "text") == []
    assert changes(r"f('\\Aa b c d')", "text") == [r"f('XX\\Aa b c d')"]


def test_types_of_python_and_casts_are_left_alone() -> None:
    source = "def f(a: 'int' = 1) -> 'str':\n    return cast('str', isinstance(a, int | float))"

    assert changes(source, "text") == []
    assert changes(source, "connective") == []
    assert changes(source, "number") == ["a: 'int'=2", "a: 'int'=0"]


def test_of_a_long_list_only_the_place_of_the_change_is_shown() -> None:
    names = [f"'name-{number}'" for number in range(30)]
    made = changes(f"a = ({', '.join(names)})", "member")[14]

    assert made.startswith("…")
    assert made.endswith("…")
    assert "'name-13', 'name-15'" in made
    assert "name-3'" not in made
