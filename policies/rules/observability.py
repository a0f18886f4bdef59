"""Observability: logs that are kept, alarms that reach someone, a dashboard to look at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from graph.model import Graph, Resource
from graph.truth import Truth
from policies.aws import types
from policies.aws.inputs import given
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_METRICS = "chat spec 000, Observability: CloudWatch Metrics + alarms"


@dataclass(frozen=True)
class Retention(Parameters):
    """For how long logs are kept at least, in days; 0 in a log group means for ever."""

    days: int = 7


@rule(
    "log-group-retention",
    applies_to=(types.LOG_GROUP,),
    title="Log groups say how long logs are kept",
    why="Without a retention logs are kept, and paid for, for ever.",
    requirement="chat spec 004, Environment Comparison: retention 7 to 30 days; "
    "AWS Security Hub CloudWatch.16",
    mend="Set retention_in_days=30 on the aws.cloudwatch.LogGroup.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    parameters=Retention,
)
def log_group_retention(resource: Resource, parameters: Retention) -> Iterator[Check]:
    """A retention is set, is not "for ever", and is long enough to look back."""
    kept = resource["retentionInDays"]
    truth = kept.at_least(max(parameters.days, 1))
    message = f"retention is {kept.text()}; at least {parameters.days} days are demanded"
    yield Check(truth, message, "retentionInDays")


@rule(
    "alarm-has-action",
    applies_to=(types.ALARM, types.COMPOSITE_ALARM),
    title="Alarms tell someone",
    why="An alarm without an action turns red on a screen that nobody looks at.",
    requirement=f"{_METRICS}; chat spec 001, Observability: SNS Topic; AWS Security Hub CloudWatch.15",
    mend="Set alarm_actions=[topic.arn] on the alarm.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    covers=("CHAT-001-151",),
    controls=("SecurityHub CloudWatch.15", "SecurityHub CloudWatch.17"),
)
def alarm_has_action(resource: Resource, _: Parameters) -> Iterator[Check]:
    """An alarm acts when it goes off, and its actions are not switched off."""
    actions = resource["alarmActions"]
    acts = Truth.YES if actions.unknown else Truth.of(bool(actions.items()))
    yield Check(acts, "it has no alarm action", "alarmActions")
    enabled = resource["actionsEnabled"].is_true(default=True)
    yield Check(enabled, "its actions are switched off", "actionsEnabled")


@stack_rule(
    "alarms-on-critical-resources",
    title="Load balancer, services, database, cache and queues have alarms",
    why="Users must not be the first to notice that a part has failed.",
    requirement=f"{_METRICS}; chat spec 001, Observability: ECS, RDS, Redis, SQS, ALB",
    mend="Create an aws.cloudwatch.MetricAlarm whose dimensions name the resource.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    covers=("CHAT-000-42", "CHAT-001-150"),
)
def alarms_on_critical_resources(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Some alarm's dimensions, or metric queries, refer to each critical resource."""
    watched: set[str] = set()
    texts: set[str] = set()
    for alarm in graph.of_type(types.ALARM):
        for key in ("dimensions", "metricQueries"):
            watched.update(one.urn for one in alarm.references(key))
            for part in alarm[key].walk():
                text = part.scalar()
                if isinstance(text, str):
                    texts |= _subjects(text)
    critical = (types.ALB, types.SERVICE, types.DB_INSTANCE, types.REPLICATION_GROUP, types.QUEUE)
    for resource in graph.of_type(*critical):
        told = any(given(resource, key).scalar() in texts for key in _NAMED_BY)
        truth = Truth.of(resource.urn in watched or told)
        yield Check(truth, "no alarm watches it", resource=resource)


# What dimensions call a resource by, where that is not a name of its own.
_NAMED_BY = ("arnSuffix", "replicationGroupId")
_NODE = r"-\d{3,4}\Z"


def _subjects(text: str) -> set[str]:
    """What a dimension may be about: also the cache of a node (`chat-001`, `chat-0001-002`)."""
    once = re.sub(_NODE, "", text)
    return {text, once, re.sub(_NODE, "", once)}


@stack_rule(
    "dashboard-exists",
    title="A dashboard shows the system",
    why="In an incident the first question is which part is ill.",
    requirement="chat spec 001, Observability: CloudWatch Dashboard; catalog spec, 10 CloudWatch "
    "Monitoring: dashboards",
    mend="Create an aws.cloudwatch.Dashboard over the metrics of the services and stores.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    profiles=("catalog", "chat"),
    covers=("CHAT-001-149",),
)
def dashboard_exists(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A stack that runs services or functions has a dashboard."""
    if graph.of_type(types.SERVICE, types.LAMBDA):
        exists = bool(graph.of_type(types.DASHBOARD))
        yield Check(Truth.of(exists), "the stack has no CloudWatch dashboard")


@stack_rule(
    "alarm-topic-has-subscriber",
    title="Topics that alarms notify have a subscriber",
    why="A notification to a topic without subscribers reaches nobody.",
    requirement=f"{_METRICS}; chat spec 001, Observability: SNS Topic for alert notifications",
    mend="Create an aws.sns.TopicSubscription with topic=topic.arn.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    covers=("CHAT-001-151",),
)
def alarm_topic_has_subscriber(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Each topic of the stack that an alarm's actions name has a subscription in the stack."""
    topics = {
        topic.urn: topic
        for alarm in graph.of_type(types.ALARM, types.COMPOSITE_ALARM)
        for topic in alarm.references("alarmActions", types.TOPIC)
    }
    for topic in topics.values():
        heard = topic.referrers("aws:sns/topicSubscription:TopicSubscription", property="topic")
        yield Check(Truth.of(bool(heard)), "nobody is subscribed to it", resource=topic)
