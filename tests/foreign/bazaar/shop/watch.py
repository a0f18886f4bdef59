"""Alarms, who hears them, and the dashboard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .identity import Statement, document
from .settings import Settings, faulty


@dataclass(frozen=True)
class Watched:
    """Whose numbers are looked at."""

    functions: Mapping[str, pulumi.Input[str]]
    database: pulumi.Input[str]
    cache: pulumi.Input[str]
    tables: Mapping[str, pulumi.Input[str]]
    dead_letters: Mapping[str, pulumi.Input[str]]
    fulfilment: pulumi.Input[str]
    front_api: pulumi.Input[str]
    partner_api: pulumi.Input[str]
    workflow: pulumi.Input[str]
    distribution: pulumi.Input[str]


def alarm_topic(
    name: str, shop: Settings, key: aws.kms.Key, opts: pulumi.ResourceOptions
) -> aws.sns.Topic:
    """Where alarms and budgets go: by mail to whoever is on call."""
    topic = aws.sns.Topic(name, name=shop.named(name), kms_master_key_id=key.id, opts=opts)
    speaking: Statement = {
        "Effect": "Allow",
        "Principal": {"Service": ["cloudwatch.amazonaws.com", "backup.amazonaws.com"]},
        "Action": "sns:Publish",
        "Resource": topic.arn,
        "Condition": {"StringEquals": {"aws:SourceAccount": shop.account}},
    }
    aws.sns.TopicPolicy(name, arn=topic.arn, policy=document([speaking]), opts=opts)
    aws.sns.TopicSubscription(
        name, topic=topic.arn, protocol="email", endpoint=shop.on_call, opts=opts
    )
    return topic


@dataclass(frozen=True)
class _Bell:
    """Makes alarms that all ring in the same place."""

    topic: aws.sns.Topic
    opts: pulumi.ResourceOptions

    def ring(
        self,
        name: str,
        metric: tuple[str, str],
        dimensions: Mapping[str, pulumi.Input[str]],
        *,
        above: float,
        statistic: str = "Sum",
        minutes: int = 5,
    ) -> None:
        silent = name == "orders-errors" and faulty("alarm-without-action")
        asleep = name == "database-cpu" and faulty("alarm-switched-off")
        namespace, title = metric
        aws.cloudwatch.MetricAlarm(
            name,
            alarm_description=f"{title} of {name.rpartition('-')[0]} is above {above}",
            namespace=namespace,
            metric_name=title,
            dimensions=dimensions,
            statistic=statistic,
            period=60,
            evaluation_periods=minutes,
            datapoints_to_alarm=max(1, minutes - 2),
            comparison_operator="GreaterThanThreshold",
            threshold=above,
            treat_missing_data="notBreaching",
            actions_enabled=not asleep,
            alarm_actions=[] if silent else [self.topic.arn],
            ok_actions=[] if silent else [self.topic.arn],
            opts=self.opts,
        )


def _on_functions(bell: _Bell, functions: Mapping[str, pulumi.Input[str]]) -> None:
    for title, name in functions.items():
        gone = title == "refund" and faulty("alarm-of-missing-function")
        who = {"FunctionName": "bazaar-refunds-v1" if gone else name}
        bell.ring(f"{title}-errors", ("AWS/Lambda", "Errors"), who, above=5)
        bell.ring(f"{title}-throttles", ("AWS/Lambda", "Throttles"), who, above=1)


def make_alarms(shop: Settings, watched: Watched, topic: aws.sns.Topic) -> None:
    """The alarms of the home region."""
    bell = _Bell(topic, shop.here())
    _on_functions(bell, watched.functions)
    cluster = {"DBClusterIdentifier": watched.database}
    bell.ring("database-cpu", ("AWS/RDS", "CPUUtilization"), cluster, above=80, statistic="Average")
    bell.ring(
        "database-connections",
        ("AWS/RDS", "DatabaseConnections"),
        cluster,
        above=800,
        statistic="Maximum",
    )
    bell.ring(
        "cache-memory",
        ("AWS/ElastiCache", "DatabaseMemoryUsagePercentage"),
        {"ReplicationGroupId": watched.cache},
        above=80,
        statistic="Maximum",
    )
    for title, name in watched.tables.items():
        bell.ring(
            f"{title}-throttled",
            ("AWS/DynamoDB", "ThrottledRequests"),
            {"TableName": name},
            above=10,
        )
    for title, name in watched.dead_letters.items():
        if title == "failures" and faulty("dead-letters-unwatched"):
            continue
        bell.ring(
            f"{title}-waiting",
            ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
            {"QueueName": name},
            above=0,
            statistic="Maximum",
        )
    bell.ring(
        "fulfilment-age",
        ("AWS/SQS", "ApproximateAgeOfOldestMessage"),
        {"QueueName": watched.fulfilment},
        above=900,
        statistic="Maximum",
    )
    bell.ring("front-failures", ("AWS/ApiGateway", "5xx"), {"ApiId": watched.front_api}, above=20)
    bell.ring(
        "partners-failures",
        ("AWS/ApiGateway", "5XXError"),
        {"ApiName": watched.partner_api, "Stage": "v1"},
        above=20,
    )
    bell.ring(
        "refunds-failures",
        ("AWS/States", "ExecutionsFailed"),
        {"StateMachineArn": watched.workflow},
        above=0,
    )


def make_edge_alarms(shop: Settings, watched: Watched, topic: aws.sns.Topic) -> None:
    """What CloudFront tells, it tells in us-east-1."""
    _Bell(topic, shop.near_viewers()).ring(
        "viewers-failures",
        ("AWS/CloudFront", "5xxErrorRate"),
        {"DistributionId": watched.distribution, "Region": "Global"},
        above=1,
        statistic="Average",
    )


def make_dashboard(shop: Settings, watched: Watched) -> None:
    """One screen for a flash sale."""

    def lines(
        title: str, rows: Sequence[Sequence[pulumi.Input[str]]], place: int
    ) -> dict[str, object]:
        return {
            "type": "metric",
            "x": 12 * (place % 2),
            "y": 6 * (place // 2),
            "width": 12,
            "height": 6,
            "properties": {
                "title": title,
                "region": shop.region,
                "metrics": [list(row) for row in rows],
                "period": 60,
                "stat": "Sum",
            },
        }

    names = watched.functions.values()
    widgets = [
        lines("Invocations", [("AWS/Lambda", "Invocations", "FunctionName", n) for n in names], 0),
        lines("Errors", [("AWS/Lambda", "Errors", "FunctionName", n) for n in names], 1),
        lines("Latency", [("AWS/ApiGateway", "Latency", "ApiId", watched.front_api)], 2),
        lines(
            "Connections",
            [("AWS/RDS", "DatabaseConnections", "DBClusterIdentifier", watched.database)],
            3,
        ),
    ]
    aws.cloudwatch.Dashboard(
        "shop",
        dashboard_name=shop.named("bazaar"),
        dashboard_body=pulumi.Output.json_dumps({"widgets": widgets}),
        opts=shop.here(),
    )
