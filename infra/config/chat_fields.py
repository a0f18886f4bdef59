"""The configuration keys of the chat system (chat spec 001, Configuration Reference).

All of them are required, conditional ones while their condition holds. Bounds are AWS's own
unless the description says otherwise.
"""

from __future__ import annotations

from typing import cast

from infra.config import chat_kinds as kinds
from infra.config.fields import Field, Topic, When
from infra.config.kinds import Choice, Flag, TextList
from infra.plan.context import Environment

NAMESPACE = "plumbline"

_GENERAL = Topic("General", NAMESPACE)
REGION = _GENERAL.foreign("aws:region", kinds.REGION, "the AWS region everything is built in")
SYSTEM = _GENERAL.field("system", Choice(("chat",)), "which system the stack is one of")
ENVIRONMENT = _GENERAL.field(
    "environment",
    Choice(tuple(environment.value for environment in Environment)),
    "whether the stack may be lost (dev) or serves users (prod)",
)
DOMAIN_NAME = _GENERAL.field(
    "domainName",
    # The certificate's first name is api.<domainName>, and ACM takes 64 characters for it.
    kinds.domain("chat.example.com", 60),
    "the product's domain; this system answers at api.<domainName>",
)
HOSTED_ZONE_ID = _GENERAL.field(
    "hostedZoneId", kinds.HOSTED_ZONE, "the Route 53 zone that holds api.<domainName>"
)
AUTH0_DOMAIN = _GENERAL.field(
    "auth0Domain",
    kinds.domain("tenant.eu.auth0.com", 253),
    "the Auth0 tenant whose tokens are accepted",
)
AUTH0_AUDIENCE = _GENERAL.field(
    "auth0Audience", kinds.AUDIENCE, "the Auth0 API identifier that tokens must name"
)
ALARM_EMAIL = _GENERAL.field(
    "alarmEmail",
    kinds.EMAIL,
    "who is told of alarms; AWS asks that address once for its consent",
)

_NETWORK = Topic("Network", NAMESPACE)
AVAILABILITY_ZONES = _NETWORK.field(
    "availabilityZones",
    TextList(kinds.ZONE, 2, 3),
    "the two or three availability zones that are used",
)
NAT_GATEWAYS = _NETWORK.field(
    "natGateways",
    kinds.NAT_GATEWAYS,
    "how many NAT gateways there are; 0 puts tasks in public subnets, which the policy pack "
    "excuses in dev only",
)

_API = Topic("API service", NAMESPACE)
API_IMAGE_TAG = _API.field(
    "apiImageTag", kinds.IMAGE_TAG, "the API image to run; placeholder before the first push"
)
API_DESIRED_COUNT = _API.field("apiServiceDesiredCount", kinds.TASKS, "API tasks at least")
API_CPU = _API.field("apiServiceCpu", kinds.CPU, "CPU units of an API task")
API_MEMORY = _API.field("apiServiceMemory", kinds.MEMORY, "memory of an API task")
API_DEREGISTRATION_DELAY = _API.field(
    "apiDeregistrationDelaySeconds",
    kinds.DEREGISTRATION_DELAY,
    "how long a leaving API task finishes requests",
)
API_STOP_TIMEOUT = _API.field(
    "apiStopTimeoutSeconds", kinds.STOP_TIMEOUT, "from SIGTERM to SIGKILL of an API task"
)

