"""Files for whoever started the run: written whole, or told why not."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path


def write_whole(path: Path, text: str, what: str) -> None:
    """Write a file at once, so that a reader never sees half of it.

    One that cannot be written is told on stderr: the verdict itself does not depend on it.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except OSError as error:
        print(f"{what} cannot be written: {error}", file=sys.stderr)
