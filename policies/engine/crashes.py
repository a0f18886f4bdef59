"""Crashes of somebody's rule or remedy: where it was, at which line and at which resource."""

from __future__ import annotations

import traceback
from pathlib import Path
from types import CodeType, FrameType
from typing import Final

from graph.model import Resource

_ROOT: Final = Path(__file__).resolve().parents[2]
_ENGINE: Final = Path(__file__).resolve().parent.as_posix()
# What a rule may raise without taking the pack along; a rule that ends the process is one too.
CRASHES: Final = (Exception, SystemExit)


def place_of(error: BaseException, code: object) -> str:
    """The line that failed, as file:line: the innermost in the file of the rule's own code."""
    lines = [
        (frame.f_code.co_filename, number)
        for frame, number in traceback.walk_tb(error.__traceback__)
    ]
    own = _code(code)
    written = [one for one in lines if own is not None and one[0] == own.co_filename]
    outside = [one for one in lines if not Path(one[0]).as_posix().startswith(_ENGINE)]
    if not (written or outside) and own is not None:
        # What it yields is wrong: the engine failed with it, and the rule's beginning tells which.
        written = [(own.co_filename, own.co_firstlineno)]
    file, line = (written or outside or lines)[-1]
    path = Path(file)
    shown = path.relative_to(_ROOT) if path.is_relative_to(_ROOT) else path
    return f"{shown}:{line}"


def resource_at(error: BaseException, code: object) -> Resource | None:
    """The resource that a rule over the whole stack was looking at when it failed."""
    own = _code(code)
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    written = [one for one in frames if own and one.f_code.co_filename == own.co_filename]
    for frame in reversed(written):
        found = _resource_in(frame)
        if found is not None:
            return found
    return None


def _resource_in(frame: FrameType) -> Resource | None:
    # Locals stand in the order of their names in the code: loops within loops come last.
    values = list(frame.f_locals.values())
    return next((one for one in reversed(values) if isinstance(one, Resource)), None)


def _code(function: object) -> CodeType | None:
    code: object = getattr(function, "__code__", None)
    return code if isinstance(code, CodeType) else None
