"""Between Pulumi's values and AWS's, by rule: names match without regard to style.

botocore knows the shape of every call's input, the facts know that of every resource; a value is
turned from one into the other by walking both.  A life names only what does not match by itself.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from toolchain.offline_aws.facts import Fields, Property
from toolchain.offline_aws.naming import key, singular
from toolchain.offline_aws.wire import Opaque, Properties, Unknown, Value, reveal

if TYPE_CHECKING:
    from botocore.model import ListShape, MapShape, Shape, StructureShape

_TAG_MEMBERS = ({"Key", "Value"}, {"key", "value"}, {"TagKey", "TagValue"})
_KEY_MEMBERS = ("Key", "key", "TagKey")


def _find(name: str, values: Mapping[str, Value]) -> str | None:
    """The key of `values` that means the same as `name`."""
    wanted = key(name)
    by_key = {key(other): other for other in values}
    if wanted in by_key:
        return by_key[wanted]
    short = singular(wanted)
    return next((other for k, other in by_key.items() if singular(k) == short), None)


def _pairs(shape: Shape) -> tuple[str, str] | None:
    """The member names of a key-value structure such as a tag, or None."""
    if shape.type_name == "structure":
        members = set(cast("StructureShape", shape).members)
        for names in _TAG_MEMBERS:
            if names <= members:
                first, second = sorted(names)
                return first, second
    return None


def to_aws(value: Value, shape: Shape) -> object:
    """A Pulumi value as the shape of a call's input wants it; None where there is nothing."""
    value = reveal(value)
    if value is None or isinstance(value, (Unknown, Opaque)):
        return None
    kind = shape.type_name
    if kind in ("structure", "list", "map") and isinstance(value, str) and value[:1] in "{[":
        value = cast("Value", json.loads(value)) if value else None
    match kind:
        case "structure":
            inner = value[0] if isinstance(value, list) and value else value
            members = cast("StructureShape", shape)
            return structure(inner, members) if isinstance(inner, dict) else None
        case "list":
            return _list(value, cast("ListShape", shape).member)
        case "map":
            inner_shape = cast("MapShape", shape).value
            entries = value.items() if isinstance(value, dict) else ()
            return {name: to_aws(item, inner_shape) for name, item in entries}
        case _:
            return _scalar(value, kind)


def _list(value: Value, member: Shape) -> object:
    pair = _pairs(member)
    if isinstance(value, dict) and pair and not {key(k) for k in value} & {"key", "value"}:
        return [{pair[0]: name, pair[1]: _scalar(item, "string")} for name, item in value.items()]
    items = value if isinstance(value, list) else [value]
    if items and member.type_name == "structure" and all(isinstance(item, str) for item in items):
        # Keys of tags to remove.
        name = next(k for k in _KEY_MEMBERS if k in cast("StructureShape", member).members)
        return [{name: item} for item in items]
    return [to_aws(item, member) for item in items]


def _scalar(value: Value, kind: str) -> object:
    value = reveal(value)
    numeric = isinstance(value, (str, int, float))
    match kind:
        case "integer" | "long" if numeric:
            return int(float(value))
        case "float" | "double" if numeric:
            return float(value)
        case "boolean":
            return value == "true" if isinstance(value, str) else bool(value)
        case "blob":
            return str(value).encode()
        case "string":
            return json.dumps(value) if isinstance(value, (dict, list)) else _text(value)
        case _:
            return value


def structure(values: Mapping[str, Value], shape: StructureShape) -> dict[str, object]:
    """A structure's members from an object's properties, those that are there."""
    out: dict[str, object] = {}
    for member, inner in shape.members.items():
        name = _find(member, values)
        if name is None or name.startswith("__"):
            continue
        converted = to_aws(values[name], inner)
        if converted is not None and converted != "":
            out[member] = converted
    return out


def members_from(name: str, shape: StructureShape) -> bool:
    """Whether a property of this name is a member of the structure."""
    return _find(name, dict.fromkeys(shape.members)) is not None


def _map_of(value: object) -> Value:
    """A list of tags, or a map, as a map of strings."""
    if isinstance(value, list):
        out: Properties = {}
        for item in cast("list[Mapping[str, Value]]", value):
            name = _find("Key", item) or _find("TagKey", item)
            inner = _find("Value", item) or _find("TagValue", item)
            if name is not None:
                out[str(item[name])] = item[inner] if inner is not None else ""
        return out
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in cast("dict[str, object]", value).items()}
    return None


def _plain(value: object) -> Value:
    """A response value without facts: only its types are brought into line."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [_plain(item) for item in cast("list[object]", value)]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return str(value)


def from_aws(value: object, given: Property) -> Value:
    """A response value as the property that it matches; None where it does not fit."""
    if value is None:
        return None
    if given.kind == "m":
        return _map_of(value)
    if given.one:
        first = cast("list[object]", value)[:1] if isinstance(value, list) else [value]
        inner = first[0] if first else None
        return (
            object_from(cast("Mapping[str, object]", inner), given.fields)
            if isinstance(inner, dict)
            else None
        )
    if given.kind in ("l", "t"):
        items = cast("list[object]", value) if isinstance(value, list) else [value]
        if given.fields:
            return [
                object_from(cast("Mapping[str, object]", item), given.fields)
                for item in items
                if isinstance(item, dict)
            ]
        return [_plain(item) for item in items if not isinstance(item, dict)]
    return _scalar_from(_plain(value), given.kind)


def _scalar_from(value: Value, kind: str) -> Value:
    nested = isinstance(value, (dict, list))
    if kind == "s":
        return json.dumps(value) if nested else _text(value)
    if nested and kind in ("i", "n", "b"):
        return None
    if kind in ("i", "n") and isinstance(value, str):
        return _number(value)
    if kind == "b" and isinstance(value, str):
        return value.lower() in ("true", "enabled", "enable")
    return value


def _number(text: str) -> Value:
    try:
        number = float(text)
    except ValueError:
        return None
    return int(number) if number.is_integer() else number


def object_from(response: Mapping[str, object], fields: Fields) -> Properties:
    """The properties that a response holds, by the rule of names."""
    out: Properties = {}
    values = cast("Mapping[str, Value]", response)
    for name in fields:
        found = _find(name, values)
        if found is not None:
            converted = from_aws(response[found], fields[name])
            if converted is not None:
                out[name] = converted
    return out


def covers(live: Value, given: Value) -> bool:
    """Whether what AWS says has everything that was given; AWS adds defaults of its own."""
    live, given = reveal(live), reveal(given)
    if isinstance(given, dict):
        return isinstance(live, dict) and all(
            covers(live[name], item)
            for name, item in given.items()
            if name != "__defaults" and name in live
        )
    if isinstance(given, list) and isinstance(live, list):
        return _covers_items(live, given)
    if isinstance(given, str) and isinstance(live, str) and given[:1] in ("[", "{"):
        return given == live or _covers_documents(live, given)
    return _text(live) == _text(given)


def _covers_items(live: list[Value], given: list[Value]) -> bool:
    left = list(live)
    for item in given:
        at = next((i for i, other in enumerate(left) if covers(other, item)), None)
        if at is None:
            return False
        del left[at]
    return not left


def _covers_documents(live: str, given: str) -> bool:
    try:
        return covers(json.loads(live), json.loads(given))
    except ValueError:
        return False


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def same_map(live: Value, given: Value) -> bool:
    """Whether two maps have the same entries, numbers and their text being the same."""
    if not isinstance(live, dict) or not isinstance(given, dict) or live.keys() != given.keys():
        return False
    return all(_text(live[name]) == _text(given[name]) for name in live)
