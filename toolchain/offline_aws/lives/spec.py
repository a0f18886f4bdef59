"""The life of each resource type, as tables: which calls, which id, which names differ."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final, cast

from toolchain.offline_aws.facts import canonical
from toolchain.offline_aws.wire import Properties, Value

FOLDER: Final = Path(__file__).parent / "tables"


@dataclass(frozen=True)
class Call:
    """One AWS call: its name and arguments, a template filled from the resource's scope."""

    call: str
    args: Properties = field(default_factory=dict[str, Value])
    when: tuple[str, ...] = ()
    """The properties that make it necessary; none: those that its input has."""
    path: str = ""
    """Where its response holds what is wanted."""
    map: bool = True
    """Whether the resource's inputs are its arguments too, by the rule of names."""


@dataclass(frozen=True)
class Attributes:
    """Settings that AWS keeps as a list or map of named strings beside the resource."""

    set: str
    get: str
    args: Properties
    names: Mapping[str, str]
    """Property path -> attribute name."""
    member: str = "Attributes"


@dataclass(frozen=True)
class Spec:
    """The life of one type."""

    token: str
    service: str
    id: str
    create: Call | None = None
    read: Call | None = None
    update: tuple[Call, ...] = ()
    """Made when a property that they are for changes."""
    also: tuple[Call, ...] = ()
    """Made after the creation too, when a property that they are for is given."""
    delete: tuple[Call, ...] = ()
    read_also: tuple[Call, ...] = ()
    """Further reads, whose results complete the first."""
    tag: Call | None = None
    untag: Call | None = None
    attributes: Attributes | None = None
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    """Property path -> AWS member path, where the rule of names does not find it."""
    outputs: Properties = field(default_factory=dict[str, Value])
    """Properties that follow from others, as templates."""
    skip: tuple[str, ...] = ()
    """Properties that are no argument of the creation, although a member has their name."""
    keep: tuple[str, ...] = ()
    """Properties that a read must not take from AWS: it does not tell them, or in another form."""
    hook: str = ""
    """A function of `hooks` for what no table says."""
    gone: str = ""
    """`path=value|value`: the states, or `path`: the mark, of an object that is deleted."""
    present: str = ""
    """The path of what must be there: without it the object is not this resource."""
    wait: str = ""
    """`path=value`: the object's state when the resource is ready."""


def _call(raw: Value) -> Call:
    if isinstance(raw, str):
        return Call(raw)
    table = cast("dict[str, Value]", raw)
    when = table.get("when") or []
    return Call(
        str(table["call"]),
        cast("Properties", table.get("args") or {}),
        tuple(cast("list[str]", when)),
        str(table.get("path") or ""),
        bool(table.get("map", True)),
    )


def _calls(raw: Value) -> tuple[Call, ...]:
    if raw is None:
        return ()
    return tuple(_call(item) for item in (raw if isinstance(raw, list) else [raw]))


def _one(raw: Value) -> Call | None:
    return None if raw is None else _call(raw)


def _attributes(raw: Value) -> Attributes | None:
    if raw is None:
        return None
    table = cast("dict[str, Value]", raw)
    return Attributes(
        str(table["set"]),
        str(table["get"]),
        cast("Properties", table["args"]),
        cast("dict[str, str]", table["names"]),
        str(table.get("member") or "Attributes"),
    )


def _spec(token: str, raw: Mapping[str, Value], service: str) -> Spec:
    known = {
        "service", "id", "create", "read", "update", "also", "delete", "read_also", "tag", "untag",
        "attributes", "names", "outputs", "skip", "keep", "hook", "wait", "gone",
        "present",
    }  # fmt: skip
    if unknown := raw.keys() - known:
        raise ValueError(f"{token}: unknown keys {', '.join(sorted(unknown))}")
    return Spec(
        token=token,
        service=str(raw.get("service") or service),
        id=str(raw["id"]),
        create=_one(raw.get("create")),
        read=_one(raw.get("read")),
        update=_calls(raw.get("update")),
        also=_calls(raw.get("also")),
        delete=_calls(raw.get("delete")),
        read_also=_calls(raw.get("read_also")),
        tag=_one(raw.get("tag")),
        untag=_one(raw.get("untag")),
        attributes=_attributes(raw.get("attributes")),
        names=cast("dict[str, str]", raw.get("names") or {}),
        outputs=cast("Properties", raw.get("outputs") or {}),
        skip=tuple(cast("list[str]", raw.get("skip") or [])),
        keep=tuple(cast("list[str]", raw.get("keep") or [])),
        hook=str(raw.get("hook") or ""),
        wait=str(raw.get("wait") or ""),
        gone=str(raw.get("gone") or ""),
        present=str(raw.get("present") or ""),
    )


@cache
def specs() -> Mapping[str, Spec]:
    """Every life, by type token.

    A table's top-level keys other than types are what the types of the file share: `service`,
    `tag`, `untag`.
    """
    found: dict[str, Spec] = {}
    for file in sorted(FOLDER.glob("*.toml")):
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        shared = {k: cast("Value", v) for k, v in table.items() if not k.startswith("aws:")}
        for token, raw in table.items():
            if token.startswith("aws:"):
                entry = {**shared, **cast("Mapping[str, Value]", raw)}
                found[token] = _spec(token, entry, str(shared.get("service") or ""))
    return found


def spec(token: str) -> Spec | None:
    """The life of a type, under any of its tokens."""
    return specs().get(canonical(token))
