"""From the engine's analyzer requests to the graph's declarations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from pulumi.runtime.proto import analyzer_pb2

from graph.decoding import decode_struct
from graph.model import Declaration, Graph, Options, Stack
from graph.types import PROVIDER_PREFIX, explicit_provider, urn_name

Analyzed: TypeAlias = "analyzer_pb2.AnalyzeRequest | analyzer_pb2.AnalyzerResource"


def graph_of(stack: Stack, resources: Iterable[analyzer_pb2.AnalyzerResource]) -> Graph:
    """The graph of a whole stack as `AnalyzeStack` is given it."""
    return Graph(stack, [declaration_of_stack_resource(resource) for resource in resources])


def declaration_of_request(request: analyzer_pb2.AnalyzeRequest) -> Declaration:
    """One resource as `Analyze` is given it: its inputs, and no dependencies."""
    return _declaration(request, request.options.parent, frozenset(), {})


def declaration_of_stack_resource(resource: analyzer_pb2.AnalyzerResource) -> Declaration:
    """One resource as `AnalyzeStack` is given it: its outputs, and what they depend on."""
    recorded = resource.propertyDependencies
    return _declaration(
        resource,
        resource.parent or resource.options.parent,
        frozenset(resource.dependencies),
        {key: frozenset(recorded[key].urns) for key in recorded if recorded[key].urns},
    )


def _declaration(
    resource: Analyzed,
    parent: str,
    dependencies: frozenset[str],
    property_dependencies: Mapping[str, frozenset[str]],
) -> Declaration:
    has_provider = resource.HasField("provider")
    return Declaration(
        urn=resource.urn,
        type=resource.type,
        # The engine leaves the name out of some requests; the URN always ends with it.
        name=resource.name or urn_name(resource.urn),
        # The protocol does not say it, but only what a provider manages has a provider.
        custom=has_provider or resource.type.startswith(PROVIDER_PREFIX),
        properties=decode_struct(resource.properties),
        options=_options(resource.options),
        provider=explicit_provider(resource.provider.urn) if has_provider else None,
        parent=parent,
        dependencies=dependencies,
        property_dependencies=property_dependencies,
    )


def _options(options: analyzer_pb2.AnalyzerResourceOptions) -> Options:
    timeouts = options.customTimeouts
    written = {"create": timeouts.create, "update": timeouts.update, "delete": timeouts.delete}
    defined = options.deleteBeforeReplaceDefined
    return Options(
        protect=options.protect,
        ignore_changes=tuple(options.ignoreChanges),
        delete_before_replace=options.deleteBeforeReplace if defined else None,
        additional_secret_outputs=tuple(options.additionalSecretOutputs),
        aliases=tuple(options.aliases),
        custom_timeouts={key: seconds for key, seconds in written.items() if seconds},
    )
