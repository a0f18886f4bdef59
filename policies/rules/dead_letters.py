"""Dead-letter queues: a message that failed gets there, stays there, and somebody is told."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph.model import Graph, Resource
from graph.truth import Truth
from policies.aws import types
from policies.aws.inputs import given
from policies.aws.metrics import alarmed
from policies.aws.queues import Redrive, failure_queues, redrives
from policies.engine import Check, Level, Parameters, Severity, stack_rule

_GUIDE = "AWS SQS developer guide: dead-letter queues"
_RETENTION = "messageRetentionSeconds"
# Four days: how long AWS keeps messages where a queue says nothing.
_DEFAULT_RETENTION = 345_600
_ALLOW = "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy"
_BACKLOG = ("ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage")


@stack_rule(
    "sqs-dead-letters-outlive",
    title="Dead-letter queues keep messages at least as long as their source",
    why="A failed message keeps its age: in a queue that keeps less it is gone within minutes.",
    requirement=f"{_GUIDE}: message retention",
    mend="Set message_retention_seconds=1209600 on the dead-letter aws.sqs.Queue.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def sqs_dead_letters_outlive(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Its retention is at least the source's; either is four days where nothing is said."""
    for one in redrives(graph):
        kept = given(one.target, _RETENTION)
        before = given(one.source, _RETENTION)
        least = _DEFAULT_RETENTION if before.absent else before.scalar()
        message = f"it keeps messages for a shorter time than {one.source.name}"
        if not isinstance(least, int | float):
            truth = Truth.UNKNOWN
        elif kept.absent:
            truth = Truth.of(least <= _DEFAULT_RETENTION)
        else:
            truth = kept.at_least(least)
        yield Check(truth, message, _RETENTION, one.target)


@stack_rule(
    "sqs-dead-letters-end",
    title="Dead-letter queues end a chain, and do not lead back into it",
    why="Queues that set messages aside to each other pass a poisoned one round for ever.",
    requirement=_GUIDE,
    mend="Point deadLetterTargetArn at an aws.sqs.Queue of its own that redrives nowhere.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def sqs_dead_letters_end(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Following the chain from a queue never comes back to it."""
    found = {one.source.urn: one for one in redrives(graph)}
    for urn, one in found.items():
        yield Check(
            Truth.of(not _returns(urn, found)),
            "its messages come back to it through its dead-letter queue",
            "redrivePolicy",
            one.holder,
        )


def _returns(urn: str, found: dict[str, Redrive]) -> bool:
    seen: set[str] = set()
    current = urn
    # AWS knows no long chains; what goes on is a ring that this queue only leads into.
    while current in found and current not in seen:
        seen.add(current)
        current = found[current].target.urn
        if current == urn:
            return True
    return False


@stack_rule(
    "sqs-dead-letters-same-kind",
    title="A queue and its dead-letter queue are both FIFO or both standard",
    why="AWS refuses the other pairs, after it has made the queues.",
    requirement=_GUIDE,
    mend="Give both aws.sqs.Queue the same fifo_queue, and FIFO ones a name that ends in .fifo.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def sqs_dead_letters_same_kind(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Both say the same of fifoQueue; AWS's default is standard."""
    for one in redrives(graph):
        source = one.source["fifoQueue"].is_true(default=False)
        target = one.target["fifoQueue"].is_true(default=False)
        same = (source & target) | (~source & ~target)
        yield Check(same, f"{one.target.name} is of the other kind", "redrivePolicy", one.holder)


@stack_rule(
    "sqs-dead-letters-watched",
    title="Somebody is told when a message lands in a dead-letter queue",
    why="Set aside and unseen, a message is lost all the same when its time is up.",
    requirement=f"{_GUIDE}: creating alarms for dead-letter queues",
    mend="Create an aws.cloudwatch.MetricAlarm on ApproximateNumberOfMessagesVisible with "
    "dimensions={'QueueName': dlq.name} and threshold=0.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def sqs_dead_letters_watched(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Some alarm looks at how many messages wait in it, or how long they do."""
    targets = {one.target.urn: one.target for one in redrives(graph)} | failure_queues(graph)
    answers = dict.fromkeys(targets, Truth.NO)
    for use in alarmed(graph):
        looks = use.metric.is_in(_BACKLOG)
        keys = ("dimensions", "metricQueries")
        named = {one.urn for key in keys for one in use.resource.references(key, types.QUEUE)}
        for urn in named & targets.keys():
            answers[urn] |= looks
    for urn, answer in answers.items():
        yield Check(answer, "no alarm looks at what waits in it", resource=targets[urn])


@stack_rule(
    "sqs-dead-letters-allowed",
    title="Dead-letter queues that say whose messages they take name their sources",
    why="SQS refuses the redrive of a queue that is not allowed, and the message stays poisoned.",
    requirement=f"{_GUIDE}: redrive allow policy",
    mend="Add the source's arn to sourceQueueArns of the redrive_allow_policy.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def sqs_dead_letters_allowed(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A redrive allow policy of the target allows all queues, or names this one."""
    for one in redrives(graph):
        separate = one.target.referrers(_ALLOW, property="queueUrl")
        for holder in (one.target, *separate):
            if not given(holder, "redriveAllowPolicy").absent:
                message = f"it does not take the messages of {one.source.name}"
                yield Check(_admits(holder, one.source), message, "redriveAllowPolicy", holder)


def _admits(holder: Resource, source: Resource) -> Truth:
    policy = holder["redriveAllowPolicy"].json()
    permission = policy["redrivePermission"]
    if permission.equals("byQueue") is Truth.NO:
        return Truth.YES if permission.absent else permission.equals("allowAll")
    named = source in holder.references("redriveAllowPolicy", types.QUEUE)
    name, listed = given(source, "name").scalar(), policy["sourceQueueArns"]
    if named or not isinstance(name, str):
        return Truth.YES if named else Truth.UNKNOWN
    return listed.any(lambda arn: arn.matches(rf":{re.escape(name)}\Z"))
