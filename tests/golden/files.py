"""Where the golden files are, and which stack each of them is read against."""

from __future__ import annotations

from pathlib import Path

from tests.unit.infra.recorded import STACKS


def golden_file(stack: str) -> Path:
    """The file that says what a stack of the chat system declares."""
    return Path(__file__).parent / f"chat-{stack}.yaml"


def neighbour(stack: str) -> str | None:
    """The stack that a size differs little from: the next smaller one; None for others."""
    return STACKS[STACKS.index(stack) - 1] if stack[0].isdigit() else None
