"""Mutants of regular expressions: an anchor, a flag or an alternative is gone."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SIGNS = re.compile(r"\\[AZbdwsS.]|\(\?|\)\?|[)\]][*+]|\A\^|\.[*+]|\|.*\)")
_ANCHORS = re.compile(r"\\A|\\Z|\\b|\(\?i\)|(?<![\\\[])\^|(?<!\\)\$(?=\Z|\)|\|)")
_GROUP = re.compile(r"\((?:\?:)?([^()\[\]?]*\|[^()\[\]?]*)\)")


def is_pattern(text: str) -> bool:
    """Whether a string looks like a regular expression; a plain word is none."""
    return _SIGNS.search(text) is not None


def weakened(text: str) -> Iterator[str]:
    """The pattern without each anchor and flag, and without each alternative of an inner group."""
    for found in _ANCHORS.finditer(text):
        yield text[: found.start()] + text[found.end() :]
    for group in _GROUP.finditer(text):
        start, end = group.span(1)
        alternatives = group.group(1).split("|")
        for index in range(len(alternatives)):
            rest = "|".join(alternatives[:index] + alternatives[index + 1 :])
            yield text[:start] + rest + text[end:]
