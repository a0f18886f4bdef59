"""Which paths lead to which service, and how a service shows that it is well."""

from __future__ import annotations

from dataclasses import dataclass

IDLE_TIMEOUT_SECONDS = 300
"""A WebSocket may be silent for so long (chat spec 000, Backend Stack)."""

TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"
"""TLS 1.3, and 1.2 with forward secrecy for clients that have nothing newer."""

HTTP_PORT = 80
HTTPS_PORT = 443


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The paths of one service behind the load balancer, in the order they are tried.

    `internal_port` is where other services' calls arrive (Service Connect). It is not `port`, so
    that what comes from the load balancer, above all WebSockets, passes by the proxy that takes
    those calls.
    """

    priority: int
    paths: tuple[str, ...]
    health_path: str
    port: int
    internal_port: int


API = Route(
    priority=100, paths=("/api/*",), health_path="/api/health", port=3000, internal_port=13000
)
REALTIME = Route(
    priority=200,
    paths=("/socket.io/*", "/ws/*"),
    health_path="/health",
    port=3001,
    internal_port=13001,
)
WORKERS_HEALTH_PORT = 3002
"""Nothing routes to the workers; only their own container's health check asks here."""


def health_command(port: int, path: str) -> tuple[str, ...]:
    """A container health check in Node.js, which every image of a service has; curl it may not."""
    ask = (
        f"fetch('http://127.0.0.1:{port}{path}')"
        ".then(answer => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"
    )
    return ("CMD", "node", "--eval", ask)
