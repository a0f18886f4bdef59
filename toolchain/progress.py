"""Progress for people: a live line on a terminal, one plain line a step elsewhere."""

import subprocess
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from toolchain.errors import ToolchainError

console = Console(stderr=True, highlight=False)
"""Progress goes to stderr: stdout belongs to results."""

LAST_LINES = 25
"""How much of a failed command's output an error shows: enough for Go's and uv's messages."""


@contextmanager
def step(title: str, total: int | None = None) -> Generator[Callable[[], None]]:
    """Show `title` while the body runs; the value given is called once for each unit of `total` done."""
    started = time.monotonic()
    if not console.is_terminal:
        console.print(f"{title} ...", soft_wrap=True)
        yield lambda: None
    else:
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=console, transient=True) as progress:
            task = progress.add_task(title, total=total)
            yield lambda: progress.advance(task)
    console.print(f"{title}: done in {time.monotonic() - started:.0f} s", soft_wrap=True)


class Counter:
    """How many of several things are done, and which are at work."""

    def __init__(self, title: str, total: int) -> None:
        """Nothing is shown yet."""
        self._title, self._total, self._done = title, total, 0
        self._working: list[str] = []
        self._lock = threading.Lock()
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn())
        self._live = console.is_terminal
        self._bar = Progress(*columns, TimeElapsedColumn(), console=console, transient=True)
        self._task = self._bar.add_task(title, total=total)

    @contextmanager
    def item(self, name: str) -> Generator[None]:
        """One of the things, from its beginning to its end; a plain line each where nobody watches."""
        started = time.monotonic()
        self._change(name, begins=True)
        try:
            yield
        finally:
            self._change(name, begins=False)
            if not self._live:
                seconds = time.monotonic() - started
                said = f"{self._title} {name}: {self._done} of {self._total}, {seconds:.0f} s"
                console.print(said, soft_wrap=True)

    def _change(self, name: str, *, begins: bool) -> None:
        with self._lock:
            if begins:
                self._working.append(name)
            else:
                self._working.remove(name)
                self._done += 1
            said = f"{self._title} {', '.join(self._working)}"
            self._bar.update(self._task, description=said, completed=self._done)

    @contextmanager
    def shown(self) -> Generator[None]:
        """Draw the bar while the body runs, on a terminal."""
        if self._live:
            self._bar.start()
        try:
            yield
        finally:
            self._stop()

    @contextmanager
    def paused(self) -> Generator[None]:
        """The terminal without the bar, for something to be printed whole."""
        self._stop()
        yield
        if self._live and self._done < self._total:
            self._bar.start()

    def _stop(self) -> None:
        # What was never drawn must not be ended either: that prints an empty line.
        if self._live:
            self._bar.stop()


@contextmanager
def counted(title: str, total: int) -> Generator[Counter]:
    """Show how many of `total` things are done while the body runs."""
    counter = Counter(title, total)
    with counter.shown():
        yield counter


def run_quietly(
    command: Sequence[str | Path],
    *,
    what: str,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    on_line: Callable[[], None] | None = None,
    timeout: float | None = None,
) -> None:
    """Run a command to its end, counting its lines of output; `ToolchainError` shows the last ones if it fails.

    `timeout` is in seconds. The command is killed with us: an interrupt leaves nothing running.
    """
    lines: list[str] = []
    try:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd,
            env=dict(env) if env is not None else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except OSError as error:
        raise ToolchainError(f"{what}: {command[0]} could not be started: {error}") from error
    timer = threading.Timer(timeout, process.kill) if timeout is not None else None
    with process:
        try:
            if timer is not None:
                timer.start()
            if process.stdout is not None:
                for line in process.stdout:
                    lines.append(line.rstrip())
                    if on_line is not None:
                        on_line()
            code = process.wait()
        finally:
            if timer is not None:
                timer.cancel()
            if process.poll() is None:
                process.kill()
    if code != 0:
        shown = "\n  ".join(lines[-LAST_LINES:])
        raise ToolchainError(f"{what} failed with exit code {code}:\n  {shown}")
