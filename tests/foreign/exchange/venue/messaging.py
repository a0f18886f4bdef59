"""Queues with their dead letters, and topics."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .common import Settings, document, faulty, later
from .keys import Keys

DAY = 24 * 60 * 60


@dataclass(frozen=True)
class Messaging:
    orders: aws.sqs.Queue
    trades: aws.sqs.Queue
    reports: aws.sqs.Queue
    dead_letters: dict[str, aws.sqs.Queue]
    alarms: aws.sns.Topic
    executions: aws.sns.Topic


def make_messaging(settings: Settings, keys: Keys) -> Messaging:
    alarms = _topic(settings, "alarms", keys)
    executions = _topic(settings, "executions", keys)
    dead = {
        "orders": _queue(
            settings,
            "orders-dead",
            keys,
            fifo=not faulty("fifo-with-standard-dead-letters"),
            retention=14 * DAY,
        ),
        "trades": _queue(
            settings,
            "trades-dead",
            keys,
            retention=DAY if faulty("dead-letters-forgotten-early") else 14 * DAY,
        ),
        "reports": _queue(settings, "reports-dead", keys, retention=14 * DAY),
    }
    orders = _queue(
        settings,
        "orders",
        keys,
        fifo=True,
        visibility=120,
        dead=settings.arn("sqs", settings.called("orders-dlq.fifo"))
        if faulty("dead-letters-into-nowhere")
        else dead["orders"].arn,
    )
    trades = _queue(
        settings,
        "trades",
        keys,
        visibility=30 if faulty("visibility-shorter-than-consumer") else 720,
        dead=None if faulty("queue-without-dead-letters") else dead["trades"].arn,
    )
    reports = _queue(
        settings,
        "reports",
        None if faulty("queue-unencrypted") else keys,
        visibility=300,
        dead=settings.arn("sqs", settings.called("reports"))
        if faulty("dead-letters-to-itself")
        else dead["reports"].arn,
    )
    aws.sns.TopicSubscription(
        "alarms-to-desk", topic=alarms.arn, protocol="email", endpoint=settings.desk
    )
    _subscribe(settings, executions, trades, dead["trades"])
    _open_to_own_account(settings, reports)
    return Messaging(orders, trades, reports, dead, alarms, executions)


def _queue(
    settings: Settings,
    what: str,
    keys: Keys | None,
    *,
    fifo: bool = False,
    visibility: int = 60,
    retention: int = 4 * DAY,
    dead: pulumi.Input[str] | None = None,
) -> aws.sqs.Queue:
    redrive = None
    if dead is not None:
        redrive = pulumi.Output.json_dumps({"deadLetterTargetArn": dead, "maxReceiveCount": 5})
    return aws.sqs.Queue(
        what,
        name=settings.called(what) + (".fifo" if fifo else ""),
        fifo_queue=True if fifo else None,
        content_based_deduplication=True if fifo else None,
        visibility_timeout_seconds=visibility,
        message_retention_seconds=retention,
        receive_wait_time_seconds=20,
        kms_master_key_id=keys.messages.arn if keys else None,
        kms_data_key_reuse_period_seconds=300 if keys else None,
        sqs_managed_sse_enabled=None if keys else False,
        redrive_policy=redrive,
        tags=None if what == "trades" and faulty("queue-untagged") else settings.tags(what),
    )


def _topic(settings: Settings, what: str, keys: Keys) -> aws.sns.Topic:
    plain = what == "executions" and faulty("topic-unencrypted")
    topic = aws.sns.Topic(
        what,
        name=settings.called(what),
        kms_master_key_id=None if plain else keys.messages.arn,
        tags=settings.tags(what),
    )
    publishers: list[Mapping[str, object]] = [
        {
            "Sid": "OwnAccount",
            "Effect": "Allow",
            "Principal": {
                "Service": [
                    "cloudwatch.amazonaws.com",
                    "events.rds.amazonaws.com",
                    "backup.amazonaws.com",
                ]
            },
            "Action": "sns:Publish",
            "Resource": topic.arn,
            "Condition": {"StringEquals": {"aws:SourceAccount": settings.account}},
        },
        {
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sns:Publish",
            "Resource": topic.arn,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    ]
    if what == "executions" and faulty("topic-policy-public"):
        publishers.append(
            {
                "Sid": "Listeners",
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": ["sns:Subscribe", "sns:Publish"],
                "Resource": topic.arn,
            }
        )
    aws.sns.TopicPolicy(what, arn=topic.arn, policy=document(*publishers))
    return topic


def _subscribe(
    settings: Settings, topic: aws.sns.Topic, queue: aws.sqs.Queue, dead: aws.sqs.Queue
) -> None:
    """Executions fan out into the trades that settlement books."""
    if faulty("subscription-not-admitted"):
        statement: aws.iam.GetPolicyDocumentStatementArgsDict = {
            "sid": "Own",
            "principals": [
                {
                    "type": "AWS",
                    "identifiers": [
                        later(pulumi.Output.concat("arn:aws:iam::", settings.account, ":root"))
                    ],
                }
            ],
            "actions": ["sqs:SendMessage"],
            "resources": [later(queue.arn)],
        }
    else:
        statement = {
            "sid": "Executions",
            "principals": [{"type": "Service", "identifiers": ["sns.amazonaws.com"]}],
            "actions": ["sqs:SendMessage"],
            "resources": [later(queue.arn)],
            "conditions": [
                {"test": "ArnEquals", "variable": "aws:SourceArn", "values": [later(topic.arn)]}
            ],
        }
    policy = aws.iam.get_policy_document_output(statements=[statement, _queue_tls_only(queue)])
    aws.sqs.QueuePolicy("trades", queue_url=queue.id, policy=policy.json)
    aws.sns.TopicSubscription(
        "executions-to-trades",
        topic=topic.arn,
        protocol="sqs",
        endpoint=queue.arn,
        raw_message_delivery=True,
        redrive_policy=pulumi.Output.json_dumps({"deadLetterTargetArn": dead.arn}),
    )
    admitted = {
        "Sid": "UndeliveredExecutions",
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": dead.arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic.arn}},
    }
    aws.sqs.QueuePolicy(
        "trades-dead", queue_url=dead.id, policy=document(admitted, _tls_only(dead))
    )


def _tls_only(queue: aws.sqs.Queue) -> Mapping[str, object]:
    return {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sqs:*",
        "Resource": queue.arn,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def _queue_tls_only(queue: aws.sqs.Queue) -> aws.iam.GetPolicyDocumentStatementArgsDict:
    return {
        "sid": "TlsOnly",
        "effect": "Deny",
        "principals": [{"type": "*", "identifiers": ["*"]}],
        "actions": ["sqs:*"],
        "resources": [later(queue.arn)],
        "conditions": [{"test": "Bool", "variable": "aws:SecureTransport", "values": ["false"]}],
    }


def _open_to_own_account(settings: Settings, queue: aws.sqs.Queue) -> None:
    root = settings.account.apply(lambda account: f"arn:aws:iam::{account}:root")
    public = faulty("queue-policy-public")
    statement: dict[str, object] = {
        "Sid": "Reports",
        "Effect": "Allow",
        "Principal": "*" if public else {"AWS": root},
        "Action": ["sqs:SendMessage", "sqs:ReceiveMessage"] if public else "sqs:SendMessage",
        "Resource": queue.arn,
    }
    aws.sqs.QueuePolicy("reports", queue_url=queue.id, policy=document(statement, _tls_only(queue)))
