"""What rules and fixtures ask of a resource, the real provider has: else a rule is dead, or a typo.

Recorded while every rule judges its fixtures: which property of which type it asks for. The provider's own schema says
what there is. A rule may ask several types one question, as one function for instances and clusters does; so a path is
known if any type has it that some rule asks for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final, cast

import pytest

from graph.model import Declaration, Graph, Resource
from graph.raw import Raw, Secret
from graph.types import canonical_type
from graph.values import Property
from policies.engine.evaluation import Dispatcher
from policies.engine.profiles import activate, known_profiles
from policies.testing.fixtures import Case, FixtureResource, Fixtures, graph_of
from tests.policy.test_rules import FIXTURES, RULES, profile_of
from toolchain.offline_aws import facts

# The graph's own index of what a resource may be called by.
HANDLES: Final = frozenset({"id", "arn", "name", "url"})

# What no type of today's provider has, and why it is asked for all the same.
OLDER_SHAPES: Final = {
    "logGroupName": "flow logs of provider 6, whose states are judged too",
    "lifecycleRules.status": "a bucket's own rules and its configuration's are asked alike",
    "lifecycleRules.noncurrentVersionExpiration.noncurrentDays": "the same",
    "rules.enabled": "the same, the other way round",
    "rules.noncurrentVersionExpiration.days": "the same, the other way round",
    "accessControlPolicy.grants.permissions": "a bucket's grants and its ACL's are asked alike",
    "accessControlPolicy.grants.type": "the same",
    "grants.grantee": "the same, the other way round",
    "grants.grantee.type": "the same, the other way round",
    "grants.permission": "the same, the other way round",
}
# What fixtures have that the provider has not, so that a rule is seen to pass it over.
PASSED_OVER: Final = {
    ("flow-log-retention", "aws:ec2/flowLog:FlowLog", "logGroupName"),
    ("rds-own-username", "aws:rds/cluster:Cluster", "username"),
    ("redis-encrypted-in-transit", "aws:elasticache/cluster:Cluster", "transitEncryptionMode"),
    ("alarms-on-critical-resources", "aws:rds/instance:Instance", "name"),
    ("alarms-on-critical-resources", "aws:elasticache/replicationGroup:ReplicationGroup", "name"),
}
# Rules that any property of any type concerns; their fixtures make properties up.
OF_ANYTHING: Final = frozenset(
    {"no-plaintext-secrets", "no-literal-passwords", "no-random-plaintext", "no-random-outputs"}
)
# What a property is part of, and under which key: a path alone does not tell the resource.
WHENCE = cast(
    "Callable[[Property], tuple[Property | None, str | int]]", attrgetter("_above", "_key")
)


@dataclass
class Trace:
    """Which types were asked for a path, and which types rules speak of at all."""

    asked: dict[str, set[str]] = field(default_factory=lambda: defaultdict[str, set[str]](set))
    types: set[str] = field(default_factory=set[str])
    roots: dict[int, tuple[Property, str]] = field(default_factory=dict[int, tuple[Property, str]])

    def read(self, child: Property) -> None:
        keys: list[str] = []
        current, above, key = child, *WHENCE(child)
        while above is not None:
            if isinstance(key, str):
                keys.append(key)
            current, above, key = above, *WHENCE(above)
        root = self.roots.get(id(current))
        if root is not None and root[0] is current and keys:
            self.asked[".".join(reversed(keys))].add(root[1])


@pytest.fixture(scope="module")
def trace() -> Trace:
    found = Trace()
    with pytest.MonkeyPatch.context() as patch:
        _record(found, patch)
        for fixtures in FIXTURES:
            if fixtures.rule not in OF_ANYTHING:
                _judge(fixtures, found)
    return found


def _record(found: Trace, patch: pytest.MonkeyPatch) -> None:
    ask, make, refer = Property.__getitem__, Resource.__init__, Resource.references
    refer_back, select = Resource.referrers, Graph.of_type

    def asked(self: Property, key: str | int) -> Property:
        child = ask(self, key)
        found.read(child)
        return child

    def made(self: Resource, declaration: Declaration, graph: Graph) -> None:
        make(self, declaration, graph)
        found.roots[id(self.properties)] = (self.properties, self.type)

    def references(self: Resource, property: str | None, *types: str) -> list[Resource]:  # noqa: A002 (as the original)
        found.types.update(types)
        if property is not None:
            found.asked[property].add(self.type)
        return refer(self, property, *types)

    def referrers(self: Resource, *types: str, property: str | None = None) -> list[Resource]:  # noqa: A002 (as the original)
        found.types.update(types)
        if property is not None:
            found.asked[property].update(canonical_type(one) for one in types)
        return refer_back(self, *types, property=property)

    def of_type(self: Graph, *types: str) -> list[Resource]:
        found.types.update(types)
        return select(self, *types)

    patch.setattr(Property, "__getitem__", asked)
    patch.setattr(Resource, "__init__", made)
    patch.setattr(Resource, "references", references)
    patch.setattr(Resource, "referrers", referrers)
    patch.setattr(Graph, "of_type", of_type)


def _judge(fixtures: Fixtures, found: Trace) -> None:
    rule = RULES[fixtures.rule]
    found.types.update(rule.applies_to)
    dispatcher = Dispatcher(activate((rule,), known_profiles()[profile_of(rule)], None))
    for case in _cases(fixtures):
        found.roots.clear()
        graph = graph_of(case)
        for resource in graph.analyzed():
            dispatcher.resource(resource)
        dispatcher.stack(graph)


def _cases(fixtures: Fixtures) -> Iterator[Case]:
    yield from fixtures.passes
    yield from fixtures.fails
    yield from (case for case, _ in fixtures.lacks)
    yield from fixtures.unknown or ()


def _known(token: str, path: str) -> bool:
    """Whether the provider has a path; what is below text or a free-form map is not its own."""
    resource = facts.resource(facts.canonical(token))
    fields: facts.Fields | None = None if resource is None else resource.fields
    for key in path.split("."):
        if fields is None:
            return False
        if key not in fields:
            return False
        held = fields[key]
        if not held.fields:
            return True
        fields = held.fields
    return True


def test_the_provider_has_every_type_that_rules_speak_of(trace: Trace) -> None:
    ours = {one for one in trace.types if one.startswith("aws:")}
    missing = {one for one in ours if facts.resource(facts.canonical(canonical_type(one))) is None}

    assert len(ours) > 150
    assert missing == set()


def test_the_provider_has_every_property_that_rules_ask_for(trace: Trace) -> None:
    asked = {
        path: {one for one in types if one.startswith("aws:")}
        for path, types in trace.asked.items()
        if path not in HANDLES
    }
    unknown = {
        path: sorted(types)
        for path, types in asked.items()
        if types and not any(_known(one, path) for one in types)
    }

    assert len(asked) > 500
    assert unknown.keys() == OLDER_SHAPES.keys()


def _strangers(value: Raw, fields: facts.Fields, path: str) -> Iterator[str]:
    while isinstance(value, Secret):
        value = value.value
    if isinstance(value, list):
        for item in value:
            yield from _strangers(item, fields, path)
    elif isinstance(value, dict):
        for key, item in value.items():
            inner = f"{path}.{key}" if path else key
            if key not in fields:
                yield inner
            elif fields[key].fields:
                yield from _strangers(item, fields[key].fields, inner)


def test_fixtures_are_made_of_properties_that_the_provider_has() -> None:
    strangers: set[tuple[str, str, str]] = set()
    for fixtures in (one for one in FIXTURES if one.rule not in OF_ANYTHING):
        members = (one for case in _cases(fixtures) for one in case)
        for member in members:
            if isinstance(member, FixtureResource) and member.type.startswith("aws:"):
                resource = facts.resource(facts.canonical(canonical_type(member.type)))
                assert resource is not None, f"{fixtures.rule}: there is no {member.type}"
                found = _strangers(member.properties, resource.fields, "")
                strangers.update((fixtures.rule, member.type, path) for path in found)

    assert strangers == PASSED_OVER
