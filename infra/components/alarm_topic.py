"""Where alarms go."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.plan.context import Context
from infra.plan.iam import Statement, document
from infra.plan.names import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmTopicArgs:
    """Who is told, and the key that messages are encrypted with."""

    context: Context
    email: str
    key_arn: pulumi.Input[str]


class AlarmTopic(Component):
    """An encrypted SNS topic that CloudWatch alarms of this account may publish to."""

    arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: AlarmTopicArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("AlarmTopic", name, args, opts)
        topic_name = args.context.name(Kind.TOPIC, "alarms")
        topic = aws.sns.Topic(
            f"{name}-topic",
            name=topic_name,
            kms_master_key_id=args.key_arn,
            tags=args.context.tags(),
            opts=self.child(),
        )
        aws.sns.TopicPolicy(
            f"{name}-policy",
            arn=topic.arn,
            policy=json.dumps(_policy(args.context, topic_name)),
            opts=self.child(),
        )
        aws.sns.TopicSubscription(
            f"{name}-email",
            topic=topic.arn,
            protocol="email",
            endpoint=args.email,
            opts=self.child(),
        )
        self.arn = topic.arn
        self.register_outputs({"arn": self.arn})


def _policy(context: Context, topic_name: str) -> dict[str, object]:
    return document(
        [
            Statement[str](
                sid="AlarmsPublish",
                actions=("sns:Publish",),
                resources=(context.place.arn("sns", topic_name),),
                principals={"Service": "cloudwatch.amazonaws.com"},
                conditions={"StringEquals": {"aws:SourceAccount": context.place.account}},
            )
        ]
    )
