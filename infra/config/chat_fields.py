"""The configuration keys of the chat system (chat spec 001, Configuration Reference).

All of them are required, conditional ones while their condition holds. Bounds are AWS's own
unless the description says otherwise.
"""

from __future__ import annotations

from typing import cast

from infra.config import chat_kinds as kinds
from infra.config.fields import Field, When
from infra.config.kinds import Choice, Flag, TextList
from infra.plan.context import Environment

NAMESPACE = "plumbline"


def _key(name: str) -> str:
    return f"{NAMESPACE}:{name}"


REGION = Field("aws:region", kinds.REGION, "the AWS region everything is built in")
SYSTEM = Field(_key("system"), Choice(("chat",)), "which system the stack is one of")
ENVIRONMENT = Field(
    _key("environment"),
    Choice(tuple(environment.value for environment in Environment)),
    "whether the stack may be lost (dev) or serves users (prod)",
)
DOMAIN_NAME = Field(
    _key("domainName"),
    # The certificate's first name is api.<domainName>, and ACM takes 64 characters for it.
    kinds.domain("chat.example.com", 60),
    "the product's domain; this system answers at api.<domainName>",
)
HOSTED_ZONE_ID = Field(
    _key("hostedZoneId"), kinds.HOSTED_ZONE, "the Route 53 zone that holds api.<domainName>"
)
AUTH0_DOMAIN = Field(
    _key("auth0Domain"),
    kinds.domain("tenant.eu.auth0.com", 253),
    "the Auth0 tenant whose tokens are accepted",
)
AUTH0_AUDIENCE = Field(
    _key("auth0Audience"), kinds.AUDIENCE, "the Auth0 API identifier that tokens must name"
)
ALARM_EMAIL = Field(
    _key("alarmEmail"),
    kinds.EMAIL,
    "who is told of alarms; AWS asks that address once for its consent",
)
AVAILABILITY_ZONES = Field(
    _key("availabilityZones"),
    TextList(kinds.ZONE, 2, 3),
    "the two or three availability zones that are used",
)
NAT_GATEWAYS = Field(
    _key("natGateways"),
    kinds.NAT_GATEWAYS,
    "how many NAT gateways there are; 0, in dev only, puts tasks in public subnets",
)

API_IMAGE_TAG = Field(
    _key("apiImageTag"), kinds.IMAGE_TAG, "the API image to run; placeholder before the first push"
)
API_DESIRED_COUNT = Field(_key("apiServiceDesiredCount"), kinds.TASKS, "API tasks at least")
API_CPU = Field(_key("apiServiceCpu"), kinds.CPU, "CPU units of an API task")
API_MEMORY = Field(_key("apiServiceMemory"), kinds.MEMORY, "memory of an API task")
API_DEREGISTRATION_DELAY = Field(
    _key("apiDeregistrationDelaySeconds"),
    kinds.DEREGISTRATION_DELAY,
    "how long a leaving API task finishes requests",
)
API_STOP_TIMEOUT = Field(
    _key("apiStopTimeoutSeconds"), kinds.STOP_TIMEOUT, "from SIGTERM to SIGKILL of an API task"
)

