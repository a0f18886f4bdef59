"""CloudWatch: which metrics alarms and scaling policies look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graph.model import Graph, Resource
from graph.values import Property
from policies.aws import types
from policies.aws.inputs import given


@dataclass(frozen=True, slots=True)
class Use:
    """A metric that something looks at; `dimensions` are the names, None while not known."""

    resource: Resource
    namespace: Property
    metric: Property
    dimensions: frozenset[str] | None


def alarmed(graph: Graph) -> Iterator[Use]:
    """The metrics that alarms look at, alone or in metric math."""
    for alarm in graph.of_type(types.ALARM):
        if not given(alarm, "metricName").absent:
            yield _use(alarm, alarm.properties)
        queries = given(alarm, "metricQueries")
        for query in [] if queries.unknown else queries.items():
            if not query["metric"].absent:
                yield _use(alarm, query["metric"])


def scaled_by(graph: Graph) -> Iterator[Use]:
    """The metrics of their own that scaling policies look at (predefined ones are AWS's)."""
    for policy in graph.of_type(types.SCALING_POLICY):
        custom = given(policy, "targetTrackingScalingPolicyConfiguration")
        custom = custom["customizedMetricSpecification"]
        if custom.absent:
            continue
        if custom.unknown or not custom["metricName"].absent:
            yield _use(policy, custom)
        queries = custom["metrics"]
        for query in [] if queries.unknown else queries.items():
            if not query["metricStat"].absent:
                yield _use(policy, query["metricStat"]["metric"])


def _use(resource: Resource, metric: Property) -> Use:
    dimensions = metric["dimensions"]
    return Use(resource, metric["namespace"], metric["metricName"], _names(dimensions))


def _names(dimensions: Property) -> frozenset[str] | None:
    """The names of dimensions, given as a map or as a list of names and values."""
    if dimensions.unknown:
        return None
    entries = dimensions.entries()
    if entries:
        return frozenset(name for name, _ in entries)
    return _listed(item["name"].scalar() for item in dimensions.items())


def _listed(names: Iterable[object]) -> frozenset[str] | None:
    known = [name for name in names if isinstance(name, str) or name is None]
    return None if None in known else frozenset(str(name) for name in known)
