"""How Redis is set for chat: one for everything, or one for each of its two jobs (chat spec 001).

The adapter carries messages between tasks (pub/sub of Socket.IO) and keeps nothing. The state is
presence, sessions and rate limits: all of it expires, and none of it is the only copy.
Parameters and their defaults: Amazon ElastiCache user guide, "Engine specific parameters".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from infra.plan.instances import memory_bytes

ENGINE_VERSION = "7.1"
PARAMETER_FAMILY = "redis7"
PORT = 6379
MAXIMUM_NODES = 6
SNAPSHOT_WINDOW = "02:00-03:00"
MAINTENANCE_WINDOW = "sun:06:30-sun:07:30"
TOKEN_LENGTH = 64
"""ElastiCache takes 16 to 128 characters; letters and digits alone are always acceptable."""

SINGLE = "redis"
ADAPTER = "redis-adapter"
STATE = "redis-state"

_MIB = 1024**2
_DEFAULT_HARD_LIMIT = 32 * _MIB
_LARGEST_HARD_LIMIT = 256 * _MIB
_SLOW_SUBSCRIBERS = 64
"""So many subscribers that have all fallen behind fill the memory: a stack has fewer tasks."""

_EVERY_CACHE = {
    # A task that died without closing its connection is noticed in one minute, not in five.
    "tcp-keepalive": "60",
}
_EXPIRING = {
    # Presence, sessions and rate limits carry an expiry: under pressure the entries next to
    # expire go first, and what has no expiry is never dropped silently, unlike under the allkeys
    # policies.
    "maxmemory-policy": "volatile-ttl",
}
_NOTHING_KEPT = {
    # Nothing belongs here that could be dropped: a write that has lost its way fails loudly.
    "maxmemory-policy": "noeviction",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CachePlan:
    """One Redis group: what it is for, its parameters, and whether its content is worth saving."""

    part: str
    purpose: str
    parameters: Mapping[str, str]
    snapshots: bool


def plan_cache(part: str, node_type: str) -> CachePlan:
    """The plan of the group `part` (`SINGLE`, `ADAPTER` or `STATE`)."""
    if part == ADAPTER:
        return CachePlan(
            part=part,
            purpose="Socket.IO adapter: messages between tasks",
            parameters={**_EVERY_CACHE, **_NOTHING_KEPT, **_subscriber_buffers(node_type)},
            # Pub/sub leaves nothing behind that a snapshot could hold.
            snapshots=False,
        )
    state = part == STATE
    return CachePlan(
        part=part,
        purpose="Presence, sessions and rate limits"
        if state
        else "Socket.IO adapter, presence and rooms",
        parameters={**_EVERY_CACHE, **_EXPIRING},
        snapshots=True,
    )


def _subscriber_buffers(node_type: str) -> Mapping[str, str]:
    """How far a realtime task may fall behind before Redis cuts it off.

    A task that is cut off misses what the others send until it is back, and its clients fetch it
    again all at once. AWS's default of 32 MiB is a few seconds of a busy system; this is a 64th
    of the memory, so that it grows with the node and slow tasks can't fill it. Half of it is too
    much if it lasts a minute: then the task isn't slow for a moment, it doesn't keep up.
    """
    hard = (memory_bytes(node_type) or 0) // _SLOW_SUBSCRIBERS
    hard = max(_DEFAULT_HARD_LIMIT, min(hard, _LARGEST_HARD_LIMIT))
    return {
        "client-output-buffer-limit-pubsub-hard-limit": str(hard),
        "client-output-buffer-limit-pubsub-soft-limit": str(hard // 2),
        "client-output-buffer-limit-pubsub-soft-seconds": "60",
    }


def node_ids(replication_group: str, nodes: int) -> Sequence[str]:
    """The ids that ElastiCache gives to the nodes of a replication group, in order."""
    return [f"{replication_group}-{number:03d}" for number in range(1, nodes + 1)]
