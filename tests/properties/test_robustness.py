"""Whatever an engine or a program sends, the pack answers: nothing brings it down or loses a secret."""

from __future__ import annotations

import threading
from itertools import islice
from typing import Final

import pytest
from google.protobuf.struct_pb2 import ListValue, NullValue, Struct, Value
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from pulumi.runtime.proto import analyzer_pb2

from graph.decoding import (
    OUTPUT_VALUE,
    RESOURCE_REFERENCE,
    SECRET,
    SIGNATURE,
    UNKNOWN_TEXTS,
    decode_struct,
)
from graph.encoding import encode_struct
from graph.model import Declaration
from graph.raw import Raw, Secret, Unknown
from policies.engine.discovery import discover
from policies.engine.remediation import load_remedies
from policies.engine.rules import EVERY_TYPE
from policies.engine.waivers_code import WAIVER_TYPE
from policies.testing.engine import Engine, Said
from policies.testing.fixtures import declarations
from tests.kit.direct import connected
from tests.policy.load import resources
from tests.policy.pages.files import rules_with_fixtures
from tests.unit.graph.trees import RAW

RULES: Final = discover()
TYPES: Final = sorted({token for rule in RULES for token in rule.applies_to} - {EVERY_TYPE})
CHAT: Final = {"PLUMBLINE_PROFILE": "chat"}
LARGE: Final = 10_000

load_remedies()
MENDING: Final = [
    (rule, fixtures) for rule, fixtures in rules_with_fixtures() if rule.remediation is not None
]
MENDED_TYPES: Final = sorted({token for rule, _ in MENDING for token in rule.applies_to})


# Inputs that a remedy has something to do with: those that a fixture of its rule fails by.
FAILING: Final = [
    (one.type, one.properties)
    for rule, fixtures in MENDING
    for case in fixtures.fails
    for one in declarations(case)
    if rule.judges(one.type)
]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return connected(RULES, CHAT)


@pytest.fixture(scope="module")
def mending() -> Engine:
    made = connected(RULES, CHAT)
    made.configure({"remediation": {"enabled": True}})
    return made


def _marked(value: Raw, path: str = "") -> dict[str, Raw]:
    """Every secret and every unknown of a tree by its path."""
    if isinstance(value, Secret | Unknown):
        return {path: value}
    inner: list[tuple[str, Raw]] = []
    if isinstance(value, dict):
        inner = [(f"{path}.{key}", one) for key, one in value.items()]
    elif isinstance(value, list):
        inner = [(f"{path}[{number}]", one) for number, one in enumerate(value)]
    return {place: mark for key, one in inner for place, mark in _marked(one, key).items()}


@st.composite
def inputs(draw: st.DrawFn) -> tuple[str, dict[str, Raw]]:
    """A type, and inputs that its remedies mend, with anything at all put over some of them."""
    token, properties = draw(st.sampled_from(FAILING))
    other = draw(st.sampled_from(FAILING))[1] if draw(st.booleans()) else {}
    made: dict[str, Raw] = {**other, **properties}
    keys = st.sampled_from(sorted(made)) if made else st.nothing()
    for key in draw(st.lists(keys, max_size=2)) if made else []:
        hidden: Raw = Secret(made[key])
        among: Raw = [hidden, {"a": hidden}]
        made[key] = draw(RAW | st.sampled_from([hidden, among]))
    return token, {**made, **draw(st.dictionaries(st.text(max_size=6), RAW, max_size=2))}


def _remediated(engine: Engine, token: str, properties: Struct) -> analyzer_pb2.RemediateResponse:
    request = analyzer_pb2.AnalyzeRequest(
        type=token, urn=f"urn:pulumi:s::p::{token}::r", name="r", properties=properties
    )
    return engine.stub.Remediate(request)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(given_=inputs())
def test_a_remedy_keeps_every_mark_helps_and_is_done_once(
    mending: Engine, given_: tuple[str, dict[str, Raw]]
) -> None:
    token, properties = given_
    before = encode_struct(properties)

    said = _remediated(mending, token, before)

    made = [one for one in said.remediations if one.properties.fields]
    assert [one.diagnostic for one in said.remediations if one.diagnostic] == []
    after = made[-1].properties if made else before
    kept = _marked(decode_struct(after))
    assert {path: kept.get(path) for path in _marked(decode_struct(before))} == _marked(
        decode_struct(before)
    )
    assert not _remediated(mending, token, after).remediations
    mended = Declaration(
        urn=f"urn:pulumi:s::p::{token}::r", type=token, name="r", properties=decode_struct(after)
    )
    failing = {one.policy for one in mending.analyze(mended)}
    assert not failing & {one.policyName for one in made}


# What the wire may carry, whether or not any engine would send it.
_SIGNED: Final = st.sampled_from([SECRET, OUTPUT_VALUE, RESOURCE_REFERENCE, "", "?"])
_KEYS: Final = st.sampled_from(
    [SIGNATURE, "value", "secret", "urn", "id", "__x", "", "policy", "tags"]
)


def _nested(inner: SearchStrategy[Value]) -> SearchStrategy[Value]:
    fields = st.dictionaries(_KEYS | st.text(max_size=5), inner, max_size=4)
    return fields.map(lambda one: Value(struct_value=Struct(fields=one))) | st.lists(
        inner, max_size=4
    ).map(lambda one: Value(list_value=ListValue(values=one)))


