"""The container definition of a task, in the words of the ECS API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Text = TypeVar("Text")

USER = "1000:1000"
"""The user `node` of the official Node.js images; a task never runs as root."""

SHELL_PATHS = {"ssm-state": "/var/lib/amazon", "ssm-log": "/var/log/amazon"}
"""The root file system is read-only; ECS Exec's agent writes to these two, each its own volume."""

_OPEN_FILES = 65_536
"""Each WebSocket is an open file; this is well over the connections that a task takes."""


@dataclass(frozen=True, kw_only=True)
class Container(Generic[Text]):
    """A service's one container.

    Generic in what may only be known during a deployment: image, environment, secrets' ARNs.
    `protocol` is what Service Connect takes the port for ("http"), None where it isn't used.
    """

    name: str
    image: Text
    command: tuple[str, ...]
    port: int | None
    protocol: str | None
    environment: Mapping[str, Text]
    secrets: Mapping[str, Text]
    health_command: tuple[str, ...]
    start_period_seconds: int
    stop_timeout_seconds: int
    shell: bool
    log_group: Text
    region: str


def render(container: Container[Text]) -> dict[str, object]:
    """The definition, its maps in order of their keys so that the same input gives the same text."""
    rendered: dict[str, object] = {
        "name": container.name,
        "image": container.image,
        "essential": True,
        "user": USER,
        "readonlyRootFilesystem": True,
        "environment": _pairs(container.environment, "value"),
        "secrets": _pairs(container.secrets, "valueFrom"),
        "mountPoints": [
            {"sourceVolume": volume, "containerPath": path, "readOnly": False}
            for volume, path in writable_paths(shell=container.shell).items()
        ],
        # An init process passes SIGTERM on and reaps what an ECS Exec session leaves behind.
        "linuxParameters": {"initProcessEnabled": True},
        "ulimits": [{"name": "nofile", "softLimit": _OPEN_FILES, "hardLimit": _OPEN_FILES}],
        "stopTimeout": container.stop_timeout_seconds,
        "healthCheck": {
            "command": list(container.health_command),
            "interval": 15,
            "timeout": 5,
            "retries": 3,
            # AWS takes at most 300 seconds here.
            "startPeriod": min(container.start_period_seconds, 300),
        },
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": container.log_group,
                "awslogs-region": container.region,
                "awslogs-stream-prefix": container.name,
                # A slow log service must not stop the event loop.
                "mode": "non-blocking",
                "max-buffer-size": "25m",
            },
        },
    }
    if container.command:
        rendered["command"] = list(container.command)
    if container.port is not None:
        mapping: dict[str, object] = {
            "name": container.name,
            "containerPort": container.port,
            "hostPort": container.port,
            "protocol": "tcp",
        }
        if container.protocol is not None:
            mapping["appProtocol"] = container.protocol
        rendered["portMappings"] = [mapping]
    return rendered


def writable_paths(*, shell: bool) -> Mapping[str, str]:
    """The volumes of a task, each with where it is mounted."""
    return SHELL_PATHS if shell else {}


def _pairs(values: Mapping[str, Text], key: str) -> list[dict[str, str | Text]]:
    return [{"name": name, key: values[name]} for name in sorted(values)]
