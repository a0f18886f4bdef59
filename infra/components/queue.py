"""A work queue whose failed messages are kept aside instead of lost."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.plan.context import Context
from infra.plan.iam import document, encrypted_transport_only
from infra.plan.names import Kind

_DAY_SECONDS = 86_400
_LONG_POLL_SECONDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkQueueArgs:
    """How long a worker has for a message (seconds), and how often one is tried."""

    context: Context
    part: str
    visibility_seconds: int
    attempts: int
    retention_days: int
    dead_letter_days: int


class WorkQueue(Component):
    """An SQS queue and its dead-letter queue, both encrypted and reachable over TLS only.

    The ARNs are plain text: they follow from the names, and policies that mention them can so be
    judged before anything exists.
    """

    arn: str
    name: str
    dead_letter_name: str
    url: pulumi.Output[str]

    def __init__(
        self, name: str, args: WorkQueueArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("WorkQueue", name, args, opts)
        self._context = args.context
        place = args.context.place
        self.name = args.context.name(Kind.QUEUE, args.part)
        self.dead_letter_name = args.context.name(Kind.QUEUE, f"{args.part}-dead-letters")
        self.arn = place.arn("sqs", self.name)
        dead_letter_arn = place.arn("sqs", self.dead_letter_name)
        dead_letters = aws.sqs.Queue(
            f"{name}-dead-letters",
            name=self.dead_letter_name,
            message_retention_seconds=args.dead_letter_days * _DAY_SECONDS,
            sqs_managed_sse_enabled=True,
            tags=args.context.tags(),
            opts=self.child(),
        )
        queue = aws.sqs.Queue(
            f"{name}-queue",
            name=self.name,
            visibility_timeout_seconds=args.visibility_seconds,
            message_retention_seconds=args.retention_days * _DAY_SECONDS,
            receive_wait_time_seconds=_LONG_POLL_SECONDS,
            sqs_managed_sse_enabled=True,
            # From its name, which is known in a preview as its ARN is not.
            redrive_policy=dead_letters.name.apply(
                lambda target: json.dumps(
                    {
                        "deadLetterTargetArn": place.arn("sqs", target),
                        "maxReceiveCount": args.attempts,
                    }
                )
            ),
            tags=args.context.tags(),
            opts=self.child(),
        )
        aws.sqs.RedriveAllowPolicy(
            f"{name}-redrive",
            queue_url=dead_letters.url,
            redrive_allow_policy=json.dumps(
                {"redrivePermission": "byQueue", "sourceQueueArns": [self.arn]}
            ),
            # The queue named here must exist.
            opts=self.child(depends_on=[queue]),
        )
        self._tls_only(f"{name}-policy", queue, self.arn)
        self._tls_only(f"{name}-dead-letters-policy", dead_letters, dead_letter_arn)
        self.url = queue.url
        self.register_outputs({"url": self.url, "arn": self.arn})

    def _tls_only(self, name: str, queue: aws.sqs.Queue, arn: str) -> None:
        aws.sqs.QueuePolicy(
            name,
            queue_url=queue.url,
            policy=json.dumps(document([encrypted_transport_only("sqs:*", arn)])),
            opts=self.child(),
        )
