"""Who may open a connection to whom: the whole list, from which the security groups are made.

What isn't listed can't be reached: a security group without a rule lets nothing in and nothing
out. Name resolution needs no rule, because AWS's own resolver is not behind security groups.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from infra.plan import postgres, redis, routing

LOAD_BALANCER = "alb"
SERVICES = ("api", "realtime", "workers")
DATABASE = "postgres"
DATABASE_REPLICA = "postgres-replica"
DATABASE_PROXY = "database-proxy"
DATABASE_SETUP = "database-setup"
ROTATION = "rotation"

SERVICE_CALLS: Mapping[str, tuple[str, ...]] = {
    # Targeted notifications, such as cutting the sockets of somebody who signed out everywhere
    # (chat spec 001, Service-to-Service Communication).
    "api": ("realtime",),
    # A worker hands a message to a socket that has come back before it sends a push, and tells
    # the API of addresses at which pushes no longer arrive.
    "workers": ("api", "realtime"),
    # Realtime calls nobody: whatever its event loop waits for, every socket of the task waits for.
}
"""Which services call which, where calls between services are enabled."""

_DESCRIPTIONS = {
    LOAD_BALANCER: "The load balancer: called by everybody",
    DATABASE: "The database: called by what works on its data",
    DATABASE_REPLICA: "The copy of the database for reading: called by the services",
    DATABASE_PROXY: "The proxy before the database: called by the services",
    DATABASE_SETUP: "The task that makes the database user of the services",
    ROTATION: "The function that renews passwords of the database",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatParts:
    """The parts of a chat stack that others haven't."""

    proxy: bool
    replica: bool
    rotation: bool
    split_cache: bool
    service_connect: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One party opens TCP connections to another on one port."""

    caller: str
    called: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Connections:
    """The parties, each with what it is, and what they may call.

    `from_internet` and `to_internet` are the ports on which a party is called by everybody, and
    on which it calls anybody.
    """

    parties: Mapping[str, str]
    calls: tuple[Call, ...]
    from_internet: Mapping[str, tuple[int, ...]]
    to_internet: Mapping[str, tuple[int, ...]]


def plan_connections(parts: ChatParts) -> Connections:
    """The connections of a chat stack of these parts."""
    calls = (
        Call(caller=LOAD_BALANCER, called="api", port=routing.API.port),
        Call(caller=LOAD_BALANCER, called="realtime", port=routing.REALTIME.port),
        *(_between_services() if parts.service_connect else ()),
        *_to_database(parts),
        *_to_cache(parts),
    )
    named = dict.fromkeys(name for call in calls for name in (call.caller, call.called))
    return Connections(
        parties={name: _description(name) for name in named},
        calls=calls,
        from_internet={LOAD_BALANCER: (routing.HTTP_PORT, routing.HTTPS_PORT)},
        # Auth0, push services, and the APIs of AWS, also to pull images and read secrets.
        to_internet={
            name: (routing.HTTPS_PORT,)
            for name in named
            if name in (*SERVICES, DATABASE_SETUP, ROTATION)
        },
    )


def cache_parts(*, split: bool) -> tuple[str, ...]:
    """The Redis groups of a stack: one for everything, or one for each of two jobs."""
    return (redis.ADAPTER, redis.STATE) if split else (redis.SINGLE,)


def _between_services() -> Iterator[Call]:
    ports = {"api": routing.API.internal_port, "realtime": routing.REALTIME.internal_port}
    for caller, called in SERVICE_CALLS.items():
        for service in called:
            yield Call(caller=caller, called=service, port=ports[service])


def _to_database(parts: ChatParts) -> Iterator[Call]:
    entry = DATABASE_PROXY if parts.proxy else DATABASE
    for service in SERVICES:
        yield Call(caller=service, called=entry, port=postgres.PORT)
        if parts.replica:
            # The proxy of an RDS instance leads to its primary only.
            yield Call(caller=service, called=DATABASE_REPLICA, port=postgres.PORT)
    if parts.proxy:
        yield Call(caller=DATABASE_PROXY, called=DATABASE, port=postgres.PORT)
    yield Call(caller=DATABASE_SETUP, called=DATABASE, port=postgres.PORT)
    if parts.rotation:
        yield Call(caller=ROTATION, called=DATABASE, port=postgres.PORT)


def _to_cache(parts: ChatParts) -> Iterator[Call]:
    """Every service emits to sockets and asks who is there, so each calls either Redis."""
    for service in SERVICES:
        for cache in cache_parts(split=parts.split_cache):
            yield Call(caller=service, called=cache, port=redis.PORT)


def _description(name: str) -> str:
    if name in SERVICES:
        return f"Tasks of the service {name}"
    return _DESCRIPTIONS.get(name, f"{name}: called by the services only")
