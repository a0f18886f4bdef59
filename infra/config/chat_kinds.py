"""The types of value that only the chat system's keys have, with the bounds that AWS sets."""

from __future__ import annotations

from infra.config.kinds import Checked, Choice, Refused, Text, Whole, whole
from infra.config.ranges import range_pattern
from infra.plan.fargate import MAXIMUM_OPEN_FILES, MAXIMUM_STOP_TIMEOUT_SECONDS, MEMORY_BY_CPU
from infra.plan.images import EXPIRING_PREFIX
from infra.plan.instances import CACHE_NODE_TYPES, DATABASE_CLASSES, known_families
from infra.plan.postgres import SUPPORTED_MAJORS, major_version
from infra.plan.queues import MAXIMUM_IN_FLIGHT, RETENTION_SECONDS
from infra.plan.redis import MAXIMUM_NODES

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = rf"({_LABEL}\.)+[a-z]([a-z0-9-]{{0,61}}[a-z0-9])"
_SECONDS = "seconds"
MAXIMUM_STORAGE = 59_578
"""RDS takes 65,536 GiB, and storage that may grow by itself needs room for a tenth more."""


def _known_class(name: str) -> None:
    if ".serverless" in name:
        raise Refused(
            "it means Aurora Serverless, which chat spec 000 forbids",
            "name an instance class of RDS, such as db.r6g.xlarge",
        )
    classes = CACHE_NODE_TYPES if name.startswith("cache.") else DATABASE_CLASSES
    if name not in classes:
        raise Refused(
            "AWS has no such class, or it can't encrypt its storage",
            f"write a size that exists of one of the families {known_families(classes)}",
        )


OLDEST_MINORS = {14: 18, 15: 13, 16: 9, 17: 5}
"""The oldest minor version of each major one that RDS creates since 1 May 2026; for the others no
bound is known. AWS retires minor versions a year or so after their release."""
_NEWEST_MINOR = 99


def _supported_version(version: str) -> None:
    major = major_version(version)
    if major not in SUPPORTED_MAJORS:
        majors = ", ".join(str(major) for major in SUPPORTED_MAJORS)
        raise Refused(
            "this PostgreSQL version is not supported",
            f"write one of the major versions {majors}, alone or with a minor one",
        )
    oldest = OLDEST_MINORS.get(major, 0)
    minor = version.partition(".")[2]
    if minor and int(minor) < oldest:
        raise Refused(
            "RDS no longer creates this minor version",
            f'write "{major}" alone, which is always the newest, or at least {major}.{oldest}',
        )


def _version_pattern() -> str:
    """What `_supported_version` accepts, as a pattern."""
    alternatives = [
        rf"{major}(\.({range_pattern(OLDEST_MINORS.get(major, 0), _NEWEST_MINOR)}))?"
        for major in SUPPORTED_MAJORS
    ]
    return whole("|".join(alternatives))


def domain(example: str, maximum: int) -> Text:
    """A domain name in lower case of at most so many characters."""
    return Text(_DOMAIN, f"a domain in lower case such as {example}", maximum)


REGION = Text(r"[a-z]{2}(-[a-z]+)+-[1-9]", "an AWS region such as eu-central-1", 30)
ZONE = Text(r"[a-z]{2}(-[a-z]+)+-[1-9][a-z]", "a zone such as eu-central-1a", 31)
HOSTED_ZONE = Text(r"Z[A-Z0-9]+", "a Route 53 hosted zone id such as Z0123456789ABCDEFGHIJ", 32)
AUDIENCE = Text(
    r"[\x21-\x7e]+", "an API identifier without spaces, such as https://api.example.com", 600
)
EMAIL = Text(r"[\x21-\x3f\x41-\x7e]+@([A-Za-z0-9-]+\.)+[A-Za-z]{2,}", "an e-mail address", 254)
IMAGE_TAG = Text(
    rf"(?!{EXPIRING_PREFIX})[A-Za-z0-9_][A-Za-z0-9_.-]*",
    "an image tag such as 1.4.0, or placeholder, "
    f"but none with {EXPIRING_PREFIX} before it (the repository lets those expire)",
    128,
)
DATABASE_CLASS = Checked(
    Text(r"db\.[a-z0-9-]+(\.[a-z0-9]+)?", "an RDS instance class such as db.t3.small", 60),
    _known_class,
    {"enum": list(DATABASE_CLASSES)},
)
NODE_TYPE = Checked(
    Text(r"cache\.[a-z0-9-]+\.[a-z0-9]+", "a node type such as cache.t3.small", 60),
    _known_class,
    {"enum": list(CACHE_NODE_TYPES)},
)
POSTGRES_VERSION = Checked(
    Text(
        r"[1-9][0-9]?(\.(0|[1-9][0-9]?))?",
        'a version such as "16", or "16.9" with its minor one',
        10,
    ),
    _supported_version,
    {"pattern": _version_pattern()},
)
NAT_GATEWAYS = Whole(0, 3, "gateways")
TASKS = Whole(1, 1000, "tasks")
CPU = Choice(tuple(str(cpu) for cpu in MEMORY_BY_CPU))
MEMORY = Whole(512, 122_880, "MiB")
CONNECTIONS = Whole(1, MAXIMUM_OPEN_FILES, "connections")
LAG = Whole(1, 60_000, "milliseconds")
QUEUE_DEPTH = Whole(1, MAXIMUM_IN_FLIGHT, "messages")
MESSAGE_AGE = Whole(1, RETENTION_SECONDS // 4, _SECONDS)
DEREGISTRATION_DELAY = Whole(0, 3600, _SECONDS)
STOP_TIMEOUT = Whole(0, MAXIMUM_STOP_TIMEOUT_SECONDS, _SECONDS)
STICKINESS = Whole(1, 604_800, _SECONDS)
GRACE_PERIOD = Whole(0, 2_147_483_647, _SECONDS)
PERCENT = Whole(0, 100, "percent")
PERCENT_WITHOUT_NONE = Whole(1, 100, "percent")
PERCENT_BEYOND = Whole(100, 200, "percent")
STORAGE = Whole(20, MAXIMUM_STORAGE, "GiB")
PROXY_IDLE = Whole(1, 28_800, _SECONDS)
NODES = Whole(1, MAXIMUM_NODES, "nodes")
REPLICAS = Whole(0, MAXIMUM_NODES - 1, "replicas")
REQUESTS = Whole(10, 2_000_000_000, "requests")
