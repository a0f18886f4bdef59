"""The typed configuration of the chat system."""

from __future__ import annotations

from dataclasses import dataclass

from infra.config import chat_fields as fields
from infra.config.fields import Values
from infra.plan.context import Environment
from infra.plan.fargate import TaskSize


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceConfig:
    """What every service has: its tasks, their size, the image they run."""

    desired_count: int
    size: TaskSize
    image_tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutedServiceConfig(ServiceConfig):
    """A service behind the load balancer, and how it drains (seconds)."""

    deregistration_delay: int
    stop_timeout: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RealtimeConfig(RoutedServiceConfig):
    """The realtime service: how far a deployment may go (percent), and stickiness (seconds)."""

    min_healthy_percent: int
    max_percent: int
    sticky_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseConfig:
    """The PostgreSQL instance; storage in GiB."""

    instance_class: str
    allocated_storage: int
    engine_version: str
    multi_az: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheConfig:
    """The Redis replication group."""

    node_type: str
    nodes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatConfig:
    """Everything that one stack of the chat system is built from."""

    region: str
    environment: Environment
    domain_name: str
    hosted_zone_id: str
    auth0_domain: str
    auth0_audience: str
    alarm_email: str
    availability_zones: tuple[str, ...]
    nat_gateways: int
    api: RoutedServiceConfig
    realtime: RealtimeConfig
    workers: ServiceConfig
    graviton: bool
    health_check_grace_seconds: int
    spot_weight: int
    database: DatabaseConfig
    cache: CacheConfig


def chat_config(values: Values) -> ChatConfig:
    """The configuration that these values, all accepted, mean."""
    return ChatConfig(
        region=values[fields.REGION],
        environment=Environment(values[fields.ENVIRONMENT]),
        domain_name=values[fields.DOMAIN_NAME],
        hosted_zone_id=values[fields.HOSTED_ZONE_ID],
        auth0_domain=values[fields.AUTH0_DOMAIN],
        auth0_audience=values[fields.AUTH0_AUDIENCE],
        alarm_email=values[fields.ALARM_EMAIL],
        availability_zones=values[fields.AVAILABILITY_ZONES],
        nat_gateways=values[fields.NAT_GATEWAYS],
        api=_api(values),
        realtime=_realtime(values),
        workers=_workers(values),
        graviton=values[fields.ENABLE_GRAVITON],
        health_check_grace_seconds=values[fields.HEALTH_CHECK_GRACE_PERIOD],
        spot_weight=values[fields.FARGATE_SPOT_WEIGHT],
        database=DatabaseConfig(
            instance_class=values[fields.RDS_INSTANCE_CLASS],
            allocated_storage=values[fields.RDS_ALLOCATED_STORAGE],
            engine_version=values[fields.RDS_ENGINE_VERSION],
            multi_az=values[fields.RDS_MULTI_AZ],
        ),
        cache=CacheConfig(
            node_type=values[fields.REDIS_NODE_TYPE],
            nodes=values[fields.REDIS_NUM_CACHE_NODES],
        ),
    )


def _api(values: Values) -> RoutedServiceConfig:
    return RoutedServiceConfig(
        desired_count=values[fields.API_DESIRED_COUNT],
        size=TaskSize(cpu=int(values[fields.API_CPU]), memory=values[fields.API_MEMORY]),
        image_tag=values[fields.API_IMAGE_TAG],
        deregistration_delay=values[fields.API_DEREGISTRATION_DELAY],
        stop_timeout=values[fields.API_STOP_TIMEOUT],
    )


def _realtime(values: Values) -> RealtimeConfig:
    return RealtimeConfig(
        desired_count=values[fields.REALTIME_DESIRED_COUNT],
        size=TaskSize(cpu=int(values[fields.REALTIME_CPU]), memory=values[fields.REALTIME_MEMORY]),
        image_tag=values[fields.REALTIME_IMAGE_TAG],
        deregistration_delay=values[fields.REALTIME_DEREGISTRATION_DELAY],
        stop_timeout=values[fields.REALTIME_STOP_TIMEOUT],
        min_healthy_percent=values[fields.REALTIME_MIN_HEALTHY],
        max_percent=values[fields.REALTIME_MAX],
        sticky_seconds=values[fields.REALTIME_STICKY],
    )


def _workers(values: Values) -> ServiceConfig:
    return ServiceConfig(
        desired_count=values[fields.WORKER_DESIRED_COUNT],
        size=TaskSize(cpu=int(values[fields.WORKER_CPU]), memory=values[fields.WORKER_MEMORY]),
        image_tag=values[fields.WORKER_IMAGE_TAG],
    )
