"""The last guard before a message leaves the pack: no secret of the stack is in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graph.model import Graph, Resource, Stack
from graph.values import Property

# Shorter ones would blank out ordinary words ("a", "80") without hiding anything.
_SHORTEST = 4


def redact(message: str, resource: Resource) -> str:
    """The message without any secret value of the resource that it is about."""
    return hide(message, secrets_of(resource))


def secrets_of(resource: Resource) -> set[str]:
    """The texts of all secret leaves of a resource."""
    return set(_leaves(resource.properties))


def secrets_in(graph: Graph) -> set[str]:
    """The texts of all secrets of a graph, its configuration's included."""
    found = secret_config(graph.stack)
    for resource in graph.resources:
        found.update(_leaves(resource.properties))
    return found


def secret_config(stack: Stack) -> set[str]:
    """The secret values of a stack's configuration."""
    return {entry.value for entry in stack.config.values() if entry.secret}


def hide(message: str, secrets: Iterable[str]) -> str:
    """The message with each of the secret texts replaced, longest first."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _SHORTEST and secret in message:
            message = message.replace(secret, "[secret]")
    return message


def _leaves(properties: Property) -> Iterator[str]:
    for part in properties.walk():
        if part.secret and (value := part.scalar()) is not None:
            yield str(value)
