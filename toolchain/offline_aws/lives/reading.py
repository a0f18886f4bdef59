"""From AWS's answers to a resource's properties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from toolchain.offline_aws.facts import Property
from toolchain.offline_aws.lives import shapes
from toolchain.offline_aws.lives.aws import AwsError
from toolchain.offline_aws.lives.hooks import hook
from toolchain.offline_aws.lives.paths import fill, lookup, place
from toolchain.offline_aws.lives.run import Run
from toolchain.offline_aws.outcome import Outcome
from toolchain.offline_aws.preview import bare
from toolchain.offline_aws.wire import Properties, Secret, Value, has_secret, plain


def live(run: Run) -> Properties | None:
    """What AWS says of the resource; None when it is gone."""
    custom = hook(run.spec.hook)
    try:
        found = custom.read(run) if run.spec.read is None else _object(run)
    except AwsError as error:
        if error.gone:
            return None
        raise
    if found is None or _is_gone(run, found):
        return None
    run.found = found
    out = _converted(run, found)
    for call in run.spec.read_also:
        response = run.perform(call)
        more = lookup(cast("Value", response), call.path) if call.path else cast("Value", response)
        if isinstance(more, dict):
            out.update(_converted(run, cast("dict[str, object]", more)))
    _read_attributes(run, out)
    custom.outputs(run, out, found)
    for path, template in run.spec.outputs.items():
        value = fill(template, {**run.scope, **out, "object": cast("Value", found)})
        if value is not None and lookup(out, path) is None:
            place(out, path, value)
    for name in run.spec.keep:
        out.pop(name, None)
    return out


def _is_gone(run: Run, found: dict[str, object]) -> bool:
    if run.spec.present and not lookup(cast("Value", found), run.spec.present):
        return True
    path, given, states = run.spec.gone.partition("=")
    value = lookup(cast("Value", found), path) if path else None
    return value is not None and (not given or str(value) in states.split("|"))


def _object(run: Run) -> dict[str, object] | None:
    call = run.spec.read
    if call is None:
        return None
    response = run.aws_call(call.call, run.arguments(replace(call, map=False)))
    found = lookup(cast("Value", response), call.path) if call.path else cast("Value", response)
    return cast("dict[str, object]", found) if isinstance(found, dict) else None


def _converted(run: Run, found: Mapping[str, object]) -> Properties:
    out = shapes.object_from(found, run.fields)
    for path, member in run.spec.names.items():
        value = lookup(cast("Value", dict(found)), member)
        given = _property(run, path)
        if value is not None and given is not None:
            converted = shapes.from_aws(value, given)
            if converted is not None:
                place(out, path, converted)
    tags = out.get("tags")
    if isinstance(tags, dict):
        out["tags"] = {k: v for k, v in tags.items() if not k.startswith("aws:")}
    return out


def _property(run: Run, path: str) -> Property | None:
    fields, found = run.fields, None
    for part in path.split("."):
        if part not in fields:
            return None
        found = fields[part]
        fields = found.fields
    return found


def _read_attributes(run: Run, out: Properties) -> None:
    attributes = run.spec.attributes
    if attributes is None:
        return
    arguments = cast("dict[str, object]", fill(attributes.args, run.scope) or {})
    if "AttributeNames" in run.members(attributes.get):
        arguments["AttributeNames"] = ["All"]
    response = run.aws_call(attributes.get, arguments)
    said = response.get(attributes.member)
    values: dict[str, Value] = {}
    if isinstance(said, list):
        for item in cast("list[dict[str, Value]]", said):
            values[str(item["Key"])] = item.get("Value")
    elif isinstance(said, dict):
        values = cast("dict[str, Value]", said)
    for path, name in attributes.names.items():
        given = _property(run, path)
        if values.get(name) not in (None, "") and given is not None:
            place(out, path, shapes.from_aws(values[name], given))


def outcome(run: Run, given: Properties, found: Properties) -> Outcome:
    """Outputs and inputs after a call.

    Where AWS says what was given, perhaps with defaults of its own, the given form stays; where
    it says otherwise, that is drift and its own form goes into both.
    """
    outputs: Properties = {**_kept(run), **found}
    inputs = dict(given)
    for name, value in bare(given).items():
        if name in run.fields and run.fields[name].write_only:
            continue
        if name not in found or _same(run, name, found[name], value):
            outputs[name] = _joined(value, found.get(name))
        else:
            drifted = Secret(found[name]) if has_secret(value) else found[name]
            outputs[name] = inputs[name] = drifted
    if "region" in run.fields:
        outputs["region"] = run.region
    if "tagsAll" in run.fields:
        outputs["tagsAll"] = outputs.get("tags") or {}
    outputs["id"] = run.id
    return Outcome(run.id, outputs, inputs)


def _kept(run: Run) -> Properties:
    """What the state knew and AWS did not say again."""
    return {
        name: value
        for name, value in run.state.items()
        if name in run.fields and not run.fields[name].input
    }


def _same(run: Run, name: str, live_value: Value, given: Value) -> bool:
    value = plain(given)
    if name in run.fields and run.fields[name].kind == "m":
        return live_value == value or shapes.same_map(live_value, value)
    return shapes.covers(live_value, value)


def _joined(given: Value, live_value: Value) -> Value:
    """The given form, with what AWS added to objects."""
    if isinstance(given, dict) and isinstance(live_value, dict):
        return {
            **live_value,
            **{name: _joined(item, live_value.get(name)) for name, item in given.items()},
        }
    return given


def imported(run: Run, found: Properties) -> Outcome:
    """A resource that no program has given yet: what it could give, from what is there."""
    inputs: Properties = {
        name: value
        for name, value in found.items()
        if name in run.fields
        and run.fields[name].input
        and value not in (None, "", [], {}, False)
        and name != "tagsAll"
    }
    return outcome(run, inputs, found)
