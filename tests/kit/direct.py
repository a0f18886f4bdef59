"""Both ends of a protocol in one process: its messages, byte for byte, and neither sockets nor threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn, Protocol, cast

import grpc
from pulumi.runtime.proto import analyzer_pb2_grpc

from policies.engine.profiles import known_profiles
from policies.engine.rules import Rule
from policies.engine.serving import servicer_of
from policies.testing.engine import Engine


class _Handler(Protocol):
    """What gRPC keeps of one method of a service."""

    @property
    def request_deserializer(self) -> Callable[[bytes], object]: ...
    @property
    def response_serializer(self) -> Callable[[object], bytes]: ...
    def unary_unary(self, request: object, context: object, /) -> object: ...


class _Service(Protocol):
    """What gRPC keeps of a service."""

    def service(self, call: _Call, /) -> _Handler: ...


@dataclass(frozen=True, slots=True)
class _Call:
    """Which method is called, as gRPC asks a service for it."""

    method: str


class _Context:
    """A call's context, for services that use it only to refuse."""

    def abort(self, code: grpc.StatusCode, details: str) -> NoReturn:
        raise AssertionError(f"refused: {code.name}: {details}")


class _Connection:
    """A server with one service, and the only channel to it.

    Both sides are the generated code's own: every request and every answer is written to bytes
    and read from them, as it is between two processes.
    """

    def __init__(self) -> None:
        self._services: list[_Service] = []

    def add_generic_rpc_handlers(self, services: Sequence[_Service]) -> None:
        self._services.extend(services)

    def unary_unary(
        self,
        method: str,
        request_serializer: Callable[[object], bytes],
        response_deserializer: Callable[[bytes], object],
        **_options: object,
    ) -> Callable[[object], object]:
        (service,) = self._services
        handler = service.service(_Call(method))
        context = _Context()

        def ask(request: object) -> object:
            read = handler.request_deserializer(request_serializer(request))
            said = handler.unary_unary(read, context)
            return response_deserializer(handler.response_serializer(said))

        return ask

    def unary_stream(self, method: str, *_how: object, **_options: object) -> None:
        """A call with many answers: generated stubs prepare it, and no test makes one."""


def channel_to(add: Callable[[grpc.Server], None]) -> grpc.Channel:
    """A channel to the one service that `add` hands to a server; it takes calls of one answer."""
    connection = cast("object", _Connection())
    # The generated code asks nothing else of a server, nor of a channel.
    add(cast("grpc.Server", connection))
    return cast("grpc.Channel", connection)


def connected(rules: Sequence[Rule], environ: Mapping[str, str] | None = None) -> Engine:
    """An engine that talks to a pack of these rules."""
    servicer = servicer_of(tuple(rules), known_profiles(), environ or {}, threading.Event())
    return Engine(
        channel_to(lambda to: analyzer_pb2_grpc.add_AnalyzerServicer_to_server(servicer, to))
    )
