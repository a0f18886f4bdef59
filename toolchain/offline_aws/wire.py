"""Property values between the engine's protocol and Python.

A value is JSON-like Python (`int` where a number is whole), or `UNKNOWN`, or `Secret(value)`, or
`Opaque` for assets and archives, which the provider passes through.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from google.protobuf import struct_pb2
from typing_extensions import override

_UNKNOWN_TEXT: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the protocol's mark of one
_OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
_REFERENCE: Final = "5cf8f73096256a8f31e491e813e4eb8e"


class Unknown:
    """A value that a preview cannot know; the only instance is `UNKNOWN`."""

    @override
    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


@dataclass(frozen=True)
class Secret:
    """A value that must never be shown or stored in the clear."""

    value: Value

    @override
    def __repr__(self) -> str:
        return "[secret]"


@dataclass(frozen=True)
class Opaque:
    """An asset or archive, as it came."""

    raw: struct_pb2.Struct


Value: TypeAlias = (
    bool | int | float | str | list["Value"] | dict[str, "Value"] | Unknown | Secret | Opaque | None
)
Properties: TypeAlias = dict[str, Value]


def _signed(raw: struct_pb2.Struct, signature: str) -> Value:
    fields = raw.fields
    if signature == _SECRET:
        return Secret(decode_value(fields["value"]))
    if signature == _OUTPUT:
        inner = decode_value(fields["value"]) if "value" in fields else UNKNOWN
        return Secret(inner) if fields["secret"].bool_value else inner
    if signature == _REFERENCE:
        return decode_value(fields["id"] if "id" in fields else fields["urn"])
    return Opaque(raw)


def decode_value(value: struct_pb2.Value) -> Value:  # noqa: PLR0911 - one for each kind of value
    """The Python value of a protocol value."""
    match value.WhichOneof("kind"):
        case "string_value":
            return UNKNOWN if value.string_value == _UNKNOWN_TEXT else value.string_value
        case "number_value":
            number = value.number_value
            return int(number) if math.isfinite(number) and number == int(number) else number
        case "bool_value":
            return value.bool_value
        case "list_value":
            return [decode_value(item) for item in value.list_value.values]
        case "struct_value":
            fields = value.struct_value.fields
            if _SIGNATURE in fields:
                return _signed(value.struct_value, fields[_SIGNATURE].string_value)
            return {key: decode_value(item) for key, item in fields.items()}
        case _:
            return None


def decode(properties: struct_pb2.Struct) -> Properties:
    """The Python values of a protocol struct."""
    return {key: decode_value(value) for key, value in properties.fields.items()}


def _fill(target: struct_pb2.Value, value: Value) -> None:  # noqa: C901 - one branch for each kind
    if value is None:
        target.null_value = struct_pb2.NULL_VALUE
    elif isinstance(value, bool):
        target.bool_value = value
    elif isinstance(value, (int, float)):
        target.number_value = value
    elif isinstance(value, str):
        target.string_value = value
    elif isinstance(value, list):
        target.list_value.SetInParent()
        for item in value:
            _fill(target.list_value.values.add(), item)
    elif isinstance(value, dict):
        target.struct_value.SetInParent()
        for key, item in value.items():
            _fill(target.struct_value.fields[key], item)
    elif isinstance(value, Secret):
        fields = target.struct_value.fields
        fields[_SIGNATURE].string_value = _SECRET
        _fill(fields["value"], value.value)
    elif isinstance(value, Opaque):
        target.struct_value.CopyFrom(value.raw)
    else:
        target.string_value = _UNKNOWN_TEXT


def encode(properties: Mapping[str, Value]) -> struct_pb2.Struct:
    """The protocol struct of Python values."""
    out = struct_pb2.Struct()
    for key, value in properties.items():
        _fill(out.fields[key], value)
    return out


def plain(value: Value) -> Value:
    """The value with its secrets unwrapped, at every depth."""
    return _mapped(value, lambda secret: plain(secret.value))


def _mapped(value: Value, on_secret: Callable[[Secret], Value]) -> Value:
    if isinstance(value, Secret):
        return on_secret(value)
    if isinstance(value, list):
        return [_mapped(item, on_secret) for item in value]
    if isinstance(value, dict):
        return {key: _mapped(item, on_secret) for key, item in value.items()}
    return value


def plain_properties(values: Mapping[str, Value]) -> Properties:
    """Properties with their secrets unwrapped, at every depth."""
    return {name: plain(value) for name, value in values.items()}


def reveal(value: Value) -> Value:
    """The value itself where it is a secret; what it contains is left as it is."""
    while isinstance(value, Secret):
        value = value.value
    return value


def has_unknown(value: Value) -> bool:
    """Whether the value or anything in it is unknown."""
    value = reveal(value)
    if isinstance(value, dict):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknown(item) for item in value)
    return isinstance(value, Unknown)


def has_secret(value: Value) -> bool:
    """Whether the value or anything in it is secret."""
    if isinstance(value, dict):
        return any(has_secret(item) for item in value.values())
    if isinstance(value, list):
        return any(has_secret(item) for item in value)
    return isinstance(value, Secret)
