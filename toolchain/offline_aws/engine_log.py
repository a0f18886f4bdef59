"""Lines in the engine's own log, where the user sees them."""

from __future__ import annotations

import contextlib

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

_SECONDS = 2.0


class EngineLog:
    """Says something to the user by way of the engine, once its address is known."""

    def __init__(self) -> None:
        self.address = ""

    def say(self, message: str) -> None:
        """Log a line; a log that cannot be reached stops nothing."""
        if not self.address:
            return
        with grpc.insecure_channel(self.address) as channel, contextlib.suppress(grpc.RpcError):
            engine_pb2_grpc.EngineStub(channel).Log(  # pyright: ignore[reportUnknownMemberType]  # untyped stub
                engine_pb2.LogRequest(severity=engine_pb2.INFO, message=message),
                timeout=_SECONDS,
            )
