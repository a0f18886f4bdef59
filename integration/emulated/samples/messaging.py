"""Queues and topics."""

import json

from integration.emulated.samples.kinds import RETAGGED, TAGS, Json, Of, Sample, policy

SAMPLES: dict[str, Sample] = {
    "dead": Sample("aws:sqs/queue:Queue", {"messageRetentionSeconds": 1209600}),
    "queue": Sample(
        "aws:sqs/queue:Queue",
        {
            "visibilityTimeoutSeconds": 60,
            "sqsManagedSseEnabled": True,
            "receiveWaitTimeSeconds": 20,
            "tags": TAGS,
        },
        {"visibilityTimeoutSeconds": 90, "tags": RETAGGED},
    ),
    "fifo-queue": Sample(
        "aws:sqs/queue:Queue", {"fifoQueue": True, "contentBasedDeduplication": True}
    ),
    "queue-policy": Sample(
        "aws:sqs/queuePolicy:QueuePolicy",
        {
            "queueUrl": Of("queue", "url"),
            "policy": policy("sqs:SendMessage", "sns.amazonaws.com"),
        },
    ),
    "redrive": Sample(
        "aws:sqs/redrivePolicy:RedrivePolicy",
        {
            "queueUrl": Of("queue", "url"),
            "redrivePolicy": Json({"deadLetterTargetArn": Of("dead", "arn"), "maxReceiveCount": 5}),
        },
    ),
    "redrive-allow": Sample(
        "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
        {
            "queueUrl": Of("dead", "url"),
            "redriveAllowPolicy": json.dumps({"redrivePermission": "denyAll"}),
        },
    ),
    "topic": Sample(
        "aws:sns/topic:Topic", {"displayName": "Alarms", "tags": TAGS}, {"displayName": "Other"}
    ),
    "topic-policy": Sample(
        "aws:sns/topicPolicy:TopicPolicy",
        {
            "arn": Of("topic", "arn"),
            "policy": policy("sns:Publish", "cloudwatch.amazonaws.com"),
        },
    ),
    "subscription": Sample(
        "aws:sns/topicSubscription:TopicSubscription",
        {
            "topic": Of("topic", "arn"),
            "protocol": "sqs",
            "endpoint": Of("queue", "arn"),
            "rawMessageDelivery": True,
        },
        {"rawMessageDelivery": False},
    ),
    "event-rule": Sample(
        "aws:cloudwatch/eventRule:EventRule",
        {
            "description": "Deployments that fail",
            "eventPattern": json.dumps(
                {"source": ["aws.ecs"], "detail": {"eventName": ["SERVICE_DEPLOYMENT_FAILED"]}}
            ),
            "tags": TAGS,
        },
        {"description": "Changed", "tags": RETAGGED},
    ),
    "event-target": Sample(
        "aws:cloudwatch/eventTarget:EventTarget",
        {
            "rule": Of("event-rule", "name"),
            "arn": Of("topic", "arn"),
            "targetId": "alarms",
            "inputTransformer": {
                "inputPaths": {"reason": "$.detail.reason"},
                "inputTemplate": '"<reason>"',
            },
        },
        {"inputTransformer": None, "input": '{"said": "failed"}'},
    ),
    "event-schedule": Sample(
        "aws:cloudwatch/eventRule:EventRule",
        {"scheduleExpression": "rate(1 day)", "state": "DISABLED"},
        {"state": "ENABLED"},
    ),
}
