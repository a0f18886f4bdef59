"""What a stack is for: whether people depend on it."""

from __future__ import annotations

import re

from graph.model import Stack

_KEY = "environment"
_TRIAL = re.compile(
    r"(?i)(\A|[-_])(dev|develop|development|test|testing|stag|staging|sandbox|ci)([-_]|\Z)"
)


def is_production(stack: Stack) -> bool:
    """Whether the stack is production, by its configuration's `environment`, else by its name.

    What says nothing of itself counts as production: that errs on the side of its users.
    """
    named = [one.value for key, one in stack.config.items() if key.partition(":")[2] == _KEY]
    return not any(_TRIAL.search(text) for text in (named or [stack.name]))
