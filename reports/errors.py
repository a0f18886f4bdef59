"""The one error of the reports: all problems of a kind at once."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import override


class ReportError(Exception):
    """Something keeps a report from being made; each problem says what, where and how to mend it."""

    def __init__(self, headline: str, problems: Sequence[str] = ()) -> None:
        super().__init__(headline, list(problems))
        self.headline: str = headline
        self.problems: tuple[str, ...] = tuple(problems)

    @override
    def __str__(self) -> str:
        return "\n".join([self.headline, *(f"  - {problem}" for problem in self.problems)])
