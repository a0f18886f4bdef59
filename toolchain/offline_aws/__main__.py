"""`python -m toolchain.offline_aws`: serves the provider and prints its port for the engine."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import FrameType
from typing import TYPE_CHECKING

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from toolchain.offline_aws.servicer import OfflineAws

if TYPE_CHECKING:
    from toolchain.offline_aws.outcome import Lives

_LIMIT = 400 * 1024 * 1024
"""The engine's own limit of one message, in bytes."""


def _lives(say: Callable[[str], None]) -> Lives:
    """Imported when first needed: boto3 and the emulator have no part in a preview."""
    from toolchain import emulator
    from toolchain.offline_aws.lives import AwsLives

    return AwsLives(lambda: emulator.endpoint(say))


def serve(servicer: OfflineAws) -> tuple[grpc.Server, int]:
    """A started server on a free loopback port."""
    server = grpc.server(
        ThreadPoolExecutor(max_workers=32),
        options=[
            ("grpc.max_receive_message_length", _LIMIT),
            ("grpc.max_send_message_length", _LIMIT),
        ],
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def main() -> None:
    """Serve until the engine ends the process."""
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    # The engine ends its providers by SIGINT and kills them five seconds later. A user's Ctrl-C does not come
    # here: the engine starts each plugin in a process group of its own.
    signal.signal(signal.SIGINT, stop)
    server, port = serve(OfflineAws(_lives))
    print(port, flush=True)
    # An engine that was killed cannot end its providers.
    engine = os.getppid()
    while not stopped.wait(timeout=2.0) and os.getppid() == engine:
        pass
    server.stop(grace=1).wait()
    sys.exit(0)


if __name__ == "__main__":
    main()
