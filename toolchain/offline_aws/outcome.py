"""The seam between the provider's service and whatever carries out lives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from toolchain.offline_aws.facts import Resource
from toolchain.offline_aws.functions import Context
from toolchain.offline_aws.wire import Properties, Value


@dataclass(frozen=True)
class Life:
    """The resource that a call is about."""

    token: str
    name: str
    facts: Resource | None
    context: Context


@dataclass(frozen=True)
class Outcome:
    """What is there after a call; an empty id says that the resource is gone."""

    id: str = ""
    properties: Properties = field(default_factory=dict[str, Value])
    inputs: Properties = field(default_factory=dict[str, Value])


class LifeError(Exception):
    """One sentence: resource, call, AWS's error code and message.  `partial` is what exists."""

    def __init__(self, message: str, partial: Outcome | None = None) -> None:
        super().__init__(message)
        self.partial = partial


class Lives(Protocol):
    """Carries out the life of resources."""

    def create(self, life: Life, given: Properties, timeout: float) -> Outcome: ...

    def read(self, life: Life, identity: str, state: Properties, old: Properties) -> Outcome: ...

    def update(
        self, life: Life, identity: str, state: Properties, old: Properties, news: Properties
    ) -> Outcome: ...

    def delete(self, life: Life, identity: str, state: Properties) -> Outcome: ...

    def cancel(self) -> None: ...
