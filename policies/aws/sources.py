"""Where a password came from, as far as a pack can tell: configuration, resources, the process."""

from __future__ import annotations

import os
from collections.abc import Iterable

from graph.model import Graph, Resource

# Shorter texts are in too many values by chance for a match to mean anything.
_SHORTEST_PART = 6
# What every login sets, and what the engine hands its plugins: no one keeps a password there.
_EVERYDAY = frozenset(
    {"USER", "LOGNAME", "USERNAME", "HOME", "PWD", "OLDPWD", "SHELL", "HOSTNAME", "TERM", "LANG"}
)


def secret_config(graph: Graph) -> set[str]:
    """The decrypted secret values of the stack's configuration."""
    return {one.value for one in graph.stack.config.values() if one.secret and one.value}


def plain_config_key(graph: Graph, text: str) -> str | None:
    """The key of a configuration value that is kept in plaintext and equals the text."""
    for key, one in graph.stack.config.items():
        if not one.secret and one.value == text:
            return key
    return None


def process_environment() -> set[str]:
    """The values that the user's own process environment holds."""
    return {
        value
        for name, value in os.environ.items()
        if value and name not in _EVERYDAY and not name.startswith("PULUMI_")
    }


def comes_from(text: str, values: Iterable[str]) -> bool:
    """Whether a text is one of the values, or is put together with one of them."""
    return any(
        text == value or (len(value) >= _SHORTEST_PART and value in text) for value in values
    )


def depends_on_another(resource: Resource, key: str) -> bool:
    """Whether a top-level property takes (part of) its value from another resource."""
    return bool(resource.property_dependencies.get(key))
