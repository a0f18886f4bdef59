"""Programs that are recorded run alone: in a thread of their own, without garbage collection."""

from __future__ import annotations

import gc
import threading

import pytest

from graph.alone import run_alone


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
