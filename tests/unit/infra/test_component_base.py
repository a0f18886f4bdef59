"""What every component does: it records its arguments as inputs, in words that Pulumi uses."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import pulumi
import pytest

from infra.components.base import Component, inputs_of
from infra.plan.context import Context
from tests.unit.infra.recorded import CONTEXT, component_graph, named


class Colour(Enum):
    RED = "red"


@dataclass(frozen=True, kw_only=True)
class Inner:
    max_count: int


@dataclass(frozen=True, kw_only=True)
class Args:
    context: Context
    colour: Colour
    inner_parts: tuple[Inner, ...]
    environment: dict[str, pulumi.Input[str]]
    nothing: str | None = None


def args() -> Args:
    return Args(
        context=CONTEXT,
        colour=Colour.RED,
        inner_parts=(Inner(max_count=2),),
        environment={"A": "1"},
    )


def test_arguments_become_inputs_without_the_context_and_without_what_is_absent() -> None:
    assert inputs_of(args()) == {
        "colour": "red",
        "innerParts": [{"maxCount": 2}],
        "environment": {"A": "1"},
    }


def test_only_an_instance_of_a_dataclass_has_inputs() -> None:
    with pytest.raises(TypeError, match="str is not an instance of a dataclass"):
        inputs_of("x")


def test_a_component_can_be_judged_by_its_inputs_in_a_preview() -> None:
    graph = component_graph(lambda: Component("Probe", "probe", args(), None), preview=True)

    probe = named(graph, "probe")
    assert probe.type == "plumbline:components:Probe"
    assert probe["environment"]["A"].value == "1"
