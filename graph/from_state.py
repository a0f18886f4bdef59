"""From a stack's exported state (`pulumi stack export`, or a checkpoint file) to the graph."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TypeAlias, cast

from graph.decoding import Json, decode_json
from graph.from_monitor import location_of
from graph.model import ConfigValue, Declaration, Graph, Options, SourceLocation, Stack
from graph.raw import Raw
from graph.types import STACK_TYPE, explicit_provider, urn_name, urn_parts, urn_type

_Object: TypeAlias = dict[str, Json]


class StateError(Exception):
    """The text is no exported state; the message says where it stops being one."""


def graph_of_state(text: str, *, config: Mapping[str, ConfigValue] | None = None) -> Graph:
    """The graph of an exported state.

    Secrets that are still encrypted are secret and unknown; export with `--show-secrets` to have
    them judged. Resources that only wait for their deletion are left out.
    """
    entries = _resources(text)
    declarations = [
        _declaration(entry, number)
        for number, entry in enumerate(entries)
        if entry.get("delete") is not True
    ]
    parts = next((found for one in declarations if (found := urn_parts(one.urn))), None)
    name, project = (parts[0].removeprefix("urn:pulumi:"), parts[1]) if parts else ("", "")
    return Graph(Stack(project=project, name=name, config=config or {}), declarations)


def _resources(text: str) -> list[_Object]:
    try:
        content = cast("Json", json.loads(text))
    except (ValueError, RecursionError) as error:
        raise StateError(f"the state is no JSON: {error}") from None
    current = content
    for keys in (("checkpoint", "latest"), ("deployment",)):
        inner = current
        for key in keys:
            inner = inner.get(key) if isinstance(inner, dict) else None
        current = inner if isinstance(inner, dict) else current
    found = current.get("resources") if isinstance(current, dict) else None
    if found is None and isinstance(current, dict) and current is not content:
        # A stack that has never been deployed exports a deployment without the list.
        return []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise StateError(
            "the state has no list of resources under deployment.resources: "
            "give the output of `pulumi stack export`"
        )
    return cast("list[_Object]", found)


def _declaration(entry: _Object, number: int) -> Declaration:
    urn = _text(entry, "urn")
    if urn_parts(urn) is None:
        raise StateError(f"resource {number} of the state has no URN")
    token = _text(entry, "type") or urn_type(urn)
    custom = entry.get("custom") is True
    identity = _text(entry, "id") or None
    return Declaration(
        urn=urn,
        type=token,
        name=urn_name(urn),
        custom=custom,
        id=identity if custom else None,
        properties=_properties(entry.get("outputs")),
        inputs=_properties(entry.get("inputs")),
        options=_options(entry),
        provider=explicit_provider(_text(entry, "provider")),
        source=None if token == STACK_TYPE else _source(_text(entry, "sourcePosition")),
        parent=_text(entry, "parent"),
        dependencies=frozenset(_texts(entry.get("dependencies"))),
        property_dependencies=_property_dependencies(entry.get("propertyDependencies")),
    )


def _properties(recorded: Json) -> dict[str, Raw]:
    decoded = decode_json(recorded) if isinstance(recorded, dict) else {}
    return decoded if isinstance(decoded, dict) else {}


def _options(entry: _Object) -> Options:
    timeouts = entry.get("customTimeouts")
    written = timeouts if isinstance(timeouts, dict) else {}
    return Options(
        protect=entry.get("protect") is True,
        ignore_changes=_texts(entry.get("ignoreChanges")),
        additional_secret_outputs=_texts(entry.get("additionalSecretOutputs")),
        aliases=_texts(entry.get("aliases")),
        custom_timeouts={
            key: float(seconds)
            for key, seconds in written.items()
            if isinstance(seconds, int | float) and seconds
        },
    )


def _property_dependencies(recorded: Json) -> dict[str, frozenset[str]]:
    if not isinstance(recorded, dict):
        return {}
    found = {key: frozenset(_texts(urns)) for key, urns in recorded.items()}
    return {key: urns for key, urns in found.items() if urns}


def _source(position: str) -> SourceLocation | None:
    """A position as the engine writes it: `project:///infra/__main__.py#12,3`."""
    uri, _, place = position.partition("#")
    line, _, column = place.partition(",")
    if not line.isdigit():
        return None
    return location_of(uri, int(line), int(column) if column.isdigit() else 0)


def _text(entry: _Object, key: str) -> str:
    value = entry.get(key)
    return value if isinstance(value, str) else ""


def _texts(value: Json) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()
