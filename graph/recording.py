"""Recording: run a Pulumi program in this process against a monitor that keeps everything."""

# ruff: noqa: N802 (the methods of the monitor have the names that the protocol gives them)

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeAlias, cast, final

import pulumi
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime import mocks
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.stack import run_in_stack

from graph.alone import run_alone
from graph.decoding import decode_struct
from graph.encoding import encode_struct, restore_files
from graph.from_monitor import Registration, declaration_of, urn_of
from graph.model import ConfigValue, Declaration, Graph, Stack
from graph.raw import UNKNOWN, Raw, Secret
from graph.types import explicit_provider


@dataclass(frozen=True, slots=True)
class NewResource:
    """A resource that is about to exist, whose outputs are asked for."""

    type: str
    name: str
    inputs: Mapping[str, Raw]
    preview: bool
    # The inputs of the provider that the program chose for it; none for the default one.
    provider: Mapping[str, Raw] = field(default_factory=dict[str, Raw])


# What a provider says of a resource beyond its inputs; in a preview, with unknowns.
Outputs: TypeAlias = Callable[[NewResource], Mapping[str, Raw]]
# The inputs as a provider completes them before anything else sees them: defaults, names.
Checks: TypeAlias = Callable[[NewResource], Mapping[str, Raw]]
Invokes: TypeAlias = Callable[[str, Mapping[str, Raw]], Mapping[str, Raw]]


@dataclass(frozen=True, slots=True)
class _Answers:
    """What a provider says, in its three parts."""

    checks: Checks
    outputs: Outputs
    invokes: Invokes


class RecordingError(Exception):
    """The program did what the engine would refuse: a duplicate URN, an unanswered call."""


def plain_outputs(new: NewResource) -> Mapping[str, Raw]:
    """An id and an ARN for every resource: enough for programs that only pass them on."""
    if new.preview:
        return {"id": UNKNOWN, "arn": UNKNOWN}
    module = new.type.partition(":")[2].partition("/")[0]
    arn = f"arn:aws:{module}:us-east-1:123456789012:{new.name}"
    return {"id": f"{new.name}-id", "arn": arn}


def as_given(new: NewResource) -> Mapping[str, Raw]:
    """The inputs that the program gave, and nothing more."""
    return new.inputs


def no_invokes(token: str, arguments: Mapping[str, Raw]) -> Mapping[str, Raw]:
    """Refuses every call to a provider's function."""
    raise RecordingError(
        f"the program calls {token} with {sorted(arguments)}, and nothing answers it: "
        "hand record() an `invokes` that does"
    )


def record(
    program: Callable[[], None],
    *,
    project: str = "plumbline",
    stack: str = "dev",
    organization: str = "organization",
    config: Mapping[str, str] | None = None,
    secret_config: Sequence[str] = (),
    checks: Checks | None = None,
    outputs: Outputs | None = None,
    invokes: Invokes | None = None,
    preview: bool = False,
) -> Graph:
    """The graph of what a program declares.

    `checks` completes a resource's inputs as a provider does, `outputs` gives what comes of them (in
    a preview, unknowns where only a deployment would tell), `invokes` answers calls of provider
    functions. Raises what the program raises, and RecordingError for a duplicate URN or an
    unanswered call.
    """
    values = dict(config or {})
    monitor = RecordingMonitor(
        project,
        stack,
        _Answers(checks or as_given, outputs or plain_outputs, invokes or no_invokes),
        preview=preview,
    )
    context = contextvars.copy_context()
    try:
        run = partial(_run, program, monitor, organization, values, list(secret_config))
        run_alone(lambda: context.run(run))
    except Exception:
        if monitor.errors:
            raise monitor.errors[0] from None
        raise
    if monitor.errors:
        raise monitor.errors[0]
    described = Stack(
        organization=organization,
        project=project,
        name=stack,
        dry_run=preview,
        config={key: ConfigValue(value, key in secret_config) for key, value in values.items()},
    )
    return Graph(described, monitor.declarations())


def _run(
    program: Callable[[], None],
    monitor: RecordingMonitor,
    organization: str,
    config: Mapping[str, str],
    secret_config: list[str],
) -> None:
    settings = mocks.MockSettings(
        # The SDK only calls its methods, and types it as the stub for a remote one.
        monitor=monitor,
        monitor_features=set(monitor.GetDeploymentInfo(Empty()).supportedFeatures),
        engine=mocks.MockEngine(None),
        project=monitor.project,
        stack=monitor.stack,
        dry_run=monitor.preview,
        organization=organization,
        outputs=set(),
        lock=threading.Lock(),
        root_directory=".",
        parallel=None,
        legacy_apply_enabled=False,
        package_refs={},
        callbacks=None,
    )
    pulumi.runtime.configure(settings)
    pulumi.runtime.set_all_config(dict(config), secret_config)
    loop = asyncio.new_event_loop()
    # One worker: a recording is then as deterministic as the program.
    loop.set_default_executor(ThreadPoolExecutor(max_workers=1))
    # A program that fails leaves outputs that nobody awaits; its own error is what counts.
    loop.set_exception_handler(lambda _loop, _context: None)
    try:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(run_in_stack(program))
    finally:
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(loop.shutdown_default_executor())
        asyncio.set_event_loop(None)
        loop.close()