REALTIME_IMAGE_TAG = Field(
    _key("realtimeImageTag"),
    kinds.IMAGE_TAG,
    "the realtime image to run; placeholder before the first push",
)
REALTIME_DESIRED_COUNT = Field(
    _key("realtimeServiceDesiredCount"), kinds.TASKS, "realtime tasks at least"
)
REALTIME_CPU = Field(_key("realtimeServiceCpu"), kinds.CPU, "CPU units of a realtime task")
REALTIME_MEMORY = Field(_key("realtimeServiceMemory"), kinds.MEMORY, "memory of a realtime task")
REALTIME_MAX_CONNECTIONS = Field(
    _key("realtimeMaxConnectionsPerTask"),
    kinds.CONNECTIONS,
    "how many WebSockets a realtime task is meant to hold: scaling and alarms go by it; "
    "a Fargate task opens no more files",
)
REALTIME_EVENT_LOOP_LAG = Field(
    _key("realtimeScaleOnEventLoopLagMs"),
    kinds.LAG,
    "the event-loop lag at which realtime tasks are added, and that alarms go by; "
    "over a minute nothing answers any more",
)
REALTIME_SCALE_ON_CONNECTIONS = Field(
    _key("realtimeScaleOnConnections"),
    Flag(),
    "whether realtime tasks are added by connections and event-loop lag, besides CPU and memory",
)
REALTIME_DEREGISTRATION_DELAY = Field(
    _key("realtimeDeregistrationDelaySeconds"),
    kinds.DEREGISTRATION_DELAY,
    "how long a leaving realtime task keeps its WebSockets",
)
REALTIME_STOP_TIMEOUT = Field(
    _key("realtimeStopTimeoutSeconds"),
    kinds.STOP_TIMEOUT,
    "from SIGTERM to SIGKILL of a realtime task",
)
REALTIME_MIN_HEALTHY = Field(
    _key("realtimeMinHealthyPercent"),
    kinds.PERCENT,
    "how many of the realtime tasks stay up during a deployment",
)
REALTIME_MAX = Field(
    _key("realtimeMaxPercent"),
    kinds.PERCENT_BEYOND,
    "how many realtime tasks there may be during a deployment",
)
REALTIME_STICKY = Field(
    _key("realtimeStickyDurationSeconds"),
    kinds.STICKINESS,
    "how long a client's polling stays with one realtime task",
)

WORKER_IMAGE_TAG = Field(
    _key("workerImageTag"),
    kinds.IMAGE_TAG,
    "the workers image to run; placeholder before the first push",
)
WORKER_DESIRED_COUNT = Field(
    _key("workerServiceDesiredCount"), kinds.TASKS, "worker tasks at least"
)
WORKER_CPU = Field(_key("workerServiceCpu"), kinds.CPU, "CPU units of a worker task")
WORKER_MEMORY = Field(_key("workerServiceMemory"), kinds.MEMORY, "memory of a worker task")
WORKER_SCALE_ON_QUEUE = Field(
    _key("workerScaleOnQueue"),
    Flag(),
    "whether workers are added by queue depth and message age, besides CPU and memory",
)
WORKER_QUEUE_DEPTH = Field(
    _key("workerScaleOnQueueDepth"),
    kinds.QUEUE_DEPTH,
    "how many waiting messages a worker is meant to have; SQS hands out no more at once",
)
WORKER_OLDEST_MESSAGE_AGE = Field(
    _key("workerScaleOnOldestMessageAge"),
    kinds.MESSAGE_AGE,
    "the age of the oldest message from which workers are added in steps; "
    "the queues keep nothing longer",
)

ENABLE_SERVICE_CONNECT = Field(
    _key("enableServiceConnect"),
    Flag(),
    "whether services reach one another by name, without the load balancer",
)
ENABLE_GRAVITON = Field(
    _key("enableGraviton"), Flag(), "whether tasks run on ARM64 instead of x86-64"
)
HEALTH_CHECK_GRACE_PERIOD = Field(
    _key("healthCheckGracePeriodSeconds"),
    kinds.GRACE_PERIOD,
    "how long a new task may fail its health checks",
)
FARGATE_SPOT_WEIGHT = Field(
    _key("fargateSpotWeight"),
    kinds.PERCENT,
    "which part of the tasks beyond a service's first runs on spot capacity",
)

