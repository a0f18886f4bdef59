"""The last guard before a message leaves the pack: no secret of the stack is in it."""

from __future__ import annotations

from collections.abc import Iterable

from graph.model import Resource

# Shorter ones would blank out ordinary words ("a", "80") without hiding anything.
_SHORTEST = 4


def redact(message: str, resource: Resource) -> str:
    """The message without any secret value of the resource that it is about."""
    return hide(message, secrets_of(resource))


def secrets_of(resource: Resource) -> set[str]:
    """The texts of all secret leaves of a resource."""
    return {
        str(value)
        for part in resource.properties.walk()
        if part.secret and (value := part.scalar()) is not None
    }


def hide(message: str, secrets: Iterable[str]) -> str:
    """The message with each of the secret texts replaced, longest first."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _SHORTEST and secret in message:
            message = message.replace(secret, "[secret]")
    return message
