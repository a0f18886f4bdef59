"""Remediation over the wire: off unless asked for, careful, and told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import grpc
import pytest
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import analyzer_pb2

from graph.decoding import decode_struct
from graph.encoding import encode_struct
from graph.model import Resource
from graph.raw import UNKNOWN, Raw, Secret
from policies.engine import Rule
from policies.engine.remediation import merged
from policies.testing.engine import Engine, request_of, serving
from policies.testing.fixtures import declarations
from tests.unit.policies.rules import Timeout, balancer_has_subnets, idle_timeout
from tests.unit.policies.runs import BAD, CANARY, CHAT, waivers


def fresh(rule: Rule) -> Rule:
    """The rule without any remedy, so that no test gives one to another."""
    return replace(rule, remedies=[])


def _nothing(_: Resource, _parameters: Timeout) -> None:
    return None


def remediable() -> Rule:
    rule = fresh(idle_timeout)

    @rule.remedy
    def lengthen(_: Resource, parameters: Timeout) -> Mapping[str, Raw]:
        return {"idleTimeout": parameters.seconds}

    return rule


def remediate(
    rule: Rule,
    config: Mapping[str, str | Mapping[str, Raw]],
    environ: Mapping[str, str] = CHAT,
    **inputs: Raw,
) -> analyzer_pb2.RemediateResponse:
    (bad,) = declarations(BAD)
    bad = replace(bad, properties={**bad.properties, **inputs})
    with serving([rule], environ) as engine:
        engine.configure(config)
        response = engine.stub.Remediate(request_of(bad))
        _ = engine.analyze_stack([bad])
    return response


ON: Mapping[str, Mapping[str, Raw]] = {"remediation": {"enabled": True}}


@pytest.mark.parametrize(
    "config",
    [
        ON,
        {"remediation": {"enabled": True, "rules": ["idle-timeout"]}},
        {"idle-timeout": "remediate"},
    ],
)
def test_what_a_rule_finds_is_mended_where_the_configuration_asks_for_it(
    config: Mapping[str, str | Mapping[str, Raw]],
) -> None:
    (made,) = remediate(
        remediable(), config, tags={"password": Secret(CANARY)}, subnets=UNKNOWN
    ).remediations

    assert (made.policyName, made.description) == ("idle-timeout", "Connections stay open")
    assert decode_struct(made.properties) == {
        "idleTimeout": 300,
        "name": "known",
        "subnets": UNKNOWN,
        "tags": {"password": Secret(CANARY)},
    }


@pytest.mark.parametrize(
    "config", [{}, {"remediation": {"enabled": False, "rules": ["idle-timeout"]}}]
)
def test_nothing_is_mended_unasked(config: Mapping[str, Mapping[str, Raw]]) -> None:
    assert not remediate(remediable(), config).remediations


@pytest.mark.parametrize("timeout", [300, UNKNOWN, Secret(60)])
def test_what_passes_is_unknown_or_secret_is_left(timeout: Raw) -> None:
    assert not remediate(remediable(), ON, idleTimeout=timeout).remediations


def test_what_is_waived_is_left(tmp_path: Path) -> None:
    assert not remediate(remediable(), ON, waivers(tmp_path)).remediations


def test_the_settings_of_a_rule_reach_its_remedy() -> None:
    config: dict[str, Mapping[str, Raw]] = {**ON, "idle-timeout": {"seconds": 120}}

    (made,) = remediate(remediable(), config).remediations

    assert decode_struct(made.properties)["idleTimeout"] == 120


def test_a_remedy_that_does_not_make_its_rule_pass_changes_nothing() -> None:
    rule = fresh(idle_timeout)

    @rule.remedy
    def wrong(_: Resource, _parameters: Timeout) -> Mapping[str, Raw]:
        return {"idleTimeout": 299, "name": "other"}

    assert not remediate(rule, ON).remediations


def test_a_remedy_that_crashes_is_told_with_its_place_and_changes_nothing() -> None:
    rule = fresh(idle_timeout)

    @rule.remedy
    def broken(resource: Resource, _: Timeout) -> Mapping[str, Raw]:
        raise LookupError(str(resource["name"].value))

    (made,) = remediate(rule, ON, name=CANARY).remediations

    assert not made.HasField("properties")
    assert (
        "its remedy failed with LookupError at tests/unit/policies/test_remediation.py:"
        in made.diagnostic
    )
    assert CANARY not in made.diagnostic


def test_naming_a_rule_without_a_remedy_is_one_clear_error() -> None:
    with pytest.raises(grpc.RpcError) as raised:
        _ = remediate(remediable(), {"remediation": {"enabled": True, "rules": ["strict-name"]}})

    assert "rules without a remedy" in str(raised.value)
    assert "rules with one: idle-timeout" in str(raised.value)


def test_the_summary_tells_what_was_mended(tmp_path: Path) -> None:
    path = tmp_path / "summary.json"
    _ = remediate(remediable(), ON, {**CHAT, "PLUMBLINE_SUMMARY": str(path)})

    (told,) = json.loads(path.read_text())["mended"]
    assert told["rule"] == "idle-timeout"
    assert told["urn"].endswith("::alb")


def test_a_rule_over_the_whole_stack_has_no_remedy_and_no_rule_has_two() -> None:
    twice = remediable()
    for rule in (fresh(balancer_has_subnets), twice):
        with pytest.raises(TypeError, match="no rule over one resource, or has a remedy already"):
            _ = rule.remedy(_nothing)


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        ({"a": {"b": 1, "c": UNKNOWN}}, {"a": {"b": 2}}, {"a": {"b": 2, "c": UNKNOWN}}),
        ({"a": [{"b": 1}, {"c": 1}]}, {"a": [{}, {"c": 2}]}, {"a": [{"b": 1}, {"c": 2}]}),
        ({"a": [{"b": 1}]}, {"a": [{}, {"c": 2}]}, {"a": [{}, {"c": 2}]}),
        ({"a": None}, {"a": {"b": 1}}, {"a": {"b": 1}}),
        ({}, {"a": [1]}, {"a": [1]}),
        ({"a": {"b": UNKNOWN}}, {"a": {"b": 2}}, None),
        ({"a": [{"b": Secret(1)}]}, {"a": []}, None),
        ({"a": Secret({"b": 1})}, {"a": {"b": 2}}, None),
        ({"a": UNKNOWN}, {"a": {"b": 2}}, None),
    ],
)
def test_a_change_names_what_it_changes_and_nothing_else(
    before: dict[str, Raw], change: dict[str, Raw], after: dict[str, Raw] | None
) -> None:
    struct: Struct = encode_struct(before)

    result = merged(struct, change)

    assert (None if result is None else decode_struct(result)) == after
    assert struct == encode_struct(before)


def test_a_resource_without_remedies_gets_an_empty_answer() -> None:
    with serving([remediable()], CHAT) as engine:
        engine.configure(ON)
        assert not _answer(engine).remediations


def _answer(engine: Engine) -> analyzer_pb2.RemediateResponse:
    return engine.stub.Remediate(
        analyzer_pb2.AnalyzeRequest(type="x:y:Z", urn="urn:pulumi:s::p::x:y:Z::n")
    )
