"""The engine's side of the analyzer protocol: requests as it builds them, over real gRPC."""

# ruff: noqa: N802 (the methods have the names that the protocol gives them)

from __future__ import annotations

import threading
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol, cast

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from graph.encoding import encode_struct
from graph.model import Declaration, Stack
from graph.raw import Raw
from policies.engine.profiles import Profile, known_profiles
from policies.engine.rules import Rule
from policies.engine.serving import serve, servicer_of

_LEVELS = {
    "advisory": analyzer_pb2.ADVISORY,
    "mandatory": analyzer_pb2.MANDATORY,
    "remediate": analyzer_pb2.REMEDIATE,
    "disabled": analyzer_pb2.DISABLED,
}


@dataclass(frozen=True)
class Said:
    """One diagnostic of the pack."""

    policy: str
    level: str
    urn: str
    message: str


class Analyzer(Protocol):
    """What the generated stub offers; its own type stubs lose the types of the messages."""

    def GetAnalyzerInfo(self, request: Empty) -> analyzer_pb2.AnalyzerInfo: ...
    def Configure(self, request: analyzer_pb2.ConfigureAnalyzerRequest) -> Empty: ...
    def ConfigureStack(
        self, request: analyzer_pb2.AnalyzerStackConfigureRequest
    ) -> analyzer_pb2.AnalyzerStackConfigureResponse: ...
    def Analyze(self, request: analyzer_pb2.AnalyzeRequest) -> analyzer_pb2.AnalyzeResponse: ...
    def AnalyzeStack(
        self, request: analyzer_pb2.AnalyzeStackRequest
    ) -> analyzer_pb2.AnalyzeResponse: ...
    def Remediate(self, request: analyzer_pb2.AnalyzeRequest) -> analyzer_pb2.RemediateResponse: ...
    def Cancel(self, request: Empty) -> Empty: ...


class Engine:
    """Talks to one pack as the engine does: every resource first, then the whole stack."""

    def __init__(self, channel: grpc.Channel) -> None:
        self.stub: Analyzer = cast("Analyzer", analyzer_pb2_grpc.AnalyzerStub(channel))
        self._info: analyzer_pb2.AnalyzerInfo | None = None
        self._configured: Mapping[str, str | Mapping[str, Raw]] | None = None
        self._stack: Stack | None = None

    def info(self) -> analyzer_pb2.AnalyzerInfo:
        """What the pack says of itself; asked once, as the engine does."""
        if self._info is None:
            self._info = self.stub.GetAnalyzerInfo(Empty())
        return self._info

    def configure_stack(self, stack: Stack) -> None:
        """Tell the pack about the stack, as a host that hands it on does; each stack once."""
        if stack == self._stack:
            return
        self._stack = stack
        self.stub.ConfigureStack(
            analyzer_pb2.AnalyzerStackConfigureRequest(
                stack=stack.name,
                project=stack.project,
                organization=stack.organization,
                dry_run=stack.dry_run,
                config={key: entry.value for key, entry in stack.config.items()},
                config_secret_keys=[key for key, entry in stack.config.items() if entry.secret],
                tags=dict(stack.tags),
            )
        )

    def configure(self, config: Mapping[str, str | Mapping[str, Raw]]) -> None:
        """Send a policy configuration as the CLI does: every policy's level, then what is asked."""
        self._configured = None
        sent = {
            policy.name: analyzer_pb2.PolicyConfig(enforcementLevel=policy.enforcementLevel)
            for policy in self.info().policies
        }
        for name, asked in config.items():
            entry = sent.setdefault(name, analyzer_pb2.PolicyConfig())
            values = {"enforcementLevel": asked} if isinstance(asked, str) else dict(asked)
            level = values.pop("enforcementLevel", None)
            if isinstance(level, str):
                entry.enforcementLevel = _LEVELS[level]
            entry.properties.CopyFrom(encode_struct(values))
        self.stub.Configure(analyzer_pb2.ConfigureAnalyzerRequest(policyConfig=sent))

    def configure_once(self, config: Mapping[str, str | Mapping[str, Raw]]) -> None:
        """Send a policy configuration, unless it is the one that was sent last."""
        if config != self._configured:
            self.configure(config)
            self._configured = config

    def analyze(self, declaration: Declaration) -> list[Said]:
        """Judge one resource."""
        return _said(self.stub.Analyze(request_of(declaration)).diagnostics)

    def analyze_stack(self, declarations: Sequence[Declaration]) -> list[Said]:
        """Judge a whole stack."""
        return _said(self.stub.AnalyzeStack(stack_request_of(declarations)).diagnostics)

    def run(self, declarations: Sequence[Declaration]) -> list[Said]:
        """Judge each resource, then the stack, as one preview does."""
        said = [one for declaration in declarations for one in self.analyze(declaration)]
        return said + self.analyze_stack(declarations)