@final
class RecordingMonitor:
    """Pulumi's resource monitor for one program: it keeps all that the stock mocks drop.

    Method names and request types are those of the `ResourceMonitor` protocol.
    """

    def __init__(self, project: str, stack: str, answers: _Answers, *, preview: bool) -> None:
        self.project: str = project
        self.stack: str = stack
        self.preview: bool = preview
        self.errors: list[Exception] = []
        self._answers = answers
        self._registrations: dict[str, Registration] = {}
        self._lock = threading.Lock()

    def declarations(self) -> list[Declaration]:
        """What has been registered so far."""
        return [
            declaration_of(one, self.stack, self.project) for one in self._registrations.values()
        ]

    def RegisterResource(
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        """Record a resource and answer with its outputs."""
        urn = urn_of(self.stack, self.project, request.parent, request.type, request.name)
        inputs = properties = decode_struct(request.object)
        if request.custom:
            provider = self._provider(request.provider)
            new = NewResource(request.type, request.name, inputs, self.preview, provider)
            inputs = dict(self._answers.checks(new))
            properties = self._outputs(replace(new, inputs=inputs))
            properties = _hidden(properties, set(request.additionalSecretOutputs))
        self._keep(Registration(urn, request, inputs, properties))
        identity = properties.get("id") if request.custom else None
        told = encode_struct(properties)
        restore_files(told, request.object)
        return resource_pb2.RegisterResourceResponse(
            urn=urn,
            # An empty id is how the engine says that it is not known yet.
            id=identity if isinstance(identity, str) else "",
            object=told,
        )

    def RegisterResourceOutputs(
        self, request: resource_pb2.RegisterResourceOutputsRequest
    ) -> Empty:
        """Record the outputs that a component, or the stack, declares."""
        with self._lock:
            registration = self._registrations.get(request.urn)
            if registration is not None:
                registration.properties = decode_struct(request.outputs)
        return Empty()

    def ReadResource(
        self, request: resource_pb2.ReadResourceRequest
    ) -> resource_pb2.ReadResourceResponse:
        """Record a resource that is only read; it exists, so its outputs are known in previews."""
        urn = urn_of(self.stack, self.project, request.parent, request.type, request.name)
        inputs = decode_struct(request.properties)
        provider = self._provider(request.provider)
        new = NewResource(request.type, request.name, inputs, preview=False, provider=provider)
        properties = {**self._outputs(new), "id": request.id}
        self._keep(Registration(urn, request, inputs, properties))
        return resource_pb2.ReadResourceResponse(urn=urn, properties=encode_struct(properties))

    def Invoke(
        self, request: resource_pb2.ResourceInvokeRequest
    ) -> resource_pb2.ResourceInvokeResponse:
        """Answer a call of a provider's function."""
        answer: Mapping[str, Raw] = {}
        try:
            answer = self._answers.invokes(request.tok, decode_struct(request.args))
        # Told at the end: raised here, it would reach the program as a failed output.
        except Exception as error:  # noqa: BLE001
            with self._lock:
                self.errors.append(error)
        response = resource_pb2.ResourceInvokeResponse()
        # The field is named after a keyword.
        cast("Struct", getattr(response, "return")).CopyFrom(encode_struct(answer))
        return response

    def GetDeploymentInfo(self, _request: Empty) -> resource_pb2.DeploymentInfo:
        """Name the features of the engine that this monitor has too."""
        return resource_pb2.DeploymentInfo(
            supportedFeatures=[
                resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
                resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
                resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
                resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
            ]
        )

    def SupportsFeature(
        self, request: resource_pb2.SupportsFeatureRequest
    ) -> resource_pb2.SupportsFeatureResponse:
        """The older way to ask for a feature, by its name."""
        known = {"secrets", "resourceReferences", "aliasSpecs", "deletedWith"}
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id in known)

    def RegisterPackage(
        self, request: resource_pb2.RegisterPackageRequest
    ) -> resource_pb2.RegisterPackageResponse:
        """Accept a parameterized provider's package under its own name."""
        return resource_pb2.RegisterPackageResponse(ref=request.name)

    def SignalAndWaitForShutdown(self, _request: Empty) -> Empty:
        """Nothing is left to wait for."""
        return Empty()

    def _provider(self, reference: str) -> Mapping[str, Raw]:
        with self._lock:
            chosen = self._registrations.get(explicit_provider(reference) or "")
        return {} if chosen is None else chosen.inputs

    def _outputs(self, new: NewResource) -> dict[str, Raw]:
        return {**new.inputs, **self._answers.outputs(new)}

    def _keep(self, registration: Registration) -> None:
        with self._lock:
            if registration.urn in self._registrations:
                error = RecordingError(
                    f"two resources have the URN {registration.urn}: give one of them another "
                    "logical name or parent"
                )
                # Told at the end: raised here, it would reach the program as a failed output.
                self.errors.append(error)
            self._registrations[registration.urn] = registration


def _hidden(properties: dict[str, Raw], secret: set[str]) -> dict[str, Raw]:
    """The properties with those marked secret that the program asks to be."""
    return {
        key: Secret(value) if key in secret and not isinstance(value, Secret) else value
        for key, value in properties.items()
    }
