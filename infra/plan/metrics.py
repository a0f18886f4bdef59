"""The metrics that the chat services report themselves, read from the file that they share."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

_FILE = Path(__file__).parents[2] / "apps" / "chat" / "metrics.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomMetric:
    """One metric: its CloudWatch name and unit, which services report it, what it says."""

    name: str
    unit: str
    services: tuple[str, ...]
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricDimension:
    """A dimension, and the environment variable in which a task finds its value."""

    name: str
    environment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatMetrics:
    """All of them; every data point carries both dimensions and no other."""

    namespace: str
    cluster: MetricDimension
    service: MetricDimension
    interval_seconds: int
    active_connections: CustomMetric
    event_loop_lag: CustomMetric
    delivery_latency: CustomMetric
    outbox_age: CustomMetric

    def all(self) -> tuple[CustomMetric, ...]:
        """The metrics, in the order of the file."""
        return (
            self.active_connections,
            self.event_loop_lag,
            self.delivery_latency,
            self.outbox_age,
        )


@cache
def chat_metrics() -> ChatMetrics:
    """The metrics of `apps/chat/metrics.json`, read once.

    Raises ValueError naming the file and the entry where one is missing, unknown or ill-formed.
    """
    return parse(_FILE.read_text(encoding="utf-8"), str(_FILE))


def parse(text: str, source: str) -> ChatMetrics:
    """The metrics that `text` describes; `source` is what errors call it."""
    file = _object(json.loads(text), source)
    metrics = {
        name: _metric(name, _object(entry, f"{source}: metrics.{name}"), source)
        for name, entry in _object(file.get("metrics"), f"{source}: metrics").items()
    }
    expected = ("ActiveConnections", "EventLoopLagMs", "DeliveryLatencyMs", "OutboxAgeSeconds")
    if set(metrics) != set(expected):
        raise ValueError(
            f"{source}: metrics are {', '.join(sorted(metrics))}, but the infrastructure knows "
            f"{', '.join(sorted(expected))}; add the new one to infra/plan/metrics.py as well"
        )
    cluster, service = _dimensions(file.get("dimensions"), source)
    connections, lag, latency, age = (metrics[name] for name in expected)
    return ChatMetrics(
        namespace=_text(file, "namespace", source),
        cluster=cluster,
        service=service,
        interval_seconds=_whole_number(file, "intervalSeconds", source),
        active_connections=connections,
        event_loop_lag=lag,
        delivery_latency=latency,
        outbox_age=age,
    )


def _metric(name: str, entry: dict[str, object], source: str) -> CustomMetric:
    services = entry.get("services")
    if not isinstance(services, list):
        raise TypeError(f"{source}: metrics.{name}.services must be a list of services")
    return CustomMetric(
        name=name,
        unit=_text(entry, "unit", f"{source}: metrics.{name}"),
        services=tuple(str(service) for service in cast("list[object]", services)),
        meaning=_text(entry, "meaning", f"{source}: metrics.{name}"),
    )


def _dimensions(value: object, source: str) -> tuple[MetricDimension, MetricDimension]:
    """The cluster's and the service's dimension, in this order."""
    where = f"{source}: dimensions"
    if not isinstance(value, list):
        raise TypeError(f"{where} must be a list")
    entries = [_object(entry, where) for entry in cast("list[object]", value)]
    found = [
        MetricDimension(
            name=_text(entry, "name", where), environment=_text(entry, "environment", where)
        )
        for entry in entries
    ]
    try:
        cluster, service = found
    except ValueError:
        raise ValueError(f"{where} must be two, the cluster's and the service's") from None
    return cluster, service


def _object(value: object, where: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError(f"{where} must be an object")
    return cast("dict[str, object]", value)


def _text(entry: dict[str, object], key: str, where: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value:
        raise ValueError(f"{where}: {key} must be a text that isn't empty")
    return value


def _whole_number(entry: dict[str, object], key: str, where: str) -> int:
    value = entry.get(key)
    if not isinstance(value, int) or value < 1:
        raise ValueError(f"{where}: {key} must be a whole number of at least 1")
    return value