_REALTIME = Topic("Realtime service", NAMESPACE)
REALTIME_IMAGE_TAG = _REALTIME.field(
    "realtimeImageTag",
    kinds.IMAGE_TAG,
    "the realtime image to run; placeholder before the first push",
)
REALTIME_DESIRED_COUNT = _REALTIME.field(
    "realtimeServiceDesiredCount", kinds.TASKS, "realtime tasks at least"
)
REALTIME_CPU = _REALTIME.field("realtimeServiceCpu", kinds.CPU, "CPU units of a realtime task")
REALTIME_MEMORY = _REALTIME.field(
    "realtimeServiceMemory", kinds.MEMORY, "memory of a realtime task"
)
REALTIME_MAX_CONNECTIONS = _REALTIME.field(
    "realtimeMaxConnectionsPerTask",
    kinds.CONNECTIONS,
    "how many WebSockets a realtime task is meant to hold: scaling and alarms go by it; "
    "a Fargate task opens no more files than the upper bound",
)
REALTIME_EVENT_LOOP_LAG = _REALTIME.field(
    "realtimeScaleOnEventLoopLagMs",
    kinds.LAG,
    "the event-loop lag at which realtime tasks are added, and that alarms go by; "
    "the upper bound is ours: a service that lags by a minute is down",
)
REALTIME_SCALE_ON_CONNECTIONS = _REALTIME.field(
    "realtimeScaleOnConnections",
    Flag(),
    "whether realtime tasks are added by connections and event-loop lag, besides CPU and memory",
)
REALTIME_DEREGISTRATION_DELAY = _REALTIME.field(
    "realtimeDeregistrationDelaySeconds",
    kinds.DEREGISTRATION_DELAY,
    "how long a leaving realtime task keeps its WebSockets",
)
REALTIME_STOP_TIMEOUT = _REALTIME.field(
    "realtimeStopTimeoutSeconds",
    kinds.STOP_TIMEOUT,
    "from SIGTERM to SIGKILL of a realtime task",
)
REALTIME_MIN_HEALTHY = _REALTIME.field(
    "realtimeMinHealthyPercent",
    kinds.PERCENT,
    "how many of the realtime tasks stay up during a deployment",
)
REALTIME_MAX = _REALTIME.field(
    "realtimeMaxPercent",
    kinds.PERCENT_BEYOND,
    "how many realtime tasks there may be during a deployment",
)
REALTIME_STICKY = _REALTIME.field(
    "realtimeStickyDurationSeconds",
    kinds.STICKINESS,
    "how long a client's polling stays with one realtime task",
)

_WORKERS = Topic("Workers", NAMESPACE)
WORKER_IMAGE_TAG = _WORKERS.field(
    "workerImageTag",
    kinds.IMAGE_TAG,
    "the workers image to run; placeholder before the first push",
)
WORKER_DESIRED_COUNT = _WORKERS.field(
    "workerServiceDesiredCount", kinds.TASKS, "worker tasks at least"
)
WORKER_CPU = _WORKERS.field("workerServiceCpu", kinds.CPU, "CPU units of a worker task")
WORKER_MEMORY = _WORKERS.field("workerServiceMemory", kinds.MEMORY, "memory of a worker task")
WORKER_SCALE_ON_QUEUE = _WORKERS.field(
    "workerScaleOnQueue",
    Flag(),
    "whether workers are added by queue depth and message age, besides CPU and memory",
)
WORKER_QUEUE_DEPTH = _WORKERS.field(
    "workerScaleOnQueueDepth",
    kinds.QUEUE_DEPTH,
    "how many waiting messages a worker is meant to have; "
    "SQS hands out no more at once than the upper bound",
)
WORKER_OLDEST_MESSAGE_AGE = _WORKERS.field(
    "workerScaleOnOldestMessageAge",
    kinds.MESSAGE_AGE,
    "the age of the oldest message from which workers are added in steps; "
    "the upper bound is a quarter of what the queues keep, so that alarms at three times can fire",
)

_ARCHITECTURE = Topic("Architecture", NAMESPACE)
ENABLE_SERVICE_CONNECT = _ARCHITECTURE.field(
    "enableServiceConnect",
    Flag(),
    "whether services reach one another by name, without the load balancer",
)
ENABLE_GRAVITON = _ARCHITECTURE.field(
    "enableGraviton", Flag(), "whether tasks run on ARM64 instead of x86-64"
)
HEALTH_CHECK_GRACE_PERIOD = _ARCHITECTURE.field(
    "healthCheckGracePeriodSeconds",
    kinds.GRACE_PERIOD,
    "how long a new task may fail its health checks",
)
FARGATE_SPOT_WEIGHT = _ARCHITECTURE.field(
    "fargateSpotWeight",
    kinds.PERCENT,
    "which part of the tasks beyond a service's first runs on spot capacity",
)

