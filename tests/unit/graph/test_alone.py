"""Programs that are recorded run alone: in a thread of their own, without garbage collection."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable

import pulumi
import pytest
from pulumi.runtime import resource

import graph.alone
from graph.alone import run_alone
from graph.model import SourceLocation
from graph.recording import record
from tests.unit.graph.programs import CONFIG, SECRET_CONFIG, program


def test_the_work_runs_in_another_thread_and_hands_over_what_it_returns() -> None:
    assert run_alone(threading.current_thread) is not threading.current_thread()


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_rests_meanwhile_and_is_left_as_it_was(*, enabled: bool) -> None:
    before = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        assert run_alone(gc.isenabled) is False
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if before else gc.disable)()


def test_what_the_work_raises_is_raised_and_the_collector_is_back() -> None:
    before = gc.isenabled()

    def fail() -> None:
        raise LookupError("it is not there")

    with pytest.raises(LookupError, match="it is not there"):
        run_alone(fail)

    assert gc.isenabled() is before


def test_a_resource_is_declared_where_the_sdk_says_that_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def from_text() -> None:
        exec("Thing('a')", {"Thing": Thing})  # noqa: S102 - code in no file, which has no position

    ours = {**_sources(program), **_sources(from_text)}
    monkeypatch.setattr(graph.alone, "_declared_at", getattr(resource, "_get_stack_trace"))  # noqa: B009

    assert {**_sources(program), **_sources(from_text)} == ours
    located = {name for name, source in ours.items() if source is not None}
    assert {"outer", "outer-inner", "outer-inner-queue", "topic", "elsewhere"} <= located


def test_the_sdks_own_way_is_back_afterwards() -> None:
    before = getattr(resource, "_get_stack_trace")  # noqa: B009

    assert run_alone(lambda: getattr(resource, "_get_stack_trace")) is not before  # noqa: B009
    assert getattr(resource, "_get_stack_trace") is before  # noqa: B009


class Thing(pulumi.ComponentResource):
    def __init__(self, name: str) -> None:
        super().__init__("plumbline:test:Thing", name)


def _sources(build: Callable[[], None]) -> dict[str, SourceLocation | None]:
    recorded = record(build, config=CONFIG, secret_config=SECRET_CONFIG)
    return {one.name: one.source for one in recorded.resources}
