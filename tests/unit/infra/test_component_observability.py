"""Alarms, the topic they go to, and the dashboard."""

from __future__ import annotations

import json

from infra.components.alarm_topic import AlarmTopic, AlarmTopicArgs
from infra.components.alarms import Alarms, AlarmsArgs
from infra.components.dashboard import Dashboard, DashboardArgs
from infra.plan.alarms import target_alarms
from tests.unit.infra.recorded import CONTEXT, KEY, all_of, component_graph, one


def test_an_alarm_tells_of_its_beginning_and_its_end() -> None:
    args = AlarmsArgs(
        context=CONTEXT,
        subject="api-target",
        dimensions={"TargetGroup": "targetgroup/api/1"},
        rules=target_alarms(latency=True),
        topic_arn="arn:topic",
    )

    graph = component_graph(lambda: Alarms("api-alarms", args))

    alarms = {alarm["name"].value: alarm for alarm in all_of(graph, "MetricAlarm")}
    assert set(alarms) == {
        "chat-test-api-target-target-5xx",
        "chat-test-api-target-unhealthy-hosts",
        "chat-test-api-target-latency",
    }
    for alarm in alarms.values():
        assert alarm["alarmActions"].value == ["arn:topic"]
        assert alarm["okActions"].value == ["arn:topic"]
        assert alarm["dimensions"].value == {"TargetGroup": "targetgroup/api/1"}
    latency = alarms["chat-test-api-target-latency"]
    assert latency["extendedStatistic"].value == "p95"
    assert latency["statistic"].absent


def test_only_alarms_of_this_account_publish_to_the_encrypted_topic() -> None:
    args = AlarmTopicArgs(context=CONTEXT, email="oncall@example.com", key_arn=KEY)

    graph = component_graph(lambda: AlarmTopic("alarms", args))

    (statement,) = json.loads(str(one(graph, "TopicPolicy")["policy"].value))["Statement"]
    assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    assert one(graph, "Topic")["kmsMasterKeyId"].value == KEY
    assert one(graph, "TopicSubscription")["endpoint"].value == "oncall@example.com"


def test_the_dashboard_shows_the_parts_it_was_given() -> None:
    args = DashboardArgs(
        context=CONTEXT,
        load_balancer="app/chat/1",
        targets={"api": "targetgroup/api/1"},
        cluster="chat-test",
        services=["chat-test-api"],
        database="chat-test-postgres",
        cache_nodes=["chat-test-redis-001"],
        queues=["chat-test-push"],
        dead_letter_queues=["chat-test-push-dead-letters"],
    )

    dashboard = one(component_graph(lambda: Dashboard("dashboard", args)), "Dashboard")

    body = str(dashboard["dashboardBody"].value)
    assert len(json.loads(body)["widgets"]) == 12
    assert "chat-test-redis-001" in body
