"""Encoding: the raw tree of the graph into Pulumi's wire values, the reverse of decoding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from google.protobuf.struct_pb2 import ListValue, NullValue, Struct, Value

from graph.decoding import SECRET, SIGNATURE
from graph.raw import Raw, Secret, Unknown

UNKNOWN_TEXT: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def encode_struct(properties: Mapping[str, Raw]) -> Struct:
    """A resource's properties as the engine would send them."""
    return Struct(fields={key: encode_value(value) for key, value in properties.items()})


def encode_value(value: Raw) -> Value:  # noqa: PLR0911 (one return a kind of value)
    """One value as the engine would send it."""
    if isinstance(value, Secret):
        marks = {SIGNATURE: Value(string_value=SECRET), "value": encode_value(value.value)}
        return Value(struct_value=Struct(fields=marks))
    if isinstance(value, Unknown):
        return Value(string_value=UNKNOWN_TEXT)
    if isinstance(value, bool):
        return Value(bool_value=value)
    if isinstance(value, int | float):
        return Value(number_value=value)
    if isinstance(value, str):
        return Value(string_value=value)
    if isinstance(value, list):
        return Value(list_value=ListValue(values=[encode_value(item) for item in value]))
    if isinstance(value, dict):
        return Value(struct_value=encode_struct(value))
    return Value(null_value=NullValue.NULL_VALUE)
