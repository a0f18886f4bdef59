"""Three-valued logic: what a preview can answer while half of its values are not known yet."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum


class Truth(Enum):
    """The answer to a question about a stack: yes, no, or not known yet (Kleene's strong logic).

    It refuses to be used as a plain boolean: `if resource["x"].equals(1):` would have to treat
    an unknown as one of the two, and either choice hides something.
    """

    NO = 0
    UNKNOWN = 1
    YES = 2

    @staticmethod
    def of(answer: bool) -> Truth:  # noqa: FBT001 (it converts a boolean)
        """The certain answer for a boolean."""
        return Truth.YES if answer else Truth.NO

    @staticmethod
    def all(answers: Iterable[Truth]) -> Truth:
        """NO if any answer is NO, else UNKNOWN if any is unknown, else YES (also for none)."""
        result = Truth.YES
        for answer in answers:
            if answer is Truth.NO:
                return Truth.NO
            if answer is Truth.UNKNOWN:
                result = Truth.UNKNOWN
        return result

    @staticmethod
    def any(answers: Iterable[Truth]) -> Truth:
        """YES if any answer is YES, else UNKNOWN if any is unknown, else NO (also for none)."""
        result = Truth.NO
        for answer in answers:
            if answer is Truth.YES:
                return Truth.YES
            if answer is Truth.UNKNOWN:
                result = Truth.UNKNOWN
        return result

    def __and__(self, other: Truth) -> Truth:
        return self if self.value <= other.value else other

    def __or__(self, other: Truth) -> Truth:
        return self if self.value >= other.value else other

    def __invert__(self) -> Truth:
        return Truth(2 - self.value)

    def __bool__(self) -> bool:
        raise TypeError(
            f"{self} is three-valued: combine it with &, | and ~, or compare it with "
            "`is Truth.YES`, `is Truth.NO` or `is Truth.UNKNOWN`"
        )
