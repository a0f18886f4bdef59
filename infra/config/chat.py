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
    """The realtime service: deployments (percent), stickiness (seconds), what it scales by."""

    min_healthy_percent: int
    max_percent: int
    sticky_seconds: int
    max_connections_per_task: int
    event_loop_lag_ms: int
    scale_on_connections: bool
    """Whether connections and event-loop lag move the task count; alarms go by both anyway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkersConfig(ServiceConfig):
    """The workers, and what they scale by: messages a worker, and the oldest one's age (s)."""

    queue_depth: int
    oldest_message_age: int
    scale_on_queue: bool
    """Whether the queues move the task count; alarms go by them anyway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyConfig:
    """The proxy before the database; the idle timeout in seconds."""

    max_connections_percent: int
    idle_client_timeout: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseConfig:
    """The PostgreSQL instance; storage in GiB. None stands for what the stack doesn't have."""

    instance_class: str
    allocated_storage: int
    engine_version: str
    multi_az: bool
    proxy: ProxyConfig | None
    read_replica_class: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheNodes:
    """A Redis replication group; `nodes` counts the primary and its replicas."""

    node_type: str
    nodes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitCache:
    """Two replication groups: Socket.IO's adapter, and presence and sessions."""

    adapter: CacheNodes
    state: CacheNodes


@dataclass(frozen=True, slots=True, kw_only=True)
class FirewallConfig:
    """How many requests an address may make in five minutes."""

    api_rate_limit: int
    socket_rate_limit: int


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
    workers: WorkersConfig
    service_connect: bool
    graviton: bool
    health_check_grace_seconds: int
    spot_weight: int
    database: DatabaseConfig
    cache: CacheNodes | SplitCache
    firewall: FirewallConfig | None


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
        service_connect=values[fields.ENABLE_SERVICE_CONNECT],
        graviton=values[fields.ENABLE_GRAVITON],
        health_check_grace_seconds=values[fields.HEALTH_CHECK_GRACE_PERIOD],
        spot_weight=values[fields.FARGATE_SPOT_WEIGHT],
        database=_database(values),
        cache=_cache(values),
        firewall=_firewall(values),
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
        max_connections_per_task=values[fields.REALTIME_MAX_CONNECTIONS],
        event_loop_lag_ms=values[fields.REALTIME_EVENT_LOOP_LAG],
        scale_on_connections=values[fields.REALTIME_SCALE_ON_CONNECTIONS],
    )


def _workers(values: Values) -> WorkersConfig:
    return WorkersConfig(
        desired_count=values[fields.WORKER_DESIRED_COUNT],
        size=TaskSize(cpu=int(values[fields.WORKER_CPU]), memory=values[fields.WORKER_MEMORY]),
        image_tag=values[fields.WORKER_IMAGE_TAG],
        queue_depth=values[fields.WORKER_QUEUE_DEPTH],
        oldest_message_age=values[fields.WORKER_OLDEST_MESSAGE_AGE],
        scale_on_queue=values[fields.WORKER_SCALE_ON_QUEUE],
    )


def _database(values: Values) -> DatabaseConfig:
    return DatabaseConfig(
        instance_class=values[fields.RDS_INSTANCE_CLASS],
        allocated_storage=values[fields.RDS_ALLOCATED_STORAGE],
        engine_version=values[fields.RDS_ENGINE_VERSION],
        multi_az=values[fields.RDS_MULTI_AZ],
        proxy=ProxyConfig(
            max_connections_percent=values[fields.RDS_PROXY_MAX_CONNECTIONS],
            idle_client_timeout=values[fields.RDS_PROXY_IDLE_TIMEOUT],
        )
        if values[fields.ENABLE_RDS_PROXY]
        else None,
        read_replica_class=values[fields.RDS_READ_REPLICA_CLASS]
        if values[fields.ENABLE_RDS_READ_REPLICA]
        else None,
    )


def _cache(values: Values) -> CacheNodes | SplitCache:
    if not values[fields.ENABLE_REDIS_SPLIT]:
        return CacheNodes(
            node_type=values[fields.REDIS_NODE_TYPE], nodes=values[fields.REDIS_NUM_CACHE_NODES]
        )
    return SplitCache(
        adapter=CacheNodes(
            node_type=values[fields.REDIS_ADAPTER_NODE_TYPE],
            nodes=1 + values[fields.REDIS_ADAPTER_REPLICAS],
        ),
        state=CacheNodes(
            node_type=values[fields.REDIS_STATE_NODE_TYPE],
            nodes=1 + values[fields.REDIS_STATE_REPLICAS],
        ),
    )


def _firewall(values: Values) -> FirewallConfig | None:
    if not values[fields.ENABLE_WAF]:
        return None
    return FirewallConfig(
        api_rate_limit=values[fields.WAF_API_RATE_LIMIT],
        socket_rate_limit=values[fields.WAF_SOCKET_RATE_LIMIT],
    )
