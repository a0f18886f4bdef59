"""What is watched of the chat system: alarms by part, and one dashboard."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from infra.components.alarms import Alarms, AlarmsArgs
from infra.components.dashboard import Dashboard, DashboardArgs
from infra.config.chat import ChatConfig
from infra.plan import alarms
from infra.plan.alarms import AlarmRule
from infra.systems.chat_data import Data
from infra.systems.chat_edge import Edge
from infra.systems.chat_foundation import Foundation
from infra.systems.chat_services import Services


class _Watch:
    """Declares alarms that all go to one topic."""

    def __init__(self, foundation: Foundation, topic_arn: pulumi.Output[str]) -> None:
        self._foundation = foundation
        self._topic_arn = topic_arn

    def over(
        self,
        subject: str,
        rules: tuple[AlarmRule, ...],
        dimensions: Mapping[str, pulumi.Input[str]],
    ) -> None:
        """Watch one subject."""
        Alarms(
            f"{subject}-alarms",
            AlarmsArgs(
                context=self._foundation.context,
                subject=subject,
                dimensions=dimensions,
                rules=rules,
                topic_arn=self._topic_arn,
            ),
        )


def observe(
    config: ChatConfig,
    foundation: Foundation,
    edge: Edge,
    data: Data,
    services: Services,
    *,
    topic_arn: pulumi.Output[str],
) -> Dashboard:
    """Declare all alarms, and the dashboard."""
    watch = _Watch(foundation, topic_arn)
    _watch_edge(watch, edge)
    for service in services.all():
        watch.over(
            service.part,
            alarms.service_alarms(service.scaling.minimum),
            {"ClusterName": foundation.cluster.name, "ServiceName": service.service.name},
        )
    _watch_data(watch, config, data)
    return Dashboard(
        "dashboard",
        DashboardArgs(
            context=foundation.context,
            load_balancer=edge.balancer.arn_suffix,
            targets={"api": edge.api.arn_suffix, "realtime": edge.realtime.arn_suffix},
            cluster=foundation.cluster.name,
            services=[service.service.name for service in services.all()],
            database=data.database.identifier,
            cache_nodes=[node for cache in data.caches.values() for node in cache.node_ids],
            queues=[data.push.name, data.offline.name],
            dead_letter_queues=[data.push.dead_letter_name, data.offline.dead_letter_name],
        ),
    )


def _watch_edge(watch: _Watch, edge: Edge) -> None:
    balancer = {"LoadBalancer": edge.balancer.arn_suffix}
    watch.over("alb", alarms.LOAD_BALANCER, balancer)
    for subject, target, latency in (
        ("api-target", edge.api, True),
        ("realtime-target", edge.realtime, False),
    ):
        watch.over(
            subject,
            alarms.target_alarms(latency=latency),
            {**balancer, "TargetGroup": target.arn_suffix},
        )


def _watch_data(watch: _Watch, config: ChatConfig, data: Data) -> None:
    database = config.database
    watch.over(
        "postgres",
        alarms.database_alarms(database.instance_class, database.allocated_storage),
        {"DBInstanceIdentifier": data.database.identifier},
    )
    for cache in data.caches.values():
        for number, node in enumerate(cache.node_ids, start=1):
            watch.over(f"{cache.part}-{number}", alarms.CACHE_NODE, {"CacheClusterId": node})
    for subject, queue in (("push-queue", data.push), ("offline-queue", data.offline)):
        watch.over(subject, alarms.QUEUE, {"QueueName": queue.name})
        watch.over(
            f"{subject}-dead-letters",
            alarms.DEAD_LETTERS,
            {"QueueName": queue.dead_letter_name},
        )
