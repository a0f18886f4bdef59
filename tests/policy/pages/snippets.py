"""A fixture as the program that declares it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from graph.model import Options
from graph.raw import UNKNOWN, Raw
from graph.types import STACK_TYPE
from policies.testing.fixtures import Case, FixtureResource
from tests.policy.pages.expressions import Call, Code, Expression, Keyed, Listed, literal, written
from tests.policy.pages.naming import argument, constructor, variable
from tests.policy.pages.references import UnwritableError, matched, ordered, unknowns
from tests.policy.pages.required import filled_in
from tests.policy.pages.values import Surroundings, Values
from toolchain.offline_aws import facts

# The stack that tells what a fixture leaves unknown.
ELSEWHERE = "shared"
_PROVIDER = "pulumi:providers:aws"


@dataclass(frozen=True)
class Snippet:
    """A program, the secrets that it reads, and what it is to declare, by resource."""

    case: Case
    code: str
    secrets: Mapping[str, str]
    declares: Mapping[str, Mapping[str, Raw]]


def snippet(case: Case, *, ready: bool) -> Snippet:
    """The program for a case; UnwritableError where there is none.

    What a type requires beyond the fixture is a ready value where `ready` is true, and otherwise
    comes from another stack, so that it is known to no rule.
    """
    members = [one for one in case if isinstance(one, FixtureResource)]
    program = _Program(ready=ready, members={one.name: one for one in members})
    statements = [line for one in ordered(members) for line in program.declare(one)]
    return Snippet(case, program.around_it(statements), program.around.secrets, program.declares)


@dataclass
class _Program:
    ready: bool
    members: Mapping[str, FixtureResource]
    around: Surroundings = field(default_factory=Surroundings)
    declares: dict[str, Mapping[str, Raw]] = field(default_factory=dict[str, Mapping[str, Raw]])
    exports: bool = False
    _used: set[str] = field(default_factory=lambda: {"elsewhere"})

    def declare(self, member: FixtureResource) -> Iterator[tuple[str, Expression]]:
        """The statements that declare a resource, each with the name that it may be kept under."""
        if member.id is not None:
            raise UnwritableError("its ids are those of a stack that is deployed")
        if member.type == STACK_TYPE:
            raise UnwritableError("it is about what the stack as a whole exports")
        known = facts.resource(facts.canonical(member.type))
        fields: Mapping[str, facts.Property] = {} if known is None else known.fields
        properties = self._completed(member, fields)
        values = {
            key: self._value(member, key, value, fields.get(key))
            for key, value in properties.items()
        }
        self.declares[member.name] = properties
        call = self._construction(member, values)
        self.around.variables[member.name] = variable(member.name, self._used)
        yield member.name, call

    def _completed(
        self, member: FixtureResource, fields: Mapping[str, facts.Property]
    ) -> dict[str, Raw]:
        """The properties of a resource with those that are only referred to, and those required."""
        properties = dict(member.properties)
        for key in member.refs:
            if key in properties or not member.refs[key]:
                continue
            one = fields.get(key)
            if one is not None and one.fields:
                raise UnwritableError(f"only what {key} depends on is given")
            unknown: Raw = UNKNOWN
            several = one is not None and one.kind in {"l", "t"} and not one.one
            properties[key] = [unknown for _ in member.refs[key]] if several else unknown
        for key, one in fields.items():
            if one.required and key not in properties:
                value = filled_in(member.type, key, member.name) if self.ready else None
                properties[key] = UNKNOWN if value is None else value
        return properties

    def _value(
        self, member: FixtureResource, key: str, value: Raw, known: facts.Property | None
    ) -> Expression:
        targets = matched(list(unknowns(value, key)), self._targets(member, key))
        return Values(self.around, iter(targets)).expression(value, key, known)

    def _targets(self, member: FixtureResource, key: str) -> list[FixtureResource]:
        return [self.members[name] for name in member.refs.get(key, ())]

    def _construction(
        self, member: FixtureResource, values: Mapping[str, Expression]
    ) -> Expression:
        named = {argument(key): value for key, value in values.items()}
        options = self._options(member)
        if options:
            named["opts"] = Call("pulumi.ResourceOptions", named=options)
        kind = "aws.Provider" if member.type == _PROVIDER else constructor(member.type)
        if kind is not None:
            return Call(kind, [literal(member.name)], named)
        kind = "pulumi.CustomResource" if member.custom else "pulumi.ComponentResource"
        arguments = [literal(member.type), literal(member.name), Keyed(values)]
        return Call(kind, arguments, {"opts": named["opts"]} if options else {})

    def _options(self, member: FixtureResource) -> dict[str, Expression]:
        options, said = member.options, dict[str, Expression]()
        if member.parent:
            self.around.referred.add(member.parent)
            said["parent"] = Code(self.around.variables[member.parent])
        if options.protect:
            said["protect"] = literal(value=True)
        if options.ignore_changes:
            said["ignore_changes"] = Listed(
                [literal(argument(key)) for key in options.ignore_changes]
            )
        if options != Options(protect=options.protect, ignore_changes=options.ignore_changes):
            raise UnwritableError("its resource options are not shown")
        return said

    def around_it(self, statements: list[tuple[str, Expression]]) -> str:
        """The whole program, with its imports."""
        body = "\n".join(
            written(call, f"{self.around.variables[name]} = " if self._kept(name) else "")
            for name, call in statements
        )
        head: list[str] = []
        if self.around.secrets:
            head.append("config = pulumi.Config()")
        if self.around.outputs:
            head.append(f'elsewhere = pulumi.StackReference("{ELSEWHERE}")')
        whole = "\n".join([*head, body])
        imports = [
            line
            for word, line in (
                ("json.dumps", "import json\n"),
                ("pulumi.", "import pulumi"),
                ("aws.", "import pulumi_aws as aws"),
            )
            if re.search(rf"(?<![\w.\"]){re.escape(word)}", whole)
        ]
        return "\n".join([*imports, "", whole]).strip("\n") + "\n" if body else ""

    def _kept(self, name: str) -> bool:
        return name in self.around.referred
