"""What alarms look at is there, and what topics send arrives."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.allowing import grants
from policies.aws.iam import Statement, listed, statements
from policies.aws.inputs import given, written
from policies.aws.names import names_of
from policies.engine import Check, Level, Parameters, Severity, stack_rule

_TABLE = "aws:dynamodb/table:Table"
_SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"
# The dimension by which each service's metrics tell a resource, and what bears the name.
_SUBJECTS = {
    ("AWS/SQS", "QueueName"): ((types.QUEUE, "name"),),
    ("AWS/Lambda", "FunctionName"): ((types.LAMBDA, "name"),),
    ("AWS/DynamoDB", "TableName"): ((_TABLE, "name"),),
    ("AWS/ECS", "ServiceName"): ((types.SERVICE, "name"),),
    ("AWS/RDS", "DBClusterIdentifier"): ((types.DB_CLUSTER, "clusterIdentifier"),),
    ("AWS/RDS", "DBInstanceIdentifier"): (
        (types.DB_INSTANCE, "identifier"),
        (types.DB_CLUSTER_INSTANCE, "identifier"),
    ),
}


@stack_rule(
    "alarm-subject-exists",
    title="Alarms look at something that is there",
    why="The metric of a name that nothing bears has no data: the alarm never goes off.",
    requirement="catalog spec, 11 CloudWatch Alarms; chat spec 000, Observability: alarms",
    mend="Take the dimension's value from the resource: dimensions={'QueueName': queue.name}.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def alarm_subject_exists(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A name in an alarm's dimensions is borne by a resource of the stack.

    Where the stack has none of a kind, the alarm is for another stack's.
    """
    for alarm in graph.of_type(types.ALARM):
        queries = given(alarm, "metricQueries")
        held = [alarm.properties, *(one["metric"] for one in _items(queries))]
        for metric in held:
            for dimension, value in _dimensions(metric):
                kinds = _SUBJECTS.get((str(metric["namespace"].scalar()), dimension), ())
                borne = [names_of(graph, kind, key) for kind, key in kinds]
                text = value.scalar()
                if any(one.any for one in borne) and isinstance(text, str):
                    truth = Truth.any(one.has(text) for one in borne)
                    message = f"there is no {dimension} {text}"
                    yield Check(truth, message, "dimensions", alarm)


def _items(value: Property) -> list[Property]:
    return [] if value.unknown else value.items()


def _dimensions(metric: Property) -> list[tuple[str, Property]]:
    held = metric["dimensions"]
    return [] if held.unknown else held.entries()


@stack_rule(
    "sns-queue-admits-topic",
    title="A queue lets the topic that it is subscribed to send",
    why="SNS drops every message that the queue's policy does not let in, and tells nobody.",
    requirement="AWS SNS developer guide: Fanout to Amazon SQS queues, permissions",
    mend="Allow sns.amazonaws.com sqs:SendMessage in an aws.sqs.QueuePolicy, with Condition "
    "ArnEquals aws:SourceArn = topic.arn.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
)
def sns_queue_admits_topic(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A statement of the queue's policy allows SNS, or everybody, to send for this topic."""
    for subscription in graph.of_type(_SUBSCRIPTION):
        topics = subscription.references("topic", types.TOPIC)
        for queue in subscription.references("endpoint", types.QUEUE):
            holders = [queue, *queue.referrers(types.QUEUE_POLICY, property="queueUrl")]
            answers = [_admits(holder, topics) for holder in holders]
            message = f"{queue.name} does not let the topic send"
            yield Check(Truth.any(answers), message, "endpoint", subscription)


def _admits(holder: Resource, topics: list[Resource]) -> Truth:
    policy = written(holder, "policy", types.QUEUE)
    if policy.json()["Statement"].unknown:
        return Truth.UNKNOWN
    return Truth.any(_lets_send(one, topics) for one in statements(policy))


def _lets_send(statement: Statement, topics: list[Resource]) -> Truth:
    principal = statement.tree["Principal"]
    services = listed(principal["Service"])
    by_topic = Truth.any(one.equals("sns.amazonaws.com") for one in services)
    by_topic |= principal.equals("*")
    allowed = statement.allows & by_topic & grants(statement, "sqs:SendMessage")
    condition = statement.tree["Condition"]
    if condition.unknown or any(block.unknown for _, block in condition.entries()):
        return allowed & Truth.UNKNOWN
    sources = [
        value
        for _operator, block in condition.entries()
        for key, values in block.entries()
        if key.lower() == "aws:sourcearn"
        for value in listed(values)
    ]
    if not sources or not topics:
        return allowed
    arns = [topic["arn"].scalar() for topic in topics]
    fits = [
        Truth.UNKNOWN if text is None else Truth.any(one.equals(text) for one in sources)
        for text in arns
    ]
    wide = Truth.any(one.matches(r"[*?]") for one in sources)
    return allowed & (Truth.any(fits) | (wide & Truth.UNKNOWN))
