"""One resource in the midst of its life: its values, and calls made with them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from toolchain.offline_aws import places
from toolchain.offline_aws.facts import Fields
from toolchain.offline_aws.lives import shapes
from toolchain.offline_aws.lives.aws import Aws, operation, perform
from toolchain.offline_aws.lives.paths import fill, lookup
from toolchain.offline_aws.lives.spec import Call, Spec
from toolchain.offline_aws.outcome import Life
from toolchain.offline_aws.wire import Properties, Value

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from botocore.model import Shape, StructureShape


@dataclass
class Run:
    """A resource's values by name, and the means to call AWS with them."""

    aws: Aws
    life: Life
    spec: Spec
    inputs: Properties
    state: Properties = field(default_factory=dict[str, Value])
    id: str = ""
    response: dict[str, object] = field(default_factory=dict[str, object])
    found: dict[str, object] = field(default_factory=dict[str, object])
    unique: str = field(default_factory=lambda: str(uuid.uuid4()))
    """For calls that want a token of their own."""

    @property
    def fields(self) -> Fields:
        return self.life.facts.fields if self.life.facts else Fields({})

    @property
    def region(self) -> str:
        given = self.inputs.get("region") or self.state.get("region")
        return given if isinstance(given, str) else self.life.context.region

    @property
    def scope(self) -> Properties:
        """What templates may name: state, inputs over it, the id, where it is, the response."""
        return {
            **self.state,
            **self.inputs,
            "id": self.id,
            "region": self.region,
            "account": self.life.context.account,
            "partition": places.partition(self.region),
            "suffix": places.dns_suffix(self.region),
            "response": cast("Value", self.response),
            "resource": self.life.name,
            "unique": self.unique,
            "nothing": [],
            "found": cast("Value", self.found),
        }

    def client(self, service: str | None = None) -> BaseClient:
        return self.aws.client(service or self.spec.service, self.region, self.life.context.account)

    def input_shape(self, call: str) -> StructureShape | None:
        return operation(self.client(), call).input_shape

    def members(self, call: str) -> Mapping[str, Shape]:
        """The members of a call's input."""
        shape = self.input_shape(call)
        return shape.members if shape is not None else {}

    def aws_call(
        self,
        call: str,
        arguments: Mapping[str, object],
        service: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, object]:
        """A call with arguments as they are, and HTTP headers besides AWS's own."""
        return perform(self.client(service), call, arguments, headers or {})

    def arguments(
        self, call: Call, skip: Iterable[str] = (), more: Mapping[str, Value] | None = None
    ) -> dict[str, object]:
        """The input of a call: properties by the rule of names, the table's own over them."""
        shape = self.input_shape(call.call)
        if shape is None:
            return {}
        out: dict[str, object] = {}
        left_out = {*skip, "region"}
        if call.map:
            given = {name: v for name, v in self.inputs.items() if name not in left_out}
            out = shapes.structure(given, shape)
            for path, member in self.spec.names.items():
                if path.split(".")[0] not in left_out:
                    _set(out, shape, member, lookup(self.inputs, path))
        filled = fill(call.args, {**self.scope, **(more or {})})
        for member, value in (filled if isinstance(filled, dict) else {}).items():
            if member in shape.members:
                out[member] = shapes.to_aws(value, shape.members[member])
        return {name: value for name, value in out.items() if value is not None}

    def perform(
        self, call: Call, skip: Iterable[str] = (), more: Mapping[str, Value] | None = None
    ) -> dict[str, object]:
        """Make one of the table's calls."""
        return self.aws_call(call.call, self.arguments(call, skip, more))


def _set(out: dict[str, object], shape: StructureShape, member: str, value: Value) -> None:
    """Set `A.B` in a structure, where the shape has it and there is a value."""
    head, _, rest = member.partition(".")
    if value is None or value == "" or head not in shape.members:
        return
    inner: Shape = shape.members[head]
    if not rest:
        out[head] = shapes.to_aws(value, inner)
        return
    nested = out.setdefault(head, {})
    if inner.type_name == "structure" and isinstance(nested, dict):
        _set(cast("dict[str, object]", nested), cast("StructureShape", inner), rest, value)
