"""What Terraform calls a resource type and its arguments: names/<module>.json, read when first needed.

Only what does not follow from Pulumi's name is in the tables; `names_build` writes them and says in what form.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias, cast

from graph.types import canonical_type

FOLDER: Final = Path(__file__).parent / "names"

Entry: TypeAlias = "str | list[str | dict[str, Entry]]"

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_MODULE = re.compile(r"aws:(\w+)/")


@dataclass(frozen=True, slots=True)
class Attribute:
    """One argument: its Terraform name, and how its value's shape differs from Pulumi's."""

    name: str
    # A list of at most one item that Pulumi shows as the item itself.
    listed: bool = False
    # A map whose keys are the user's own words.
    free_keys: bool = False
    # An object that is one in Terraform too.
    single: bool = False
    sensitive: bool = False
    # Whether the table says so; otherwise all this follows from Pulumi's name alone.
    stated: bool = True
    # The irregular arguments of a block; None where the table does not know the block from within.
    fields: Mapping[str, Entry] | None = None


@dataclass(frozen=True, slots=True)
class ResourceNames:
    """One resource type: Terraform's name, and its irregular arguments."""

    terraform: str
    fields: Mapping[str, Entry]

    def attribute(self, name: str, within: Mapping[str, Entry] | None) -> Attribute:
        """The argument of this Pulumi name, `within` the resource's own fields or a block's.

        Where a block is nested in itself (the statements of a firewall), the schema's table ends at some depth: there,
        within None, a field has the form that it has elsewhere in the same resource.
        """
        entry = _anywhere(self.fields, name) if within is None else within.get(name)
        return Attribute(snake(name), stated=False) if entry is None else _attribute(name, entry)


def names_of(token: str) -> ResourceNames | None:
    """What Terraform calls the resources of a Pulumi type; None where no table knows the type."""
    canonical = canonical_type(token)
    match = _MODULE.match(canonical)
    found = _module(match[1]).get(canonical) if match else None
    if found is None:
        return None
    return ResourceNames(
        terraform=cast("str", found["tf"]),
        fields=cast("Mapping[str, Entry]", found.get("fields", {})),
    )


def snake(name: str) -> str:
    """`targetGroupArn` -> `target_group_arn`."""
    return _HUMP.sub("_", name).lower()


@cache
def _module(name: str) -> Mapping[str, Mapping[str, object]]:
    file = FOLDER / f"{name}.json"
    if not file.is_file():
        return {}
    return cast("Mapping[str, Mapping[str, object]]", json.loads(file.read_bytes()))


def _attribute(name: str, entry: Entry) -> Attribute:
    head, fields = _parts(entry)
    marks, _, renamed = head.partition(" ")
    return Attribute(
        name=renamed or snake(name),
        listed="1" in marks,
        free_keys="m" in marks,
        single="o" in marks,
        sensitive="*" in marks,
        fields=fields,
    )


def _parts(entry: Entry) -> tuple[str, Mapping[str, Entry] | None]:
    if isinstance(entry, str):
        return entry, None
    head, fields = entry
    return cast("str", head), cast("Mapping[str, Entry]", fields)


def _anywhere(fields: Mapping[str, Entry], name: str) -> Entry | None:
    """The fullest entry of this name at any depth."""
    best: Entry | None = None
    waiting = [fields]
    while waiting:
        current = waiting.pop(0)
        entry = current.get(name)
        if entry is not None and (best is None or _size(entry) > _size(best)):
            best = entry
        waiting.extend(inner for one in current.values() if (inner := _parts(one)[1]))
    return best


def _size(entry: Entry) -> int:
    fields = _parts(entry)[1]
    return -1 if fields is None else len(fields)
