"""What one process of a test run has recorded, its other processes read from a file."""

from __future__ import annotations

import copyreg
import os
import pickle
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar, cast

import pytest
from filelock import FileLock

from graph.raw import UNKNOWN, Unknown

T = TypeVar("T")

# Set for a test run by its first process, and inherited by xdist's workers.
FOLDER: Final = "PLUMBLINE_TEST_RECORDINGS"


def shared(name: str, make: Callable[[], T]) -> T:
    """What `make` makes: made once in a test run, whichever of its processes asks first."""
    folder = os.environ.get(FOLDER)
    if folder is None:
        return make()
    file = Path(folder) / f"{name}.pickle"
    with FileLock(file.with_suffix(".lock")):
        if file.exists():
            # The run's own file, in a folder that only its user may enter.
            return cast("T", pickle.loads(file.read_bytes()))  # noqa: S301
        made = make()
        file.write_bytes(pickle.dumps(made, pickle.HIGHEST_PROTOCOL))
        return made


def share(config: pytest.Config) -> None:
    """Let the processes of this test run share what they record, until it ends."""
    if FOLDER in os.environ:
        return
    folder = tempfile.mkdtemp(prefix="plumbline-recordings-")
    os.environ[FOLDER] = folder

    def forget() -> None:
        del os.environ[FOLDER]
        shutil.rmtree(folder, ignore_errors=True)

    config.add_cleanup(forget)


def _the_unknown() -> Unknown:
    return UNKNOWN


def _reduced(_unknown: Unknown) -> tuple[Callable[[], Unknown], tuple[()]]:
    return _the_unknown, ()


# There is one unknown, in each process.
copyreg.pickle(Unknown, _reduced)
