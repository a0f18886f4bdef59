"""The metrics that services and infrastructure share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infra.plan.metrics import chat_metrics, parse

FILE = Path(__file__).parents[3] / "apps" / "chat" / "metrics.json"
UNITS = {"Count", "Milliseconds", "Seconds", "Percent", "Bytes"}


def changed(**changes: object) -> str:
    return json.dumps({**json.loads(FILE.read_text(encoding="utf-8")), **changes})


@pytest.mark.requirement("CHAT-001-174")
def test_names_units_and_dimensions_are_those_of_the_file_the_services_read() -> None:
    file: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))

    metrics = chat_metrics()
    assert metrics.namespace == file["namespace"]
    assert [one.name for one in metrics.all()] == list(file["metrics"])
    assert [one.unit for one in metrics.all()] == [
        entry["unit"] for entry in file["metrics"].values()
    ]
    assert [metrics.cluster.name, metrics.service.name] == ["ClusterName", "ServiceName"]
    assert metrics.interval_seconds == 60


def test_every_metric_has_a_unit_of_cloudwatch_a_meaning_and_a_service_that_reports_it() -> None:
    for metric in chat_metrics().all():
        assert metric.unit in UNITS
        assert metric.meaning
        assert set(metric.services) <= {"api", "realtime", "workers"}
        assert metric.services


def test_a_namespace_is_not_one_that_aws_keeps_for_itself() -> None:
    assert not chat_metrics().namespace.startswith("AWS/")


def test_a_metric_that_one_side_alone_knows_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"shared\.json: metrics are Heat, but .*ActiveConn"):
        parse(
            changed(metrics={"Heat": {"unit": "Count", "services": ["api"], "meaning": "Heat."}}),
            "shared.json",
        )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"namespace": ""}, "shared.json: namespace must be a text that isn't empty"),
        ({"dimensions": []}, "dimensions must be two, the cluster's and the service's"),
        ({"intervalSeconds": 0}, "intervalSeconds must be a whole number of at least 1"),
    ],
)
def test_an_ill_formed_file_is_refused_with_the_entry(change: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse(changed(**change), "shared.json")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"metrics": []}, "shared.json: metrics must be an object"),
        ({"dimensions": {}}, "shared.json: dimensions must be a list"),
        (
            {"metrics": {"Heat": {"unit": "Count", "services": "api", "meaning": "Heat."}}},
            "metrics.Heat.services must be a list of services",
        ),
    ],
)
def test_an_entry_of_another_type_is_refused(change: dict[str, object], said: str) -> None:
    with pytest.raises(TypeError, match=said):
        parse(changed(**change), "shared.json")
