"""Keys and the services that encrypt with them: a key's policy lets in who is to use it."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph, Resource
from graph.truth import Truth
from policies.aws import types
from policies.aws.allowing import grants
from policies.aws.iam import listed, statements
from policies.aws.inputs import written
from policies.engine import Check, Level, Parameters, Severity, stack_rule

_KEY = "aws:kms/key:Key"
_KEY_POLICY = "aws:kms/keyPolicy:KeyPolicy"
_SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"


@stack_rule(
    "log-group-key-admits-logs",
    title="Keys of log groups let CloudWatch Logs encrypt with them",
    why="AWS refuses a log group whose key CloudWatch Logs may not use.",
    requirement="AWS CloudWatch Logs user guide: Encrypt log data using KMS",
    mend="Allow logs.REGION.amazonaws.com kms:Encrypt*, kms:Decrypt*, kms:ReEncrypt*, "
    "kms:GenerateDataKey* and kms:Describe* in the policy of the aws.kms.Key.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
)
def log_group_key_admits_logs(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The policy of each log group's key allows the service to make data keys."""
    for group in graph.of_type(types.LOG_GROUP):
        for key in group.references("kmsKeyId", _KEY):
            truth = _admits(key, r"\Alogs\.([\w-]+\.)?amazonaws\.com(\.cn)?\Z")
            message = f"CloudWatch Logs may not encrypt with {key.name}"
            yield Check(truth, message, "kmsKeyId", group)


@stack_rule(
    "topic-key-admits-publishers",
    title="Keys of topics let the services that publish there encrypt with them",
    why="The notification is dropped without a word where its sender may not use the key.",
    requirement="AWS SNS developer guide: Encrypted topics and AWS services",
    mend="Allow cloudwatch.amazonaws.com kms:Decrypt and kms:GenerateDataKey* in the policy of "
    "the aws.kms.Key.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
)
def topic_key_admits_publishers(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The key of each topic that an alarm's actions name allows CloudWatch to make data keys."""
    topics = {
        topic.urn: topic
        for alarm in graph.of_type(types.ALARM, types.COMPOSITE_ALARM)
        for topic in alarm.references("alarmActions", types.TOPIC)
    }
    for topic in topics.values():
        for key in topic.references("kmsMasterKeyId", _KEY):
            truth = _admits(key, r"\Acloudwatch\.amazonaws\.com\Z")
            message = f"CloudWatch may not encrypt with {key.name}: its alarms reach nobody"
            yield Check(truth, message, "kmsMasterKeyId", topic)


@stack_rule(
    "queue-key-admits-topics",
    title="Keys of queues let the topics that they are subscribed to encrypt with them",
    why="SNS drops a message that it may not encrypt for the queue.",
    requirement="AWS SNS developer guide: Subscribing encrypted queues",
    mend="Allow sns.amazonaws.com kms:Decrypt and kms:GenerateDataKey* in the policy of the "
    "aws.kms.Key.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
)
def queue_key_admits_topics(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The key of each queue that is subscribed to a topic allows SNS to make data keys."""
    for subscription in graph.of_type(_SUBSCRIPTION):
        for queue in subscription.references("endpoint", types.QUEUE):
            for key in queue.references("kmsMasterKeyId", _KEY):
                truth = _admits(key, r"\Asns\.amazonaws\.com\Z")
                message = f"SNS may not encrypt with {key.name}"
                yield Check(truth, message, "kmsMasterKeyId", queue)


def _admits(key: Resource, service: str) -> Truth:
    """Whether a key's policy lets a service make data keys; AWS's own policy lets none."""
    holders = [key, *key.referrers(_KEY_POLICY, property="keyId")]
    answers: list[Truth] = []
    for policy in (written(one, "policy", _KEY) for one in holders):
        if policy.json()["Statement"].unknown:
            answers.append(Truth.UNKNOWN)
            continue
        for statement in statements(policy):
            principal = statement.tree["Principal"]
            by_service = Truth.any(one.matches(service) for one in listed(principal["Service"]))
            made = grants(statement, "kms:GenerateDataKey")
            answers.append(statement.allows & (by_service | principal.equals("*")) & made)
    return Truth.any(answers)
