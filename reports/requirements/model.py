"""What a requirement is, and what holds or proves it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

ID = re.compile(r"(?P<system>[A-Z]+)-(?P<spec>\d{3})-\d{2,3}\Z")
"""An id names system and specification, such as CHAT-000-07."""


class Scope(StrEnum):
    """Who can hold to a statement: the infrastructure, or only the services that run on it."""

    INFRASTRUCTURE = "infrastructure"
    SERVICES = "services"


@dataclass(frozen=True, slots=True, kw_only=True)
class Superseded:
    """What a specification says that is wrong or overruled, and what is done instead.

    `page` tells why, relative to docs/.
    """

    spec: str
    instead: str
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One statement of a specification in our own words; `reason` says why a scope is not ours."""

    id: str
    spec: str
    section: str
    text: str
    scope: Scope
    reason: str = ""
    superseded: Superseded | None = None


@dataclass(frozen=True, slots=True)
class Specification:
    """The requirements of one specification, in the order of their file."""

    name: str
    title: str
    requirements: tuple[Requirement, ...]


class Kind(StrEnum):
    """What a piece of evidence is."""

    RULE = "rules"
    UNIT = "unit"
    INTEGRATION = "integration"


@dataclass(frozen=True, slots=True, order=True)
class Evidence:
    """That a rule or test covers a requirement; `place` is the file it is in, where it is a test."""

    kind: Kind
    name: str
    requirement: str
    place: str = ""
