"""The provider's gRPC service: translates the engine's calls, decides nothing itself."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import NoReturn, TypeVar

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import (
    plugin_pb2,
    provider_pb2,
    provider_pb2_grpc,
)
from typing_extensions import override

from toolchain.offline_aws import facts, inputs, preview
from toolchain.offline_aws.check import check
from toolchain.offline_aws.configuration import Configuration, configuration
from toolchain.offline_aws.diff import diff
from toolchain.offline_aws.engine_log import EngineLog
from toolchain.offline_aws.functions import FunctionError, invoke
from toolchain.offline_aws.outcome import Life, LifeError, Lives, Outcome
from toolchain.offline_aws.responses import RichStatus, diff_response, partial_detail, some
from toolchain.offline_aws.wire import (
    Properties,
    Secret,
    decode,
    encode,
    has_secret,
    plain_properties,
)

VERSION = "7.51.1"
"""The pulumi-aws release whose SDK and facts this provider stands in for."""

T = TypeVar("T")
Context = grpc.ServicerContext
Request = (
    provider_pb2.CreateRequest
    | provider_pb2.UpdateRequest
    | provider_pb2.DeleteRequest
    | provider_pb2.ReadRequest
)


def _type(request: object) -> str:
    """A request's type token: newer engines send it, the URN always has it."""
    token = getattr(request, "type", "")
    return token or re.sub(r"^urn:pulumi:[^:]*::[^:]*::(?:.*\$)?(.+?)::.*$", r"\1", _urn(request))


def _name(request: object) -> str:
    return getattr(request, "name", "") or _urn(request).rpartition("::")[2]


def _urn(request: object) -> str:
    return str(getattr(request, "urn", ""))


def _refuse(context: Context, code: grpc.StatusCode, message: str) -> NoReturn:
    context.abort(code, message)
    raise AssertionError("abort raises")


