"""The configuration keys of the chat system (chat spec 001, Configuration Reference).

All of them are required. Bounds are AWS's own unless the description says otherwise.
"""

from __future__ import annotations

from typing import cast

from infra.config.fields import Field
from infra.config.kinds import Checked, Choice, Flag, Refused, Text, TextList, Whole
from infra.plan.context import Environment
from infra.plan.fargate import MAXIMUM_STOP_TIMEOUT_SECONDS, MEMORY_BY_CPU
from infra.plan.instances import known_families, memory_bytes
from infra.plan.postgres import SUPPORTED_MAJORS, major_version
from infra.plan.redis import MAXIMUM_NODES

NAMESPACE = "plumbline"
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = rf"({_LABEL}\.)+[a-z]([a-z0-9-]{{0,61}}[a-z0-9])"
_SECONDS = "seconds"


def _key(name: str) -> str:
    return f"{NAMESPACE}:{name}"


def _known_class(name: str) -> None:
    service = name.partition(".")[0]
    if ".serverless" in name:
        raise Refused(
            "it means Aurora Serverless, which chat spec 000 forbids",
            "name an instance class of RDS, such as db.r6g.xlarge",
        )
    if memory_bytes(name) is None:
        raise Refused(
            "no such class is known, or it can't encrypt its storage",
            f"write a size that exists of one of the families {known_families(service)}",
        )


def _supported_version(version: str) -> None:
    if major_version(version) not in SUPPORTED_MAJORS:
        majors = ", ".join(str(major) for major in SUPPORTED_MAJORS)
        raise Refused(
            "this PostgreSQL version is not supported",
            f"write one of the major versions {majors}, alone or with a minor one",
        )


