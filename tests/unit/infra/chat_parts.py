"""The parts of a chat stack, found in its graph: what tests of its requirements look at."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TypeAlias, cast

from graph.model import Graph, Resource
from tests.unit.infra.recorded import all_of, named

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"

SERVICES = ("api", "realtime", "workers")
INSTANCE = "aws:rds/instance:Instance"


def container(graph: Graph, service: str) -> Mapping[str, Json]:
    """The definition of a service's one container."""
    task = named(graph, f"{service}-task")
    return cast("list[dict[str, Json]]", json.loads(str(task["containerDefinitions"].value)))[0]


def variables(graph: Graph, service: str) -> dict[str, str]:
    """The environment variables of a service, in the open."""
    pairs = cast("list[dict[str, str]]", container(graph, service)["environment"])
    return {pair["name"]: pair["value"] for pair in pairs}


def secrets(graph: Graph, service: str) -> dict[str, str]:
    """What a service's secrets are read from, by the variable that each is injected as."""
    pairs = cast("list[dict[str, str]]", container(graph, service)["secrets"])
    return {pair["name"]: pair["valueFrom"] for pair in pairs}


def primary(graph: Graph) -> Resource:
    """The database that is written to."""
    (found,) = [one for one in graph.of_type(INSTANCE) if one["replicateSourceDb"].absent]
    return found


def replicas(graph: Graph) -> list[Resource]:
    """The copies of the database for reading."""
    return [one for one in graph.of_type(INSTANCE) if not one["replicateSourceDb"].absent]


def scaling(graph: Graph, service: str) -> dict[str, Resource]:
    """The scaling policies of a service, by the metric that each follows.

    A predefined metric has AWS's name for it; steps have the name of the metric of their alarm.
    """
    found: dict[str, Resource] = {}
    for policy in all_of(graph, "Policy"):
        if not policy["resourceId"].text().strip('"').endswith(f"-{service}"):
            continue
        tracking = policy["targetTrackingScalingPolicyConfiguration"]
        predefined = tracking["predefinedMetricSpecification"]["predefinedMetricType"]
        own = tracking["customizedMetricSpecification"]
        metrics = [
            str(metric["metricStat"]["metric"]["metricName"].value)
            for metric in own["metrics"].items()
            if not metric["metricStat"].absent
        ]
        if not predefined.absent:
            found[str(predefined.value)] = policy
        elif not own["metricName"].absent:
            found[str(own["metricName"].value)] = policy
        elif metrics:
            found[metrics[0]] = policy
        else:
            alarms = [
                a for a in all_of(graph, "MetricAlarm") if policy in a.references("alarmActions")
            ]
            found[str(alarms[0]["metricName"].value)] = policy
    return found


def alarms_of(graph: Graph, policy: Resource) -> list[Resource]:
    """The alarms that set a scaling policy off."""
    return [
        alarm
        for alarm in all_of(graph, "MetricAlarm")
        if policy in alarm.references("alarmActions", policy.type)
    ]
