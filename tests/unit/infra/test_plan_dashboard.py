"""The dashboard: what it shows follows the stack, within what CloudWatch takes."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from itertools import combinations
from typing import Any

import pytest

from infra.plan.alarm import Severity, Watched
from infra.plan.alarms_cache import cache_alarms
from infra.plan.alarms_edge import NAT_GATEWAYS, target_alarms
from infra.plan.dashboard import (
    MAXIMUM_ALARMS,
    MAXIMUM_METRICS,
    MAXIMUM_WIDGETS,
    WIDTH,
    DashboardFacts,
    dashboard_body,
)
from infra.plan.dashboard_panels import SECTIONS
from tests.unit.infra.alarm_rules import EVERY_RULE, rule
from tests.unit.infra.recorded import STACKS, all_of, one, stack_graph

NODES = ({"CacheClusterId": "redis-001"}, {"CacheClusterId": "redis-002"})
FACTS = DashboardFacts[str](
    stack="chat-test",
    region="eu-central-1",
    balancer="app/chat/1",
    cluster="chat-test",
    services={"api": "chat-test-api", "realtime": "chat-test-realtime"},
    watched=[
        Watched(
            name="api-target",
            rules=target_alarms(4, 48_000, latency=True),
            subjects=({"TargetGroup": "targetgroup/api/1"},),
        ),
        Watched(
            name="redis",
            rules=cache_alarms("cache.m6g.large", 2, 39, carries_messages=True),
            subjects=NODES,
        ),
    ],
    alarm_arns=["arn:alarm"],
)
# On the dashboard alarms of others stand for these: a red alarm says all that a graph could.
WITHOUT_A_GRAPH = {"realtime-silent", "proxy-authentication", "cache-authentication"}


def widgets(facts: DashboardFacts[str]) -> list[Any]:
    return json.loads(json.dumps(dashboard_body(facts)))["widgets"]


@cache
def of_stack(stack: str) -> list[Any]:
    body = str(one(stack_graph(stack), "Dashboard")["dashboardBody"].value)
    return json.loads(body)["widgets"]


def graph(found: list[Any], title: str) -> Any:
    (widget,) = [one for one in found if one["properties"].get("title") == title]
    return widget["properties"]


def titles(found: list[Any]) -> set[str]:
    return {str(one["properties"]["title"]) for one in found if one["type"] == "metric"}


def headings(found: list[Any]) -> list[str]:
    texts = [str(one["properties"]["markdown"]) for one in found if one["type"] == "text"]
    return [text.splitlines()[0] for text in texts]


@pytest.mark.requirement("CHAT-001-149")
def test_every_alarm_that_a_human_is_told_of_has_its_graph() -> None:
    shown = {name for section in SECTIONS for panel in section.panels for name in panel.rules}
    shown |= {"balancer-errors", "target-errors", "target-latency"}
    # Running and wanted tasks are drawn without their rules, of which each service has its own.
    shown |= {"service-tasks", "service-full"}

    told = {found.id for found in EVERY_RULE if found.severity is not Severity.SCALING}
    assert told - shown == WITHOUT_A_GRAPH
    assert shown <= told


def test_the_first_rows_say_whether_all_is_well() -> None:
    found = widgets(FACTS)

    assert [one["type"] for one in found[:6]] == ["text", "alarm", *["metric"] * 4]
    assert found[1]["properties"]["alarms"] == ["arn:alarm"]
    assert found[1]["properties"]["states"] == ["ALARM"]
    assert [one["properties"]["title"] for one in found[2:6]] == [
        "Requests a minute",
        "Errors (answers, %)",
        "API: response time p95 (s)",
        "Connections of all realtime tasks",
    ]


def test_thresholds_are_those_of_the_alarms() -> None:
    latency = graph(widgets(FACTS), "API: response time p95 (s)")

    threshold = rule(target_alarms(4, 48_000, latency=True), "latency").threshold
    assert [one["value"] for one in latency["annotations"]["horizontal"]] == [threshold]
    assert latency["metrics"][0][-1]["stat"] == "p95"


def test_every_node_of_a_cache_has_its_line_and_all_share_a_threshold() -> None:
    memory = graph(widgets(FACTS), "Memory (%)")

    assert [line[3] for line in memory["metrics"]] == ["redis-001", "redis-002"]
    assert [line[-1]["label"] for line in memory["metrics"]] == ["redis 1", "redis 2"]
    assert [one["value"] for one in memory["annotations"]["horizontal"]] == [80]


def test_a_share_is_drawn_as_what_the_alarm_computes() -> None:
    gateways = Watched(name="nat", rules=NAT_GATEWAYS, subjects=({"N": "a"}, {"N": "b"}))

    drops = graph(
        widgets(replace(FACTS, watched=[*FACTS.watched, gateways])), "NAT: dropped packets (%)"
    )

    identified = [line[-1]["id"] for line in drops["metrics"]]
    visible = [line[0] for line in drops["metrics"] if isinstance(line[0], dict)]
    assert len(set(identified)) == len(identified)
    assert [entry["expression"] for entry in visible] == [
        "(100 * am1 / IF(aw1 > 10000, aw1, 10000))",
        "(100 * bm1 / IF(bw1 > 10000, bw1, 10000))",
    ]


def test_what_a_stack_does_not_have_leaves_no_empty_graph() -> None:
    found = widgets(FACTS)

    assert not {"Replica: behind by (s)", "Evictions, a minute"} - titles(found)
    assert "Proxy: pool in use (%)" not in titles(found)
    assert "## Database" not in headings(found)
    assert all(one["properties"]["metrics"] for one in found if one["type"] == "metric")


def test_a_part_that_is_not_there_leaves_the_first_row_whole() -> None:
    found = widgets(replace(FACTS, watched=[]))

    assert headings(found) == ["# chat-test", "## Services"]


@pytest.mark.parametrize(("alarms", "shown"), [(0, 0), (100, 1), (101, 2)])
def test_more_alarms_than_a_widget_takes_go_on_in_the_next(alarms: int, shown: int) -> None:
    found = widgets(replace(FACTS, alarm_arns=[f"arn:{number}" for number in range(alarms)]))

    status = [one["properties"]["alarms"] for one in found if one["type"] == "alarm"]
    assert len(status) == shown
    assert sum(len(arns) for arns in status) == alarms


@pytest.mark.parametrize("stack", STACKS)
def test_the_dashboard_of_a_stack_is_within_cloudwatchs_limits(stack: str) -> None:
    found = of_stack(stack)

    assert 30 < len(found) <= MAXIMUM_WIDGETS
    for widget in found:
        assert len(widget["properties"].get("metrics", [])) <= MAXIMUM_METRICS
        assert len(widget["properties"].get("alarms", [])) <= MAXIMUM_ALARMS
        assert widget["x"] + widget["width"] <= WIDTH


@pytest.mark.parametrize("stack", STACKS)
def test_no_two_widgets_of_a_stack_lie_on_each_other(stack: str) -> None:
    for one_widget, other in combinations(of_stack(stack), 2):
        beside = (
            one_widget["x"] + one_widget["width"] <= other["x"]
            or other["x"] + other["width"] <= one_widget["x"]
        )
        below = (
            one_widget["y"] + one_widget["height"] <= other["y"]
            or other["y"] + other["height"] <= one_widget["y"]
        )
        assert beside or below, (one_widget["properties"], other["properties"])


@pytest.mark.parametrize("stack", STACKS)
def test_the_alarms_on_the_dashboard_are_the_stacks_own_and_all_that_tell_somebody(
    stack: str,
) -> None:
    recorded = {
        str(alarm["name"].value)
        for alarm in all_of(stack_graph(stack), "MetricAlarm")
        if alarm["tags"]["Severity"].value != "scaling"
    }

    shown = {
        str(arn).rpartition(":")[2]
        for widget in of_stack(stack)
        for arn in widget["properties"].get("alarms", [])
    }
    assert shown == recorded


@pytest.mark.requirement("CHAT-001-149")
def test_the_largest_stack_shows_proxy_replica_and_both_caches_and_dev_does_not() -> None:
    large, small = titles(of_stack("100k-dau")), titles(of_stack("dev"))

    assert large - small == {
        "Proxy: pool in use (%)",
        "Proxy: wait for a connection (µs)",
        "Replica: behind by (s)",
        "Blocked by the firewall, a minute",
        "NAT: calls without a port, a minute",
        "NAT: dropped packets (%)",
        "Failed password renewals, an hour",
    }
    assert small - large == {"CPU credits owed", "CPU credits left"}
    nodes = graph(of_stack("100k-dau"), "Engine CPU (%)")["metrics"]
    assert {str(line[-1]["label"]) for line in nodes} == {
        f"{part} {number}" for part in ("redis-adapter", "redis-state") for number in (1, 2, 3)
    }
