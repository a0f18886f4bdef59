"""The first dashboard: one row each for the edge, the services, the data and the queues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Text = TypeVar("Text")

_WIDTH = 8
_HEIGHT = 6
_PER_ROW = 3


@dataclass(frozen=True, kw_only=True)
class DashboardFacts(Generic[Text]):
    """What the metrics are about.

    Generic in the type of what is only known once it exists: plain text here and in tests.
    """

    region: str
    load_balancer: Text
    """The part of a load balancer's ARN that CloudWatch names it by, like "app/chat/0a1b"."""
    targets: Mapping[str, Text]
    cluster: Text
    services: Sequence[Text]
    database: str
    cache_nodes: Sequence[str]
    queues: Sequence[str]
    dead_letter_queues: Sequence[str]


def dashboard_body(facts: DashboardFacts[Text]) -> dict[str, object]:
    """The dashboard as CloudWatch reads it."""
    widgets = [*_edge(facts), *_services(facts), *_data(facts), *_queues(facts)]
    return {"widgets": [_place(index, widget) for index, widget in enumerate(widgets)]}


Widget = dict[str, object]
Metrics = list[list[object]]


def _edge(facts: DashboardFacts[Text]) -> list[Widget]:
    alb = ["LoadBalancer", facts.load_balancer]
    space = "AWS/ApplicationELB"
    latency: Metrics = [
        [space, "TargetResponseTime", "TargetGroup", group, *alb, {"label": name, "stat": "p95"}]
        for name, group in facts.targets.items()
    ]
    errors: Metrics = [
        [space, "HTTPCode_Target_5XX_Count", *alb, {"label": "services"}],
        [space, "HTTPCode_ELB_5XX_Count", *alb, {"label": "load balancer"}],
    ]
    load: Metrics = [
        [space, "RequestCount", *alb, {"label": "requests"}],
        [space, "ActiveConnectionCount", *alb, {"label": "connections"}],
    ]
    return [
        _graph(facts, "Requests and open connections", load, "Sum"),
        _graph(facts, "Errors (5xx)", errors, "Sum"),
        _graph(facts, "Response time p95 (s)", latency, "p95"),
    ]


def _services(facts: DashboardFacts[Text]) -> list[Widget]:
    def by_service(space: str, metric: str) -> Metrics:
        return [
            [space, metric, "ClusterName", facts.cluster, "ServiceName", name]
            for name in facts.services
        ]

    return [
        _graph(facts, "CPU of the services (%)", by_service("AWS/ECS", "CPUUtilization")),
        _graph(facts, "Memory of the services (%)", by_service("AWS/ECS", "MemoryUtilization")),
        _graph(facts, "Tasks", by_service("ECS/ContainerInsights", "RunningTaskCount")),
    ]


def _data(facts: DashboardFacts[Text]) -> list[Widget]:
    def of_database(*metrics: str) -> Metrics:
        return [["AWS/RDS", metric, "DBInstanceIdentifier", facts.database] for metric in metrics]

    def of_cache(metric: str) -> Metrics:
        return [["AWS/ElastiCache", metric, "CacheClusterId", node] for node in facts.cache_nodes]

    return [
        _graph(
            facts,
            "Database: CPU, connections",
            of_database("CPUUtilization", "DatabaseConnections"),
        ),
        _graph(facts, "Redis: engine CPU (%)", of_cache("EngineCPUUtilization")),
        _graph(facts, "Redis: memory (%)", of_cache("DatabaseMemoryUsagePercentage")),
    ]


def _queues(facts: DashboardFacts[Text]) -> list[Widget]:
    def of(queues: Sequence[str], metric: str) -> Metrics:
        return [["AWS/SQS", metric, "QueueName", queue] for queue in queues]

    visible = "ApproximateNumberOfMessagesVisible"
    age = "ApproximateAgeOfOldestMessage"
    return [
        _graph(facts, "Messages waiting", of(facts.queues, visible), "Maximum"),
        _graph(facts, "Age of the oldest message (s)", of(facts.queues, age), "Maximum"),
        _graph(facts, "Dead letters", of(facts.dead_letter_queues, visible), "Maximum"),
    ]


def _graph(
    facts: DashboardFacts[Text], title: str, metrics: Metrics, statistic: str = "Average"
) -> Widget:
    return {
        "type": "metric",
        "properties": {
            "title": title,
            "region": facts.region,
            "metrics": metrics,
            "stat": statistic,
            "period": 60,
            "view": "timeSeries",
        },
    }


def _place(index: int, widget: Widget) -> Widget:
    row, column = divmod(index, _PER_ROW)
    return {
        **widget,
        "x": column * _WIDTH,
        "y": row * _HEIGHT,
        "width": _WIDTH,
        "height": _HEIGHT,
    }
