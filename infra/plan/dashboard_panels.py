"""Which graphs the dashboard has, in the order in which one looks for a fault."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Panel:
    """One graph: the metrics, and thresholds, of these alarm rules (by id)."""

    title: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Graphs under one heading; `tasks` adds running and wanted tasks in front."""

    title: str
    panels: tuple[Panel, ...]
    tasks: bool = False


SECTIONS = (
    Section(
        title="Edge",
        panels=(
            Panel("Tasks that take requests", ("target-healthy",)),
            Panel("Tasks that fail health checks", ("target-unhealthy",)),
            Panel("Refused connections, a minute", ("balancer-rejected",)),
            Panel("Failed TLS handshakes (%)", ("balancer-tls",)),
            Panel("Requests against what this size can grow to", ("balancer-requests",)),
            Panel("Blocked by the firewall, a minute", ("firewall-blocked",)),
        ),
    ),
    Section(
        title="Services",
        tasks=True,
        panels=(
            Panel("CPU (%)", ("service-cpu",)),
            Panel("Memory (%)", ("service-memory",)),
            Panel("Fullest realtime task (connections)", ("realtime-connections",)),
            Panel("Event-loop lag p95 (ms)", ("realtime-lag",)),
            Panel("From commit to socket p95 (ms)", ("realtime-delivery",)),
            Panel("Oldest event not handed on (s)", ("outbox-age",)),
        ),
    ),
    Section(
        title="Database",
        panels=(
            Panel("CPU (%)", ("database-cpu",)),
            Panel("Active sessions", ("database-load",)),
            Panel("Connections", ("database-connections",)),
            Panel("Free memory (bytes)", ("database-memory",)),
            Panel("Free storage (bytes)", ("database-storage",)),
            Panel("Read and write latency (s)", ("database-latency",)),
            Panel("Reads and writes that wait", ("database-queue",)),
            Panel("Transaction ids in use", ("database-transactions",)),
            Panel("CPU credits owed", ("database-credits",)),
            Panel("Replica: behind by (s)", ("replica-lag",)),
            Panel("Proxy: pool in use (%)", ("proxy-pool",)),
            Panel("Proxy: wait for a connection (µs)", ("proxy-borrowing",)),
        ),
    ),
    Section(
        title="Redis",
        panels=(
            Panel("Engine CPU (%)", ("cache-cpu",)),
            Panel("Memory (%)", ("cache-memory",)),
            Panel("Connections", ("cache-connections",)),
            Panel("Evictions, a minute", ("cache-evictions",)),
            Panel("Packets over the network allowance", ("cache-network",)),
            Panel("Time of a publish (µs)", ("cache-publishing",)),
            Panel("Replica: behind by (s)", ("cache-lag",)),
            Panel("CPU credits left", ("cache-credits",)),
        ),
    ),
    Section(
        title="Queues",
        panels=(
            Panel("Messages waiting", ("queue-depth",)),
            Panel("Age of the oldest message (s)", ("queue-age",)),
            Panel("Dead letters", ("dead-letters",)),
        ),
    ),
    Section(
        title="Network and upkeep",
        panels=(
            Panel("NAT: calls without a port, a minute", ("nat-ports",)),
            Panel("NAT: dropped packets (%)", ("nat-drops",)),
            Panel("Certificate: days left", ("certificate-expiry",)),
            Panel("Failed backups, an hour", ("backup-failure",)),
            Panel("Failed password renewals, an hour", ("rotation-failure",)),
        ),
    ),
)
