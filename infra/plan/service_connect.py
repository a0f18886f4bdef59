"""How services call each other by name, where a stack enables it (chat spec 001).

ECS Service Connect puts a proxy beside every task. Callers say `http://api:3000`; their proxy
picks a task and calls the proxy there. The latter listens on a port of its own
(`Route.internal_port`), so that what comes from the load balancer goes to the container directly:
otherwise the proxy would stand in every WebSocket's way, with its timeouts.

Source: Amazon ECS developer guide, "Amazon ECS Service Connect components".
"""

from __future__ import annotations

from dataclasses import dataclass

from infra.plan.connections import SERVICE_CALLS
from infra.plan.routing import API, IDLE_TIMEOUT_SECONDS, REALTIME, Route

PROTOCOL = "http"
ACCESS_LOG = "JSON"
_REQUEST_SECONDS = 15
"""Calls between services are short questions; what takes longer is work for a queue."""

_ROUTES = {"api": API, "realtime": REALTIME}


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """How a service is called by others: name and port for callers, and where its proxy listens.

    A connection without requests is kept for `idle_seconds`, and an answer may take
    `request_seconds`.
    """

    name: str
    port: int
    ingress_port: int
    idle_seconds: int
    request_seconds: int


def endpoint_of(service: str) -> Endpoint | None:
    """The endpoint of a service; None for one that nobody calls."""
    route = _ROUTES.get(service)
    return None if route is None else _endpoint(service, route)


def callees_of(service: str) -> tuple[str, ...]:
    """The services that a service calls."""
    return SERVICE_CALLS.get(service, ())


def internal_urls(service: str) -> dict[str, str]:
    """The environment variables that tell a service where it finds those that it calls."""
    return {
        f"{called.upper()}_INTERNAL_URL": f"{PROTOCOL}://{called}:{_ROUTES[called].port}"
        for called in callees_of(service)
    }


def _endpoint(service: str, route: Route) -> Endpoint:
    return Endpoint(
        name=service,
        port=route.port,
        ingress_port=route.internal_port,
        idle_seconds=IDLE_TIMEOUT_SECONDS,
        request_seconds=_REQUEST_SECONDS,
    )
