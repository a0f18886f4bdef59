"""Encoding: the raw tree of the graph into Pulumi's wire values, the reverse of decoding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from google.protobuf.struct_pb2 import ListValue, NullValue, Struct, Value

from graph.decoding import SECRET, SIGNATURE, decode_value
from graph.raw import Raw, Secret, Unknown

# An asset, and an archive: the two kinds of files that a program can hand over.
_FILES: Final = frozenset({"c44067f5952c0a294b673a41bacd8c17", "0def7320c3a5731c473e5ecbe6d01bc7"})
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
    if value is None:
        return Value(null_value=NullValue.NULL_VALUE)
    # What remedies return is checked by nobody else.
    raise TypeError(f"a property cannot be a {type(value).__name__}")


def restore_files(encoded: Struct, given: Struct) -> None:
    """Put the assets and archives of what was given back where the encoded values still say them.

    The graph keeps what they hold and drops what marks them; a program that gets them back as
    outputs needs the mark.
    """
    for key, value in cast("Mapping[str, Value]", given.fields).items():
        if key in encoded.fields:
            _restore(encoded.fields[key], value)


def _restore(encoded: Value, given: Value) -> None:
    kind = given.WhichOneof("kind")
    if kind == "list_value":
        for one, other in zip(encoded.list_value.values, given.list_value.values, strict=False):
            _restore(one, other)
    elif kind == "struct_value":
        fields = cast("Mapping[str, Value]", given.struct_value.fields)
        mark = fields[SIGNATURE].string_value if SIGNATURE in fields else None
        if mark is None:
            restore_files(encoded.struct_value, given.struct_value)
        elif mark in _FILES and decode_value(encoded) == decode_value(given):
            encoded.CopyFrom(given)
        elif mark == SECRET and SIGNATURE in encoded.struct_value.fields:
            restore_files(encoded.struct_value, given.struct_value)
