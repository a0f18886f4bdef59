"""Where no metrics are configured, what runs in the stack tells which ones are reported."""

from __future__ import annotations

import json

import pytest

from graph.raw import Raw
from policies.aws import types
from policies.engine.evaluation import evaluate
from policies.engine.judging import Verdict
from policies.engine.profiles import known_profiles
from policies.testing.fixtures import UNKNOWN, Case, graph_of, resource
from tests.policy.test_rules import RULES

_ALARM = [resource(types.ALARM, "alarm", {"namespace": "Chat", "metricName": "Connections"})]
_ENVIRONMENT: Raw = [{"environment": [{"name": "METRICS_NAMESPACE", "value": "Chat"}]}]


def _task(containers: Raw) -> Case:
    definition: dict[str, Raw] = {"containerDefinitions": containers}
    return [resource(types.TASK_DEFINITION, "task", definition)]


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        (_task(json.dumps(_ENVIRONMENT)), Verdict.PASS),
        (_task("[]"), Verdict.FAIL),
        ([], Verdict.FAIL),
        ([resource(types.DASHBOARD, "d", {"dashboardBody": "Chat"})], Verdict.FAIL),
        (_task(UNKNOWN), Verdict.UNKNOWN),
        (
            [resource(types.LAMBDA, "f", {"environment": {"variables": {"NAMESPACE": "Chat"}}})],
            Verdict.PASS,
        ),
    ],
    ids=["a task", "another task", "nothing", "a dashboard", "an unknown task", "a function"],
)
def test_a_metric_is_reported_if_something_knows_its_namespace(
    runs: Case, expected: Verdict
) -> None:
    rule = RULES["custom-metrics-reported"]

    said = evaluate(graph_of([*_ALARM, *runs]), [rule], known_profiles()["common"])

    assert said.verdict(rule.name) is expected
