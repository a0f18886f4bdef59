"""Alarms, the topic they go to, and the dashboard."""

from __future__ import annotations

import json

import pulumi
import pytest

from infra.components.alarm_topic import AlarmTopic, AlarmTopicArgs
from infra.components.alarms import Alarms, AlarmsArgs
from infra.components.dashboard import Dashboard, DashboardArgs
from infra.plan.alarm import Watched
from infra.plan.alarms_cache import cache_alarms
from infra.plan.alarms_edge import target_alarms
from infra.plan.dashboard import DashboardFacts
from tests.unit.infra.recorded import CONTEXT, KEY, all_of, component_graph, named, one


def test_an_alarm_tells_of_its_beginning_and_its_end() -> None:
    args = AlarmsArgs(
        context=CONTEXT,
        watched=Watched(
            name="api-target",
            rules=target_alarms(2, 6000, latency=True),
            subjects=({"TargetGroup": "targetgroup/api/1"},),
        ),
        action_arns=["arn:topic"],
    )

    graph = component_graph(lambda: Alarms("api-target-alarms", args))

    alarms = {alarm["name"].value: alarm for alarm in all_of(graph, "MetricAlarm")}
    assert set(alarms) == {
        "chat-test-api-target-errors",
        "chat-test-api-target-unhealthy",
        "chat-test-api-target-healthy",
        "chat-test-api-target-latency",
    }
    for alarm in alarms.values():
        assert alarm["alarmActions"].value == ["arn:topic"]
        assert alarm["okActions"].value == ["arn:topic"]
    latency = alarms["chat-test-api-target-latency"]
    assert latency["dimensions"].value == {"TargetGroup": "targetgroup/api/1"}
    assert latency["extendedStatistic"].value == "p95"
    assert latency["statistic"].absent
    assert latency["tags"]["Severity"].value == "page"
    assert str(latency["alarmDescription"].value).endswith("docs/runbook.md#target-latency")
    assert (latency["evaluationPeriods"].value, latency["datapointsToAlarm"].value) == (10, 7)
    assert latency["treatMissingData"].value == "notBreaching"
    assert alarms["chat-test-api-target-healthy"]["treatMissingData"].value == "breaching"


def test_a_share_is_computed_from_two_metrics_of_which_only_the_result_counts() -> None:
    args = AlarmsArgs(
        context=CONTEXT,
        watched=Watched(
            name="api-target",
            rules=target_alarms(2, 100_000, latency=False)[:1],
            subjects=({"TargetGroup": "targetgroup/api/1"},),
        ),
        action_arns=["arn:topic"],
    )

    alarm = one(component_graph(lambda: Alarms("api-target-alarms", args)), "MetricAlarm")

    assert alarm["metricName"].absent
    assert alarm["period"].absent
    errors, requests, value = alarm["metricQueries"].items()
    assert errors["metric"]["metricName"].value == "HTTPCode_Target_5XX_Count"
    assert requests["metric"]["metricName"].value == "RequestCount"
    assert requests["metric"]["dimensions"].value == {"TargetGroup": "targetgroup/api/1"}
    assert value["expression"].value == "(100 * m1 / IF(w1 > 100, w1, 100))"
    assert (alarm["evaluationPeriods"].value, alarm["datapointsToAlarm"].value) == (5, 3)
    assert alarm["treatMissingData"].value == "notBreaching"
    returned = [entry["returnData"].value for entry in (errors, requests, value)]
    assert returned == [False, False, True]


def test_one_alarm_watches_all_nodes_of_a_cache() -> None:
    args = AlarmsArgs(
        context=CONTEXT,
        watched=Watched(
            name="redis",
            rules=cache_alarms("cache.m6g.large", 2, 39, carries_messages=True),
            subjects=({"CacheClusterId": "redis-001"}, {"CacheClusterId": "redis-002"}),
        ),
        action_arns=["arn:topic"],
    )

    graph = component_graph(lambda: Alarms("redis-alarms", args))

    *nodes, worst = named(graph, "redis-alarms-memory")["metricQueries"].items()
    assert [node["metric"]["dimensions"]["CacheClusterId"].value for node in nodes] == [
        "redis-001",
        "redis-002",
    ]
    assert worst["expression"].value == "MAX([m1, m2])"


def test_only_alarms_of_this_account_publish_to_the_encrypted_topic() -> None:
    args = AlarmTopicArgs(context=CONTEXT, email="oncall@example.com", key_arn=KEY)

    graph = component_graph(lambda: AlarmTopic("alarms", args))

    (statement,) = json.loads(str(one(graph, "TopicPolicy")["policy"].value))["Statement"]
    assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    assert one(graph, "Topic")["kmsMasterKeyId"].value == KEY
    assert one(graph, "TopicSubscription")["endpoint"].value == "oncall@example.com"


@pytest.mark.requirement("CHAT-001-149")
def test_the_dashboard_names_the_stack_and_shows_what_is_watched() -> None:
    facts = DashboardFacts[pulumi.Input[str]](
        stack="chat-test",
        region="eu-central-1",
        balancer="app/chat/1",
        cluster="chat-test",
        services={"realtime": "chat-test-realtime"},
        watched=[
            Watched(
                name="redis",
                rules=cache_alarms("cache.m6g.large", 1, 39, carries_messages=True),
                subjects=({"CacheClusterId": "chat-test-redis-001"},),
            )
        ],
        alarm_arns=["arn:alarm"],
    )
    args = DashboardArgs(context=CONTEXT, facts=facts)

    dashboard = one(component_graph(lambda: Dashboard("dashboard", args)), "Dashboard")

    body = str(dashboard["dashboardBody"].value)
    assert dashboard["dashboardName"].value == "chat-test"
    assert json.loads(body)["widgets"][0]["type"] == "text"
    assert "chat-test-redis-001" in body
