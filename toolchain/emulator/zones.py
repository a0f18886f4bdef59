"""Hosted zones with an id of the caller's choosing.

A stack's configuration names the zone that its owner has already; AWS chooses ids itself, so a zone
that stands in for it in the emulator could not have that id.  A CreateHostedZone request with the
header `HEADER` gets the id that the header names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextvars import ContextVar
from types import ModuleType
from typing import Final

HEADER: Final = "x-plumbline-zone-id"
_FORM = re.compile(r"Z[A-Z0-9]{1,31}")

_wanted: ContextVar[str] = ContextVar("_wanted", default="")


def wanted(headers: Mapping[str, str]) -> str:
    """The id that a request's headers (names in lower case) ask for, if any."""
    asked = headers.get(HEADER, "")
    return asked if _FORM.fullmatch(asked) else ""


def choose(zone_id: str) -> None:
    """The id of the zone that the request at hand creates."""
    _wanted.set(zone_id)


def teach(route53: ModuleType) -> None:
    """Let the emulator's Route 53 take a wanted id before it makes one up."""
    make_up = route53._zone_id  # noqa: SLF001 - the one place where ids come from

    def zone_id() -> str:
        return _wanted.get() or str(make_up())

    route53._zone_id = zone_id  # noqa: SLF001  # pyright: ignore[reportAttributeAccessIssue]  # as above
