"""Queues, topics and the bus between the parts of the shop."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .identity import Statement, document
from .settings import DAY, Settings, faulty

# Six times what the consumer may take.
VISIBILITY = 360


@dataclass(frozen=True)
class Queue:
    """A queue, and the one that takes what it cannot deliver."""

    main: aws.sqs.Queue
    dead: aws.sqs.Queue | None


@dataclass(frozen=True)
class Messages:
    """What the parts of the shop tell each other by."""

    fulfilment: Queue
    failures: aws.sqs.Queue
    order_events: aws.sns.Topic
    bus: aws.cloudwatch.EventBus


def _dead_letters(name: str, shop: Settings, key: aws.kms.Key, seconds: int) -> aws.sqs.Queue:
    return aws.sqs.Queue(
        name,
        name=shop.named(name),
        message_retention_seconds=seconds,
        kms_master_key_id=key.arn,
        opts=shop.here(),
    )


def _only_tls(queue: aws.sqs.Queue) -> Statement:
    return {
        "Sid": "OnlyOverTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sqs:*",
        "Resource": queue.arn,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def _fulfilment(shop: Settings, key: aws.kms.Key) -> Queue:
    short = faulty("dead-letters-expire-first")
    dead = None
    if not faulty("queue-without-dead-letters"):
        dead = _dead_letters("fulfilment-dead", shop, key, DAY if short else 14 * DAY)
    in_clear = faulty("queue-unencrypted")
    main = aws.sqs.Queue(
        "fulfilment",
        name=shop.named("fulfilment"),
        visibility_timeout_seconds=30 if faulty("visibility-below-timeout") else VISIBILITY,
        message_retention_seconds=4 * DAY,
        receive_wait_time_seconds=20,
        kms_master_key_id=None if in_clear else key.arn,
        sqs_managed_sse_enabled=False if in_clear else None,
        redrive_policy=None
        if dead is None
        else pulumi.Output.json_dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 5}),
        opts=shop.here(),
    )
    if dead is not None:
        aws.sqs.RedriveAllowPolicy(
            "fulfilment-dead",
            queue_url=dead.id,
            redrive_allow_policy=pulumi.Output.json_dumps(
                {"redrivePermission": "byQueue", "sourceQueueArns": [main.arn]}
            ),
            opts=shop.here(),
        )
        aws.sqs.QueuePolicy(
            "fulfilment-dead",
            queue_url=dead.id,
            policy=document([_only_tls(dead)]),
            opts=shop.here(),
        )
    return Queue(main, dead)


def _order_events(shop: Settings, key: aws.kms.Key, queue: aws.sqs.Queue) -> aws.sns.Topic:
    topic = aws.sns.Topic(
        "order-events",
        name=shop.named("order-events"),
        kms_master_key_id=None if faulty("topic-unencrypted") else key.id,
        tracing_config="Active",
        opts=shop.here(),
    )
    publishers: Statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": "sns:Publish",
        "Resource": topic.arn,
    }
    if not faulty("topic-open-to-anyone"):
        publishers["Principal"] = {"AWS": f"arn:aws:iam::{shop.account}:root"}
    insecure: Statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sns:Publish",
        "Resource": topic.arn,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    aws.sns.TopicPolicy(
        "order-events",
        arn=topic.arn,
        policy=document([publishers, insecure]),
        opts=shop.here(),
    )
    by_topic: Statement = {
        "Sid": "OrderEvents",
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue.arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic.arn}},
    }
    anyone: Statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": ["sqs:SendMessage", "sqs:ReceiveMessage"],
        "Resource": queue.arn,
    }
    accepted = [] if faulty("topic-not-let-into-queue") else [by_topic]
    if faulty("queue-open-to-world"):
        accepted.append(anyone)
    aws.sqs.QueuePolicy(
        "fulfilment",
        queue_url=queue.id,
        policy=document([_only_tls(queue), *accepted]),
        opts=shop.here(),
    )
    return topic


def make_messages(shop: Settings, key: aws.kms.Key) -> Messages:
    """The queue of paid orders, the topic that fills it, the bus, and where failures go."""
    fulfilment = _fulfilment(shop, key)
    topic = _order_events(shop, key, fulfilment.main)
    failures = _dead_letters("failures", shop, key, 14 * DAY)
    aws.sns.TopicSubscription(
        "order-events-to-fulfilment",
        topic=topic.arn,
        protocol="sqs",
        endpoint=fulfilment.main.arn,
        raw_message_delivery=True,
        filter_policy='{"state": ["paid"]}',
        redrive_policy=pulumi.Output.json_dumps({"deadLetterTargetArn": failures.arn}),
        opts=shop.here(),
    )
    bus = aws.cloudwatch.EventBus(
        "shop", name=shop.named("bazaar"), kms_key_identifier=key.arn, opts=shop.here()
    )
    senders: Statement = {
        "Sid": "OwnAccount",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{shop.account}:root"},
        "Action": "events:PutEvents",
        "Resource": bus.arn,
    }
    if faulty("bus-open-to-all-accounts"):
        senders["Principal"] = "*"
    aws.cloudwatch.EventBusPolicy(
        "shop", event_bus_name=bus.name, policy=document([senders]), opts=shop.here()
    )
    aws.cloudwatch.EventArchive(
        "shop",
        name=shop.named("bazaar"),
        event_source_arn=bus.arn,
        retention_days=30,
        opts=shop.here(),
    )
    return Messages(fulfilment, failures, topic, bus)


def let_into_failures(messages: Messages, shop: Settings, rule: aws.cloudwatch.EventRule) -> None:
    """Say who may put undeliverable messages there: the topic and the rule."""
    queue = messages.failures
    services = {"sns": messages.order_events.arn, "events": rule.arn}
    senders: list[Statement] = [
        {
            "Effect": "Allow",
            "Principal": {"Service": f"{service}.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": queue.arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": source}},
        }
        for service, source in services.items()
    ]
    aws.sqs.QueuePolicy(
        "failures",
        queue_url=queue.id,
        policy=document([_only_tls(queue), *senders]),
        opts=shop.here(),
    )
