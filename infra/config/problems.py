"""What is wrong with a stack's configuration, told so that it can be mended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import RunError


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One fault of one key.

    `value` is None when the key is absent, and the text "[secret]" when it may not be shown.
    """

    key: str
    value: str | None
    why: str
    mend: str

    def told(self) -> str:
        """The problem as the user reads it."""
        shown = "" if self.value is None else f" = {self.value}"
        return f"  - {self.key}{shown}\n      why:  {self.why}\n      mend: {self.mend}"


class ConfigError(RunError):
    """The configuration of a stack can't be used; carries every problem found in it.

    A `RunError`, because Pulumi shows those to the user without a traceback.
    """

    def __init__(self, stack: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        listed = "\n".join(problem.told() for problem in self.problems)
        super().__init__(
            f"The configuration of stack '{stack}' has {count}; nothing was created.\n{listed}"
        )
