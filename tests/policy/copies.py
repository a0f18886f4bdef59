"""Fixtures again and again in one stack, each copy under names of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from graph.model import Declaration
from graph.raw import Raw, Secret
from policies.testing.fixtures import Case, FixtureResource, declarations

# What resources are called by; a metric's name is AWS's.
_HANDLE: Final = re.compile(r"(?<!metric)(?:[nN]ame|[iI]dentifier|bucket|arn|url)\Z")


def copies(case: Case, times: int, label: str) -> Iterator[Declaration]:
    """The resources of a case so many times; a label tells copies of different cases apart."""
    members = [one for one in case if isinstance(one, FixtureResource)]
    handles = [
        value for one in members for key, value in one.properties.items() if _HANDLE.search(key)
    ]
    texts = {text for text in [*handles, *(one.id for one in members)] if isinstance(text, str)}
    # A name stands in other resources' texts too, as in `service/CLUSTER/NAME`.
    spelled = "|".join(re.escape(text) for text in sorted(texts - {""}, key=len, reverse=True))
    named = re.compile(rf"(?<![\w-])(?:{spelled})(?![\w-])" if spelled else r"(?!)")
    for number in range(times):
        yield from declarations([_copy(one, f"-{label}-{number}", named) for one in members])


def _copy(one: FixtureResource, ending: str, named: re.Pattern[str]) -> FixtureResource:
    def told(raw: Raw) -> Raw:
        if isinstance(raw, str):
            return named.sub(lambda found: found[0] + ending, raw)
        if isinstance(raw, list):
            return [told(item) for item in raw]
        if isinstance(raw, dict):
            return {key: told(item) for key, item in raw.items()}
        return Secret(told(raw.value)) if isinstance(raw, Secret) else raw

    return replace(
        one,
        name=one.name + ending,
        parent=one.parent and one.parent + ending,
        provider=one.provider and one.provider + ending,
        refs={key: [name + ending for name in names] for key, names in one.refs.items()},
        id=told(one.id),
        properties={key: told(value) for key, value in one.properties.items()},
    )
