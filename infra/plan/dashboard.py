"""The dashboard that an operator keeps open: is it well, and if not, which part isn't.

Graphs are made from what alarms watch: the same metrics, with the alarms' thresholds drawn in. A
part that a stack doesn't have leaves no empty graph.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Generic

from infra.plan.alarm import MINUTE, AlarmRule, Query, Text, Watched, queries
from infra.plan.dashboard_panels import SECTIONS, Panel, Section
from infra.plan.metrics import chat_metrics

WIDTH = 24
"""Columns of CloudWatch's grid."""

MAXIMUM_WIDGETS = 500
MAXIMUM_METRICS = 500
"""What CloudWatch takes in one dashboard, and in one graph."""

MAXIMUM_ALARMS = 100
"""What CloudWatch takes in one alarm widget."""

_GRAPH_WIDTH = 6
_GRAPH_HEIGHT = 6
_TEXT_HEIGHT = 2
_ALARMS_HEIGHT = 4
_INSIGHTS = "ECS/ContainerInsights"

Widget = dict[str, object]
Row = list[Widget]


@dataclass(frozen=True, kw_only=True)
class DashboardFacts(Generic[Text]):
    """What is shown.

    Generic in the type of what is only known once it exists: plain text here and in tests.
    `balancer` is the part of its ARN that CloudWatch names it by, like "app/chat/0a1b";
    `services` are by their part.
    """

    stack: str
    region: str
    balancer: Text
    cluster: Text
    services: Mapping[str, Text]
    watched: Sequence[Watched[Text]]
    alarm_arns: Sequence[str]


def dashboard_body(facts: DashboardFacts[Text]) -> dict[str, object]:
    """The dashboard as CloudWatch reads it."""
    rows: list[Row] = [[_heading(facts)], *_alarms(facts), _health(facts)]
    for section in SECTIONS:
        graphs = [_services(facts)] if section.tasks else []
        graphs += [
            _graph(facts.region, panel, list(series))
            for panel in section.panels
            if (series := tuple(_series(facts.watched, panel.rules)))
        ]
        if graphs:
            rows += [[_section(section, facts.watched)], *_folded(graphs)]
    return {"widgets": list(_placed(rows))}


def _heading(facts: DashboardFacts[Text]) -> Widget:
    return _text(
        f"# {facts.stack}\n"
        "Red alarms first, then the way of a request: edge, services, data, queues, network. "
        "Lines across a graph are the thresholds of its alarms; each alarm says its section of "
        "`docs/runbook.md`."
    )


def _alarms(facts: DashboardFacts[Text]) -> Iterator[Row]:
    """What is red now; more alarms than one widget takes go on in the next."""
    for start in range(0, len(facts.alarm_arns), MAXIMUM_ALARMS):
        yield [
            {
                "type": "alarm",
                "width": WIDTH,
                "height": _ALARMS_HEIGHT,
                "properties": {
                    "title": "Alarms that are red, newest first (none: all is well)",
                    "alarms": list(facts.alarm_arns[start : start + MAXIMUM_ALARMS]),
                    "sortBy": "stateUpdatedTimestamp",
                    "states": ["ALARM"],
                },
            }
        ]


def _health(facts: DashboardFacts[Text]) -> Row:
    """The four figures by which one sees whether users are served."""
    alb = ["LoadBalancer", facts.balancer]
    own = chat_metrics()
    realtime = [own.cluster.name, facts.cluster, own.service.name, facts.services["realtime"]]
    requests: list[object] = [
        ["AWS/ApplicationELB", "RequestCount", *alb, {"label": "requests", "stat": "Sum"}]
    ]
    connections: list[object] = [
        [
            own.namespace,
            own.active_connections.name,
            *realtime,
            {"label": "connections", "stat": "Sum"},
        ]
    ]
    return [
        _metrics(facts.region, "Requests a minute", requests),
        *(
            _graph(facts.region, panel, list(_series(facts.watched, panel.rules)))
            for panel in (
                Panel("Errors (answers, %)", ("balancer-errors", "target-errors")),
                Panel("API: response time p95 (s)", ("target-latency",)),
            )
        ),
        _metrics(facts.region, "Connections of all realtime tasks", connections),
    ]


def _services(facts: DashboardFacts[Text]) -> Widget:
    """Tasks that run against tasks that should."""
    lines: list[object] = [
        [
            _INSIGHTS,
            metric,
            "ClusterName",
            facts.cluster,
            "ServiceName",
            name,
            {"label": f"{part} {word}", "stat": "Average"},
        ]
        for part, name in facts.services.items()
        for metric, word in (("RunningTaskCount", "running"), ("DesiredTaskCount", "wanted"))
    ]
    return _metrics(facts.region, "Tasks: running and wanted", lines)


