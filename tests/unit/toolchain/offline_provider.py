"""A provider served in this process, and a client that speaks the engine's protocol to it."""

# ruff: noqa: N802 - the calls have the names of the protocol

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol, cast

import grpc
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from tests.kit.direct import channel_to
from toolchain.offline_aws.__main__ import serve
from toolchain.offline_aws.outcome import Lives
from toolchain.offline_aws.servicer import OfflineAws
from toolchain.offline_aws.wire import Properties, decode, encode


class Stub(Protocol):
    """The calls that the tests make; gRPC's own stub has no types."""

    def Handshake(
        self, request: provider_pb2.ProviderHandshakeRequest
    ) -> provider_pb2.ProviderHandshakeResponse: ...

    def Configure(
        self, request: provider_pb2.ConfigureRequest
    ) -> provider_pb2.ConfigureResponse: ...

    def Check(self, request: provider_pb2.CheckRequest) -> provider_pb2.CheckResponse: ...

    def Create(self, request: provider_pb2.CreateRequest) -> provider_pb2.CreateResponse: ...

    def Update(self, request: provider_pb2.UpdateRequest) -> provider_pb2.UpdateResponse: ...

    def Diff(self, request: provider_pb2.DiffRequest) -> provider_pb2.DiffResponse: ...

    def Invoke(self, request: provider_pb2.InvokeRequest) -> provider_pb2.InvokeResponse: ...

    def Construct(
        self, request: provider_pb2.ConstructRequest
    ) -> provider_pb2.ConstructResponse: ...


@dataclass(frozen=True)
class Client:
    """The engine's side of the protocol, in Python values."""

    stub: Stub

    def configure(self, settings: Properties) -> None:
        self.stub.Configure(provider_pb2.ConfigureRequest(args=encode(settings)))

    def check(
        self, token: str, news: Properties, *, name: str = "sample", olds: Properties | None = None
    ) -> tuple[Properties, list[str]]:
        """Checked inputs, and the reasons of every failure."""
        answer = self.stub.Check(
            provider_pb2.CheckRequest(
                urn=urn(token, name),
                news=encode(news),
                olds=encode(olds or {}),
                randomSeed=b"seed",
            )
        )
        return decode(answer.inputs), [failure.reason for failure in answer.failures]

    def preview(self, token: str, inputs: Properties) -> Properties:
        """What a preview says of a creation."""
        request = provider_pb2.CreateRequest(
            urn=urn(token, "sample"), properties=encode(inputs), preview=True
        )
        return decode(self.stub.Create(request).properties)

    def diff(self, token: str, old: Properties, new: Properties) -> provider_pb2.DiffResponse:
        request = provider_pb2.DiffRequest(
            id="id",
            urn=urn(token, "sample"),
            olds=encode(old),
            old_inputs=encode(old),
            news=encode(new),
        )
        return self.stub.Diff(request)

    def invoke(self, token: str, arguments: Properties) -> Properties:
        answer = self.stub.Invoke(provider_pb2.InvokeRequest(tok=token, args=encode(arguments)))
        return decode(getattr(answer, "return"))


def urn(token: str, name: str) -> str:
    """A resource's name in the engine."""
    return f"urn:pulumi:dev::project::{token}::{name}"


def _no_lives(_say: Callable[[str], None]) -> Lives:
    raise AssertionError("a preview must carry out nothing")


@contextmanager
def provider() -> Generator[Client]:
    """A configured provider that can preview, and that fails where it would carry out anything."""
    server, port = serve(OfflineAws(_no_lives))
    channel = grpc.insecure_channel(f"127.0.0.1:{port}")
    try:
        yield _configured(channel)
    finally:
        channel.close()
        server.stop(grace=None).wait()


def near_provider() -> Client:
    """The same without a socket, for thousands of calls."""
    servicer = OfflineAws(_no_lives)
    return _configured(
        channel_to(
            lambda to: provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, to)
        )
    )


def _configured(channel: grpc.Channel) -> Client:
    client = Client(cast("Stub", provider_pb2_grpc.ResourceProviderStub(channel)))
    client.configure({"region": "eu-west-1"})
    return client
