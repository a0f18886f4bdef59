"""Alarms, and who hears them."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .common import Settings, faulty
from .services import Parts, Services
from .settlement import Settlement


@dataclass(frozen=True)
class Watched:
    """A metric, and when it is too much (or, with `below`, too little)."""

    what: str
    namespace: str
    metric: str
    dimensions: Mapping[str, pulumi.Input[str]]
    threshold: float
    statistic: str = "Average"
    below: bool = False


def make_alarms(
    settings: Settings, parts: Parts, services: Services, settlement: Settlement
) -> None:
    for one in [
        *_of_stores(parts),
        *_of_queues(settings, parts),
        *_of_edge(parts),
        *_of_services(services),
        Watched(
            "settlement-errors",
            "AWS/Lambda",
            "Errors",
            {"FunctionName": settlement.function.name},
            0,
            "Sum",
        ),
    ]:
        _alarm(settings, one, parts.messaging.alarms)


def _alarm(settings: Settings, one: Watched, topic: aws.sns.Topic) -> None:
    silent = one.what == "ledger-cpu" and faulty("alarm-without-action")
    aws.cloudwatch.MetricAlarm(
        one.what,
        name=settings.called(one.what),
        alarm_description=f"{one.metric} of {one.what} is out of bounds: see the runbook",
        namespace=one.namespace,
        metric_name=one.metric,
        dimensions=one.dimensions,
        statistic=one.statistic,
        period=60,
        evaluation_periods=3,
        datapoints_to_alarm=2,
        threshold=one.threshold,
        comparison_operator="LessThanThreshold" if one.below else "GreaterThanThreshold",
        treat_missing_data="notBreaching",
        actions_enabled=not (one.what == "ledger-storage" and faulty("alarm-actions-off")),
        alarm_actions=[] if silent else [topic.arn],
        ok_actions=[] if silent else [topic.arn],
        tags=settings.tags(f"{one.what}-alarm"),
    )


def _of_stores(parts: Parts) -> list[Watched]:
    ledger = {"DBInstanceIdentifier": parts.stores.database.identifier}
    copy = {"DBInstanceIdentifier": parts.stores.replica.identifier}
    member = parts.stores.cache.replication_group_id.apply(lambda group: f"{group}-001")
    return [
        Watched("ledger-cpu", "AWS/RDS", "CPUUtilization", ledger, 80),
        Watched("ledger-storage", "AWS/RDS", "FreeStorageSpace", ledger, 40e9, below=True),
        Watched("replica-lag", "AWS/RDS", "ReplicaLag", copy, 30, "Maximum"),
        Watched(
            "cache-memory",
            "AWS/ElastiCache",
            "DatabaseMemoryUsagePercentage",
            {"CacheClusterId": member},
            80,
        ),
    ]


def _of_queues(settings: Settings, parts: Parts) -> list[Watched]:
    depth = "ApproximateNumberOfMessagesVisible"
    watched: list[Watched] = []
    for what, queue in parts.messaging.dead_letters.items():
        name: pulumi.Input[str] = queue.name
        if what == "reports" and faulty("alarm-watches-nothing"):
            name = settings.called("report-dead-letters")
        watched.append(Watched(f"{what}-dead", "AWS/SQS", depth, {"QueueName": name}, 0, "Maximum"))
    return watched


def _of_edge(parts: Parts) -> list[Watched]:
    balancer = {"LoadBalancer": parts.edge.balancer.arn_suffix}
    targets = {**balancer, "TargetGroup": parts.edge.gateway.arn_suffix}
    space = "AWS/ApplicationELB"
    return [
        Watched("balancer-errors", space, "HTTPCode_ELB_5XX_Count", balancer, 20, "Sum"),
        Watched("gateway-unhealthy", space, "UnHealthyHostCount", targets, 0, "Maximum"),
    ]


def _of_services(services: Services) -> list[Watched]:
    return [
        Watched(
            f"{what}-busy",
            "AWS/ECS",
            "CPUUtilization",
            {"ClusterName": services.cluster.name, "ServiceName": one.service.name},
            85,
        )
        for what, one in services.running.items()
    ]