class OfflineAws(provider_pb2_grpc.ResourceProviderServicer):
    """The `aws` provider of the offline target."""

    def __init__(self, lives: Callable[[Callable[[str], None]], Lives]) -> None:
        """`lives` makes, when first needed, what carries out creates, reads, updates, deletes.

        It is given a function that tells the user a line.
        """
        self._log = EngineLog()
        self._make_lives = lives
        self._lives: Lives | None = None
        self._configuration = Configuration()

    @property
    def lives(self) -> Lives:
        if self._lives is None:
            self._lives = self._make_lives(self._log.say)
        return self._lives

    # The handshake and the provider itself.

    @override
    def Handshake(
        self, request: provider_pb2.ProviderHandshakeRequest, context: Context
    ) -> provider_pb2.ProviderHandshakeResponse:
        self._log.address = request.engine_address
        return provider_pb2.ProviderHandshakeResponse(
            accept_secrets=True, supports_autonaming_configuration=True
        )

    @override
    def GetPluginInfo(self, request: empty_pb2.Empty, context: Context) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=VERSION)

    @override
    def Attach(self, request: plugin_pb2.PluginAttach, context: Context) -> empty_pb2.Empty:
        self._log.address = request.address
        return empty_pb2.Empty()

    @override
    def GetSchema(
        self, request: provider_pb2.GetSchemaRequest, context: Context
    ) -> provider_pb2.GetSchemaResponse:
        schema = {"name": "aws", "version": VERSION}
        return provider_pb2.GetSchemaResponse(schema=json.dumps(schema))

    @override
    def GetMapping(
        self, request: provider_pb2.GetMappingRequest, context: Context
    ) -> provider_pb2.GetMappingResponse:
        return provider_pb2.GetMappingResponse()

    @override
    def GetMappings(
        self, request: provider_pb2.GetMappingsRequest, context: Context
    ) -> provider_pb2.GetMappingsResponse:
        return provider_pb2.GetMappingsResponse()

    @override
    def CheckConfig(
        self, request: provider_pb2.CheckRequest, context: Context
    ) -> provider_pb2.CheckResponse:
        return provider_pb2.CheckResponse(inputs=request.news)

    @override
    def DiffConfig(
        self, request: provider_pb2.DiffRequest, context: Context
    ) -> provider_pb2.DiffResponse:
        old, new = decode(request.old_inputs or request.olds), decode(request.news)
        changed = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
        return provider_pb2.DiffResponse(
            changes=some(changed=bool(changed)),
            diffs=changed,
            # Another region holds other resources.
            replaces=[name for name in changed if name == "region"],
        )

    @override
    def Configure(
        self, request: provider_pb2.ConfigureRequest, context: Context
    ) -> provider_pb2.ConfigureResponse:
        settings = decode(request.args) or {
            key.removeprefix("aws:config:"): value for key, value in request.variables.items()
        }
        self._configuration = configuration(settings)
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, supports_autonaming_configuration=True
        )

    @override
    def Cancel(self, request: empty_pb2.Empty, context: Context) -> empty_pb2.Empty:
        if self._lives is not None:
            self._lives.cancel()
        return empty_pb2.Empty()

    @override
    def Construct(
        self, request: provider_pb2.ConstructRequest, context: Context
    ) -> provider_pb2.ConstructResponse:
        _refuse(
            context,
            grpc.StatusCode.UNIMPLEMENTED,
            f"{request.type} is a component; the offline AWS provider has resources only",
        )

    @override
    def Invoke(
        self, request: provider_pb2.InvokeRequest, context: Context
    ) -> provider_pb2.InvokeResponse:
        arguments = decode(request.args)
        try:
            result = invoke(request.tok, plain_properties(arguments), self._configuration.context)
        except FunctionError as error:
            _refuse(context, grpc.StatusCode.INVALID_ARGUMENT, str(error))
        if has_secret(arguments):
            result = {
                key: value if isinstance(value, Secret) else Secret(value)
                for key, value in result.items()
            }
        response = provider_pb2.InvokeResponse()
        # The field's name is a keyword of Python.
        getattr(response, "return").CopyFrom(encode(result))
        return response

    # Resources, before anything is done.

    @override
    def Check(
        self, request: provider_pb2.CheckRequest, context: Context
    ) -> provider_pb2.CheckResponse:
        token, news = _type(request), decode(request.news)
        resource = facts.resource(token)
        if resource is None:
            return provider_pb2.CheckResponse(inputs=request.news)
        complete = inputs.complete(
            resource,
            news,
            decode(request.olds),
            _naming(request),
            self._configuration.default_tags,
        )
        failures = [
            # The reason names the property: the engine would print the value of one named apart,
            # and a secret's too.
            provider_pb2.CheckFailure(reason=f"{failure.property} {failure.reason}")
            for failure in check(resource, complete)
        ]
        return provider_pb2.CheckResponse(inputs=encode(complete), failures=failures)

    @override
    def Diff(
        self, request: provider_pb2.DiffRequest, context: Context
    ) -> provider_pb2.DiffResponse:
        resource = facts.resource(_type(request))
        state, old = decode(request.olds), decode(request.old_inputs)
        found = diff(resource, old or state, state, decode(request.news), request.ignoreChanges)
        return diff_response(found)

    @override
    def Create(
        self, request: provider_pb2.CreateRequest, context: Context
    ) -> provider_pb2.CreateResponse:
        resource, given = facts.resource(_type(request)), decode(request.properties)
        if request.preview:
            planned = preview.planned(resource, given, region=self._configuration.region)
            return provider_pb2.CreateResponse(properties=encode(planned))
        outcome = self._carry_out(
            request, context, lambda life: self.lives.create(life, given, request.timeout)
        )
        return provider_pb2.CreateResponse(
            id=outcome.id, properties=self._outputs(request, outcome.properties)
        )

    @override
    def Update(
        self, request: provider_pb2.UpdateRequest, context: Context
    ) -> provider_pb2.UpdateResponse:
        resource, news = facts.resource(_type(request)), decode(request.news)
        state = decode(request.olds)
        if request.preview:
            planned = preview.planned(
                resource, news, region=self._configuration.region, before=state
            )
            return provider_pb2.UpdateResponse(properties=encode(planned))
        old = decode(request.old_inputs)
        outcome = self._carry_out(
            request,
            context,
            lambda life: self.lives.update(life, request.id, state, old or state, news),
        )
        return provider_pb2.UpdateResponse(properties=self._outputs(request, outcome.properties))

    @override
    def Read(
        self, request: provider_pb2.ReadRequest, context: Context
    ) -> provider_pb2.ReadResponse:
        state, old = decode(request.properties), decode(request.inputs)
        outcome = self._carry_out(
            request, context, lambda life: self.lives.read(life, request.id, state, old)
        )
        return provider_pb2.ReadResponse(
            id=outcome.id,
            properties=self._outputs(request, outcome.properties),
            inputs=encode(outcome.inputs),
        )

    @override
    def Delete(self, request: provider_pb2.DeleteRequest, context: Context) -> empty_pb2.Empty:
        state = decode(request.properties)
        self._carry_out(request, context, lambda life: self.lives.delete(life, request.id, state))
        return empty_pb2.Empty()

    # What they share.

    def _life(self, request: Request) -> Life:
        token = _type(request)
        return Life(
            token=token,
            name=_name(request),
            facts=facts.resource(token),
            context=self._configuration.context,
        )

    def _outputs(self, request: Request, properties: Properties) -> struct_pb2.Struct:
        marked = preview.marked(facts.resource(_type(request)), properties)
        return encode(marked)

    def _carry_out(
        self, request: Request, context: Context, work: Callable[[Life], Outcome]
    ) -> Outcome:
        """The outcome, or the error as the engine reads it: a partial state if there is one."""
        life = self._life(request)
        try:
            return work(life)
        except LifeError as error:
            if error.partial is None:
                _refuse(context, grpc.StatusCode.UNKNOWN, str(error))
            detail = partial_detail(life, error.partial, str(error))
            context.abort_with_status(RichStatus(str(error), detail))
            raise AssertionError("abort raises") from error


def _naming(request: provider_pb2.CheckRequest) -> inputs.Naming:
    proposed, disabled = None, False
    if request.HasField("autonaming"):
        options = request.autonaming
        disabled = options.mode == provider_pb2.CheckRequest.AutonamingOptions.DISABLE
        proposed = None if disabled else options.proposed_name
    return inputs.Naming(_name(request), request.randomSeed, proposed, disabled)
