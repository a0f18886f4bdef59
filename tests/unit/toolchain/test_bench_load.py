"""The bench's made-up stacks: as large as asked for, judged by all rules, and measured."""

from __future__ import annotations

from typing import cast

import pytest

from policies.engine.discovery import discover
from tests.policy.load import growth, stack_of_size
from toolchain.bench_load import load
from toolchain.errors import ToolchainError


def test_a_made_up_stack_has_the_resources_asked_for_of_many_types() -> None:
    small, large = stack_of_size(300), stack_of_size(3000)

    assert (len(small.resources), len(large.resources)) == (300, 3000)
    assert len({one.type for one in small.resources}) > 40
    assert any(one.dependencies for one in large.resources)


def test_the_load_measures_every_rule_within_its_bound() -> None:
    figures = load([30, 300])

    assert figures["rules"] == len(discover())
    stacks = cast("list[dict[str, float]]", figures["stacks"])
    assert [one["resources"] for one in stacks] == [30, 300]
    assert 0 < cast("float", figures["loading_share"]) < 1
    # The bound is a second each; a slow machine has a second more.
    assert stacks[1]["resource_rules_cpu_seconds"] < 2
    assert stacks[1]["stack_rules_cpu_seconds"] < 2


@pytest.mark.parametrize(("dearer", "power"), [(1.0, 1.0), (10.0, 2.0), (0.1, 0.0)])
def test_growth_is_the_power_of_the_number_of_resources(dearer: float, power: float) -> None:
    small: dict[str, object] = {"resources": 300, "cost": 0.1}
    large: dict[str, object] = {"resources": 3000, "cost": 1.0 * dearer}

    assert growth(small, large, "cost") == power


def test_a_stack_without_resources_is_refused() -> None:
    with pytest.raises(ToolchainError, match="one resource or more"):
        _ = load([0, 300])
