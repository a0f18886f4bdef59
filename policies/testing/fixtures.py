"""Fixtures of rules: small stacks in plain Python, told as a list of resources."""

# ruff: noqa: A002 (`type` and `id` are what Pulumi calls what these arguments name)

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from graph.model import ConfigValue, Declaration, Graph, Options, Stack
from graph.raw import UNKNOWN, Raw, Secret

__all__ = [
    "PROJECT",
    "STACK",
    "UNKNOWN",
    "Case",
    "FixtureResource",
    "Fixtures",
    "StackConfig",
    "declarations",
    "graph_of",
    "resource",
    "secret",
    "stack_config",
    "stack_of",
]

PROJECT = "fixture"
STACK = "test"


@dataclass(frozen=True)
class FixtureResource:
    """One resource of a fixture; `refs` are its property dependencies by resource name.

    `provider` is the name of a provider of the case; without one the engine's default provides.
    """

    type: str
    name: str
    properties: dict[str, Raw]
    parent: str | None
    refs: Mapping[str, Sequence[str]]
    id: Raw
    options: Options
    custom: bool
    provider: str | None = None

    @property
    def urn(self) -> str:
        """The URN that other resources of the fixture know it by."""
        return f"urn:pulumi:{STACK}::{PROJECT}::{self.type}::{self.name}"


@dataclass(frozen=True)
class StackConfig:
    """The stack configuration of a fixture: a member of a case beside its resources."""

    values: Mapping[str, str]
    secret: tuple[str, ...] = ()


Case: TypeAlias = "Sequence[FixtureResource | StackConfig]"


@dataclass(frozen=True)
class Fixtures:
    """The cases of one rule.

    `lacks` pairs a case in which the property is absent with the verdict expected ("pass",
    "fail" or "not-applicable"). A rule that reads nothing that can be unknown gives
    `unknown=None` and says why in `no_unknown`. `configured` holds cases under settings of their
    own in the place of `parameters`, each with the verdict expected.
    """

    rule: str
    passes: Sequence[Case]
    fails: Sequence[Case]
    lacks: Sequence[tuple[Case, str]]
    unknown: Sequence[Case] | None = None
    no_unknown: str = ""
    parameters: Mapping[str, Raw] = field(default_factory=dict[str, Raw])
    configured: Sequence[tuple[Mapping[str, Raw], Case, str]] = ()


def secret(value: Raw) -> Secret:
    """A value that Pulumi keeps as a secret."""
    return Secret(value)


def resource(
    type: str,
    name: str,
    properties: Mapping[str, Raw] | None = None,
    *,
    parent: str | None = None,
    refs: Mapping[str, Sequence[str]] | None = None,
    id: Raw = None,
    options: Options | None = None,
    custom: bool | None = None,
    provider: str | None = None,
) -> FixtureResource:
    """A resource of a fixture; parents, providers and references are named by logical name.

    Types of the project's own components (`plumbline:…`) are components, all others custom.
    """
    return FixtureResource(
        type,
        name,
        dict(properties or {}),
        parent,
        refs or {},
        id,
        options or Options(),
        not type.startswith("plumbline:") if custom is None else custom,
        provider,
    )


def stack_config(values: Mapping[str, str], *, secret: Sequence[str] = ()) -> StackConfig:
    """The stack configuration of a case, keyed `namespace:key`; `secret` names encrypted keys."""
    return StackConfig(values, tuple(secret))


def graph_of(case: Case) -> Graph:
    """The graph of a case, for judging it in this process."""
    return Graph(stack_of(case), declarations(case))


def stack_of(case: Case) -> Stack:
    """The stack of a case, with its configuration."""
    config = {
        key: ConfigValue(value, key in member.secret)
        for member in case
        if isinstance(member, StackConfig)
        for key, value in member.values.items()
    }
    return Stack(project=PROJECT, name=STACK, dry_run=True, config=config)


def declarations(case: Case) -> list[Declaration]:
    """The resources of a case with every name resolved; ValueError for a name that is none."""
    members = [member for member in case if isinstance(member, FixtureResource)]
    urns = {member.name: member.urn for member in members}
    if len(urns) != len(members):
        raise ValueError("two resources of one case have the same name")
    return [_declaration(member, urns) for member in members]


def _declaration(member: FixtureResource, urns: Mapping[str, str]) -> Declaration:
    named = {name for names in member.refs.values() for name in names}
    holders = {name for name in (member.parent, member.provider) if name}
    missing = sorted((named | holders) - urns.keys())
    if missing:
        raise ValueError(f"{member.name} names {', '.join(missing)}, not in its case")
    references = {
        key: frozenset(urns[name] for name in names) for key, names in member.refs.items()
    }
    return Declaration(
        urn=member.urn,
        type=member.type,
        name=member.name,
        custom=member.custom,
        id=member.id,
        properties=member.properties,
        options=member.options,
        parent=urns[member.parent] if member.parent else "",
        provider=urns[member.provider] if member.provider else None,
        dependencies=frozenset(urns[name] for name in named),
        property_dependencies=references,
    )
