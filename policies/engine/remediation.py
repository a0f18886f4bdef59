"""Remediation: mending what a rule finds before the engine sees it, where somebody asked for it.

A remedy is tried on a copy of the inputs as they are on the wire, so that what it does not name
stays as it is to the last bit. It is taken only if its rule passes afterwards.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from google.protobuf.struct_pb2 import Struct, Value

from graph.decoding import SIGNATURE, decode_struct, decode_value
from graph.encoding import encode_value
from graph.model import Resource
from graph.raw import Raw, Secret, Unknown
from graph.values import UndecidedError
from policies.engine.crashes import CRASHES, place_of
from policies.engine.errors import PackError
from policies.engine.judging import Judgement, Verdict, judge_resource
from policies.engine.profiles import ActiveRule
from policies.engine.rules import Rule


@dataclass(frozen=True, slots=True)
class Remediation:
    """Which rules may mend: those that were named, or every one that has a remedy."""

    everything: bool = False
    names: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return self.everything or bool(self.names)

    def allows(self, rule: Rule) -> bool:
        """Whether a rule may mend what it finds."""
        return rule.remediation is not None and (self.everything or rule.name in self.names)


@dataclass(frozen=True, slots=True)
class Mended:
    """What a rule's remedy made of a resource's inputs, or why it failed."""

    rule: Rule
    properties: Struct | None = None
    problem: str = ""


def remediation_schema() -> dict[str, dict[str, object]]:
    """The properties of the configuration as a JSON schema."""
    return {
        "enabled": {"type": "boolean", "description": "Default: false"},
        "rules": {
            "type": "array",
            "items": {"type": "string"},
            "description": "The rules that may mend. Default: every rule that has a remedy",
        },
    }


def read_remediation(
    values: Mapping[str, object], named: Iterable[str], rules: Iterable[Rule]
) -> Remediation:
    """What a configuration asks for; `named` are rules whose level is `remediate`.

    PackError for a rule that has no remedy. Asking is what loads the remedies.
    """
    listed = values.get("rules")
    chosen = [str(one) for one in cast("list[object]", listed)] if isinstance(listed, list) else []
    named = frozenset(named)
    enabled = values.get("enabled") is True
    if not enabled and not named:
        return Remediation()
    load_remedies()
    known = {rule.name for rule in rules if rule.remediation is not None}
    strangers = sorted(set(chosen) - known) if enabled else []
    if strangers:
        raise PackError(
            "The policy configuration's remediation names rules without a remedy:",
            [*strangers, f"rules with one: {', '.join(sorted(known))}"],
        )
    return Remediation(enabled and not chosen, named | frozenset(chosen if enabled else ()))


def load_remedies() -> None:
    """Define the remedies of the pack's own rules; runs that mend nothing need not pay for it."""
    package = importlib.import_module("policies.remedies")
    for module in pkgutil.iter_modules(package.__path__):
        _ = importlib.import_module(f"policies.remedies.{module.name}")


def mend(
    rules: Iterable[ActiveRule],
    properties: Struct,
    resource_of: Callable[[dict[str, Raw]], Resource],
    excuse: Callable[[Judgement], Judgement],
) -> list[Mended]:
    """The remedies that help, each over the one before."""
    made: list[Mended] = []
    for active in rules:
        resource = resource_of(decode_struct(properties))
        said = excuse(judge_resource(active, resource))
        if not any(one.waiver is None and not one.crashed for one in said.findings):
            continue
        try:
            changed = _changed(active, resource, properties)
        except UndecidedError:
            continue
        # A remedy is somebody's code: what it raises is told, and the rule blocks as it would.
        except CRASHES as error:
            place = place_of(error, active.rule.remediation)
            problem = f"its remedy failed with {type(error).__name__} at {place}"
            made.append(Mended(active.rule, problem=problem))
            continue
        if changed is None:
            continue
        after = judge_resource(active, resource_of(decode_struct(changed)))
        if after.verdict is not Verdict.FAIL:
            properties = changed
            made.append(Mended(active.rule, changed))
    return made


def _changed(active: ActiveRule, resource: Resource, properties: Struct) -> Struct | None:
    remedy = active.rule.remediation
    changes = None if remedy is None else remedy(resource, active.parameters)
    return None if not changes else merged(properties, changes)


def merged(properties: Struct, changes: Mapping[str, Raw]) -> Struct | None:
    """A copy of the inputs with the changes; None if they would touch a secret or an unknown."""
    copy = Struct()
    copy.CopyFrom(properties)
    return copy if _merge(copy, changes) else None


def _merge(struct: Struct, changes: Mapping[str, Raw]) -> bool:
    fields = cast("Mapping[str, Value]", struct.fields)
    for key, change in changes.items():
        if key not in fields:
            struct.fields[key].CopyFrom(encode_value(change))
        elif not _replace(fields[key], change):
            return False
    return True


def _replace(value: Value, change: Raw) -> bool:
    kind = value.WhichOneof("kind")
    if isinstance(change, dict) and kind == "struct_value":
        plain = SIGNATURE not in cast("Mapping[str, Value]", value.struct_value.fields)
        return plain and _merge(value.struct_value, change)
    if isinstance(change, list) and kind == "list_value":
        items = value.list_value.values
        # As many maps as there are: each changes its own, and an empty one nothing.
        if len(items) == len(change) and all(isinstance(one, dict) for one in change):
            return all(_replace(item, one) for item, one in zip(items, change, strict=True))
    if _guarded(decode_value(value)):
        return False
    value.CopyFrom(encode_value(change))
    return True


def _guarded(value: Raw) -> bool:
    """Whether anything in the tree is secret or unknown."""
    if isinstance(value, list):
        return any(_guarded(one) for one in value)
    if isinstance(value, dict):
        return any(_guarded(one) for one in value.values())
    return isinstance(value, Secret | Unknown)