RDS_INSTANCE_CLASS = Field(_key("rdsInstanceClass"), kinds.DATABASE_CLASS, "the database's class")
RDS_ALLOCATED_STORAGE = Field(
    _key("rdsAllocatedStorage"), kinds.STORAGE, "the database's storage at first"
)
RDS_ENGINE_VERSION = Field(
    _key("rdsEngineVersion"),
    kinds.POSTGRES_VERSION,
    "the PostgreSQL version; without a minor one, AWS keeps that current",
)
RDS_MULTI_AZ = Field(
    _key("rdsMultiAz"), Flag(), "whether a standby in another zone takes over by itself"
)
ENABLE_RDS_PROXY = Field(
    _key("enableRdsProxy"), Flag(), "whether services share database connections through a proxy"
)
RDS_PROXY_MAX_CONNECTIONS = Field(
    _key("rdsProxyMaxConnectionsPercent"),
    kinds.PERCENT_WITHOUT_NONE,
    "which part of the database's connections the proxy may use",
    when=When(ENABLE_RDS_PROXY.key),
)
RDS_PROXY_IDLE_TIMEOUT = Field(
    _key("rdsProxyIdleClientTimeout"),
    kinds.PROXY_IDLE,
    "after which idle time the proxy closes a service's connection",
    when=When(ENABLE_RDS_PROXY.key),
)
ENABLE_RDS_READ_REPLICA = Field(
    _key("enableRdsReadReplica"), Flag(), "whether a read replica takes reads off the database"
)
RDS_READ_REPLICA_CLASS = Field(
    _key("rdsReadReplicaInstanceClass"),
    kinds.DATABASE_CLASS,
    "the read replica's class",
    when=When(ENABLE_RDS_READ_REPLICA.key),
)

ENABLE_REDIS_SPLIT = Field(
    _key("enableRedisSplit"),
    Flag(),
    "whether Socket.IO's adapter has a Redis of its own, apart from presence and sessions",
)
REDIS_NODE_TYPE = Field(
    _key("redisNodeType"),
    kinds.NODE_TYPE,
    "the type of a Redis node",
    when=When(ENABLE_REDIS_SPLIT.key, value=False),
)
REDIS_NUM_CACHE_NODES = Field(
    _key("redisNumCacheNodes"),
    kinds.NODES,
    "Redis nodes: a primary, and replicas that take over for it",
    when=When(ENABLE_REDIS_SPLIT.key, value=False),
)
REDIS_ADAPTER_NODE_TYPE = Field(
    _key("redisAdapterNodeType"),
    kinds.NODE_TYPE,
    "the type of a node of the adapter's Redis",
    when=When(ENABLE_REDIS_SPLIT.key),
)
REDIS_ADAPTER_REPLICAS = Field(
    _key("redisAdapterReplicas"),
    kinds.REPLICAS,
    "replicas of the adapter's Redis beside its primary",
    when=When(ENABLE_REDIS_SPLIT.key),
)
REDIS_STATE_NODE_TYPE = Field(
    _key("redisStateNodeType"),
    kinds.NODE_TYPE,
    "the type of a node of the Redis that holds presence and sessions",
    when=When(ENABLE_REDIS_SPLIT.key),
)
REDIS_STATE_REPLICAS = Field(
    _key("redisStateReplicas"),
    kinds.REPLICAS,
    "replicas of the Redis that holds presence and sessions, beside its primary",
    when=When(ENABLE_REDIS_SPLIT.key),
)

ENABLE_WAF = Field(
    _key("enableWaf"), Flag(), "whether a web application firewall stands before the load balancer"
)
WAF_API_RATE_LIMIT = Field(
    _key("wafApiRateLimitPer5Min"),
    kinds.REQUESTS,
    "how many requests to /api/* an address may make in five minutes",
    when=When(ENABLE_WAF.key),
)
WAF_SOCKET_RATE_LIMIT = Field(
    _key("wafSocketRateLimitPer5Min"),
    kinds.REQUESTS,
    "how many requests to /socket.io/* an address may make in five minutes",
    when=When(ENABLE_WAF.key),
)

FIELDS: tuple[Field[object], ...] = tuple(
    cast("Field[object]", value) for value in tuple(globals().values()) if isinstance(value, Field)
)
"""Every field above, in the order they are declared."""
