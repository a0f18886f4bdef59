"""What the chat system keeps: database, cache, queues and secrets."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from infra.components.backup import Backup
from infra.components.cache import Cache
from infra.components.database import Database
from infra.components.database_proxy import DatabaseProxy
from infra.components.generated_secret import GeneratedSecret, GeneratedSecretArgs
from infra.components.queue import WorkQueue, WorkQueueArgs
from infra.components.read_replica import ReadReplica
from infra.components.secret_rotation import SecretRotation
from infra.config.chat import ChatConfig
from infra.plan import queues, redis
from infra.systems.chat_caches import build_caches
from infra.systems.chat_database import DatabaseTier, build_database
from infra.systems.chat_foundation import Foundation

_ATTEMPTS = 5
_VISIBILITY_SECONDS = 60
_DEAD_LETTER_DAYS = 14
_SECRET_LENGTH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """The stores, the queues, and the secrets that tasks are given."""

    tier: DatabaseTier
    caches: dict[str, Cache]
    redis_token: GeneratedSecret
    auth0_credentials: GeneratedSecret
    push_credentials: GeneratedSecret
    push: WorkQueue
    offline: WorkQueue

    @property
    def database(self) -> Database:
        """The database itself."""
        return self.tier.database

    @property
    def proxy(self) -> DatabaseProxy | None:
        """The proxy before it, where the stack has one."""
        return self.tier.proxy

    @property
    def replica(self) -> ReadReplica | None:
        """Its copy for reading, where the stack has one."""
        return self.tier.replica

    @property
    def rotation(self) -> SecretRotation | None:
        """What renews its passwords, where there is a way for it to call AWS."""
        return self.tier.rotation

    @property
    def backup(self) -> Backup:
        """Its backups."""
        return self.tier.backup

    @property
    def service_secret_arn(self) -> pulumi.Output[str]:
        """The services' credentials at the database, which a running task may read anew."""
        return self.tier.service_secret_arn


def build_data(config: ChatConfig, foundation: Foundation) -> Data:
    """Declare the stores, which only the services can reach."""
    token = _secret(foundation, "redis-token", "AUTH token of Redis", redis.TOKEN_LENGTH)
    return Data(
        tier=build_database(config, foundation),
        caches=build_caches(config, foundation, token.value),
        redis_token=token,
        auth0_credentials=_secret(
            foundation,
            "auth0-credentials",
            "Client secret of the API at Auth0; set it to the real one",
        ),
        push_credentials=_secret(
            foundation, "push-credentials", "Credentials at the push services; set the real ones"
        ),
        push=_queue(foundation, "push"),
        offline=_queue(foundation, "offline"),
    )


def _secret(
    foundation: Foundation, part: str, description: str, length: int = _SECRET_LENGTH
) -> GeneratedSecret:
    return GeneratedSecret(
        part,
        GeneratedSecretArgs(
            context=foundation.context,
            part=part,
            description=description,
            length=length,
            key_arn=foundation.data_key.arn,
            recovery_days=foundation.lifecycle.secret_recovery_days,
        ),
    )


def _queue(foundation: Foundation, part: str) -> WorkQueue:
    return WorkQueue(
        f"{part}-queue",
        WorkQueueArgs(
            context=foundation.context,
            part=part,
            visibility_seconds=_VISIBILITY_SECONDS,
            attempts=_ATTEMPTS,
            retention_days=queues.RETENTION_DAYS,
            dead_letter_days=_DEAD_LETTER_DAYS,
        ),
    )