_DATABASE = Topic("Database", NAMESPACE)
RDS_INSTANCE_CLASS = _DATABASE.field(
    "rdsInstanceClass", kinds.DATABASE_CLASS, "the database's class"
)
RDS_ALLOCATED_STORAGE = _DATABASE.field(
    "rdsAllocatedStorage",
    kinds.STORAGE,
    "the database's storage at first; the upper bound leaves the tenth that RDS wants to grow by",
)
RDS_ENGINE_VERSION = _DATABASE.field(
    "rdsEngineVersion",
    kinds.POSTGRES_VERSION,
    "the PostgreSQL version; without a minor one, AWS keeps that current",
)
RDS_MULTI_AZ = _DATABASE.field(
    "rdsMultiAz", Flag(), "whether a standby in another zone takes over by itself"
)
ENABLE_RDS_PROXY = _DATABASE.field(
    "enableRdsProxy", Flag(), "whether services share database connections through a proxy"
)
_WITH_PROXY = When(ENABLE_RDS_PROXY.key)
RDS_PROXY_MAX_CONNECTIONS = _DATABASE.field(
    "rdsProxyMaxConnectionsPercent",
    kinds.PERCENT_WITHOUT_NONE,
    "which part of the database's connections the proxy may use",
    _WITH_PROXY,
)
RDS_PROXY_IDLE_TIMEOUT = _DATABASE.field(
    "rdsProxyIdleClientTimeout",
    kinds.PROXY_IDLE,
    "after which idle time the proxy closes a service's connection",
    _WITH_PROXY,
)
ENABLE_RDS_READ_REPLICA = _DATABASE.field(
    "enableRdsReadReplica", Flag(), "whether a read replica takes reads off the database"
)
RDS_READ_REPLICA_CLASS = _DATABASE.field(
    "rdsReadReplicaInstanceClass",
    kinds.DATABASE_CLASS,
    "the read replica's class",
    When(ENABLE_RDS_READ_REPLICA.key),
)

_REDIS = Topic("Redis", NAMESPACE)
ENABLE_REDIS_SPLIT = _REDIS.field(
    "enableRedisSplit",
    Flag(),
    "whether Socket.IO's adapter has a Redis of its own, apart from presence and sessions",
)
_SINGLE = When(ENABLE_REDIS_SPLIT.key, value=False)
_SPLIT = When(ENABLE_REDIS_SPLIT.key)
REDIS_NODE_TYPE = _REDIS.field(
    "redisNodeType", kinds.NODE_TYPE, "the type of a Redis node", _SINGLE
)
REDIS_NUM_CACHE_NODES = _REDIS.field(
    "redisNumCacheNodes",
    kinds.NODES,
    "Redis nodes: a primary, and replicas that take over for it",
    _SINGLE,
)
REDIS_ADAPTER_NODE_TYPE = _REDIS.field(
    "redisAdapterNodeType", kinds.NODE_TYPE, "the type of a node of the adapter's Redis", _SPLIT
)
REDIS_ADAPTER_REPLICAS = _REDIS.field(
    "redisAdapterReplicas",
    kinds.REPLICAS,
    "replicas of the adapter's Redis beside its primary",
    _SPLIT,
)
REDIS_STATE_NODE_TYPE = _REDIS.field(
    "redisStateNodeType",
    kinds.NODE_TYPE,
    "the type of a node of the Redis that holds presence and sessions",
    _SPLIT,
)
REDIS_STATE_REPLICAS = _REDIS.field(
    "redisStateReplicas",
    kinds.REPLICAS,
    "replicas of the Redis that holds presence and sessions, beside its primary",
    _SPLIT,
)

_SECURITY = Topic("Security", NAMESPACE)
ENABLE_WAF = _SECURITY.field(
    "enableWaf", Flag(), "whether a web application firewall stands before the load balancer"
)
_WITH_WAF = When(ENABLE_WAF.key)
WAF_API_RATE_LIMIT = _SECURITY.field(
    "wafApiRateLimitPer5Min",
    kinds.REQUESTS,
    "how many requests to /api/* an address may make in five minutes",
    _WITH_WAF,
)
WAF_SOCKET_RATE_LIMIT = _SECURITY.field(
    "wafSocketRateLimitPer5Min",
    kinds.REQUESTS,
    "how many requests to /socket.io/* an address may make in five minutes",
    _WITH_WAF,
)

FIELDS: tuple[Field[object], ...] = tuple(
    cast("Field[object]", value) for value in tuple(globals().values()) if isinstance(value, Field)
)
"""Every field above, in the order they are declared."""
