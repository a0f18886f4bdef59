"""From the requests that a program sends to its resource monitor to the graph's declarations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, cast
from urllib.parse import unquote, urlsplit

from pulumi.runtime.proto import alias_pb2, resource_pb2, source_pb2

from graph.model import Declaration, Options, SourceLocation
from graph.raw import Raw
from graph.types import STACK_TYPE, explicit_provider, urn_parts, urn_type

Request: TypeAlias = "resource_pb2.RegisterResourceRequest | resource_pb2.ReadResourceRequest"

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(h|ms|m|s)")
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


@dataclass(slots=True)
class Registration:
    """A resource as registered or read, with the inputs and the properties that it has by now."""

    urn: str
    request: Request = field(repr=False)
    inputs: dict[str, Raw]
    properties: dict[str, Raw]


def urn_of(stack: str, project: str, parent: str, token: str, name: str) -> str:
    """The URN that the engine gives a resource: its type is qualified by all its parents' types."""
    parts = urn_parts(parent)
    if parts and urn_type(parent) != STACK_TYPE:
        token = f"{parts[2]}${token}"
    return f"urn:pulumi:{stack}::{project}::{token}::{name}"


def declaration_of(registration: Registration, stack: str, project: str) -> Declaration:
    """The graph's view of one registration."""
    request = registration.request
    common = Declaration(
        urn=registration.urn,
        type=request.type,
        name=request.name,
        properties=registration.properties,
        inputs=registration.inputs,
        provider=explicit_provider(request.provider),
        # The stack's own position is a line of the SDK.
        source=None if request.type == STACK_TYPE else _source(request),
        parent=request.parent,
        dependencies=frozenset(request.dependencies),
    )
    if isinstance(request, resource_pb2.ReadResourceRequest):
        return common
    return Declaration(
        urn=common.urn,
        type=common.type,
        name=common.name,
        custom=request.custom,
        properties=common.properties,
        inputs=common.inputs,
        options=_options(request, stack, project),
        provider=common.provider,
        source=common.source,
        parent=common.parent,
        dependencies=common.dependencies,
        property_dependencies=_property_dependencies(request),
    )


def seconds_of(duration: str) -> float:
    """A duration in Go's notation ("1h30m", "45s") in seconds; 0 for text that is none."""
    return sum(float(amount) * _SECONDS[unit] for amount, unit in _DURATION.findall(duration))


def location_of(uri: str, line: int, column: int) -> SourceLocation | None:
    """A source position, its path below the project (`project:///a/b.py`) or absolute."""
    if not uri:
        return None
    address = urlsplit(uri)
    path = unquote(address.path)
    return SourceLocation(path.lstrip("/") if address.scheme == "project" else path, line, column)


def _source(request: Request) -> SourceLocation | None:
    # The SDK's type stubs lose this message's type.
    position = cast("source_pb2.SourcePosition", request.sourcePosition)
    return location_of(position.uri, position.line, position.column)


def _options(request: resource_pb2.RegisterResourceRequest, stack: str, project: str) -> Options:
    timeouts = request.customTimeouts
    written = {
        "create": timeouts.create,
        "update": timeouts.update,
        "delete": timeouts.delete,
    }
    aliases = [*request.aliasURNs, *_aliases(request, stack, project)]
    return Options(
        protect=request.protect,
        ignore_changes=tuple(request.ignoreChanges),
        delete_before_replace=(
            request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None
        ),
        additional_secret_outputs=tuple(request.additionalSecretOutputs),
        aliases=tuple(dict.fromkeys(aliases)),
        custom_timeouts={key: seconds_of(text) for key, text in written.items() if text},
    )


def _aliases(
    request: resource_pb2.RegisterResourceRequest, stack: str, project: str
) -> Iterable[str]:
    for alias in cast("Iterable[alias_pb2.Alias]", request.aliases):
        if alias.urn:
            yield alias.urn
            continue
        spec = alias.spec
        parent = "" if spec.noParent else spec.parentUrn or request.parent
        yield urn_of(
            spec.stack or stack,
            spec.project or project,
            parent,
            spec.type or request.type,
            spec.name or request.name,
        )


def _property_dependencies(
    request: resource_pb2.RegisterResourceRequest,
) -> Mapping[str, frozenset[str]]:
    recorded = request.propertyDependencies
    return {key: frozenset(recorded[key].urns) for key in recorded if recorded[key].urns}
