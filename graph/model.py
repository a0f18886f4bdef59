"""The resource graph: what a program declares, how its parts depend on each other."""

# ruff: noqa: A002 (`property` and `type` are what Pulumi calls what these arguments name)

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar, cast, final

from typing_extensions import override

from graph.raw import UNKNOWN, Raw
from graph.types import NAMED_BY, PROVIDER_PREFIX, canonical_type, is_default_provider
from graph.values import Property

_Index = TypeVar("_Index")

# The outputs by which one resource names another in plain text.
_HANDLES = ("id", "arn", "name", "url")


@dataclass(frozen=True, slots=True)
class SourceLocation:
    """Where in the program's source a resource was declared (lines and columns from 1)."""

    file: str
    line: int
    column: int = 0


@dataclass(frozen=True, slots=True)
class Options:
    """The resource options that the engine hands on; timeouts in seconds, 0 where not set."""

    protect: bool = False
    ignore_changes: tuple[str, ...] = ()
    delete_before_replace: bool | None = None
    additional_secret_outputs: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    custom_timeouts: Mapping[str, float] = field(default_factory=dict[str, float])


@dataclass(frozen=True, slots=True)
class ConfigValue:
    """One value of the stack's configuration; a secret one never shows itself."""

    value: str
    secret: bool = False

    @override
    def __repr__(self) -> str:
        shown = "[secret]" if self.secret else repr(self.value)
        return f"ConfigValue({shown})"


@dataclass(frozen=True, slots=True)
class Stack:
    """The stack that a graph belongs to; `config` is keyed `namespace:key`."""

    organization: str = "organization"
    project: str = ""
    name: str = ""
    dry_run: bool = False
    config: Mapping[str, ConfigValue] = field(default_factory=dict[str, ConfigValue])
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """One resource as a source of graphs states it, before it is joined with the others."""

    urn: str
    type: str
    name: str
    custom: bool = True
    id: Raw = None
    properties: dict[str, Raw] = field(default_factory=dict[str, Raw], repr=False)
    # What the program asked for, where the source keeps it apart from what came of it.
    inputs: dict[str, Raw] | None = field(default=None, repr=False)
    options: Options = Options()
    provider: str | None = None
    source: SourceLocation | None = None
    parent: str = ""
    dependencies: frozenset[str] = frozenset()
    property_dependencies: Mapping[str, frozenset[str]] = field(
        default_factory=dict[str, frozenset[str]]
    )


@final
class Resource:
    """One resource of a graph; indexing it gives its properties, which never raise."""

    def __init__(self, declaration: Declaration, graph: Graph) -> None:
        self._declaration = declaration
        self._graph = graph
        self.urn: str = declaration.urn
        self.name: str = declaration.name
        self.declared_type: str = declaration.type
        self.type: str = canonical_type(declaration.type)
        self.custom: bool = declaration.custom
        self.options: Options = declaration.options
        self.provider: str | None = declaration.provider
        self.source: SourceLocation | None = declaration.source
        self.dependencies: frozenset[str] = declaration.dependencies
        self.property_dependencies: Mapping[str, frozenset[str]] = declaration.property_dependencies
        self.id: Property = Property(_identity(declaration), "id")
        self.properties: Property = Property(dict(declaration.properties))

    def __getitem__(self, key: str) -> Property:
        return self.properties[key]

    @override
    def __repr__(self) -> str:
        return f"Resource({self.declared_type} {self.name!r})"

    @property
    def parent(self) -> Resource | None:
        """The resource that this one was declared under; None at the root."""
        return self._graph.get(self._declaration.parent)

    @cached_property
    def parents(self) -> tuple[Resource, ...]:
        """The whole chain of parents, nearest first; a cycle is cut where it closes."""
        chain: dict[str, Resource] = {}
        current = self.parent
        while current is not None and current is not self and current.urn not in chain:
            chain[current.urn] = current
            current = current.parent
        return tuple(chain.values())

    @property
    def children(self) -> tuple[Resource, ...]:
        """The resources declared right under this one."""
        return self._graph.children_of(self.urn)

    @property
    def declaration(self) -> Declaration:
        """What the source of the graph stated of it."""
        return self._declaration

    def as_analyzed(self) -> Declaration:
        """The resource's declaration with its inputs in the place of its outputs."""
        declaration = self._declaration
        inputs = declaration.properties if declaration.inputs is None else declaration.inputs
        return replace(
            declaration, properties=inputs, dependencies=frozenset(), property_dependencies={}
        )

    def references(self, property: str | None, *types: str) -> list[Resource]:
        """The resources, of these types if any are named, that a top-level property depends on.

        `None` asks about every property. What the engine recorded as the property's dependencies
        comes first; where it recorded none that fit, a known literal counts that equals the
        other's id, ARN, name or URL (or what its type has for a name). In the order of the graph.
        """
        wanted = {canonical_type(token) for token in types}
        found = self._graph.resources_at(self._recorded(property), wanted)
        if found:
            return found
        # A resource's own id or ARN names itself, even where another one bears the same.
        asked = (
            [value for key, value in self.properties.entries() if key not in _HANDLES]
            if property is None
            else [self.properties[property]]
        )
        literals = {text for value in asked for text in value.texts() if text}
        return [other for other in self._graph.holders(literals, wanted) if other is not self]

    def referrers(self, *types: str, property: str | None = None) -> list[Resource]:
        """The resources, of these types if any are named, one of whose properties refers here."""
        wanted = {canonical_type(token) for token in types}
        return [
            other
            for other in self._graph.mentions_of(self.urn, wanted)
            if other is not self and self in other.references(property, self.type)
        ]

    def _recorded(self, property: str | None) -> frozenset[str]:
        if property is not None:
            return self.property_dependencies.get(property, frozenset())
        return self.dependencies.union(*self.property_dependencies.values())


