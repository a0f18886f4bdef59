"""What a waiver must say, wherever it stands: every entry checked, all problems told at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, cast

from policies.engine.rules import Rule
from policies.engine.waiving import Waiver, WaiverSource

LONGEST: Final = timedelta(days=180)
TEXTS: Final = ("rule", "project", "resource", "reason", "owner", "ticket")
KEYS: Final = frozenset({*TEXTS, "stacks", "expires", "path"})
_TICKET: Final = re.compile(r"(https?://\S+|[A-Z][A-Z0-9]*(-\d+)+|([\w.-]+/[\w.-]+)?#\d+)\Z")
_PATTERN: Final = frozenset("*?")


@dataclass(frozen=True, slots=True)
class Waivers:
    """The waivers of one source, and what is wrong with it."""

    valid: tuple[Waiver, ...] = ()
    problems: tuple[str, ...] = ()


def read_waiver(
    fields: Mapping[object, object],
    source: WaiverSource,
    where: str,
    *,
    rules: Mapping[str, Rule],
    today: date,
    problems: list[str],
) -> Waiver | None:
    """The waiver that an entry states; None, and everything wrong with it in `problems`."""
    found = [*_shape_problems(fields), *_rule_problems(fields.get("rule"), rules)]
    stacks = _stacks(fields.get("stacks"), found)
    expires = _expiry(fields.get("expires"), today, found)
    problems.extend(f"{where}: {problem}" for problem in found)
    if found or expires is None:
        return None
    texts = {key: str(fields[key]).strip() for key in TEXTS}
    return Waiver(
        rule=texts["rule"],
        project=texts["project"],
        stacks=stacks,
        resource=texts["resource"],
        reason=texts["reason"],
        owner=texts["owner"],
        ticket=texts["ticket"],
        expires=expires,
        path=str(fields.get("path", "")),
        source=source,
    )


def _shape_problems(fields: Mapping[object, object]) -> list[str]:
    found = [f"{key!s} is no key of a waiver" for key in fields if key not in KEYS]
    for key in TEXTS:
        value = fields.get(key)
        if not isinstance(value, str) or not value.strip():
            found.append(f"{key} is missing: it must be text that is not empty")
    found.extend(_ticket_problems(fields.get("ticket")))
    found.extend(_place_problems(fields.get("resource"), fields.get("path", "x")))
    return found


def _ticket_problems(ticket: object) -> list[str]:
    if not isinstance(ticket, str) or not ticket.strip() or _TICKET.match(ticket.strip()):
        return []
    return [f"ticket {ticket!r} is neither an address (https://…) nor a key such as OPS-7 or #7"]


def _place_problems(resource: object, path: object) -> list[str]:
    found: list[str] = []
    if isinstance(resource, str) and not _PATTERN.isdisjoint(resource):
        found.append(
            f"resource {resource!r} is a pattern: name each resource in an entry of its own"
        )
    if not isinstance(path, str) or not path.strip():
        found.append("path must be text that is not empty, or left out")
    return found


def _rule_problems(name: object, rules: Mapping[str, Rule]) -> list[str]:
    if not isinstance(name, str) or not name.strip():
        return []
    rule = rules.get(name.strip())
    if rule is None:
        return [f"there is no rule {name!r}"]
    return [] if rule.waivable else [f"the rule {name} cannot be waived: mend what it finds"]


def _stacks(value: object, found: list[str]) -> tuple[str, ...]:
    patterns = cast("list[object]", value) if isinstance(value, list) else []
    if not patterns or not all(isinstance(one, str) and one for one in patterns):
        found.append("stacks is missing: it must be a list of stack names or patterns")
    return tuple(str(one) for one in patterns)


def _expiry(value: object, today: date, found: list[str]) -> date | None:
    # A date with a time of day is a datetime, which is a date to Python and none to us.
    if type(value) is not date:
        found.append("expires is missing: it must be a date, YYYY-MM-DD")
        return None
    latest = today + LONGEST
    if value > latest:
        found.append(
            f"expires {value} is more than {LONGEST.days} days ahead: {latest} at the latest, "
            "then look at it again"
        )
    return value