VALUES: Final[SearchStrategy[Value]] = st.recursive(
    st.just(Value())
    | st.just(Value(null_value=NullValue.NULL_VALUE))
    | st.floats().map(lambda one: Value(number_value=one))
    | st.booleans().map(lambda one: Value(bool_value=one))
    | (st.text(max_size=20) | _SIGNED | st.sampled_from(sorted(UNKNOWN_TEXTS))).map(
        lambda one: Value(string_value=one)
    )
    | st.sampled_from(
        ["{", "[[", '{"a":' * 50, "[" * 5000, '{"Statement": 7}', "arn:aws:::::"]
    ).map(lambda one: Value(string_value=one)),
    _nested,
    max_leaves=10,
)
NAMES: Final = st.sampled_from(
    [
        *TYPES[:: len(TYPES) // 20],
        WAIVER_TYPE,
        "pulumi:pulumi:Stack",
        "pulumi:providers:aws",
        "a",
        "",
    ]
) | st.text(max_size=8)
URNS: Final = st.sampled_from(["", "urn", "urn:pulumi:s::p::t::a", "urn:pulumi:::::::", "::::"])


@st.composite
def messages(draw: st.DrawFn) -> list[analyzer_pb2.AnalyzerResource]:
    """Resources as no engine would tell them: of any shape, their own parents, or nobody's."""
    structs = st.dictionaries(_KEYS | st.sampled_from(["environment", "rules", "ingress"]), VALUES)
    return [
        analyzer_pb2.AnalyzerResource(
            type=draw(NAMES),
            urn=draw(URNS),
            name=draw(st.text(max_size=4)),
            parent=draw(URNS),
            properties=Struct(fields=draw(structs)),
            dependencies=draw(st.lists(URNS, max_size=2)),
            propertyDependencies={
                key: analyzer_pb2.AnalyzerPropertyDependencies(urns=[draw(URNS)])
                for key in draw(st.lists(_KEYS, max_size=2, unique=True))
            },
        )
        for _ in range(draw(st.integers(0, 4)))
    ]


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(told=messages())
def test_a_malformed_message_is_answered_and_crashes_no_rule(
    mending: Engine, told: list[analyzer_pb2.AnalyzerResource]
) -> None:
    requests = [
        analyzer_pb2.AnalyzeRequest(
            type=one.type, urn=one.urn, name=one.name, properties=one.properties
        )
        for one in told
    ]

    said = [
        *(problem for one in requests for problem in mending.stub.Remediate(one).remediations),
        *(found for one in requests for found in mending.stub.Analyze(one).diagnostics),
        *mending.stub.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest(resources=told)).diagnostics,
    ]

    faults = [str(one) for one in said if "failed with" in str(one)]
    assert faults == []


@settings(max_examples=100)
@given(
    stated=st.dictionaries(
        st.sampled_from(
            ["rule", "resource", "reason", "owner", "ticket", "expires", "path", "x", "stacks"]
        ),
        RAW | st.sampled_from(["alb-idle-timeout", "2026-02-30", "2027-01-01", "OPS-7", "*"]),
    )
)
def test_a_malformed_waiver_in_code_is_told_and_nothing_else(
    engine: Engine, stated: dict[str, Raw]
) -> None:
    waiver = Declaration(
        urn=f"urn:pulumi:s::p::{WAIVER_TYPE}::w",
        type=WAIVER_TYPE,
        name="w",
        custom=False,
        properties=stated,
    )

    said = engine.run([waiver])

    problems = [one for one in said if one.policy == "waivers"]
    assert problems, "a waiver that excuses nothing is a problem too"
    assert all("'w'" in one.message or "the waiver of" in one.message for one in problems)


def test_ten_thousand_resources_are_judged_from_the_first_request_to_the_last_answer(
    engine: Engine,
) -> None:
    stack = list(islice(resources(), LARGE))

    said = engine.run(stack)

    assert len({one.urn for one in said}) > LARGE / 10
    assert [one.message for one in said if "a fault of the rule" in one.message] == []


def test_a_circle_of_three_hundred_parents_is_judged(engine: Engine) -> None:
    urns = [f"urn:pulumi:s::p::plumbline:x:Y::{number}" for number in range(300)]
    chain = [
        Declaration(
            urn=urn, type="plumbline:x:Y", name=str(number), custom=False, parent=urns[number - 1]
        )
        for number, urn in enumerate(urns)
    ]

    said = engine.run(chain)  # the first one's parent is the last one

    assert [one.message for one in said if "a fault of the rule" in one.message] == []


def test_two_programs_that_are_judged_at_once_are_judged_as_if_alone() -> None:
    programs = [list(islice(resources(), start, start + 400)) for start in (0, 400)]
    alone = [connected(RULES, CHAT).run(one) for one in programs]
    together: dict[int, list[Said]] = {}

    def judge(number: int) -> None:
        together[number] = connected(RULES, CHAT).run(programs[number])

    threads = [threading.Thread(target=judge, args=(number,)) for number in (0, 1)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert [together[number] for number in (0, 1)] == alone
