"""Where each resource of a stack was declared: read from what the engine keeps of it.

Both an exported state and the JSON of a preview have, for each resource, the position that the
SDK gave and the stack of calls that led there, innermost first: `project:///infra/a.py#12`.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import cast
from urllib.parse import unquote, urlsplit

from graph.from_state import StateError
from graph.types import STACK_TYPE
from reports.results import Place

# What people install isn't where they declare anything.
_INSTALLED = frozenset(
    {"site-packages", "dist-packages", "node_modules", ".venv", "venv", "vendor"}
)
_POSITION = re.compile(r"(?P<uri>[^#]+)#(?P<line>\d+)(?:,(?P<column>\d+))?\Z")


def places_of(text: str, folder: str = "") -> dict[str, tuple[Place, ...]]:
    """By URN the lines of the program that declared a resource, innermost first.

    The text is an exported state or a preview's JSON; `folder` is where in the repository its
    project is. What lies outside the repository, or is installed, is nobody's declaration; a
    resource that has no other place is left out. StateError for a text that is no JSON.
    """
    try:
        content = cast("object", json.loads(text))
    except (ValueError, RecursionError) as error:
        raise StateError(f"it is no JSON: {error}") from None
    found: dict[str, tuple[Place, ...]] = {}
    for entry in _entries(content):
        places = tuple(dict.fromkeys(_places(entry, folder)))
        # The stack's own position is a line of whatever runs programs.
        if places and entry.get("type") != STACK_TYPE:
            found[str(entry.get("urn"))] = places
    return found


def _entries(content: object) -> Iterator[Mapping[str, object]]:
    for keys in (
        ("checkpoint", "latest", "resources"),
        ("deployment", "resources"),
        ("resources",),
    ):
        found: object = content
        for key in keys:
            found = _mapping(found).get(key)
        yield from (_mapping(one) for one in _list(found))
    for step in _list(_mapping(content).get("steps")):
        state = _mapping(_mapping(step).get("newState"))
        yield state or _mapping(_mapping(step).get("oldState"))


def _places(entry: Mapping[str, object], folder: str) -> Iterator[Place]:
    positions = [entry.get("sourcePosition")]
    positions += [_mapping(one).get("sourcePosition") for one in _list(entry.get("stackTrace"))]
    for position in positions:
        place = _place(position, folder) if isinstance(position, str) else None
        if place is not None:
            yield place


def _place(position: str, folder: str) -> Place | None:
    """A position in the program itself; None for any other."""
    match = _POSITION.match(position)
    address = urlsplit(match["uri"]) if match else None
    if match is None or address is None or address.scheme != "project":
        return None
    file = posixpath.normpath(posixpath.join(folder, unquote(address.path).lstrip("/")))
    parts = PurePosixPath(file).parts
    if file in {".", ".."} or ".." in parts or _INSTALLED & set(parts):
        return None
    return Place(file, int(match["line"]), int(match["column"] or 0))


def _mapping(value: object) -> Mapping[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []
