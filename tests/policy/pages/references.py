"""Which unknown of a property is which resource's output."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graph.raw import Raw, Secret, Unknown
from policies.testing.fixtures import FixtureResource
from tests.policy.pages.naming import named_by


class UnwritableError(Exception):
    """A fixture that no program can say, and why."""


def unknowns(value: Raw, key: str) -> Iterator[str]:
    """The key nearest to each unknown of a value, in the order in which a program names them."""
    if isinstance(value, Unknown):
        yield key
    elif isinstance(value, Secret):
        yield from unknowns(value.value, key)
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from unknowns(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from unknowns(inner, key)


def matched(
    keys: Sequence[str], targets: Sequence[FixtureResource]
) -> list[FixtureResource | None]:
    """For each unknown the resource that it comes of: by what its key speaks of, else in order."""
    left = list(targets)
    found: list[FixtureResource | None] = []
    for key in keys:
        target = next((one for one in left if named_by(key, one.type)), None)
        if target is not None:
            left.remove(target)
        found.append(target)
    for place, target in enumerate(found):
        if target is None and left:
            found[place] = left.pop(0)
    if left:
        names = ", ".join(repr(one.name) for one in left)
        raise UnwritableError(f"a value depends on {names} without naming it")
    return found


def ordered(members: Sequence[FixtureResource]) -> list[FixtureResource]:
    """The resources, each after those that it names."""
    waiting = list(members)
    done: dict[str, FixtureResource] = {}
    while waiting:
        ready = next((one for one in waiting if _needs(one) <= done.keys()), None)
        if ready is None:
            raise UnwritableError("its resources name each other in a circle")
        waiting.remove(ready)
        done[ready.name] = ready
    return list(done.values())


def _needs(member: FixtureResource) -> set[str]:
    named = {name for names in member.refs.values() for name in names}
    return named | ({member.parent} if member.parent else set[str]())
