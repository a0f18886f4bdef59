"""`python -m toolchain.emulator start|stop|status|run`: the emulator from a shell."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from toolchain.emulator import background


def main(arguments: list[str] | None = None) -> int:
    """The exit code: 0, or 1 with one sentence on stderr."""
    parser = argparse.ArgumentParser(prog="python -m toolchain.emulator", description=__doc__)
    parser.add_argument("action", choices=("start", "stop", "status", "run"))
    parser.add_argument("--directory", type=Path, help="state directory (default: the cache)")
    parser.add_argument("--owner", type=int, help="end when this process has ended (run)")
    options = parser.parse_args(arguments)
    folder = options.directory or background.directory()
    try:
        return _act(options.action, folder, options.owner)
    except background.EmulatorError as error:
        print(f"emulator: {error}", file=sys.stderr)
        return 1


def _act(action: str, folder: Path, owner: int | None) -> int:
    if action == "run":
        from toolchain.emulator.server import run

        run(folder, owner)
        return 0
    if action == "start":
        print(background.start(folder).url)
        return 0
    if action == "stop":
        print("stopped" if background.stop(folder) else "not running")
        return 0
    running = background.status(folder)
    print(f"{running.url} (process {running.pid})" if running else "not running")
    return 0 if running else 1


if __name__ == "__main__":
    sys.exit(main())
