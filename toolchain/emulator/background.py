"""The background emulator: started once per state directory, found by others, stopped cleanly."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from toolchain.locations import cache_directory, state_directory

OVERRIDE: Final = "PLUMBLINE_EMULATOR"
"""An endpoint such as http://127.0.0.1:4566 to use instead of the background one."""
DIRECTORY: Final = "PLUMBLINE_EMULATOR_DIR"
"""Where the background one keeps its endpoint file and log; by default the user's cache, by state directory."""
WHO: Final = "/_plumbline/emulator"
"""Answers which process serves, and for which directory."""
_START_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 10.0


# Children of this process, to be waited for when they end; others' are their own parents' affair.
_launched: dict[int, subprocess.Popen[bytes]] = {}


class EmulatorError(Exception):
    """What could not be done with the emulator, and what to do about it."""


@dataclass(frozen=True)
class Running:
    """A background emulator that answers."""

    url: str
    pid: int


def directory() -> Path:
    """Where the emulator of this state directory keeps its files: what a stack's state names is in it."""
    if given := os.environ.get(DIRECTORY):
        return Path(given)
    mark = hashlib.sha256(str(state_directory()).encode()).hexdigest()[:12]
    return cache_directory() / "emulators" / mark


def endpoint_file(folder: Path) -> Path:
    """The file that names the process and its URL."""
    return folder / "endpoint.json"


def ask(url: str, seconds: float = 2.0) -> Mapping[str, object] | None:
    """What the emulator at a URL says of itself; None if none of ours answers."""
    try:
        with urllib.request.urlopen(url + WHO, timeout=seconds) as answer:  # noqa: S310 - loopback
            return cast("Mapping[str, object]", json.loads(answer.read()))
    except (OSError, ValueError, urllib.error.URLError):
        return None


def status(folder: Path | None = None) -> Running | None:
    """The background emulator, if it runs."""
    folder = folder or directory()
    try:
        said = json.loads(endpoint_file(folder).read_text(encoding="utf-8"))
        url, pid = str(said["url"]), int(said["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    answer = ask(url)
    return Running(url, pid) if answer is not None and answer.get("pid") == pid else None


def endpoint(say: Callable[[str], None] = lambda _: None) -> str:
    """The URL of the emulator to use; the background one is started if it does not run.

    `say` tells the user that it was, and how to stop it.
    """
    if given := os.environ.get(OVERRIDE):
        return given.rstrip("/")
    if running := status():
        return running.url
    running = start()
    say(
        f"Started the AWS emulator at {running.url}; it keeps the stack's resources in memory "
        "until `python -m toolchain.emulator stop`."
    )
    return running.url


def start(folder: Path | None = None, *, owner: int | None = None) -> Running:
    """The background emulator of a directory, started if need be; safe to call at once.

    `owner` is a process without which one that is started now has no reason to go on.
    """
    from filelock import FileLock, Timeout

    folder = folder or directory()
    if running := status(folder):
        return running
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / "lock", timeout=_START_SECONDS):
            return status(folder) or _launch(folder, owner)
    except Timeout as error:
        raise EmulatorError(
            f"another process has been starting the emulator for {_START_SECONDS:.0f} s; "
            f"see {folder / 'emulator.log'}"
        ) from error


def _launch(folder: Path, owner: int | None) -> Running:
    endpoint_file(folder).unlink(missing_ok=True)
    log = folder / "emulator.log"
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-m", "toolchain.emulator", "run", "--directory", str(folder)]
    if owner is not None:
        command += ["--owner", str(owner)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=root,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # A session of its own: Ctrl-C in the caller's terminal is not for it.
            start_new_session=True,
        )
    _launched[process.pid] = process
    until = time.monotonic() + _START_SECONDS
    try:
        while time.monotonic() < until:
            if running := status(folder):
                return running
            if process.poll() is not None:
                break
            time.sleep(0.05)
    except BaseException:
        process.terminate()
        raise
    process.terminate()
    ended = f"ended at once with status {process.returncode}" if process.returncode else ""
    what = ended or f"did not answer within {_START_SECONDS:.0f} s"
    raise EmulatorError(f"the emulator {what}; its last words are in {log}")


def stop(folder: Path | None = None) -> bool:
    """End the background emulator; False if none runs.  What it held is gone with it."""
    folder = folder or directory()
    running = status(folder)
    if running is None:
        endpoint_file(folder).unlink(missing_ok=True)
        return False
    # It has just answered as this process, so the number is not somebody else's by now.
    os.kill(running.pid, signal.SIGTERM)
    until = time.monotonic() + _STOP_SECONDS
    while ask(running.url, 0.5) is not None:
        if time.monotonic() > until:
            os.kill(running.pid, signal.SIGKILL)
            break
        time.sleep(0.05)
    endpoint_file(folder).unlink(missing_ok=True)
    if (child := _launched.pop(running.pid, None)) is not None:
        child.wait()
    return True
