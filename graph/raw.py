"""The raw tree that every source of a graph decodes into: plain JSON values and two marks."""

from __future__ import annotations

from typing import Final, TypeAlias, final

from typing_extensions import override


@final
class Unknown:
    """The mark of a value that nobody knows before the resource it comes from exists."""

    __slots__: tuple[str, ...] = ()

    @override
    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


@final
class Secret:
    """The mark of a value that Pulumi keeps encrypted; it never shows what it holds."""

    __slots__: tuple[str, ...] = ("value",)

    def __init__(self, value: Raw) -> None:
        self.value: Raw = value

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.value == other.value

    @override
    def __hash__(self) -> int:
        return hash(Secret)

    @override
    def __repr__(self) -> str:
        return "Secret([secret])"


Raw: TypeAlias = "bool | int | float | str | Unknown | Secret | list[Raw] | dict[str, Raw] | None"
Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"


# Text beyond this is no number that anybody sets; reading it as one would only cost time.
_LONGEST_NUMBER: Final = 32
_NUMBERS_BEGIN: Final = frozenset("+-.0123456789")


def same(left: Raw, right: Raw) -> bool | None:
    """Whether two trees are equal; None while an unknown keeps it from being decided.

    The provider types some numbers and booleans as strings, so "300" equals 300 and "true"
    equals True; True does not equal 1.
    """
    while isinstance(left, Secret):
        left = left.value
    while isinstance(right, Secret):
        right = right.value
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return None
    if isinstance(left, list) and isinstance(right, list):
        if len(left) != len(right):
            return False
        return _together([same(one, other) for one, other in zip(left, right, strict=True)])
    if isinstance(left, dict) and isinstance(right, dict):
        if left.keys() != right.keys():
            return False
        return _together([same(left[key], right[key]) for key in left])
    return scalar_key(left) == scalar_key(right)


def scalar_key(value: Raw) -> object:
    """A key under which a scalar and its spelling as a string are the same."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return float(value) if not isinstance(value, int) else value
    if isinstance(value, str):
        if value in {"true", "false"}:
            return value
        number = as_number(value)
        # Only the canonical spelling is the number: "007" and "1e3" stay strings.
        return number if number is not None and str(number) == value else ("text", value)
    return ("none",) if value is None else ("tree", id(value))


def as_number(value: Raw) -> int | float | None:
    """The number that a value is or spells; None if it is no number."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    if not isinstance(value, str) or value[:1] not in _NUMBERS_BEGIN:
        return None
    if value.isascii() and len(value) <= _LONGEST_NUMBER:
        try:
            return int(value) if value.lstrip("-").isdigit() else float(value)
        except ValueError:
            return None
    return None


def has_unknown(value: Raw) -> bool:
    """Whether anything in the tree is unknown."""
    if isinstance(value, Unknown):
        return True
    if isinstance(value, Secret):
        return has_unknown(value.value)
    if isinstance(value, list):
        return any(has_unknown(item) for item in value)
    if isinstance(value, dict):
        return any(has_unknown(item) for item in value.values())
    return False


def _together(answers: list[bool | None]) -> bool | None:
    if False in answers:
        return False
    return None if None in answers else True
