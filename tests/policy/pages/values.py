"""Values of a fixture as Python expressions, with all that they need around them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from graph.raw import UNKNOWN, Raw, Secret, Unknown, same
from policies.testing.fixtures import FixtureResource
from tests.policy.pages.expressions import Call, Code, Expression, Keyed, Listed, literal
from tests.policy.pages.naming import argument, handle
from tests.policy.pages.references import UnwritableError, unknowns
from toolchain.offline_aws.facts import Property, canonical, resource


@dataclass
class Surroundings:
    """What the values of one program need: variables, outputs of another stack, secrets."""

    variables: dict[str, str] = field(default_factory=dict[str, str])
    outputs: set[str] = field(default_factory=set[str])
    secrets: dict[str, str] = field(default_factory=dict[str, str])
    referred: set[str] = field(default_factory=set[str])

    def reference(self, target: FixtureResource, key: str) -> Code:
        """An output of another resource of the program."""
        if target.name not in self.variables:
            raise UnwritableError(f"{target.name!r} has no outputs that a program could name")
        self.referred.add(target.name)
        known = resource(canonical(target.type))
        outputs = set[str]() if known is None else set(known.fields)
        attribute = handle(key, outputs) if target.custom else "urn"
        return Code(f"{self.variables[target.name]}.{attribute}")

    def output(self, key: str) -> Expression:
        """A value that another stack tells once it is deployed."""
        return Call("elsewhere.get_output", [literal(_free(argument(key), self.outputs))])

    def secret(self, key: str, value: Secret) -> Expression:
        """A secret: out of the stack's configuration where it is text."""
        if not isinstance(value.value, str):
            raise UnwritableError("its secret is not text")
        name = _free(key, self.secrets)
        self.secrets[name] = value.value
        return Call("config.require_secret", [literal(name)])


def _free(name: str, used: set[str] | dict[str, str]) -> str:
    free, number = name, 2
    while free in used:
        free, number = f"{name}_{number}", number + 1
    if isinstance(used, set):
        used.add(free)
    return free


@dataclass
class Values:
    """The values of one property; its unknowns are matched with resources in their order."""

    around: Surroundings
    targets: Iterator[FixtureResource | None]

    def expression(self, value: Raw, key: str, known: Property | None) -> Expression:
        """The expression for a value; `known` is what the provider says of the property."""
        if isinstance(value, Unknown):
            return self._unknown(key)
        if isinstance(value, Secret):
            return self._secret(key, value, known)
        if isinstance(value, list | dict) and known is not None and known.kind == "s":
            return Call("pulumi.Output.json_dumps", [self._plain(value, key)])
        if isinstance(value, list):
            return Listed([self.expression(item, key, known) for item in value])
        if isinstance(value, dict):
            return self._object(value, known)
        return self._scalar(value, key)

    def _unknown(self, key: str) -> Expression:
        target = next(self.targets, None)
        if target is None:
            return self.around.output(key)
        return self.around.reference(target, key)

    def _secret(self, key: str, value: Secret, known: Property | None) -> Expression:
        if isinstance(value.value, Unknown):
            return Call("pulumi.Output.secret", [self.expression(UNKNOWN, key, known)])
        return self.around.secret(key, value)

    def _scalar(self, value: str | float | None, key: str) -> Expression:
        document = _document(value)
        if document is not None:
            return Call("json.dumps", [self._plain(document, key)])
        return literal(value)

    def _object(self, value: Mapping[str, Raw], known: Property | None) -> Expression:
        fields: Mapping[str, Property] = {} if known is None else known.fields
        return Keyed(
            {
                (argument(name) if name in fields else name): self.expression(
                    inner, name, fields.get(name)
                )
                for name, inner in value.items()
            }
        )

    def _plain(self, value: Raw, key: str) -> Expression:
        """A value within a JSON document, where every key is spelt as it is."""
        if isinstance(value, dict):
            return Keyed({name: self._plain(inner, name) for name, inner in value.items()})
        if isinstance(value, list):
            return Listed([self._plain(item, key) for item in value])
        if isinstance(value, Unknown | Secret):
            return self.expression(value, key, None)
        return literal(value)


def _document(value: Raw) -> Raw:
    """The JSON object or list that a text holds; None where it holds none."""
    if not isinstance(value, str) or not value.startswith(("{", "[")):
        return None
    try:
        parsed = cast("Raw", json.loads(value))
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict | list) else None


def agrees(said: Raw, meant: Raw) -> bool:
    """Whether what a program declares says at least what its fixture does; a provider adds to it."""
    if isinstance(said, Secret):
        return agrees(said.value, meant.value if isinstance(meant, Secret) else meant)
    if isinstance(said, Unknown):
        return next(unknowns(meant, ""), None) is not None
    if isinstance(meant, Unknown):
        return said is not None
    said, meant = _document(said) or said, _document(meant) or meant
    if isinstance(said, dict) and isinstance(meant, dict):
        told = {key: value for key, value in meant.items() if value is not None}
        return all(agrees(said.get(key), value) for key, value in told.items())
    if isinstance(said, list) and isinstance(meant, list):
        return len(said) == len(meant) and all(map(agrees, said, meant))
    return not isinstance(meant, Secret) and same(said, meant) is True
