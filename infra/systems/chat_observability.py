"""What is watched of the chat system: alarms by part, and one dashboard made from the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pulumi

from infra.components.alarms import Alarms, AlarmsArgs
from infra.components.dashboard import Dashboard, DashboardArgs
from infra.config.chat import ChatConfig
from infra.plan import redis
from infra.plan.alarm import AlarmRule, Watched
from infra.plan.alarms_cache import cache_alarms
from infra.plan.alarms_database import (
    BACKUP,
    PROXY,
    ROTATION,
    database_alarms,
    replica_alarms,
)
from infra.plan.alarms_edge import (
    CERTIFICATE,
    NAT_GATEWAYS,
    balancer_alarms,
    firewall_alarms,
    target_alarms,
)
from infra.plan.alarms_services import (
    DEAD_LETTERS,
    outbox_alarms,
    queue_alarms,
    realtime_alarms,
    service_alarms,
)
from infra.plan.dashboard import DashboardFacts
from infra.plan.images import Image
from infra.plan.names import Kind
from infra.plan.scaling import requests_of_tasks
from infra.systems.chat_data import Data
from infra.systems.chat_edge import Edge
from infra.systems.chat_foundation import Foundation
from infra.systems.chat_scaling import Scalings
from infra.systems.chat_services import Services

Watching = Watched[pulumi.Input[str]]
Dimensions = Mapping[str, pulumi.Input[str]]


def observe(
    config: ChatConfig,
    foundation: Foundation,
    edge: Edge,
    data: Data,
    services: Services,
    *,
    scalings: Scalings,
    topic_arn: pulumi.Output[str],
) -> Dashboard:
    """Declare all alarms, and the dashboard."""
    context = foundation.context
    watched = [
        *_edge(config, foundation, edge, scalings),
        *_services(config, foundation, services, scalings),
        *_database(config, data),
        *_caches(data, scalings),
        *_queues(config, data, scalings),
    ]
    for one in watched:
        Alarms(
            f"{one.name}-alarms",
            AlarmsArgs(context=context, watched=one, action_arns=[topic_arn]),
        )
    return Dashboard(
        "dashboard",
        DashboardArgs(
            context=context,
            facts=DashboardFacts(
                stack=context.name(Kind.DASHBOARD),
                region=context.place.region,
                balancer=edge.balancer.arn_suffix,
                cluster=foundation.cluster.name,
                services={service.part: service.service.name for service in services.all()},
                watched=watched,
                alarm_arns=[
                    context.place.arn(
                        "cloudwatch", f"alarm:{context.name(Kind.ALARM, one.alarm_part(rule))}"
                    )
                    for one in watched
                    for rule in one.rules
                ],
            ),
        ),
    )


def _watch(name: str, rules: tuple[AlarmRule, ...], *subjects: Dimensions) -> Watching:
    return Watched(name=name, rules=rules, subjects=subjects)


def _edge(
    config: ChatConfig, foundation: Foundation, edge: Edge, scalings: Scalings
) -> Iterator[Watching]:
    api = requests_of_tasks(config.api.size.cpu, scalings.api.minimum)
    realtime = requests_of_tasks(config.realtime.size.cpu, scalings.realtime.minimum)
    most = requests_of_tasks(config.api.size.cpu, scalings.api.maximum) + requests_of_tasks(
        config.realtime.size.cpu, scalings.realtime.maximum
    )
    balancer: Dimensions = {"LoadBalancer": edge.balancer.arn_suffix}
    yield _watch("alb", balancer_alarms(api + realtime, most), balancer)
    yield _watch(
        "api-target",
        target_alarms(scalings.api.minimum, api, latency=True),
        {**balancer, "TargetGroup": edge.api.arn_suffix},
    )
    yield _watch(
        "realtime-target",
        target_alarms(scalings.realtime.minimum, realtime, latency=False),
        {**balancer, "TargetGroup": edge.realtime.arn_suffix},
    )
    if edge.firewall is not None:
        yield _watch(
            "firewall",
            firewall_alarms(api + realtime),
            {
                "WebACL": edge.firewall.name,
                "Region": foundation.context.place.region,
                "Rule": "ALL",
            },
        )
    yield _watch("certificate", CERTIFICATE, {"CertificateArn": edge.certificate_arn})
    gateways = [{"NatGatewayId": one} for one in foundation.network.nat_gateway_ids]
    if gateways:
        yield _watch("nat", NAT_GATEWAYS, *gateways)


def _services(
    config: ChatConfig, foundation: Foundation, services: Services, scalings: Scalings
) -> Iterator[Watching]:
    realtime = config.realtime
    own = {
        "api": (),
        "realtime": realtime_alarms(
            connections=realtime.max_connections_per_task,
            lag_ms=realtime.event_loop_lag_ms,
            reports=Image.tagged(realtime.image_tag).stand_in is None,
        ),
        "workers": outbox_alarms(config.workers.oldest_message_age),
    }
    for service in services.all():
        scaling = scalings.of(service.part)
        yield _watch(
            service.part,
            (*service_alarms(scaling.minimum, scaling.maximum), *own[service.part]),
            {"ClusterName": foundation.cluster.name, "ServiceName": service.service.name},
        )


def _database(config: ChatConfig, data: Data) -> Iterator[Watching]:
    database = config.database
    pool = None if database.proxy is None else database.proxy.max_connections_percent
    yield _watch(
        "postgres",
        database_alarms(database.instance_class, database.allocated_storage, pool_percent=pool),
        {"DBInstanceIdentifier": data.database.identifier},
    )
    if data.replica is not None and database.read_replica_class is not None:
        yield _watch(
            "postgres-replica",
            replica_alarms(database.read_replica_class, database.allocated_storage),
            {"DBInstanceIdentifier": data.replica.identifier},
        )
    if data.proxy is not None:
        yield _watch("proxy", PROXY, {"ProxyName": data.proxy.name})
    if data.rotation is not None:
        yield _watch("rotation", ROTATION, {"FunctionName": data.rotation.function_name})
    yield _watch("backup", BACKUP, {"BackupVaultName": data.backup.vault_name})


def _caches(data: Data, scalings: Scalings) -> Iterator[Watching]:
    tasks = sum(scaling.maximum for scaling in scalings.all())
    for cache in data.caches.values():
        yield _watch(
            cache.part,
            cache_alarms(
                cache.node_type,
                len(cache.node_ids),
                tasks,
                carries_messages=cache.part != redis.STATE,
            ),
            *({"CacheClusterId": node} for node in cache.node_ids),
        )


def _queues(config: ChatConfig, data: Data, scalings: Scalings) -> Iterator[Watching]:
    workers = config.workers
    rules = queue_alarms(
        depth=workers.queue_depth,
        age_seconds=workers.oldest_message_age,
        maximum_workers=scalings.workers.maximum,
    )
    for part, queue in (("push-queue", data.push), ("offline-queue", data.offline)):
        yield _watch(part, rules, {"QueueName": queue.name})
        yield _watch(f"{part}-dead-letters", DEAD_LETTERS, {"QueueName": queue.dead_letter_name})
