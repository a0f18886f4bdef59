"""A rule's settings: their schema for Pulumi, and values from outside checked against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, replace
from functools import cache
from typing import cast, get_args, get_origin, get_type_hints

from policies.engine.crashes import CRASHES
from policies.engine.rules import Parameters

_SCHEMA_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string"}


@cache
def field_types(parameters: type[Parameters]) -> dict[str, object]:
    """The fields of a settings class with their types, resolved from their annotations."""
    hints = get_type_hints(parameters)
    return {field.name: hints[field.name] for field in fields(parameters)}


def schema(parameters: type[Parameters]) -> dict[str, dict[str, object]]:
    """The settings as the properties of a JSON schema.

    Defaults are told in the description only: as schema defaults the CLI would send them back as
    if a user had set them, and they would hide what the profile sets.
    """
    described: dict[str, dict[str, object]] = {}
    for field in fields(parameters):
        entry = _schema_of(field_types(parameters)[field.name])
        default: object = field.default
        if default is not MISSING:
            shown = list(cast("tuple[object, ...]", default)) if _is_list(default) else default
            entry["description"] = f"Default: {shown}"
        described[field.name] = entry
    return described


def build(
    parameters: type[Parameters], *layers: Mapping[str, object], problems: list[str]
) -> Parameters:
    """The settings with each layer's values over the one before.

    What does not fit is added to `problems` and left at the value it had.
    """
    types = field_types(parameters)
    values: dict[str, object] = {}
    for layer in layers:
        for key, value in layer.items():
            if key not in types:
                known = ", ".join(types) or "it has none"
                problems.append(f"{key}: no such parameter (known: {known})")
                continue
            fitted = _fit(types[key], value)
            if fitted is None:
                problems.append(f"{key}: {value!r} is not {_spoken(types[key])}")
            else:
                values[key] = fitted
    try:
        return replace(parameters(), **values)
    # A rule may look at its settings itself; what it refuses is told like any other misfit.
    except CRASHES as error:
        problems.append(f"{type(error).__name__}: {error}")
        return Parameters()


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple)


def _element(wanted: object) -> object | None:
    return get_args(wanted)[0] if get_origin(wanted) is tuple else None


def _schema_of(wanted: object) -> dict[str, object]:
    element = _element(wanted)
    if element is not None:
        return {"type": "array", "items": _schema_of(element)}
    if not isinstance(wanted, type) or wanted not in _SCHEMA_TYPES:
        raise TypeError(f"a parameter of type {wanted} has no schema: use bool, int, float, str")
    return {"type": _SCHEMA_TYPES[wanted]}


def _fit(wanted: object, value: object) -> object | None:
    element = _element(wanted)
    if element is not None:
        if not _is_list(value):
            return None
        fitted = [_fit(element, item) for item in cast("list[object]", value)]
        return None if None in fitted else tuple(fitted)
    if isinstance(value, bool) or wanted is bool:
        return value if wanted is bool and isinstance(value, bool) else None
    if wanted is int:
        # Pulumi's wire format has one kind of number, a double.
        return int(value) if isinstance(value, int | float) and value % 1 == 0 else None
    if wanted is float:
        return float(value) if isinstance(value, int | float) else None
    return value if isinstance(value, str) else None


def _spoken(wanted: object) -> str:
    element = _element(wanted)
    if element is not None:
        return f"a list, each {_spoken(element)}"
    return {bool: "true or false", int: "a whole number", float: "a number"}.get(
        cast("type", wanted), "a string"
    )
