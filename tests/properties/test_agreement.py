"""A verdict is the same in process and over the wire, on fixtures and on our own stacks."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from graph.raw import Raw, Secret
from policies.engine.evaluation import evaluate
from policies.engine.profiles import Setting, known_profiles
from policies.engine.rules import Level, Rule
from policies.engine.serving import PACK
from policies.engine.waivers_file import load_waivers
from policies.testing.engine import Engine, request_of, serving, stack_request_of
from policies.testing.fixtures import declarations, graph_of
from tests.policy.test_rules import CASES, RULES, profile_of
from tests.unit.infra.recorded import STACKS, config_of, stack_graph

CANARY = "hunter2-canary"


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with serving(tuple(RULES.values()), {"PLUMBLINE_PROFILE": "chat"}) as connected:
        yield connected


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_a_rules_fixtures_are_judged_alike_without_the_service(rule: Rule) -> None:
    profile = known_profiles()[profile_of(rule)]
    own = [(one, case, expected) for one, case, expected, _ in CASES if one.rule == rule.name]

    verdicts = [
        evaluate(
            graph_of(case),
            [rule],
            profile,
            settings={rule.name: Setting(Level.MANDATORY, fixtures.parameters)},
        ).verdict(rule.name)
        for fixtures, case, _ in own
    ]

    assert [str(verdict) for verdict in verdicts] == [expected for *_, expected in own]


def test_no_rule_crashes_on_the_fixtures_of_another() -> None:
    chat = known_profiles()["chat"]

    crashed = {
        finding.message
        for _, case, _, _ in CASES
        for finding in evaluate(graph_of(case), RULES.values(), chat).findings
        if finding.crashed
    }

    assert crashed == set()


def test_no_rule_tells_a_value_that_is_marked_secret(engine: Engine) -> None:
    marked = [
        replace(one, properties={key: _secret(value) for key, value in one.properties.items()})
        for _, case, expected, _ in CASES
        if expected == "fail"
        for one in declarations(case)
    ]

    answers = [engine.stub.Analyze(request_of(one)) for one in marked]
    whole = {one.urn: one for one in marked}.values()
    answers.append(engine.stub.AnalyzeStack(stack_request_of(whole)))

    told = [one.message for answer in answers for one in answer.diagnostics]
    assert len(told) > 100
    assert [message for message in told if CANARY in message] == []


def _secret(raw: Raw) -> Raw:
    if isinstance(raw, str):
        return Secret(f"{CANARY} {raw}")
    if isinstance(raw, list):
        return [_secret(item) for item in raw]
    if isinstance(raw, dict):
        return {key: _secret(item) for key, item in raw.items()}
    return raw


@pytest.mark.parametrize("stack", STACKS)
def test_our_own_stacks_hold_to_their_rules_alike_over_the_wire(stack: str) -> None:
    graph = stack_graph(stack, preview=True)
    waivers = load_waivers([PACK / "waivers.yaml"], "plumbline", RULES, date(2026, 11, 21)).valid
    environ = {
        "PULUMI_CONFIG": json.dumps(config_of(stack)),
        "PULUMI_PROJECT": "plumbline",
        "PULUMI_STACK": stack,
    }

    said = evaluate(graph, RULES.values(), known_profiles()["chat"], waivers)
    with serving(tuple(RULES.values()), environ) as engine:
        told = [one for each in graph.resources for one in engine.analyze(each.as_analyzed())]
        told += engine.analyze_stack([each.declaration for each in graph.resources])

    assert [(one.active.rule.name, one.name, one.message) for one in said.violations] == []
    used = {one.waiver for one in said.findings}
    assert [one for one in waivers if one.names("plumbline", stack) and one not in used] == []
    assert Counter((one.policy, one.urn) for one in told if one.policy in RULES) == Counter(
        (one.active.rule.name, one.urn) for one in said.findings
    )
