"""Where the golden files are."""

from __future__ import annotations

from pathlib import Path


def golden_file(stack: str) -> Path:
    """The file that says what a stack of the chat system declares."""
    return Path(__file__).parent / f"chat-{stack}.json"
