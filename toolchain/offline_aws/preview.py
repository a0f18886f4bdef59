"""What a preview says of a resource before anything is called: inputs, and unknowns for the rest."""

from __future__ import annotations

from collections.abc import Mapping

from toolchain.offline_aws.facts import Fields, Property, Resource
from toolchain.offline_aws.inputs import DEFAULTS
from toolchain.offline_aws.wire import UNKNOWN, Properties, Secret, Value


def marked(resource: Resource | None, properties: Properties) -> Properties:
    """Outputs with every sensitive property as a secret."""
    if resource is None:
        return properties
    return {
        name: Secret(value)
        if name in resource.fields
        and resource.fields[name].sensitive
        and value is not None
        and not isinstance(value, Secret)
        else value
        for name, value in properties.items()
    }


def without_defaults(value: Value) -> Value:
    """The value without the lists of defaults that Check put in."""
    if isinstance(value, Secret):
        return Secret(without_defaults(value.value))
    if isinstance(value, list):
        return [without_defaults(item) for item in value]
    if isinstance(value, dict):
        return {key: without_defaults(item) for key, item in value.items() if key != DEFAULTS}
    return value


def bare(properties: Mapping[str, Value]) -> Properties:
    """Properties without the lists of defaults that Check put in."""
    return {name: without_defaults(v) for name, v in properties.items() if name != DEFAULTS}


def _inside(given: Property, value: Value) -> Value:
    """A given block, with what AWS adds to it as unknown."""
    if isinstance(value, Secret):
        return Secret(_inside(given, value.value))
    if isinstance(value, dict) and given.fields:
        return _object(given.fields, value)
    if isinstance(value, list) and given.fields:
        return [_inside(given, item) for item in value]
    return value


def _object(fields: Fields, values: Mapping[str, Value]) -> Properties:
    out: Properties = {
        name: _inside(fields[name], value) if name in fields else value
        for name, value in values.items()
    }
    for name in fields:
        if fields[name].computed and name not in out:
            out[name] = UNKNOWN
    return out


def planned(
    resource: Resource | None,
    inputs: Mapping[str, Value],
    *,
    region: Value,
    before: Mapping[str, Value] | None = None,
) -> Properties:
    """The outputs of a create (or, with the state `before`, of an update) in a preview."""
    given = bare(inputs)
    if resource is None:
        return {**(before or {}), **given}
    fields = resource.fields
    kept = {n: v for n, v in given.items() if not (n in fields and fields[n].write_only)}
    out = _object(fields, kept)
    for name, value in (before or {}).items():
        # An update leaves alone what it does not mention.
        if name in fields and name not in given and fields[name].computed and name != "tagsAll":
            out[name] = value
    if "region" in fields and "region" not in given:
        out["region"] = region
    if "tagsAll" in fields and "tagsAll" not in given:
        out["tagsAll"] = out.get("tags", {})
    return marked(resource, out)
