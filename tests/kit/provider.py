"""Answers for a recorded program: what the offline provider plans, with the gaps made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from graph.decoding import decode_struct, internal, unmark, whole
from graph.raw import UNKNOWN, Raw, Secret, Unknown
from graph.recording import NewResource
from toolchain.offline_aws import facts, functions, inputs, preview, wire

REGION: Final = "eu-central-1"
ACCOUNT: Final = "123456789012"
_CERTIFICATE: Final = "aws:acm/certificate:Certificate"
_LOG_GROUP: Final = "aws:cloudwatch/logGroup:LogGroup"


@dataclass(frozen=True)
class OfflineProvider:
    """The offline provider's own tables, asked in this process instead of over its protocol."""

    region: str = REGION
    account: str = ACCOUNT

    def checks(self, new: NewResource) -> Mapping[str, Raw]:
        """A resource's inputs with the provider's defaults and automatic names."""
        resource = facts.resource(new.type)
        if resource is None:
            return new.inputs
        given = _providers(new.inputs)
        naming = inputs.Naming(new.name, seed=new.type.encode())
        completed = inputs.complete(resource, given, {}, naming, {})
        return _graphs(completed)

    def outputs(self, new: NewResource) -> Mapping[str, Raw]:
        """A resource's outputs: its inputs, and what AWS would compute."""
        resource = facts.resource(new.type)
        given = _providers(new.inputs)
        region = str(new.provider.get("region") or self.region)
        planned = preview.planned(resource, given, region=region)
        known: dict[str, Raw] = {"id": UNKNOWN, **_graphs(planned)}
        if new.preview:
            return known
        made = _MadeUp(new, region, self.account)
        fields = facts.Fields({}) if resource is None else resource.fields
        return {key: made.filled(value, key, fields.get(key)) for key, value in known.items()}

    def invokes(self, token: str, arguments: Mapping[str, Raw]) -> Mapping[str, Raw]:
        """The answer of a provider function; its secrets are the same each time."""
        if token.endswith(":getRandomPassword"):
            return {"id": "0", "randomPassword": Secret("MadeUpPassword0123456789ABCDEFGH")}
        context = functions.Context(self.region, self.account, {})
        return _graphs(functions.invoke(token, _providers(arguments), context))


def _providers(properties: Mapping[str, Raw]) -> wire.Properties:
    """The graph's values as the provider has them: the same trees with marks of its own."""
    return {key: _provided(value) for key, value in properties.items()}


def _provided(value: Raw) -> wire.Value:
    if isinstance(value, Secret):
        return wire.Secret(_provided(value.value))
    if isinstance(value, Unknown):
        return wire.UNKNOWN
    if isinstance(value, list):
        return [_provided(item) for item in value]
    if isinstance(value, dict):
        return {key: _provided(item) for key, item in value.items()}
    return value


def _graphs(properties: Mapping[str, wire.Value]) -> dict[str, Raw]:
    """The provider's values as the graph has them, without the provider's own bookkeeping."""
    return {key: _shown(properties[key]) for key in sorted(properties) if not internal(key)}


def _shown(value: wire.Value) -> Raw:
    if isinstance(value, wire.Secret):
        return Secret(_shown(value.value))
    if isinstance(value, wire.Unknown):
        return UNKNOWN
    if isinstance(value, wire.Opaque):
        return unmark(decode_struct(value.raw))
    if isinstance(value, list):
        return [_shown(item) for item in value]
    if isinstance(value, dict):
        return _graphs(value)
    return whole(value) if isinstance(value, float) else value


@dataclass(frozen=True)
class _MadeUp:
    """Values in the place of unknowns: of the right kind, and told apart by resource and name."""

    new: NewResource
    region: str
    account: str

    def filled(self, value: Raw, key: str, known: facts.Property | None) -> Raw:
        """A value with everything unknown in it made up."""
        if isinstance(value, Secret):
            return Secret(self.filled(value.value, key, known))
        if isinstance(value, Unknown):
            return self._made(key, known)
        fields = facts.Fields({}) if known is None else known.fields
        if isinstance(value, dict):
            return {name: self.filled(one, name, fields.get(name)) for name, one in value.items()}
        if isinstance(value, list):
            return [self.filled(one, key, known) for one in value]
        return value

    def _made(self, key: str, known: facts.Property | None) -> Raw:
        kind = "s" if known is None else known.kind
        if kind in {"i", "n"}:
            return 0
        if kind == "b":
            return False
        if kind == "m":
            return {}
        if known is not None and (kind in {"l", "t", "o"} or known.fields):
            inner: dict[str, Raw] = {
                name: self._made(name, known.fields[name]) for name in known.fields
            }
            one = kind == "o" or known.one
            if key == "domainValidationOptions" and self.new.type == _CERTIFICATE:
                return self._proofs(inner)
            return inner if one else ([inner] if known.fields else [])
        return self._text(key)

    def _proofs(self, one: dict[str, Raw]) -> Raw:
        """What proves each of a certificate's names: AWS asks for a record a name."""
        others = self.new.inputs.get("subjectAlternativeNames")
        listed = others if isinstance(others, list) else []
        named = [self.new.inputs.get("domainName"), *listed]
        names = dict.fromkeys(name for name in named if isinstance(name, str))
        record = one["resourceRecordName"]
        proofs: list[Raw] = [
            {**one, "domainName": name, "resourceRecordName": f"{record}{number or ''}"}
            for number, name in enumerate(names)
        ]
        return proofs or [one]

    def _text(self, key: str) -> str:
        module = self.new.type.partition(":")[2].partition("/")[0]
        name = self.new.name
        if key == "resourceRecordType":
            return "CNAME"
        group = self.new.inputs.get("name")
        if key == "arn" and self.new.type == _LOG_GROUP and isinstance(group, str):
            return f"arn:aws:logs:{self.region}:{self.account}:log-group:{group}"
        if key == "arn" or key.endswith("Arn"):
            return f"arn:aws:{module}:{self.region}:{self.account}:{name}/{key}"
        if key == "url" or key.endswith(("Url", "Uri")):
            return f"https://{module}.{self.region}.amazonaws.com/{self.account}/{name}"
        if key in {"address", "dnsName", "endpoint"} or key.endswith(("Address", "DnsName")):
            return f"{name}.{module}.{self.region}.amazonaws.com"
        return f"{name}-{key}"
