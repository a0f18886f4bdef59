"""Loading a changed module in the place of the real one, and stopping one that never ends."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from types import CodeType, FrameType, ModuleType

from tests.mutation.mutants import MutatedModule


class EndlessError(BaseException):
    """A mutant takes too long; no rule's own `except Exception` may catch it."""


def load(module: MutatedModule, code: CodeType) -> ModuleType:
    """Run a module's code under its own name, as the types of its settings are looked up there."""
    loaded = ModuleType(module.name)
    loaded.__file__ = module.path
    sys.modules[module.name] = loaded
    exec(code, vars(loaded))  # noqa: S102 (running changed code is what this is for)
    return loaded


def noticed_within(seconds: float, run: Callable[[], bool]) -> bool:
    """What `run` answers; True where it doesn't come back within these seconds of CPU time."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise EndlessError

    before = signal.signal(signal.SIGVTALRM, stop)
    _ = signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        return run()
    except EndlessError:
        return True
    finally:
        _ = signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        _ = signal.signal(signal.SIGVTALRM, before)
