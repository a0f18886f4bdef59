"""No resource whatsoever brings the pack down, with all of its rules."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.model import Declaration
from graph.raw import Raw
from policies.engine.discovery import discover
from policies.engine.rules import EVERY_TYPE
from policies.testing.engine import Engine, Said, serving
from tests.unit.graph.trees import PROPERTIES, RAW

RULES = discover()
TYPES = sorted({token for rule in RULES for token in rule.applies_to} - {EVERY_TYPE})
# What the rules read: only so does generated data reach into them.
KEYS = [
    "accessLogs", "actions", "assignPublicIp", "assumeRolePolicy", "cidrBlock", "conditions",
    "containerDefinitions", "defaultActions", "egress", "engine", "engineVersion", "environment",
    "ingress", "inlinePolicies", "kmsMasterKeyId", "loadBalancers", "managedPolicyArns", "name",
    "networkConfiguration", "networkMode", "policy", "port", "protocol", "redrivePolicy", "rules",
    "runtimePlatform", "secrets", "securityGroups", "sslPolicy", "subnets", "tags", "type", "values",
]  # fmt: skip


@st.composite
def resources(draw: st.DrawFn) -> list[Declaration]:
    """A stack of resources of types that rules judge, with any properties and any links."""
    count = draw(st.integers(1, 3))
    tokens = [draw(st.sampled_from([*TYPES, "", "no type", "other:x/y:Z"])) for _ in range(count)]
    urns = [f"urn:pulumi:s::p::{token}::r{index}" for index, token in enumerate(tokens)]
    links = st.lists(st.sampled_from([*urns, "", "urn:gone"]), max_size=2).map(frozenset)
    made: list[Declaration] = []
    for token, urn in zip(tokens, urns, strict=True):
        known: dict[str, Raw] = draw(st.dictionaries(st.sampled_from(KEYS), RAW, max_size=6))
        made.append(
            Declaration(
                urn=urn,
                type=token,
                name=urn.rpartition("::")[2],
                properties={**draw(PROPERTIES), **known},
                parent=draw(st.sampled_from([*urns, "", "urn:gone"])),
                property_dependencies=draw(
                    st.dictionaries(st.sampled_from(KEYS), links, max_size=3)
                ),
            )
        )
    return made


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with serving(RULES, {"PLUMBLINE_PROFILE": "chat"}) as connected:
        yield connected


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(stack=resources())
def test_any_stack_is_judged_and_no_rule_crashes(engine: Engine, stack: list[Declaration]) -> None:
    said: list[Said] = engine.run(stack)

    assert [one.message for one in said if "a fault of the rule" in one.message] == []


def test_a_property_of_a_megabyte_is_judged(engine: Engine) -> None:
    huge: dict[str, Raw] = dict.fromkeys(("policy", "name", "engine"), "x" * 1000000)
    stack = [
        Declaration(urn=f"urn:pulumi:s::p::{token}::r", type=token, name="r", properties=dict(huge))
        for token in TYPES[:8]
    ]

    said = engine.run(stack)

    assert all(len(one.message) < 5_000 for one in said)
