"""What no table says, by name: `hook = "name"` in a table is a class of one of these modules."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from toolchain.offline_aws.lives.hooks.base import Hook, registered

_MODULES = (
    "application",
    "backup",
    "cache",
    "compute",
    "database",
    "edge",
    "events",
    "identity",
    "network",
    "observability",
    "secrets",
    "security",
    "storage",
)


@cache
def _load() -> None:
    for module in _MODULES:
        import_module(f"{__name__}.{module}")


def hook(name: str) -> Hook:
    """The hook of a name, or one that does nothing."""
    if not name:
        return Hook()
    _load()
    return registered[name]()


__all__ = ["Hook", "hook"]
