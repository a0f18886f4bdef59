"""A stack's golden file: its text, and what has changed in it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import cast

import yaml
from typing_extensions import override

from tests.golden.differences import difference, told
from tests.golden.entries import Entries, Value, entries
from tests.golden.files import golden_file, neighbour
from tests.unit.infra.recorded import recording

WRITE_ANEW = ".venv/bin/python -m tests.golden"
_WHOLE = """\
# What stack '{stack}' declares: every resource by type and path, its inputs, what they refer to, what it waits for.
# Written by `{command}`; review the difference.
"""
_RELATIVE = """\
# What stack '{stack}' declares otherwise than '{other}': resources and values that were there (was) and are (now).
# Written by `{command}`; review the difference.
"""


@cache
def declared(stack: str) -> Entries:
    """What a committed stack's program gives, and no provider's defaults."""
    return entries(recording(stack).declared())


def golden_text(stack: str) -> str:
    """The golden file of a stack as it should be by now."""
    return rendered(stack, declared(stack), {one: declared(one) for one in _others(stack)})


def rendered(stack: str, whole: Entries, others: Mapping[str, Entries]) -> str:
    """The text that keeps a stack's entries, given those of its neighbour."""
    other = neighbour(stack)
    if other is None:
        return _WHOLE.format(stack=stack, command=WRITE_ANEW) + _yaml(dict(whole))
    made = difference(dict(others[other]), dict(whole))
    header = _RELATIVE.format(stack=stack, other=other, command=WRITE_ANEW)
    return header + _yaml({} if made is None else told(made))


def changes(stack: str, now: str) -> list[str]:
    """The resources about which a stack's golden file and its new text disagree, one a line."""
    file = golden_file(stack)
    if not file.exists():
        return ["there is no golden file of it yet"]
    old, new = (
        cast("Entries", yaml.load(text, Loader=yaml.CSafeLoader))
        for text in (file.read_text(encoding="utf-8"), now)
    )
    return [
        f"{'new' if key not in old else 'gone' if key not in new else 'changed'}: {key}"
        for key in sorted({*old, *new})
        if (key in old) != (key in new) or difference(old[key], new[key]) is not None
    ]


def _others(stack: str) -> list[str]:
    other = neighbour(stack)
    return [] if other is None else [other]


def _yaml(value: Value) -> str:
    # Innermost values stand in one line: a resource then fits on a screen.
    return yaml.dump(
        value,
        Dumper=_Dumper,
        default_flow_style=None,
        sort_keys=True,
        allow_unicode=True,
        width=118,
    )


class _Dumper(yaml.CSafeDumper):
    """Writes every value out where it stands, never as a reference to an equal one."""

    @override
    def ignore_aliases(self, data: object) -> bool:
        del data
        return True
