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
