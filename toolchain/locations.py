"""Where things are kept: what can be made again in the cache, what cannot beside the project."""

import os
from pathlib import Path
from typing import Final

from platformdirs import user_cache_path

REPOSITORY: Final = Path(__file__).resolve().parent.parent

PYTHON: Final = REPOSITORY / ".venv" / "bin" / "python"
"""The interpreter of the locked environment, which `uv sync` makes."""


def cache_directory() -> Path:
    """The user's cache directory for Plumbline; `PLUMBLINE_CACHE` overrides it.

    Everything in it is versioned and can be deleted at any time: the next run makes it again.
    """
    named = os.environ.get("PLUMBLINE_CACHE")
    return Path(named).expanduser() if named else user_cache_path("plumbline", appauthor=False)


def state_directory() -> Path:
    """Where stacks of the offline target keep their state: in the project, ignored by git.

    State is not a cache: it says which resources exist, so clearing caches must not lose it.
    `PLUMBLINE_STATE` overrides it.
    """
    named = os.environ.get("PLUMBLINE_STATE")
    return Path(named).expanduser().resolve() if named else REPOSITORY / ".plumbline"
