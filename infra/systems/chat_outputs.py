"""What a stack of the chat system tells whoever uses it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import pulumi

from infra.components.alarm_topic import AlarmTopic
from infra.components.dashboard import Dashboard
from infra.systems.chat_caches import adapter_of, state_of
from infra.systems.chat_data import Data
from infra.systems.chat_edge import Edge
from infra.systems.chat_foundation import Foundation
from infra.systems.chat_services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatOutputs:
    """The outputs of a chat stack; exported under these names in camel case."""

    alb_dns_name: pulumi.Output[str]
    domain_name: str
    api_url: str
    realtime_url: str
    api_repository_url: pulumi.Output[str]
    realtime_repository_url: pulumi.Output[str]
    workers_repository_url: pulumi.Output[str]
    ecs_cluster_name: pulumi.Output[str]
    api_service_name: pulumi.Output[str]
    realtime_service_name: pulumi.Output[str]
    workers_service_name: pulumi.Output[str]
    database_address: pulumi.Output[str]
    database_read_address: pulumi.Output[str]
    database_secret_arn: pulumi.Output[str]
    database_service_secret_arn: pulumi.Output[str]
    database_setup_command: pulumi.Output[str]
    backup_vault_name: str
    redis_adapter_address: pulumi.Output[str]
    redis_state_address: pulumi.Output[str]
    redis_token_secret_arn: pulumi.Output[str]
    auth0_credentials_secret_arn: pulumi.Output[str]
    push_credentials_secret_arn: pulumi.Output[str]
    push_queue_url: pulumi.Output[str]
    offline_queue_url: pulumi.Output[str]
    vpc_id: pulumi.Output[str]
    public_subnet_ids: list[pulumi.Output[str]]
    private_subnet_ids: list[pulumi.Output[str]]
    alarm_topic_arn: pulumi.Output[str]
    dashboard_name: pulumi.Output[str]

    @classmethod
    def of(
        cls,
        *,
        foundation: Foundation,
        edge: Edge,
        data: Data,
        services: Services,
        topic: AlarmTopic,
        dashboard: Dashboard,
    ) -> Self:
        """The outputs of a stack made of these parts."""
        return cls(
            alb_dns_name=edge.balancer.dns_name,
            domain_name=edge.host,
            api_url=f"https://{edge.host}/api",
            realtime_url=f"wss://{edge.host}/socket.io",
            api_repository_url=services.api.repository.url,
            realtime_repository_url=services.realtime.repository.url,
            workers_repository_url=services.workers.repository.url,
            ecs_cluster_name=foundation.cluster.name,
            api_service_name=services.api.service.name,
            realtime_service_name=services.realtime.service.name,
            workers_service_name=services.workers.service.name,
            database_address=data.tier.address,
            database_read_address=data.tier.read_address,
            database_secret_arn=data.database.secret_arn,
            database_service_secret_arn=data.service_secret_arn,
            database_setup_command=data.tier.setup_command,
            backup_vault_name=data.backup.vault_name,
            redis_adapter_address=adapter_of(data.caches).address,
            redis_state_address=state_of(data.caches).address,
            redis_token_secret_arn=data.redis_token.arn,
            auth0_credentials_secret_arn=data.auth0_credentials.arn,
            push_credentials_secret_arn=data.push_credentials.arn,
            push_queue_url=data.push.url,
            offline_queue_url=data.offline.url,
            vpc_id=foundation.network.vpc_id,
            public_subnet_ids=foundation.network.public_subnet_ids,
            private_subnet_ids=foundation.network.private_subnet_ids,
            alarm_topic_arn=topic.arn,
            dashboard_name=dashboard.name,
        )
