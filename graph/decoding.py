"""Decoding: Pulumi's wire values and its exported JSON into the raw tree of the graph."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final, TypeAlias, cast

from google.protobuf.struct_pb2 import Struct, Value

from graph.raw import UNKNOWN, Raw, Secret

SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 (the mark of secrets, public and the same everywhere)
OUTPUT_VALUE: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
RESOURCE_REFERENCE: Final = "5cf8f73096256a8f31e491e813e4eb8e"

# The engine writes one of these in place of a value that it does not know, by the value's type.
UNKNOWN_TEXTS: Final = frozenset(
    {
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",  # string
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # boolean
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    }
)

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

# Beyond this a double does not hold every whole number.
_EXACT = 2**53


def decode_struct(struct: Struct) -> dict[str, Raw]:
    """Properties, of a resource or nested, as the engine sends them; never raises."""
    fields = _sorted(struct)
    return {key: decode_value(value) for key, value in fields if not internal(key)}


def decode_value(value: Value) -> Raw:
    """One value as the engine sends it; never raises."""
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        text = value.string_value
        return UNKNOWN if text in UNKNOWN_TEXTS else text
    if kind == "number_value":
        return whole(value.number_value)
    if kind == "bool_value":
        return value.bool_value
    if kind == "list_value":
        return [decode_value(item) for item in value.list_value.values]
    if kind == "struct_value":
        decoded = decode_struct(value.struct_value)
        return unmark(decoded) if SIGNATURE in decoded else decoded
    return None


def decode_json(value: Json) -> Raw:
    """One value of an exported state. A secret that is still encrypted is a secret unknown."""
    if isinstance(value, str):
        return UNKNOWN if value in UNKNOWN_TEXTS else value
    if isinstance(value, float):
        return whole(value)
    if isinstance(value, list):
        return [decode_json(item) for item in value]
    if isinstance(value, dict):
        if value.get(SIGNATURE) == SECRET and "value" not in value:
            return Secret(_opened(value))
        decoded = {key: decode_json(value[key]) for key in sorted(value) if not internal(key)}
        return unmark(decoded) if SIGNATURE in decoded else decoded
    return value


def unmark(fields: dict[str, Raw]) -> Raw:
    """What a map with Pulumi's signature key stands for."""
    signature = fields.get(SIGNATURE)
    if signature == SECRET:
        return Secret(fields.get("value"))
    if signature == OUTPUT_VALUE:
        value = fields.get("value", UNKNOWN)
        return Secret(value) if fields.get("secret") is True else value
    if signature == RESOURCE_REFERENCE:
        # What the engine itself hands to a reader that does not ask for references.
        return fields.get("id") or fields.get("urn")
    # An asset or an archive: its text, path or hash is what can be judged.
    return {key: value for key, value in fields.items() if key != SIGNATURE}


def internal(key: str) -> bool:
    """Whether a property is a bridge's own bookkeeping, which the engine keeps from analyzers."""
    return key.startswith("__")


def whole(number: float) -> int | float:
    """A number without the `.0` that the wire format gives to whole ones."""
    return int(number) if number.is_integer() and abs(number) <= _EXACT else number


def _sorted(struct: Struct) -> list[tuple[str, Value]]:
    """The fields by name: a protobuf map has no order, and messages must not differ by run."""
    return sorted(cast("Mapping[str, Value]", struct.fields).items(), key=_name)


def _opened(wrapper: Mapping[str, Json]) -> Raw:
    plaintext = wrapper.get("plaintext")
    if not isinstance(plaintext, str):
        return UNKNOWN
    try:
        return decode_json(cast("Json", json.loads(plaintext)))
    except (ValueError, RecursionError):
        return plaintext


def _name(field: tuple[str, Value]) -> str:
    return field[0]
