"""Queues and topics: nothing lost without a trace, nothing readable at rest, nothing public."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.model import Graph, Resource
from graph.truth import Truth
from policies.aws import types
from policies.aws.allowing import is_public
from policies.aws.iam import statements
from policies.aws.inputs import given
from policies.aws.queues import dead_letter_queues
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_QUEUES = "chat spec 001, Messaging: Dead letter queues for failed messages"


@stack_rule(
    "sqs-dead-letter-queue",
    title="Every queue has a dead-letter queue",
    why="A message that always fails would be tried until it expires, and then be gone.",
    requirement=_QUEUES,
    mend="Set redrive_policy={'deadLetterTargetArn': dlq.arn, 'maxReceiveCount': 5} as JSON, or "
    "add an aws.sqs.RedrivePolicy.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    covers=("CHAT-001-147",),
)
def sqs_dead_letter_queue(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A queue that is no dead-letter queue itself redrives, inline or by its own resource."""
    targets = dead_letter_queues(graph)
    for queue in graph.of_type(types.QUEUE):
        if queue.urn in targets or not given(queue, "redriveAllowPolicy").absent:
            continue
        separate = queue.referrers(types.REDRIVE_POLICY, property="queueUrl")
        inline = given(queue, "redrivePolicy")
        redrives = Truth.of(bool(separate)) | inline.is_set()
        yield Check(redrives, "it has no dead-letter queue", "redrivePolicy", queue)


@dataclass(frozen=True)
class Receives(Parameters):
    """How often a message may be received before it is set aside."""

    least: int = 2
    most: int = 20


@rule(
    "sqs-max-receive-count",
    applies_to=(types.QUEUE, types.REDRIVE_POLICY),
    title="Messages are tried a sensible number of times",
    why="One try loses messages to a passing fault; hundreds keep a poisoned one going for days.",
    requirement=_QUEUES,
    mend="Set maxReceiveCount in the redrive policy to 3 or 5.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    parameters=Receives,
)
def sqs_max_receive_count(resource: Resource, parameters: Receives) -> Iterator[Check]:
    """The redrive policy names a count of receives within bounds."""
    policy = resource["redrivePolicy"]
    if policy.absent:
        return
    count = policy.json()["maxReceiveCount"]
    fits = count.at_least(parameters.least) & count.at_most(parameters.most)
    yield Check(fits, f"maxReceiveCount is {count.text()}", "redrivePolicy")


@rule(
    "sqs-encrypted",
    applies_to=(types.QUEUE,),
    title="Queues are encrypted",
    why="Messages hold what users wrote to each other.",
    requirement="chat spec 001, Messaging: Server-side encryption; AWS FSBP SQS.1",
    mend="Set sqs_managed_sse_enabled=True, or kms_master_key_id.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    covers=("CHAT-001-123", "CHAT-001-148"),
    controls=("FSBP SQS.1",),
)
def sqs_encrypted(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Not switched off; AWS encrypts new queues with its own keys when nothing is said."""
    keyed = resource["kmsMasterKeyId"].is_set() & ~resource["kmsMasterKeyId"].equals("")
    if resource["kmsMasterKeyId"].unknown:
        keyed = Truth.YES
    managed = resource["sqsManagedSseEnabled"].is_true(default=True)
    yield Check(keyed | managed, "its encryption is switched off", "sqsManagedSseEnabled")


@rule(
    "sns-encrypted",
    applies_to=(types.TOPIC,),
    title="Topics are encrypted",
    why="Notifications name hosts, faults and people.",
    requirement="chat spec 001, Security: Encryption at rest; AWS Security Hub SNS.1",
    mend="Set kms_master_key_id to a key that its publishers may use.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    covers=("CHAT-001-123",),
    controls=("SecurityHub SNS.1",),
)
def sns_encrypted(resource: Resource, _: Parameters) -> Iterator[Check]:
    """A KMS key is named; AWS does not encrypt topics of itself."""
    key = resource["kmsMasterKeyId"]
    keyed = Truth.YES if key.unknown else key.is_set() & ~key.equals("")
    yield Check(keyed, "it has no key", "kmsMasterKeyId")


@rule(
    "messaging-not-public",
    applies_to=(
        types.QUEUE,
        types.QUEUE_POLICY,
        types.TOPIC,
        "aws:sns/topicPolicy:TopicPolicy",
    ),
    title="No queue or topic is open to everybody",
    why="Whoever finds the address could read messages, or send forged ones.",
    requirement="AWS FSBP SQS.3, SNS.4; chat spec 000: production-ready baseline",
    mend="Name a Principal, or add a Condition on aws:SourceArn or aws:SourceAccount.",
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    controls=("FSBP SQS.3", "FSBP SNS.4"),
)
def messaging_not_public(resource: Resource, _: Parameters) -> Iterator[Check]:
    """No statement lets principal "*" in, unless a condition ties it to known callers."""
    for statement in statements(resource["policy"]):
        yield Check(~is_public(statement), f"{statement.label} lets everybody in", "policy")
