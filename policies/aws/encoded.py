"""Texts that are kept in base64."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final

_ENCODED: Final = re.compile(r"[A-Za-z0-9+/\s]{24,}={0,2}\s*")
# A document longer than this is data, and no script.
_LONGEST_READ: Final = 400_000


def decoded(text: str) -> str | None:
    """The text that a text holds in base64; None where it holds none."""
    if len(text) > _LONGEST_READ or not _ENCODED.fullmatch(text):
        return None
    try:
        inner = base64.b64decode("".join(text.split()), validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    readable = all(one.isprintable() or one.isspace() for one in inner)
    return inner if readable else None


def told_in(text: str) -> Iterator[str]:
    """A text, and what it holds in base64."""
    yield text
    inner = decoded(text)
    if inner is not None:
        yield inner
