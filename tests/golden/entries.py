"""A stack's graph as plain values: the same for the same program, in any order and any process."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TypeAlias, cast

from graph.model import Graph, Resource
from graph.raw import Raw, Secret, Unknown

Value: TypeAlias = "bool | int | float | str | list[Value] | dict[str, Value] | None"
Entries: TypeAlias = "dict[str, Value]"

SECRET = "[secret]"
UNKNOWN = "[unknown]"
COMMON_TAGS = "tags of most resources"


def entries(graph: Graph) -> Entries:
    """All resources by type and path, each with what was asked for and what it depends on.

    Physical names say `{stack}` for the stack's, so that two stacks can be compared.
    """
    common = _common_tags(graph.resources)
    found: Entries = {COMMON_TAGS: dict(common)}
    for resource in graph.resources:
        found[_title(resource)] = _entry(resource, common)
    return cast("Entries", _neutral(found, graph.stack.name))


def _title(resource: Resource) -> str:
    chain = [parent.name for parent in reversed(resource.parents)]
    return f"{resource.type} {'/'.join([*chain, resource.name])}"


def _common_tags(resources: Iterable[Resource]) -> dict[str, str]:
    """The tags that more than half of all tagged resources carry."""
    carried = [
        tags
        for resource in resources
        if isinstance(tags := (resource.declaration.inputs or {}).get("tags"), dict)
    ]
    counted = Counter(
        (key, value) for tags in carried for key, value in tags.items() if isinstance(value, str)
    )
    return {
        key: value for (key, value), times in sorted(counted.items()) if times * 2 > len(carried)
    }


def _entry(resource: Resource, common: Mapping[str, str]) -> Value:
    declaration = resource.declaration
    entry: dict[str, Value] = {"inputs": _inputs(declaration.inputs or {}, common)}
    if resource.property_dependencies:
        entry["references"] = {
            key: _short(urns) for key, urns in resource.property_dependencies.items()
        }
    through_properties = {urn for urns in resource.property_dependencies.values() for urn in urns}
    waits_for = resource.dependencies - through_properties
    if waits_for:
        entry["waits for"] = _short(waits_for)
    entry.update(_options(resource))
    if not resource.custom:
        entry["outputs"] = [*sorted(key for key, _ in resource.properties.entries())]
    return entry


def _inputs(raw: Mapping[str, Raw], common: Mapping[str, str]) -> Value:
    shown = {key: _shown(value) for key, value in raw.items()}
    tags = raw.get("tags")
    if isinstance(tags, dict) and common.items() <= tags.items():
        del shown["tags"]
        shown["tags beyond those of most"] = {
            key: _shown(value) for key, value in tags.items() if key not in common
        }
    return shown


def _options(resource: Resource) -> dict[str, Value]:
    """The resource options that are set, by name."""
    options = resource.options
    said: dict[str, Value] = {
        "ignore changes": [*sorted(options.ignore_changes)],
        "protect": options.protect,
        "delete before replace": options.delete_before_replace or False,
        "secret outputs": [*sorted(options.additional_secret_outputs)],
        # After the stack, which says nothing about a resource.
        "aliases": [alias.partition("::")[2] for alias in options.aliases],
        "timeouts": dict(options.custom_timeouts),
        "provider": resource.provider,
    }
    return {key: value for key, value in said.items() if value}


def _short(urns: Iterable[str]) -> list[Value]:
    """The type's last part and the name, which tell resources apart well enough for a reader."""
    return [
        *sorted(
            f"{urn.rpartition('::')[0].rpartition(':')[2]} {urn.rpartition('::')[2]}"
            for urn in urns
        )
    ]


def _shown(raw: Raw) -> Value:
    if isinstance(raw, Secret):
        return SECRET
    if isinstance(raw, Unknown):
        return UNKNOWN
    if isinstance(raw, list):
        return [_shown(item) for item in raw]
    if isinstance(raw, dict):
        return {key: _shown(item) for key, item in raw.items()}
    if isinstance(raw, str) and raw.startswith(("{", "[")):
        return _document(raw)
    return raw


def _document(text: str) -> Value:
    """A JSON document inside a string as what it is, which is easier to review."""
    try:
        return {"as JSON": cast("Value", json.loads(text))}
    except ValueError:
        return text


def _neutral(value: Value, stack: str) -> Value:
    """The value with the stack's name taken out of physical names, and out of the graph's root."""
    named = re.compile(rf"(?:(?<=chat-)|(?<=chat/)|(?<=plumbline-)){re.escape(stack)}\b")

    def neutral(part: Value) -> Value:
        if isinstance(part, str):
            return named.sub("{stack}", part)
        if isinstance(part, list):
            return [neutral(item) for item in part]
        if isinstance(part, dict):
            return {named.sub("{stack}", key): neutral(item) for key, item in part.items()}
        return part

    return neutral(value)
