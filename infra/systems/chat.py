"""The chat system: which parts there are, and what each needs of the others."""

from __future__ import annotations

from infra.components.alarm_topic import AlarmTopic, AlarmTopicArgs
from infra.components.alias_record import AliasRecord, AliasRecordArgs
from infra.config.chat import ChatConfig
from infra.plan.context import Context
from infra.systems.chat_data import build_data
from infra.systems.chat_edge import build_edge
from infra.systems.chat_foundation import build_foundation
from infra.systems.chat_observability import observe
from infra.systems.chat_outputs import ChatOutputs
from infra.systems.chat_scaling import scale
from infra.systems.chat_services import build_services


def build(config: ChatConfig, context: Context) -> ChatOutputs:
    """Declare every resource of one stack of the chat system."""
    foundation = build_foundation(config, context)
    data = build_data(config, foundation)
    edge = build_edge(config, foundation)
    services = build_services(config, foundation, edge, data)
    scalings = scale(config, foundation, edge, data, services)
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
    dashboard = observe(
        config, foundation, edge, data, services, scalings=scalings, topic_arn=topic.arn
    )
    return ChatOutputs.of(
        foundation=foundation,
        edge=edge,
        data=data,
        services=services,
        topic=topic,
        dashboard=dashboard,
    )
