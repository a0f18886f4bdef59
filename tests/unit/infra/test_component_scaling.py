"""A service's scaling as Application Auto Scaling is told of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

import pytest

from graph.model import Graph, Resource
from graph.truth import Truth
from infra.components.service_scaling import ServiceScaling, ServiceScalingArgs
from infra.plan.scaling import (
    Scaling,
    plan_api_scaling,
    plan_realtime_scaling,
    plan_workers_scaling,
)
from tests.unit.infra.recorded import CONTEXT, all_of, component_graph, named, one

TRACKING = "targetTrackingScalingPolicyConfiguration"
STEPPING = "stepScalingPolicyConfiguration"


def recorded(part: str, scaling: Scaling, queues: Mapping[str, str] | None = None) -> Graph:
    args = ServiceScalingArgs(
        context=CONTEXT,
        part=part,
        cluster_name="chat-test",
        service_name=f"chat-test-{part}",
        scaling=scaling,
        request_label="app/chat/1/targetgroup/api/2" if part == "api" else None,
        queues=queues or {},
    )
    return component_graph(lambda: ServiceScaling(f"{part}-scaling", args))


@cache
def api() -> Graph:
    return recorded("api", plan_api_scaling(4, 1024))


@cache
def realtime() -> Graph:
    return recorded(
        "realtime", plan_realtime_scaling(6, connections=3000, lag_ms=100, by_connections=True)
    )


@cache
def workers() -> Graph:
    queues = {"push": "chat-test-push", "offline": "chat-test-offline"}
    scaling = plan_workers_scaling(3, depth=100, age_seconds=60, by_queue=True)
    return recorded("workers", scaling, queues)


def policy(graph: Graph, name: str) -> Resource:
    return named(graph, name, "Policy")


def test_a_service_scales_between_its_bounds() -> None:
    target = one(api(), "Target")

    assert target["resourceId"].value == "service/chat-test/chat-test-api"
    assert (target["minCapacity"].value, target["maxCapacity"].value) == (4, 12)


def test_only_the_scaling_by_requests_names_a_load_balancer() -> None:
    labels = {
        found.name: found[TRACKING]["predefinedMetricSpecification"]["resourceLabel"]
        for found in all_of(api(), "Policy")
    }

    assert set(labels) == {"api-scaling-cpu", "api-scaling-memory", "api-scaling-requests"}
    assert labels["api-scaling-cpu"].absent
    assert labels["api-scaling-memory"].absent
    assert labels["api-scaling-requests"].value == "app/chat/1/targetgroup/api/2"


def test_every_tracking_policy_takes_its_time_to_scale_in() -> None:
    for found in (*all_of(api(), "Policy"), *all_of(realtime(), "Policy")):
        settings = found[TRACKING]
        if not settings.absent:
            assert settings["scaleInCooldown"].at_least(300) is Truth.YES
            assert settings["scaleOutCooldown"].value == 60
            assert settings["disableScaleIn"].is_true(default=False) is Truth.NO


@pytest.mark.requirement("CHAT-001-061", "CHAT-001-176")
def test_connections_are_averaged_over_the_tasks_of_the_service_and_no_other() -> None:
    metric = policy(realtime(), "realtime-scaling-connections")[TRACKING][
        "customizedMetricSpecification"
    ]

    assert metric["metricName"].value == "ActiveConnections"
    assert metric["namespace"].value == "Plumbline/Chat"
    assert (metric["statistic"].value, metric["unit"].value) == ("Average", "Count")
    assert metric["dimensions"].value == [
        {"name": "ClusterName", "value": "chat-test"},
        {"name": "ServiceName", "value": "chat-test-realtime"},
    ]


@pytest.mark.requirement("CHAT-001-177")
def test_late_event_loops_take_steps_by_an_alarm_on_their_95th_percentile() -> None:
    stepping = policy(realtime(), "realtime-scaling-lag")
    alarm = one(realtime(), "MetricAlarm")

    assert stepping["policyType"].value == "StepScaling"
    assert stepping[TRACKING].absent
    assert alarm["alarmActions"].value == [stepping["arn"].value]
    # A policy is not to be told that its alarm has ended.
    assert alarm["okActions"].absent
    assert alarm["extendedStatistic"].value == "p95"
    assert alarm["dimensions"].value == {
        "ClusterName": "chat-test",
        "ServiceName": "chat-test-realtime",
    }


def test_steps_are_told_as_offsets_and_add_at_least_one_task() -> None:
    settings = policy(workers(), "workers-scaling-age")[STEPPING]

    assert settings["adjustmentType"].value == "PercentChangeInCapacity"
    assert settings["metricAggregationType"].value == "Maximum"
    assert settings["minAdjustmentMagnitude"].value == 1
    assert settings["stepAdjustments"].value == [
        {
            "metricIntervalLowerBound": "0",
            "metricIntervalUpperBound": "60",
            "scalingAdjustment": 25,
        },
        {
            "metricIntervalLowerBound": "60",
            "metricIntervalUpperBound": "180",
            "scalingAdjustment": 50,
        },
        {"metricIntervalLowerBound": "180", "scalingAdjustment": 100},
    ]


@pytest.mark.requirement("CHAT-001-073")
def test_each_queue_has_its_own_alarm_for_the_same_steps() -> None:
    alarms = all_of(workers(), "MetricAlarm")
    arn = policy(workers(), "workers-scaling-age")["arn"].value

    assert {str(alarm["dimensions"]["QueueName"].value) for alarm in alarms} == {
        "chat-test-push",
        "chat-test-offline",
    }
    assert {str(alarm["name"].value) for alarm in alarms} == {
        "chat-test-push-queue-scale-age",
        "chat-test-offline-queue-scale-age",
    }
    assert all(alarm["alarmActions"].value == [arn] for alarm in alarms)


@pytest.mark.requirement("CHAT-001-072")
def test_the_backlog_is_the_messages_of_both_queues_for_each_running_task() -> None:
    entries = policy(workers(), "workers-scaling-backlog")[TRACKING][
        "customizedMetricSpecification"
    ]["metrics"].items()

    returned = [entry for entry in entries if entry["returnData"].value]
    terms = {
        str(entry["id"].value): entry["metricStat"]["metric"]
        for entry in entries
        if not entry["metricStat"].absent
    }
    assert [entry["id"].value for entry in returned] == ["backlog"]
    assert {key: str(term["metricName"].value) for key, term in terms.items()} == {
        "q1": "ApproximateNumberOfMessagesVisible",
        "q2": "ApproximateNumberOfMessagesVisible",
        "tasks": "RunningTaskCount",
    }
    assert json.dumps(terms["q2"]["dimensions"].value) == json.dumps(
        [{"name": "QueueName", "value": "chat-test-offline"}]
    )
    expression = str(returned[0]["expression"].value)
    assert all(identifier in expression for identifier in terms)
