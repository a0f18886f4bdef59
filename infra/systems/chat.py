"""The chat system: which parts there are, and what each needs of the others."""

from __future__ import annotations

import pulumi

from infra.components.alarm_topic import AlarmTopic, AlarmTopicArgs
from infra.components.alias_record import AliasRecord, AliasRecordArgs
from infra.components.cluster import Cluster, ClusterArgs
from infra.components.encryption_key import EncryptionKey, EncryptionKeyArgs
from infra.components.flow_logs import FlowLogs, FlowLogsArgs
from infra.components.network import Network, NetworkArgs
from infra.components.security_groups import SecurityGroups, SecurityGroupsArgs
from infra.config.chat import ChatConfig
from infra.plan import postgres, redis, routing
from infra.plan.capacity import share_capacity
from infra.plan.context import Context
from infra.plan.keys import alarms_encryption, logs_encryption
from infra.plan.lifecycle import lifecycle_of
from infra.plan.subnets import plan_zones
from infra.systems.chat_data import build_data
from infra.systems.chat_edge import build_edge
from infra.systems.chat_foundation import Foundation
from infra.systems.chat_observability import observe
from infra.systems.chat_outputs import ChatOutputs
from infra.systems.chat_services import build_services


def build(config: ChatConfig, context: Context) -> ChatOutputs:
    """Declare every resource of one stack of the chat system."""
    foundation = _foundation(config, context)
    data = build_data(config, foundation)
    edge = build_edge(config, foundation)
    services = build_services(config, foundation, edge, data)
    AliasRecord(
        "dns",
        AliasRecordArgs(
            domain_name=edge.host,
            hosted_zone_id=config.hosted_zone_id,
            target_dns_name=edge.balancer.dns_name,
            target_zone_id=edge.balancer.zone_id,
        ),
    )
    topic = AlarmTopic(
        "alarms",
        AlarmTopicArgs(
            context=context, email=config.alarm_email, key_arn=foundation.operations_key.arn
        ),
    )
    dashboard = observe(config, foundation, edge, data, services, topic_arn=topic.arn)
    return ChatOutputs.of(
        foundation=foundation,
        edge=edge,
        data=data,
        services=services,
        topic=topic,
        dashboard=dashboard,
    )


def _foundation(config: ChatConfig, context: Context) -> Foundation:
    lifecycle = lifecycle_of(config.environment)
    data_key = EncryptionKey(
        "data-key",
        EncryptionKeyArgs(
            context=context,
            part="data",
            description="Data at rest: database, cache, secrets",
            users=(),
            deletion_days=lifecycle.key_deletion_days,
        ),
    )
    operations_key = EncryptionKey(
        "operations-key",
        EncryptionKeyArgs(
            context=context,
            part="operations",
            description="Logs, shell sessions and alarms",
            users=(logs_encryption(context.place), alarms_encryption()),
            deletion_days=lifecycle.key_deletion_days,
        ),
    )
    network = Network(
        "network",
        NetworkArgs(
            context=context, zones=plan_zones(config.availability_zones, config.nat_gateways)
        ),
    )
    FlowLogs(
        "flow-logs",
        FlowLogsArgs(
            context=context,
            vpc_id=network.vpc_id,
            retention_days=lifecycle.flow_log_days,
            key_arn=operations_key.arn,
        ),
    )
    capacity = share_capacity(config.spot_weight)
    cluster = Cluster(
        "cluster",
        ClusterArgs(
            context=context,
            capacity=capacity,
            log_days=lifecycle.log_days,
            key_arn=operations_key.arn,
        ),
    )
    return Foundation(
        context=context,
        lifecycle=lifecycle,
        data_key=data_key,
        operations_key=operations_key,
        network=network,
        groups=_groups(context, network.vpc_id),
        capacity=capacity,
        cluster=cluster,
    )


def _groups(context: Context, vpc_id: pulumi.Output[str]) -> SecurityGroups:
    return SecurityGroups(
        "security-groups",
        SecurityGroupsArgs(
            context=context,
            vpc_id=vpc_id,
            public_ports=(routing.HTTP_PORT, routing.HTTPS_PORT),
            services={"api": routing.API.port, "realtime": routing.REALTIME.port, "workers": None},
            stores={"postgres": postgres.PORT, "redis": redis.PORT},
            internet_ports=(routing.HTTPS_PORT,),
        ),
    )
