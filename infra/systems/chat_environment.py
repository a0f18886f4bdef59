"""What each service of the chat system is told: settings in the open, secrets by reference."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from infra.components.generated_secret import GeneratedSecret
from infra.config.chat import ChatConfig
from infra.plan import postgres, redis
from infra.plan.context import Context, Environment
from infra.plan.metrics import chat_metrics
from infra.plan.names import Kind
from infra.systems.chat_caches import adapter_of, state_of
from infra.systems.chat_data import Data


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretReference:
    """A secret, and the part of it that a task is given, in the form that ECS resolves."""

    arn: pulumi.Output[str]
    value_from: pulumi.Output[str]


def environment_of(
    part: str, port: int, *, config: ChatConfig, context: Context, host: str, data: Data
) -> dict[str, pulumi.Input[str]]:
    """The environment variables of a service; none of them is secret."""
    metrics = chat_metrics()
    return {
        "NODE_ENV": "production",
        "SERVICE_NAME": part,
        "PORT": str(port),
        "LOG_LEVEL": "info" if config.environment is Environment.PROD else "debug",
        "METRICS_NAMESPACE": metrics.namespace,
        # Each data point says whose it is, or the tasks of all stacks would be one line.
        metrics.cluster.environment: context.name(Kind.CLUSTER),
        metrics.service.environment: context.name(Kind.SERVICE, part),
        "API_URL": f"https://{host}",
        "WEB_URL": f"https://{config.domain_name}",
        "AUTH0_DOMAIN": config.auth0_domain,
        "AUTH0_AUDIENCE": config.auth0_audience,
        "DATABASE_HOST": data.tier.address,
        # For what may be a second old; the same host where the stack has no copy for reading.
        "DATABASE_READ_HOST": data.tier.read_address,
        "DATABASE_PORT": str(postgres.PORT),
        "DATABASE_NAME": postgres.DATABASE_NAME,
        # A task lives longer than its password: after a rotation it reads the new one itself.
        "DATABASE_SECRET_ARN": data.service_secret_arn,
        # Two names for one Redis, but where the stack splits it (chat spec 001, Redis).
        "REDIS_ADAPTER_HOST": adapter_of(data.caches).address,
        "REDIS_STATE_HOST": state_of(data.caches).address,
        "REDIS_PORT": str(redis.PORT),
        **_queues(part, data),
    }


def _queues(part: str, data: Data) -> dict[str, pulumi.Input[str]]:
    offline: dict[str, pulumi.Input[str]] = {"OFFLINE_QUEUE_URL": data.offline.url}
    return offline if part == "realtime" else {**offline, "PUSH_QUEUE_URL": data.push.url}


def secrets_of(part: str, data: Data) -> dict[str, SecretReference]:
    """The secrets of a service, by the environment variable that each is injected as."""
    secrets = {
        "DATABASE_USERNAME": _field(data.service_secret_arn, "username"),
        "DATABASE_PASSWORD": _field(data.service_secret_arn, "password"),
        "REDIS_PASSWORD": _whole(data.redis_token),
    }
    if part == "api":
        secrets["AUTH0_CLIENT_SECRET"] = _whole(data.auth0_credentials)
    if part == "workers":
        secrets["PUSH_CREDENTIALS"] = _whole(data.push_credentials)
    return secrets


def _whole(secret: GeneratedSecret) -> SecretReference:
    return SecretReference(arn=secret.arn, value_from=secret.arn)


def _field(secret_arn: pulumi.Output[str], key: str) -> SecretReference:
    return SecretReference(
        arn=secret_arn, value_from=pulumi.Output.concat(secret_arn, ":", key, "::")
    )
