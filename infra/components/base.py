"""What all component resources share."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import cast

import pulumi

from infra.plan.context import Context


class Component(pulumi.ComponentResource):
    """A component resource whose arguments are recorded as its inputs.

    Recording them matters in a preview: a task's rendered definition is unknown as long as one
    address in it is, but the environment that a component was given can be judged entry by entry.

    Subclasses set their typed outputs and end with `register_outputs`.
    """

    def __init__(
        self, kind: str, name: str, args: object, opts: pulumi.ResourceOptions | None
    ) -> None:
        super().__init__(f"plumbline:components:{kind}", name, inputs_of(args), opts)

    def child(
        self,
        *,
        depends_on: Sequence[pulumi.Resource] = (),
        ignore_changes: Sequence[str] = (),
    ) -> pulumi.ResourceOptions:
        """Options for a resource inside this component."""
        return pulumi.ResourceOptions(
            parent=self, depends_on=list(depends_on), ignore_changes=list(ignore_changes)
        )


def inputs_of(args: object) -> dict[str, pulumi.Input[object]]:
    """The fields of an `Args` dataclass as a resource's inputs, named as Pulumi names them.

    The context is left out: names and tags stand on the resources themselves.
    """
    if not is_dataclass(args) or isinstance(args, type):
        raise TypeError(f"{type(args).__name__} is not an instance of a dataclass")
    inputs: dict[str, pulumi.Input[object]] = {}
    for field in fields(args):
        value = cast("object", getattr(args, field.name))
        if value is not None and not isinstance(value, Context):
            inputs[_camel_case(field.name)] = _plain(value)
    return inputs


def _plain(value: object) -> object:
    """`value` with enumerations, tuples and dataclasses turned into what Pulumi can send."""
    if isinstance(value, Enum):
        return cast("object", value.value)
    if isinstance(value, str | pulumi.Output):
        return cast("object", value)
    if is_dataclass(value) and not isinstance(value, type):
        return inputs_of(value)
    if isinstance(value, Mapping):
        entries = cast("Mapping[str, object]", value)
        return {key: _plain(entry) for key, entry in entries.items()}
    if isinstance(value, Sequence):
        return [_plain(item) for item in cast("Sequence[object]", value)]
    return value


def _camel_case(name: str) -> str:
    return re.sub(r"_([a-z0-9])", lambda match: match[1].upper(), name)
