"""The reference page of the configuration keys, derived from the table of fields."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from infra.config.fields import Field

_INTRODUCTION = """\
# Configuration

<!-- Generated from infra/config/chat_fields.py by `nox -s generate`; do not edit. -->

A stack is one file, `stacks/Pulumi.<stack>.yaml`, and everything that tells one size from another stands in it. A new
size is a copy of the nearest file with other figures; nothing lists the stacks anywhere else.

Every key is required: there is no default that one would have to know. A key with a condition is required while the
condition holds and refused while it does not, so that no figure stands in a file without effect. The whole file is
judged before anything is created, and all that is wrong with it is told at once: key, value, why, how to mend it.

Editors with a YAML server complete and check the files by [`stacks/schema.json`](../stacks/schema.json), which each
file names in its first line. The schema and the program agree key by key. The program alone judges what has to hold
between keys (`infra/config/chat_checks.py`); the schema alone insists on quotes where YAML would read text as a number
(`apiImageTag: "1.10"`, which without them becomes 1.1), and on the namespace before each key.

Where figures of the written specifications could not be taken as they are,
[Where the specs err](where-the-specs-err.md) says why.
"""
_HEAD = "| key | takes | meaning |\n| --- | --- | --- |\n"


def reference_page(fields: Iterable[Field[object]]) -> str:
    """The whole page, as Markdown."""
    parts = [_INTRODUCTION]
    for topic, members in groupby(fields, key=lambda field: field.topic):
        rows = "".join(_row(field) for field in members)
        parts.append(f"\n## {topic}\n\n{_HEAD}{rows}")
    return "".join(parts)


def _row(field: Field[object]) -> str:
    meaning = field.description
    if field.when is not None:
        meaning += f"; only while `{field.when.key}` is {field.when.flag}"
    cells = (f"`{field.key}`", field.kind.wanted(), meaning)
    return f"| {' | '.join(cells)} |\n".replace("<", "&lt;")