def _identity(declaration: Declaration) -> Raw:
    """A resource's id: only what a provider manages has one, and not before it exists."""
    if declaration.id is not None:
        return declaration.id
    identity = declaration.properties.get("id")
    return UNKNOWN if identity is None and declaration.custom else identity


@final
class Graph:
    """Every resource of a stack, ordered by URN: the engine hands them out in no order at all.

    Providers that the engine made by default are left out: no program declares them, and each
    source of a graph would name them differently.
    """

    def __init__(self, stack: Stack, declarations: Iterable[Declaration] = ()) -> None:
        self.stack: Stack = stack
        self._by_urn: dict[str, Resource] = {
            declaration.urn: Resource(declaration, self)
            for declaration in sorted(declarations, key=lambda one: one.urn)
            if not is_default_provider(declaration.urn)
        }
        self.resources: tuple[Resource, ...] = tuple(self._by_urn.values())
        self._indexes: dict[Callable[[Graph], object], object] = {}

    @override
    def __repr__(self) -> str:
        return f"Graph({self.stack.project}/{self.stack.name}, {len(self.resources)} resources)"

    def get(self, urn: str) -> Resource | None:
        """The resource with this URN."""
        return self._by_urn.get(urn)

    def of_type(self, *types: str) -> list[Resource]:
        """The resources of any of these types, aliased type names included."""
        wanted = {canonical_type(token) for token in types}
        found = [one for token in wanted for one in self._by_type.get(token, ())]
        return found if len(wanted) == 1 else sorted(found, key=self._order)

    def indexed(self, make: Callable[[Graph], _Index]) -> _Index:
        """What `make` makes of this graph, which it does once, however often it is asked for.

        A rule that joins two kinds of resources looks the partners up in such an index: to search
        the graph for the partners of each would take a hundred times as long for ten times the
        resources.
        """
        if make not in self._indexes:
            self._indexes[make] = make(self)
        # It is kept by what made it.
        return cast("_Index", self._indexes[make])

    def analyzed(self) -> Iterator[Resource]:
        """Each resource as the engine has it analyzed before it touches it.

        That is over its inputs, without its dependencies, with no company but its parents; so a
        verdict on a recorded program or an exported state is the one of a preview. Where the
        source does not tell inputs from outputs, these are taken for those.
        """
        for resource in self.resources:
            alone = Graph(self.stack, (one.as_analyzed() for one in (resource, *resource.parents)))
            yield alone._by_urn[resource.urn]

    def children_of(self, urn: str) -> tuple[Resource, ...]:
        """The resources declared right under the one with this URN."""
        return tuple(self._by_parent.get(urn, ()))

    def resources_at(self, urns: Iterable[str], types: set[str]) -> list[Resource]:
        """The resources with these URNs, of these types if any, in the order of the graph."""
        found = {urn for urn in urns if urn in self._by_urn}
        # Most properties refer to one resource; that needs no order.
        ordered = sorted(found, key=self._position.__getitem__) if len(found) > 1 else list(found)
        resources = [self._by_urn[urn] for urn in ordered]
        return [one for one in resources if not types or one.type in types]

    def _order(self, resource: Resource) -> int:
        return self._position[resource.urn]

    def holders(self, texts: Iterable[str], types: set[str]) -> list[Resource]:
        """The resources whose id, ARN, name or URL is one of these texts."""
        urns = {urn for text in texts for urn in self._by_handle.get(text, ())}
        return self.resources_at(urns, types)

    def mentions_of(self, urn: str, types: set[str]) -> list[Resource]:
        """The resources, of these types if any, with any trace of this one: more than refer to it.

        Asked for each resource of a large stack, so it must not look at all the others.
        """
        return self.resources_at(self._mentions.get(urn, ()), types)

    @cached_property
    def _mentions(self) -> dict[str, set[str]]:
        grouped: dict[str, set[str]] = {}
        for resource in self.resources:
            named = resource.dependencies.union(*resource.property_dependencies.values())
            for text in resource.properties.texts():
                if text in self._by_handle:
                    named = named.union(self._by_handle[text])
            for urn in named:
                grouped.setdefault(urn, set()).add(resource.urn)
        return grouped

    @cached_property
    def _position(self) -> dict[str, int]:
        return {urn: index for index, urn in enumerate(self._by_urn)}

    @cached_property
    def _by_type(self) -> dict[str, list[Resource]]:
        grouped: dict[str, list[Resource]] = {}
        for resource in self.resources:
            grouped.setdefault(resource.type, []).append(resource)
        return grouped

    @cached_property
    def _by_parent(self) -> dict[str, list[Resource]]:
        grouped: dict[str, list[Resource]] = {}
        for resource in self.resources:
            parent = resource.parent
            if parent is not None:
                grouped.setdefault(parent.urn, []).append(resource)
        return grouped

    @cached_property
    def _by_handle(self) -> dict[str, list[str]]:
        grouped: dict[str, list[str]] = {}
        for resource in self.resources:
            if not resource.custom or resource.type.startswith(PROVIDER_PREFIX):
                continue
            own = (*_HANDLES[1:], *NAMED_BY.get(resource.type, ()))
            values = [resource.id, *(resource[handle] for handle in own)]
            for text in {value.scalar() for value in values}:
                if isinstance(text, str) and text:
                    grouped.setdefault(text, []).append(resource.urn)
        return grouped
