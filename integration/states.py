"""A recorded graph as the state that the engine would export of it: for what reads states only."""

from __future__ import annotations

import json
from collections.abc import Iterator

from graph.decoding import SECRET, SIGNATURE
from graph.encoding import UNKNOWN_TEXT
from graph.model import Declaration, Graph
from graph.raw import Raw, Secret, Unknown
from graph.types import STACK_TYPE, urn_parts

Written = dict[str, object]
_TIME = "2026-01-01T00:00:00Z"


def state_of(graph: Graph) -> str:
    """The exported state of a deployed stack with these resources; secrets are in plain text."""
    declared = [resource.declaration for resource in graph.resources]
    stack = next(one.urn for one in declared if one.type == STACK_TYPE)
    provider = f"{stack.partition('::')[0]}::{graph.stack.project}::pulumi:providers:aws::default"
    made: Written = {
        "urn": provider,
        "type": "pulumi:providers:aws",
        "custom": True,
        "id": "11111111-2222-4333-8444-555555555555",
        "inputs": {},
        "outputs": {},
    }
    resources = [made, *(_resource(one, made) for one in _in_order(declared))]
    manifest = {"time": _TIME, "magic": "", "version": ""}
    deployment: Written = {"manifest": manifest, "resources": resources}
    return json.dumps({"version": 3, "deployment": deployment}, indent=1)


def _in_order(declared: list[Declaration]) -> Iterator[Declaration]:
    """Each after its parent and whatever it depends on, as the engine keeps them."""
    waiting = {one.urn: one for one in declared}

    def told(one: Declaration) -> Iterator[Declaration]:
        if waiting.pop(one.urn, None) is None:
            return
        for urn in sorted({one.parent, *_dependencies(one)}):
            if urn in waiting:
                yield from told(waiting[urn])
        yield one

    for one in declared:
        yield from told(one)


def _dependencies(one: Declaration) -> frozenset[str]:
    return one.dependencies.union(*one.property_dependencies.values())


def _resource(one: Declaration, provider: Written) -> Written:
    inputs = one.properties if one.inputs is None else one.inputs
    written: Written = {
        "urn": one.urn,
        "type": one.type,
        "custom": one.custom,
        "inputs": _properties(inputs),
        "outputs": _properties(one.properties),
        "dependencies": sorted(one.dependencies),
        "propertyDependencies": {
            key: sorted(urns) for key, urns in sorted(one.property_dependencies.items())
        },
        "protect": one.options.protect,
        "ignoreChanges": list(one.options.ignore_changes),
        "additionalSecretOutputs": list(one.options.additional_secret_outputs),
        "aliases": list(one.options.aliases),
        "customTimeouts": dict(one.options.custom_timeouts),
    }
    if one.parent:
        written["parent"] = one.parent
    if one.custom:
        identity = one.properties.get("id", one.id)
        written["id"] = identity if isinstance(identity, str) else f"{one.name}-id"
    if one.custom and one.type.startswith("aws:"):
        written["provider"] = one.provider or f"{provider['urn']}::{provider['id']}"
    if one.source is not None:
        written["sourcePosition"] = f"project:///{one.source.file}#{one.source.line}"
    assert urn_parts(one.urn) is not None
    return written


def _properties(properties: dict[str, Raw]) -> object:
    return {key: _value(value) for key, value in properties.items()}


def _value(raw: Raw) -> object:
    if isinstance(raw, Unknown):
        return UNKNOWN_TEXT
    if isinstance(raw, Secret):
        return {SIGNATURE: SECRET, "plaintext": json.dumps(_value(raw.value))}
    if isinstance(raw, list):
        return [_value(one) for one in raw]
    if isinstance(raw, dict):
        return {key: _value(one) for key, one in raw.items()}
    return raw
