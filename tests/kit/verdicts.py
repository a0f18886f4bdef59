"""A rule's verdict on a small stack, as the pack offers it to every author of rules."""

from policies.testing.verdicts import (
    verdict_of,
)

__all__ = [
    "verdict_of",
]
