"""The pack as a process: started as the language host starts it, ended as the engine ends it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty

from policies.engine.serving import PACK
from policies.testing.engine import Engine
from policies.testing.fixtures import declarations, resource

COMMAND = [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(PACK)]


@contextmanager
def started(**environ: str) -> Generator[tuple[subprocess.Popen[str], int]]:
    process = subprocess.Popen(
        COMMAND, cwd=PACK, text=True, stdout=subprocess.PIPE, env={**os.environ, **environ}
    )
    assert process.stdout is not None
    try:
        yield process, int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_it_prints_its_port_serves_and_ends_when_it_is_cancelled() -> None:
    case = [resource("aws:rds/instance:Instance", "db", {"storageEncrypted": False})]

    with started(PLUMBLINE_PROFILE="chat") as (process, port):
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            engine = Engine(channel)
            said = engine.run(declarations(case))
            engine.stub.Cancel(Empty())
        code = process.wait(timeout=10)

    assert "rds-encrypted" in {one.policy for one in said}
    assert code == 0


def test_it_ends_on_an_interrupt_without_a_word() -> None:
    with started() as (process, _):
        process.send_signal(signal.SIGINT)

        assert process.wait(timeout=10) == 0


def test_it_ends_when_its_parent_is_gone() -> None:
    # A shell that starts the pack, tells its number, and dies while the pack runs on.
    script = '"$@" & echo $!; wait'
    shell = subprocess.Popen(
        ["sh", "-c", script, "sh", *COMMAND], cwd=PACK, text=True, stdout=subprocess.PIPE
    )
    assert shell.stdout is not None
    pack = int(shell.stdout.readline())
    assert int(shell.stdout.readline()) > 0

    shell.kill()
    shell.wait()
    shell.stdout.close()

    deadline = time.monotonic() + 20
    while _runs(pack) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(pack)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # One that has ended and that nobody has asked about is still listed.
    status = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, check=False)
    return not status.stdout.decode().strip().startswith("Z") and bool(status.stdout.strip())


@pytest.mark.parametrize("count", [200])
def test_its_own_share_of_a_preview_is_small(count: int) -> None:
    case = [
        resource("aws:rds/instance:Instance", f"db{number}", {"storageEncrypted": True})
        for number in range(count)
    ]

    with started(PLUMBLINE_PROFILE="chat") as (process, port):
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            _ = Engine(channel).run(declarations(case))
        seconds = _cpu_seconds(process.pid)

    # The bar is 1.5 s on an idle machine; processor time hardly grows on a busy one.
    assert seconds < 2.5


def _cpu_seconds(pid: int) -> float:
    listed = subprocess.run(
        ["ps", "-o", "cputimes=", "-p", str(pid)], capture_output=True, text=True, check=True
    )
    return float(listed.stdout)
