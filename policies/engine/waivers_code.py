"""Waivers in a program's own code: components that stand beside the resources they speak of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from graph.model import Declaration, Stack
from graph.raw import Raw
from policies.engine.rules import Rule
from policies.engine.waiver_entries import Waivers, read_waiver
from policies.engine.waiving import Waiver, WaiverSource

# What `policies/waive.py` registers; a program in another language can do the same.
WAIVER_TYPE: Final = "plumbline:policy:Waiver"


def waivers_of(
    declarations: Iterable[Declaration], stack: Stack, rules: Mapping[str, Rule], today: date
) -> Waivers:
    """The waivers among some resources, for the stack that they are on."""
    valid: list[Waiver] = []
    problems: list[str] = []
    for one in declarations:
        if one.type != WAIVER_TYPE:
            continue
        stated = one.properties if one.inputs is None else one.inputs
        fields: dict[object, object] = {
            **{key: value for key, value in stated.items() if value is not None},
            "project": stack.project,
            "stacks": [stack.name],
            "expires": _date(stated.get("expires")),
        }
        where = f"the waiver {one.name!r} in the program"
        waiver = read_waiver(
            fields, WaiverSource.CODE, where, rules=rules, today=today, problems=problems
        )
        if waiver is not None:
            valid.append(waiver)
    return Waivers(tuple(valid), tuple(problems))


def _date(value: Raw) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
