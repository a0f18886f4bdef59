"""Running a program where a recording costs least."""

from __future__ import annotations

import gc
import inspect
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

from pulumi.runtime import resource
from pulumi.runtime.proto import source_pb2

_T = TypeVar("_T")
# The SDK's own function for the stack of calls that declared a resource.
_STACK_OF: Final = "_get_stack_trace"
# As it sees it: the constructors of `Resource`, of one of its two kinds, and of the concrete class.
_CONSTRUCTORS: Final = 3


def run_alone(work: Callable[[], _T]) -> _T:
    """What `work` returns or raises, run in a thread of its own and without garbage collection.

    For each resource the SDK walks the whole stack of calls, and the one of a test runner is three
    times as deep as the program's; a recording keeps one position of it, so one is told. The
    collector finds next to nothing in the objects that a recording keeps, and takes a third of its
    time to look.
    """
    with _uncollected(), _told_one_position(), ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(work).result()


@contextmanager
def _uncollected() -> Generator[None]:
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@contextmanager
def _told_one_position() -> Generator[None]:
    whole = getattr(resource, _STACK_OF)
    setattr(resource, _STACK_OF, _declared_at)
    try:
        yield
    finally:
        setattr(resource, _STACK_OF, whole)


def _declared_at() -> source_pb2.StackTrace:
    """The first position of the SDK's stack trace: the line that calls the resource's class."""
    frame = inspect.currentframe()
    seen = 0
    while frame is not None and seen < _CONSTRUCTORS:
        seen += frame.f_code.co_name == "__init__"
        frame = frame.f_back
    if frame is None:
        return source_pb2.StackTrace()
    uri = _uri(frame.f_code.co_filename)
    position = None if uri is None else source_pb2.SourcePosition(uri=uri, line=frame.f_lineno)
    return source_pb2.StackTrace(frames=[source_pb2.StackFrame(pc=position)])


@cache
def _uri(file: str) -> str | None:
    try:
        return Path(file).as_uri()
    except ValueError:
        # Code that is in no file.
        return None
