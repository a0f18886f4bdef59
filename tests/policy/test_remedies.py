"""Each remedy mends what its rule finds in the rule's own fixtures, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import cast

import pytest
from google.protobuf.struct_pb2 import Struct

from graph.decoding import decode_struct
from graph.encoding import encode_struct
from graph.model import Graph, Resource, Stack
from graph.raw import UNKNOWN, Raw, Secret
from policies.engine.judging import Verdict, judge_resource
from policies.engine.parameters import build
from policies.engine.profiles import ActiveRule
from policies.engine.remediation import load_remedies, mend
from policies.engine.rules import Rule
from policies.testing.fixtures import Fixtures, declarations, stack_of
from tests.policy.test_rules import FIXTURES, RULES

load_remedies()
REMEDIED = sorted(name for name, rule in RULES.items() if rule.remediation is not None)
FACTS = Path(__file__).resolve().parents[2] / "toolchain" / "offline_aws" / "facts"
# What a program may have beside what the rule reads; it must stay as it is.
BESIDE: dict[str, Raw] = {
    "besideSecret": Secret("hunter2-canary"),
    "besideUnknown": UNKNOWN,
    "besideNested": {"deep": [Secret({"a": 1}), UNKNOWN, None]},
}


def failing(rule: Rule) -> Iterator[tuple[Resource, ActiveRule]]:
    """Each resource of the rule's fixtures that it fails."""
    for fixtures in (one for one in FIXTURES if one.rule == rule.name):
        parameters = build(rule.parameters, plain(fixtures), problems=[])
        active = ActiveRule(rule, rule.level, parameters)
        lacking = [case for case, verdict in fixtures.lacks if verdict == "fail"]
        for case in (*fixtures.fails, *lacking):
            for resource in Graph(stack_of(case), declarations(case)).analyzed():
                if judge_resource(active, resource).verdict is Verdict.FAIL:
                    yield resource, active


def plain(fixtures: Fixtures) -> Mapping[str, object]:
    return dict(fixtures.parameters)


def wire(resource: Resource, more: Mapping[str, Raw]) -> Struct:
    properties = encode_struct({**resource.declaration.properties, **more})
    # The bridge's own bookkeeping, which decoding leaves out.
    properties.fields["__defaults"].list_value.values.add().string_value = "engine"
    return properties


def mended(resource: Resource, active: ActiveRule, properties: Struct) -> Struct | None:
    """What the engine makes of these inputs of the resource; None where it mends nothing."""
    above = [one.declaration for one in resource.parents]

    def resource_of(inputs: dict[str, Raw]) -> Resource:
        graph = Graph(Stack(), [replace(resource.declaration, properties=inputs), *above])
        found = graph.get(resource.urn)
        assert found is not None
        return found

    made = mend([active], properties, resource_of, lambda judgement: judgement)
    assert [one.problem for one in made if one.problem] == []
    return made[0].properties if made else None


@cache
def facts(token: str) -> Mapping[str, object]:
    """What the provider says of a type's properties."""
    module = token.split(":")[1].partition("/")[0]
    told = json.loads((FACTS / f"{module}.json").read_text(encoding="utf-8"))
    return cast("Mapping[str, object]", told[token]["p"])


def replacing(before: Raw, after: Raw, told: Mapping[str, object], at: str = "") -> Iterator[str]:
    """The paths of all changes that the provider carries out by a replacement, or does not know."""
    old = before if isinstance(before, dict) else {}
    for key, value in after.items() if isinstance(after, dict) else ():
        if old.get(key) == value:
            continue
        fact = told.get(key)
        if fact is None:
            yield f"{at}{key} is not known"
            continue
        entry = cast("Mapping[str, object]", fact if isinstance(fact, dict) else {"is": fact})
        if "f" in str(entry["is"]).split(" ", maxsplit=1)[0] and "?" not in str(entry["is"]):
            yield f"{at}{key}"
        inner = cast("Mapping[str, object]", entry.get("fields", {}))
        olds = cast("list[Raw]", old.get(key)) if isinstance(old.get(key), list) else [old.get(key)]
        for index, one in enumerate(value if isinstance(value, list) else [value]):
            if inner and isinstance(one, dict):
                earlier = olds[index] if index < len(olds) else None
                yield from replacing(earlier, one, inner, f"{at}{key}.")


def test_at_least_twenty_five_rules_have_a_remedy() -> None:
    assert len(REMEDIED) >= 25


@pytest.mark.parametrize("name", REMEDIED)
def test_a_remedy_mends_a_failing_fixture_of_its_rule(name: str) -> None:
    results = [
        mended(resource, active, wire(resource, {})) for resource, active in failing(RULES[name])
    ]

    assert [one for one in results if one is not None], f"{name}: nothing is mended"


@pytest.mark.parametrize("name", REMEDIED)
def test_a_remedy_is_safe_on_every_failing_fixture(name: str) -> None:
    for resource, active in failing(RULES[name]):
        before = wire(resource, BESIDE)
        untouched = before.SerializeToString(deterministic=True)

        after = mended(resource, active, before)

        assert before.SerializeToString(deterministic=True) == untouched
        if after is None:
            continue
        # Its rule passes, and there is nothing left to mend.
        assert mended(resource, active, after) is None
        inputs = replace(resource.declaration, properties=decode_struct(after))
        (anew,) = Graph(Stack(), [inputs]).analyzed()
        assert judge_resource(active, anew).verdict is Verdict.PASS
        # What it does not name is the same to the last bit.
        for key in (*BESIDE, "__defaults"):
            assert after.fields[key] == before.fields[key]
        # The provider updates the resource in place.
        changed = replacing(decode_struct(before), decode_struct(after), facts(resource.type))
        assert list(changed) == []


@pytest.mark.parametrize("name", REMEDIED)
@pytest.mark.parametrize("guard", [UNKNOWN, Secret("hunter2-canary")], ids=["unknown", "secret"])
def test_a_remedy_leaves_what_is_unknown_or_secret_as_it_is(name: str, guard: Raw) -> None:
    for resource, active in failing(RULES[name]):
        mending = mended(resource, active, wire(resource, {}))
        if mending is None:
            continue
        before, after = wire(resource, {}), decode_struct(mending)
        touched = [key for key in after if decode_struct(before).get(key) != after[key]]
        guarded = wire(resource, dict.fromkeys(touched, guard))

        kept = mended(resource, active, guarded)

        assert kept is None or all(kept.fields[key] == guarded.fields[key] for key in touched)
