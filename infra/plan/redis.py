"""How Redis is set for chat: pub/sub between tasks, presence and rooms, nothing that must last."""

from __future__ import annotations

from collections.abc import Sequence

ENGINE_VERSION = "7.1"
PARAMETER_FAMILY = "redis7"
PORT = 6379
MAXIMUM_NODES = 6
SNAPSHOT_WINDOW = "02:00-03:00"
MAINTENANCE_WINDOW = "sun:06:30-sun:07:30"
TOKEN_LENGTH = 64
"""ElastiCache takes 16 to 128 characters; letters and digits alone are always acceptable."""

PARAMETERS: dict[str, str] = {
    # Presence carries an expiry: under pressure the entries next to expire go first, and what
    # has no expiry is never dropped silently, unlike under the allkeys policies.
    "maxmemory-policy": "volatile-ttl",
    # A task that died without closing its connection is noticed in one minute, not in five.
    "tcp-keepalive": "60",
}


def node_ids(replication_group: str, nodes: int) -> Sequence[str]:
    """The ids that ElastiCache gives to the nodes of a replication group, in order."""
    return [f"{replication_group}-{number:03d}" for number in range(1, nodes + 1)]