@contextmanager
def serving(
    rules: Sequence[Rule],
    environ: Mapping[str, str] | None = None,
    profiles: Mapping[str, Profile] | None = None,
) -> Generator[Engine]:
    """A pack of these rules on a port of this machine, and an engine that is connected to it."""
    servicer = servicer_of(
        tuple(rules),
        known_profiles() if profiles is None else profiles,
        environ or {},
        threading.Event(),
    )
    server, port = serve(servicer)
    try:
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield Engine(channel)
    finally:
        server.stop(grace=None).wait()


def request_of(declaration: Declaration) -> analyzer_pb2.AnalyzeRequest:
    """The request by which the engine has one resource analyzed."""
    return analyzer_pb2.AnalyzeRequest(
        type=declaration.type,
        urn=declaration.urn,
        name=declaration.name,
        properties=encode_struct(declaration.properties),
        options=_options(declaration),
        provider=_provider(declaration),
    )


def stack_request_of(declarations: Iterable[Declaration]) -> analyzer_pb2.AnalyzeStackRequest:
    """The request by which the engine has a whole stack analyzed."""
    return analyzer_pb2.AnalyzeStackRequest(
        resources=[stack_resource_of(one) for one in declarations]
    )


def stack_resource_of(declaration: Declaration) -> analyzer_pb2.AnalyzerResource:
    """One resource as the engine tells it of a whole stack."""
    dependencies = declaration.property_dependencies
    return analyzer_pb2.AnalyzerResource(
        type=declaration.type,
        urn=declaration.urn,
        name=declaration.name,
        parent=declaration.parent,
        properties=encode_struct(_with_id(declaration)),
        options=_options(declaration),
        provider=_provider(declaration),
        dependencies=sorted(declaration.dependencies),
        propertyDependencies={
            key: analyzer_pb2.AnalyzerPropertyDependencies(urns=sorted(urns))
            for key, urns in dependencies.items()
        },
    )


def _with_id(declaration: Declaration) -> dict[str, Raw]:
    if declaration.id is None:
        return declaration.properties
    return {"id": declaration.id, **declaration.properties}


def _options(declaration: Declaration) -> analyzer_pb2.AnalyzerResourceOptions:
    options = declaration.options
    defined = options.delete_before_replace is not None
    return analyzer_pb2.AnalyzerResourceOptions(
        protect=options.protect,
        ignoreChanges=options.ignore_changes,
        deleteBeforeReplace=bool(options.delete_before_replace),
        deleteBeforeReplaceDefined=defined,
        additionalSecretOutputs=options.additional_secret_outputs,
        aliases=options.aliases,
        customTimeouts=analyzer_pb2.AnalyzerResourceOptions.CustomTimeouts(
            **dict(options.custom_timeouts)
        ),
        parent=declaration.parent,
    )


def _provider(declaration: Declaration) -> analyzer_pb2.AnalyzerProviderResource | None:
    if not declaration.custom or declaration.type.startswith("pulumi:providers:"):
        return None
    package = declaration.type.partition(":")[0]
    stack, _, rest = declaration.urn.partition("::")
    project = rest.partition("::")[0]
    default = f"{stack}::{project}::pulumi:providers:{package}::default_7_51_1"
    urn = declaration.provider or default
    return analyzer_pb2.AnalyzerProviderResource(
        type=f"pulumi:providers:{package}", urn=urn, name=urn.rpartition("::")[2]
    )


def _said(diagnostics: Iterable[analyzer_pb2.AnalyzeDiagnostic]) -> list[Said]:
    names = {number: name for name, number in _LEVELS.items()}
    return [
        Said(one.policyName, names[one.enforcementLevel], one.urn, one.message)
        for one in diagnostics
    ]