_DATABASE_CLASS = Checked(
    Text(r"db\.[a-z0-9-]+(\.[a-z0-9]+)?", "an RDS instance class such as db.t3.small", 60),
    _known_class,
)
_NODE_TYPE = Checked(
    Text(r"cache\.[a-z0-9-]+\.[a-z0-9]+", "a node type such as cache.t3.small", 60),
    _known_class,
)
_VERSION = Checked(
    Text(r"[0-9]+(\.[0-9]+)?", 'a version such as "16" or "16.4"', 10), _supported_version
)
_TAG = Text(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", "an image tag such as 1.4.0, or placeholder", 128)
_TASKS = Whole(1, 1000, "tasks")
_CPU = Choice(tuple(str(cpu) for cpu in MEMORY_BY_CPU))
_MEMORY = Whole(512, 122_880, "MiB")
_DELAY = Whole(0, 3600, _SECONDS)
_STOP = Whole(0, MAXIMUM_STOP_TIMEOUT_SECONDS, _SECONDS)

REGION = Field(
    "aws:region",
    Text(r"[a-z]{2}(-[a-z]+)+-[1-9]", "an AWS region such as eu-central-1", 30),
    "the AWS region everything is built in",
)
SYSTEM = Field(_key("system"), Choice(("chat",)), "which system the stack is one of")
ENVIRONMENT = Field(
    _key("environment"),
    Choice(tuple(environment.value for environment in Environment)),
    "whether the stack may be lost (dev) or serves users (prod)",
)
DOMAIN_NAME = Field(
    _key("domainName"),
    # The certificate's first name is api.<domainName>, and ACM takes 64 characters for it.
    Text(_DOMAIN, "a domain in lower case such as chat.example.com", 60),
    "the product's domain; this system answers at api.<domainName>",
)
HOSTED_ZONE_ID = Field(
    _key("hostedZoneId"),
    Text(r"Z[A-Z0-9]+", "a Route 53 hosted zone id such as Z0123456789ABCDEFGHIJ", 32),
    "the Route 53 zone that holds api.<domainName>",
)
AUTH0_DOMAIN = Field(
    _key("auth0Domain"),
    Text(_DOMAIN, "a domain such as tenant.eu.auth0.com", 253),
    "the Auth0 tenant whose tokens are accepted",
)
AUTH0_AUDIENCE = Field(
    _key("auth0Audience"),
    Text(r"[\x21-\x7e]+", "an API identifier without spaces, such as https://api.example.com", 600),
    "the Auth0 API identifier that tokens must name",
)
ALARM_EMAIL = Field(
    _key("alarmEmail"),
    Text(r"[^@\s]+@([A-Za-z0-9-]+\.)+[A-Za-z]{2,}", "an e-mail address", 254),
    "who is told of alarms; AWS asks that address once for its consent",
)
AVAILABILITY_ZONES = Field(
    _key("availabilityZones"),
    TextList(Text(r"[a-z]{2}(-[a-z]+)+-[1-9][a-z]", "a zone such as eu-central-1a", 31), 2, 3),
    "the two or three availability zones that are used",
)
NAT_GATEWAYS = Field(
    _key("natGateways"),
    Whole(0, 3, "gateways"),
    "how many NAT gateways there are; 0 puts tasks in public subnets",
)
API_DESIRED_COUNT = Field(_key("apiServiceDesiredCount"), _TASKS, "API tasks at least")
API_CPU = Field(_key("apiServiceCpu"), _CPU, "CPU units of an API task")
API_MEMORY = Field(_key("apiServiceMemory"), _MEMORY, "memory of an API task")
API_DEREGISTRATION_DELAY = Field(
    _key("apiDeregistrationDelaySeconds"), _DELAY, "how long a leaving API task finishes requests"
)
API_STOP_TIMEOUT = Field(
    _key("apiStopTimeoutSeconds"), _STOP, "from SIGTERM to SIGKILL of an API task"
)
API_IMAGE_TAG = Field(
    _key("apiImageTag"), _TAG, "the API image to run; placeholder before the first push"
)
REALTIME_DESIRED_COUNT = Field(
    _key("realtimeServiceDesiredCount"), _TASKS, "realtime tasks at least"
)
REALTIME_CPU = Field(_key("realtimeServiceCpu"), _CPU, "CPU units of a realtime task")
REALTIME_MEMORY = Field(_key("realtimeServiceMemory"), _MEMORY, "memory of a realtime task")
REALTIME_DEREGISTRATION_DELAY = Field(
    _key("realtimeDeregistrationDelaySeconds"),
    _DELAY,
    "how long a leaving realtime task keeps its WebSockets",
)
REALTIME_STOP_TIMEOUT = Field(
    _key("realtimeStopTimeoutSeconds"), _STOP, "from SIGTERM to SIGKILL of a realtime task"
)
REALTIME_MIN_HEALTHY = Field(
    _key("realtimeMinHealthyPercent"),
    Whole(0, 100, "percent"),
    "how many of the realtime tasks stay up during a deployment",
)
REALTIME_MAX = Field(
    _key("realtimeMaxPercent"),
    Whole(100, 200, "percent"),
    "how many realtime tasks there may be during a deployment",
)
REALTIME_STICKY = Field(
    _key("realtimeStickyDurationSeconds"),
    Whole(1, 604_800, _SECONDS),
    "how long a client's polling stays with one realtime task",
)
REALTIME_IMAGE_TAG = Field(
    _key("realtimeImageTag"), _TAG, "the realtime image to run; placeholder before the first push"
)
WORKER_DESIRED_COUNT = Field(_key("workerServiceDesiredCount"), _TASKS, "worker tasks at least")
WORKER_CPU = Field(_key("workerServiceCpu"), _CPU, "CPU units of a worker task")
WORKER_MEMORY = Field(_key("workerServiceMemory"), _MEMORY, "memory of a worker task")
WORKER_IMAGE_TAG = Field(
    _key("workerImageTag"), _TAG, "the workers image to run; placeholder before the first push"
)
ENABLE_GRAVITON = Field(
    _key("enableGraviton"), Flag(), "whether tasks run on ARM64 instead of x86-64"
)
HEALTH_CHECK_GRACE_PERIOD = Field(
    _key("healthCheckGracePeriodSeconds"),
    Whole(0, 2_147_483_647, _SECONDS),
    "how long a new task may fail its health checks",
)
FARGATE_SPOT_WEIGHT = Field(
    _key("fargateSpotWeight"),
    Whole(0, 100, "percent"),
    "which part of the tasks beyond a service's first runs on spot capacity",
)
RDS_INSTANCE_CLASS = Field(_key("rdsInstanceClass"), _DATABASE_CLASS, "the database's class")
RDS_ALLOCATED_STORAGE = Field(
    _key("rdsAllocatedStorage"), Whole(20, 65_536, "GiB"), "the database's storage at first"
)
RDS_ENGINE_VERSION = Field(
    _key("rdsEngineVersion"),
    _VERSION,
    "the PostgreSQL version; without a minor one, AWS keeps that current",
)
RDS_MULTI_AZ = Field(
    _key("rdsMultiAz"), Flag(), "whether a standby in another zone takes over by itself"
)
REDIS_NODE_TYPE = Field(_key("redisNodeType"), _NODE_TYPE, "the type of a Redis node")
REDIS_NUM_CACHE_NODES = Field(
    _key("redisNumCacheNodes"),
    Whole(1, MAXIMUM_NODES, "nodes"),
    "Redis nodes: a primary, and replicas that take over for it",
)

FIELDS: tuple[Field[object], ...] = tuple(
    cast("Field[object]", value) for value in tuple(globals().values()) if isinstance(value, Field)
)
"""Every field above, in the order they are declared."""
