"""Alarms: enough of them, of the demanded kinds, and what to do stands in each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.model import Graph, Resource
from graph.truth import Truth
from policies.aws import types
from policies.aws.metrics import alarmed
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_ALARMS = "chat spec 001, Observability: 20+ CloudWatch Alarms for ECS, RDS, Redis, SQS, ALB"
_CHAT = ("chat",)


@dataclass(frozen=True)
class Count(Parameters):
    """How many alarms a stack has at least."""

    least: int = 20


@stack_rule(
    "alarms-enough",
    title="A stack that runs services has alarms for what may fail in it",
    why="Each part fails in ways of its own; a handful of alarms leaves most of them unseen.",
    requirement=_ALARMS,
    mend="Create an aws.cloudwatch.MetricAlarm for each way in which a part fails.",
    severity=Severity.LOW,
    level=Level.MANDATORY,
    profiles=_CHAT,
    parameters=Count,
    covers=("CHAT-001-150",),
)
def alarms_enough(graph: Graph, parameters: Count) -> Iterator[Check]:
    """There are as many alarms as demanded."""
    if graph.of_type(types.SERVICE):
        count = len(graph.of_type(types.ALARM))
        message = f"it has {count} alarms; at least {parameters.least} are demanded"
        yield Check(Truth.of(count >= parameters.least), message)


@dataclass(frozen=True)
class Kinds(Parameters):
    """What must be watched wherever there is a resource of a type: `TYPE NAMESPACE METRIC|METRIC`.

    Of the metrics that `|` parts, one will do.
    """

    demanded: tuple[str, ...] = (
        f"{types.ALB} AWS/ApplicationELB HTTPCode_ELB_5XX_Count",
        f"{types.ALB} AWS/ApplicationELB HTTPCode_Target_5XX_Count",
        f"{types.ALB} AWS/ApplicationELB UnHealthyHostCount|HealthyHostCount",
        f"{types.ALB} AWS/ApplicationELB TargetResponseTime",
        f"{types.SERVICE} AWS/ECS CPUUtilization",
        f"{types.SERVICE} AWS/ECS MemoryUtilization",
        f"{types.DB_INSTANCE} AWS/RDS CPUUtilization|DBLoad",
        f"{types.DB_INSTANCE} AWS/RDS FreeStorageSpace",
        f"{types.DB_INSTANCE} AWS/RDS FreeableMemory",
        f"{types.DB_INSTANCE} AWS/RDS DatabaseConnections",
        f"{types.REPLICATION_GROUP} AWS/ElastiCache EngineCPUUtilization|CPUUtilization",
        f"{types.REPLICATION_GROUP} AWS/ElastiCache DatabaseMemoryUsagePercentage|FreeableMemory",
        f"{types.REPLICATION_GROUP} AWS/ElastiCache Evictions",
        f"{types.QUEUE} AWS/SQS ApproximateAgeOfOldestMessage",
        f"{types.QUEUE} AWS/SQS ApproximateNumberOfMessagesVisible",
    )


@stack_rule(
    "alarms-of-each-kind",
    title="Alarms watch errors, load and what runs out, of each kind of part",
    why="An alarm on CPU says nothing of a full disk, and one on errors nothing of a backlog.",
    requirement=_ALARMS,
    mend="Create an aws.cloudwatch.MetricAlarm on the metric that the message names.",
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    profiles=_CHAT,
    parameters=Kinds,
    covers=("CHAT-000-42", "CHAT-001-150"),
)
def alarms_of_each_kind(graph: Graph, parameters: Kinds) -> Iterator[Check]:
    """For each type that the stack has, some alarm looks at each demanded metric."""
    uses = list(alarmed(graph))
    for demanded in parameters.demanded:
        token, namespace, metrics = demanded.split()
        if graph.of_type(token):
            names = metrics.split("|")
            truth = Truth.any(
                use.namespace.equals(namespace) & use.metric.is_in(names) for use in uses
            )
            yield Check(truth, f"no alarm looks at {' or '.join(names)} of {namespace}")


@dataclass(frozen=True)
class Runbook(Parameters):
    """How an alarm's description names its section of the runbook, as a pattern."""

    pattern: str = r"(?i)runbook\S*#[\w-]+"


@rule(
    "alarm-names-runbook",
    applies_to=(types.ALARM, types.COMPOSITE_ALARM),
    title="Each alarm says where the runbook tells what to do",
    why="At three in the morning nobody should have to look for what an alarm means.",
    requirement="chat spec 001, Observability: Operational Runbook with incident response",
    mend="End alarm_description with the section's address, such as docs/runbook.md#queue-age.",
    severity=Severity.LOW,
    level=Level.MANDATORY,
    profiles=_CHAT,
    parameters=Runbook,
    covers=("CHAT-001-152",),
)
def alarm_names_runbook(resource: Resource, parameters: Runbook) -> Iterator[Check]:
    """The description names a section of a runbook."""
    described = resource["alarmDescription"]
    message = f"its description is {described.text()}"
    yield Check(described.matches(parameters.pattern), message, "alarmDescription")


@stack_rule(
    "alarm-topic-key",
    title="Encrypted topics that alarms notify have a key that CloudWatch may use",
    why="AWS's own key for topics lets CloudWatch in nowhere: the alarm goes off, no one is told.",
    requirement="AWS SNS developer guide: encrypted topics and CloudWatch alarms; chat spec 001, "
    "Observability: SNS Topic for alert notifications",
    mend="Set kms_master_key_id to an aws.kms.Key whose policy allows cloudwatch.amazonaws.com "
    "kms:Decrypt and kms:GenerateDataKey*.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    covers=("CHAT-001-151",),
)
def alarm_topic_key(graph: Graph, _: Parameters) -> Iterator[Check]:
    """No topic that an alarm's actions name is encrypted with `alias/aws/sns`."""
    topics = {
        topic.urn: topic
        for alarm in graph.of_type(types.ALARM, types.COMPOSITE_ALARM)
        for topic in alarm.references("alarmActions", types.TOPIC)
    }
    for topic in topics.values():
        key = topic["kmsMasterKeyId"]
        # A key that is not known yet is one of the stack, or looked up by its id.
        usable = Truth.YES if key.unknown else ~key.matches(r"alias/aws/sns\Z")
        yield Check(usable, "alarms cannot use its key alias/aws/sns", "kmsMasterKeyId", topic)
