"""What the chat system keeps: database, cache, queues and secrets."""

from __future__ import annotations

from dataclasses import dataclass

from infra.components.cache import Cache
from infra.components.database import Database, DatabaseArgs
from infra.components.generated_secret import GeneratedSecret, GeneratedSecretArgs
from infra.components.queue import WorkQueue, WorkQueueArgs
from infra.config.chat import ChatConfig
from infra.plan import redis
from infra.systems.chat_caches import build_caches
from infra.systems.chat_foundation import Foundation

_ATTEMPTS = 5
_VISIBILITY_SECONDS = 60
_RETENTION_DAYS = 4
_DEAD_LETTER_DAYS = 14
_SECRET_LENGTH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """The stores, the queues, and the secrets that tasks are given."""

    database: Database
    caches: dict[str, Cache]
    redis_token: GeneratedSecret
    auth0_credentials: GeneratedSecret
    push_credentials: GeneratedSecret
    push: WorkQueue
    offline: WorkQueue


def build_data(config: ChatConfig, foundation: Foundation) -> Data:
    """Declare the stores, which only the services can reach."""
    token = _secret(foundation, "redis-token", "AUTH token of Redis", redis.TOKEN_LENGTH)
    return Data(
        database=_database(config, foundation),
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


def _database(config: ChatConfig, foundation: Foundation) -> Database:
    return Database(
        "postgres",
        DatabaseArgs(
            context=foundation.context,
            lifecycle=foundation.lifecycle,
            instance_class=config.database.instance_class,
            allocated_storage=config.database.allocated_storage,
            engine_version=config.database.engine_version,
            multi_az=config.database.multi_az,
            subnet_ids=foundation.network.private_subnet_ids,
            security_group_id=foundation.groups.ids["postgres"],
            key_arn=foundation.data_key.arn,
            log_key_arn=foundation.operations_key.arn,
        ),
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
            retention_days=_RETENTION_DAYS,
            dead_letter_days=_DEAD_LETTER_DAYS,
        ),
    )
