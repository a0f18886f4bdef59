"""The bench's made-up stacks: as large as asked for, judged by all rules, and measured."""

from __future__ import annotations

from typing import cast

import pytest

from policies.engine.discovery import discover
from tests.policy.load import Cost, demanded, exponent, growth, stack_of_size
from toolchain.bench_load import load
from toolchain.errors import ToolchainError


def test_a_made_up_stack_has_the_resources_asked_for_of_many_types() -> None:
    small, large = stack_of_size(300), stack_of_size(3000)

    assert (len(small.resources), len(large.resources)) == (300, 3000)
    assert len({one.type for one in small.resources}) > 40
    assert any(one.dependencies for one in large.resources)


def test_no_two_copies_in_a_made_up_stack_bear_one_name() -> None:
    buckets = stack_of_size(3000).of_type("aws:s3/bucket:Bucket")

    names = [one["bucket"].scalar() for one in buckets if isinstance(one["bucket"].scalar(), str)]

    assert names
    assert len(set(names)) == len(names)


def test_the_load_measures_every_rule_within_its_bound() -> None:
    figures = load([30, 300], rounds=1)

    assert figures["rules"] == len(discover())
    stacks = cast("list[dict[str, float]]", figures["stacks"])
    assert [one["resources"] for one in stacks] == [30, 300]
    # The bound is a second each; a slow machine has a second more.
    assert stacks[1]["resource_rules_cpu_seconds"] < 2
    assert stacks[1]["stack_rules_cpu_seconds"] < 2
    grown = cast("dict[str, dict[str, float]]", figures["growth"])
    assert grown["stack_rules"].keys() == {"exponent", "30_to_300"}


@pytest.mark.parametrize("power", [0.0, 1.0, 2.0])
def test_the_exponent_is_the_power_of_the_number_of_resources(power: float) -> None:
    sizes = [300.0, 3000.0, 10000.0]

    assert exponent(sizes, [0.1 * (size / 300) ** power for size in sizes]) == power


def test_growth_is_told_over_all_sizes_and_from_each_to_the_next() -> None:
    costs = [
        Cost(resources=size, over_resources=seconds, over_stack=2.0, costliest={})
        for size, seconds in ((10, 1.0), (100, 10.0), (1000, 1000.0))
    ]

    told = growth(costs)

    assert told["resource_rules"] == {"exponent": 1.5, "10_to_100": 1.0, "100_to_1000": 2.0}
    assert told["stack_rules"] == {"exponent": 0.0, "10_to_100": 0.0, "100_to_1000": 0.0}


@pytest.mark.parametrize(
    ("over_resources", "over_stack", "held"),
    [(0.9, 1.0, True), (1.1, 0.1, False), (0.1, 1.1, False)],
)
def test_the_demand_holds_where_each_kind_of_rules_is_in_time(
    over_resources: float, over_stack: float, *, held: bool
) -> None:
    cost = Cost(resources=300, over_resources=over_resources, over_stack=over_stack, costliest={})

    (told,) = demanded([cost]).values()

    assert told == {"resources": 300, "cpu_seconds_of_each_kind": 1.0, "held": held}


def test_a_stack_of_another_size_says_nothing_of_the_demand() -> None:
    assert demanded([Cost(resources=30, over_resources=9, over_stack=9, costliest={})]) == {}


def test_a_stack_without_resources_is_refused() -> None:
    with pytest.raises(ToolchainError, match="one resource or more"):
        _ = load([0, 300], rounds=1)
