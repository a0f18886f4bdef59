"""A stack's graph as text: the same text for the same program, in any order and any process."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import cast

from graph.model import Graph, Resource
from graph.raw import Raw, Secret, Unknown
from graph.recording import record
from tests.kit.provider import OfflineProvider
from tests.unit.infra.recorded import config_of, program

SECRET = "[secret]"
UNKNOWN = "[unknown]"


def declared(stack: str) -> Graph:
    """The graph of a committed stack, with what the program gives and no provider's defaults."""
    provider = OfflineProvider()
    return record(
        program,
        stack=stack,
        config=config_of(stack),
        outputs=provider.outputs,
        invokes=provider.invokes,
    )


def render(resources: Iterable[Resource]) -> str:
    """All resources, each with its parents, what it depends on, and what was asked for."""
    entries = {_title(resource): _entry(resource) for resource in resources}
    return json.dumps(entries, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _title(resource: Resource) -> str:
    chain = [parent.name for parent in reversed(resource.parents)]
    return f"{resource.type} {'/'.join([*chain, resource.name])}"


def _entry(resource: Resource) -> dict[str, object]:
    declaration = resource.declaration
    entry: dict[str, object] = {"inputs": _shown(declaration.inputs or {})}
    if resource.property_dependencies:
        entry["references"] = {
            key: sorted(_short(urn) for urn in urns)
            for key, urns in resource.property_dependencies.items()
        }
    through_properties = {urn for urns in resource.property_dependencies.values() for urn in urns}
    waits_for = resource.dependencies - through_properties
    if waits_for:
        entry["waitsFor"] = sorted(_short(urn) for urn in waits_for)
    if resource.options.ignore_changes:
        entry["ignoreChanges"] = sorted(resource.options.ignore_changes)
    if resource.options.protect:
        entry["protect"] = True
    if not resource.custom:
        entry["outputs"] = sorted(key for key, _ in resource.properties.entries())
    return entry


def _short(urn: str) -> str:
    """The type's last part and the name, which tell resources apart well enough for a reader."""
    kind, _, name = urn.rpartition("::")
    return f"{kind.rpartition(':')[2]} {name}"


def _shown(raw: Raw) -> object:
    if isinstance(raw, Secret):
        return SECRET
    if isinstance(raw, Unknown):
        return UNKNOWN
    if isinstance(raw, list):
        return [_shown(item) for item in raw]
    if isinstance(raw, dict):
        return {key: _shown(item) for key, item in raw.items()}
    if isinstance(raw, str) and raw.startswith(("{", "[")):
        # A document inside a string is easier to review as what it is.
        return {"json": cast("object", json.loads(raw))}
    return raw
