"""What every format must do with text that comes from somebody else's program."""

from __future__ import annotations

import json
import re
from typing import cast

# Neither XML nor a terminal nor a spreadsheet can hold these; JSON can, but nobody can read them.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# They turn the order of what is shown around, so that a name looks like another.
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")


def clean(text: str) -> str:
    """The text with each character that cannot be shown as the sign for one that cannot."""
    return _REORDERING.sub("\ufffd", _CONTROL.sub("\ufffd", text))


def as_json(content: object) -> str:
    """A document as JSON text, each string of it clean."""
    return json.dumps(_cleaned(content), indent=2, ensure_ascii=False) + "\n"


def _cleaned(content: object) -> object:
    if isinstance(content, str):
        return clean(content)
    if isinstance(content, list):
        return [_cleaned(one) for one in cast("list[object]", content)]
    if isinstance(content, dict):
        entries = cast("dict[str, object]", content)
        return {clean(key): _cleaned(value) for key, value in entries.items()}
    return content