def _section(section: Section, watched: Sequence[Watched[Text]]) -> Widget:
    """A section's heading, with where the runbook speaks of what it shows."""
    known = {rule.id: rule.runbook for subject in watched for rule in subject.rules}
    links = [known[one] for panel in section.panels for one in panel.rules if one in known]
    return _text(f"## {section.title}\n" + " · ".join(f"`{link}`" for link in dict.fromkeys(links)))


@dataclass(frozen=True, kw_only=True)
class _Line(Generic[Text]):
    """A rule over one subject, as a graph draws it."""

    label: str
    rule: AlarmRule
    subject: Mapping[str, Text]


def _series(watched: Sequence[Watched[Text]], rules: Sequence[str]) -> Iterator[_Line[Text]]:
    for one in watched:
        for rule in one.rules:
            if rule.id not in rules:
                continue
            for number, subject in enumerate(one.subjects, start=1):
                several = f" {number}" if len(one.subjects) > 1 else ""
                alike = sum(other.id == rule.id for other in one.rules) > 1
                part = f" {rule.part}" if alike or len(rules) > 1 else ""
                yield _Line(label=f"{one.name}{several}{part}", rule=rule, subject=subject)


def _graph(region: str, panel: Panel, lines: Sequence[_Line[Text]]) -> Widget:
    entries: list[object] = []
    for number, line in enumerate(lines):
        entries += _entries(line, prefix=ascii_lowercase[number % 26] * (1 + number // 26))
    thresholds = {
        (line.rule.threshold, f"alarm: {line.label}" if len(lines) > 1 else "alarm"): None
        for line in lines
    }
    by_value: dict[float, str] = {}
    for value, label in thresholds:
        by_value.setdefault(value, label)
    return _metrics(
        region,
        panel.title,
        entries,
        [{"label": label, "value": value} for value, label in by_value.items()],
    )


def _entries(line: _Line[Text], prefix: str) -> Iterator[object]:
    """The entries of one line: a metric, or a term and the metrics it is made from."""
    rule = line.rule
    if rule.share is None:
        yield _metric(
            Query(id=prefix, metric=rule.metric, dimensions=line.subject, returned=True),
            rule,
            {"label": line.label},
        )
        return
    for query in queries(rule, [line.subject]):
        identifier = f"{prefix}{query.id}"
        if query.metric is not None:
            yield _metric(query, rule, {"id": identifier, "visible": False})
        else:
            term = (query.expression or "").replace("m1", f"{prefix}m1")
            term = term.replace("w1", f"{prefix}w1")
            yield [{"id": identifier, "expression": term, "label": line.label}]


def _metric(query: Query[Text], rule: AlarmRule, options: Mapping[str, object]) -> list[object]:
    metric = query.metric
    if metric is None:
        raise ValueError(f"the term {query.id} of {rule.id} is no metric")
    dimensions = [part for pair in (query.dimensions or {}).items() for part in pair]
    settings = {"stat": metric.statistic, "period": rule.period, **options}
    return [metric.namespace, metric.name, *dimensions, settings]


def _metrics(
    region: str,
    title: str,
    entries: list[object],
    annotations: Sequence[Mapping[str, object]] = (),
) -> Widget:
    return {
        "type": "metric",
        "width": _GRAPH_WIDTH,
        "height": _GRAPH_HEIGHT,
        "properties": {
            "title": title,
            "region": region,
            "metrics": entries,
            "period": MINUTE,
            "view": "timeSeries",
            "yAxis": {"left": {"min": 0}},
            **({"annotations": {"horizontal": list(annotations)}} if annotations else {}),
        },
    }


def _text(markdown: str) -> Widget:
    return {
        "type": "text",
        "width": WIDTH,
        "height": _TEXT_HEIGHT,
        "properties": {"markdown": markdown},
    }


def _folded(graphs: Sequence[Widget]) -> Iterator[Row]:
    per_row = WIDTH // _GRAPH_WIDTH
    for start in range(0, len(graphs), per_row):
        yield list(graphs[start : start + per_row])


def _placed(rows: Sequence[Row]) -> Iterator[Widget]:
    """The widgets with their places on the grid: rows below each other, from the left."""
    top = 0
    for row in rows:
        left = 0
        for widget in row:
            yield {**widget, "x": left, "y": top}
            left += int(str(widget["width"]))
        top += max(int(str(widget["height"])) for widget in row)
