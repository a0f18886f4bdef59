"""The last guard before a message leaves the pack: no secret of the stack is in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graph.model import Graph, Resource, Stack
from graph.values import Property
from policies.aws.leaves import leaves, suspicion

# Shorter ones would blank out ordinary words ("a", "80") without hiding anything.
_SHORTEST = 4


def redact(message: str, resource: Resource) -> str:
    """The message without any secret value of the resource that it is about.

    What nobody marked as a secret and looks like one is none to be repeated either.
    """
    return hide(message, {*secrets_of(resource), *_exposed(message, resource)})


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
    """The message with each of the secret texts replaced."""
    return Hidden(secrets).hide(message)


class Hidden:
    """Secret texts, to be taken out of many messages: it costs no more for ten times as many."""

    def __init__(self, secrets: Iterable[str]) -> None:
        # By how they begin, so that a message is read once, not once a secret.
        self._beginning: dict[str, list[str]] = {}
        for secret in set(secrets):
            if len(secret) >= _SHORTEST:
                self._beginning.setdefault(secret[:_SHORTEST], []).append(secret)

    def __bool__(self) -> bool:
        return bool(self._beginning)

    def hide(self, message: str) -> str:
        """The message without them; where two overlap, they go together."""
        told: list[str] = []
        shown = place = 0
        while place < len(message):
            end = self._end(message, place)
            if end is None:
                place += 1
                continue
            told += [message[shown:place], "[secret]"]
            shown = place = end
        return "".join([*told, message[shown:]])

    def _end(self, message: str, place: int) -> int | None:
        """Where the secrets end that begin at a place, or within those that do."""
        end = self._longest(message, place)
        inside = place + 1
        while end is not None and inside < end:
            end = max(end, self._longest(message, inside) or 0)
            inside += 1
        return end

    def _longest(self, message: str, place: int) -> int | None:
        possible = self._beginning.get(message[place : place + _SHORTEST], ())
        lengths = [len(one) for one in possible if message.startswith(one, place)]
        return place + max(lengths) if lengths else None


def _exposed(message: str, resource: Resource) -> Iterator[str]:
    """The plain texts of a resource that are repeated in a message and look like credentials."""
    for key, value in resource.properties.entries():
        if not any(_repeated(text, message) for text in value.texts()):
            continue
        for leaf in leaves(value, key):
            text = leaf.value.scalar()
            if isinstance(text, str) and text in message and suspicion(leaf) is not None:
                yield text


def _repeated(text: str, message: str) -> bool:
    # Of a document only parts are repeated.
    return len(text) >= _SHORTEST and (text in message or text[:1] in ("{", "["))


def _leaves(properties: Property) -> Iterator[str]:
    for part in properties.walk():
        if part.secret and (value := part.scalar()) is not None:
            yield str(value)
