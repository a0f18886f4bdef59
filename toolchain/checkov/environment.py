"""The environment that checkov runs in: it pins versions that ours cannot have, so it has its own lock file."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from filelock import FileLock

from toolchain.errors import ToolchainError
from toolchain.locations import PYTHON, cache_directory
from toolchain.progress import run_quietly, step

PROJECT: Final = Path(__file__).parent
"""Holds pyproject.toml and uv.lock."""
NEWEST_PYTHON: Final = (3, 13)
"""The newest Python that all of checkov's dependencies have wheels for."""
_INSTALL_SECONDS = 900
# Written when everything is there: what an interrupted installation left has none.
_COMPLETE = "complete"


def checkov_python() -> Path:
    """The interpreter that has checkov, installed on first use; no network is needed afterwards.

    Raises `ToolchainError` where it cannot be installed.
    """
    directory = environment_directory()
    python = directory / "bin" / "python"
    if (directory / _COMPLETE).exists() and python.exists():
        return python
    directory.parent.mkdir(parents=True, exist_ok=True)
    # Two runs at once: the second waits, and finds what the first has made.
    with FileLock(directory.with_suffix(".lock")):
        if not ((directory / _COMPLETE).exists() and python.exists()):
            _install(directory)
    return python


def environment_directory() -> Path:
    """Where the environment of the locked versions is or will be, in the user's cache."""
    told = hashlib.sha256((PROJECT / "uv.lock").read_bytes())
    told.update(sys.version.encode())
    return cache_directory() / "checkov" / told.hexdigest()[:16]


def _install(directory: Path) -> None:
    shutil.rmtree(directory, ignore_errors=True)
    variables = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    variables["UV_PROJECT_ENVIRONMENT"] = str(directory)
    with step("Installing checkov (once, 200 MB)"):
        run_quietly(
            [
                *(_uv(), "sync", "--locked", "--compile-bytecode"),
                *("--project", PROJECT, "--python", _interpreter()),
            ],
            what="The installation of checkov",
            env=variables,
            timeout=_INSTALL_SECONDS,
        )
    (directory / _COMPLETE).touch()


def _uv() -> str:
    """The uv on PATH, or the locked environment's own."""
    own = PYTHON.parent / "uv"
    found = shutil.which("uv") or (str(own) if own.exists() else None)
    if found is None:
        raise ToolchainError(
            "uv is not on PATH, and checkov is installed with it. Use ./noxw, which brings it, "
            "or install it: https://docs.astral.sh/uv/"
        )
    return found


def _interpreter() -> str:
    """Our own interpreter, where checkov's dependencies have wheels for it; else one that uv finds."""
    if sys.version_info[:2] <= NEWEST_PYTHON:
        return sys.executable
    return ".".join(str(part) for part in NEWEST_PYTHON)


def version_of(python: Path) -> str:
    """The version of checkov, as its package says it."""
    asked = "from importlib.metadata import version; print(version('checkov'))"
    answer = subprocess.run(
        [str(python), "-c", asked], capture_output=True, text=True, check=False, timeout=60
    )
    return answer.stdout.strip() or "unknown"
