"""The address plan: every zone's subnets lie in the VPC, apart from each other."""

from __future__ import annotations

from ipaddress import ip_network
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.plan.subnets import MAXIMUM_ZONES, VPC_CIDR, plan_zones


@st.composite
def zones_and_gateways(draw: st.DrawFn) -> tuple[list[str], int]:
    count = draw(st.integers(1, MAXIMUM_ZONES))
    return [f"zone-{index}" for index in range(count)], draw(st.integers(0, count))


@given(zones_and_gateways())
def test_no_two_subnets_overlap_and_all_lie_in_the_vpc(drawn: tuple[list[str], int]) -> None:
    plans = plan_zones(*drawn)

    cidrs = [ip_network(cidr) for plan in plans for cidr in (plan.public_cidr, plan.private_cidr)]
    assert all(cidr.subnet_of(ip_network(VPC_CIDR)) for cidr in cidrs)  # pyright: ignore[reportArgumentType] - all are IPv4
    assert not any(one.overlaps(other) for one, other in combinations(cidrs[:12], 2))
    assert len(set(cidrs)) == 2 * len(plans)


@given(zones_and_gateways())
def test_every_zone_uses_a_gateway_that_exists_and_the_load_is_shared_evenly(
    drawn: tuple[list[str], int],
) -> None:
    zones, gateways = drawn
    used = [plan.nat for plan in plan_zones(zones, gateways)]

    if gateways == 0:
        assert set(used) == {None}
    else:
        counts = [used.count(gateway) for gateway in range(gateways)]
        assert sum(counts) == len(zones)
        assert max(counts) - min(counts) <= 1
        # The zone that holds a gateway uses that one: no traffic between zones without need.
        assert used[:gateways] == list(range(gateways))


@pytest.mark.requirement("CHAT-001-052")
def test_the_plan_is_the_one_of_chat_spec_001() -> None:
    plans = plan_zones(["a", "b", "c"], 1)

    assert [plan.public_cidr for plan in plans] == ["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"]
    assert [plan.private_cidr for plan in plans] == [
        "10.0.100.0/24",
        "10.0.101.0/24",
        "10.0.102.0/24",
    ]
    assert [plan.nat for plan in plans] == [0, 0, 0]


@pytest.mark.parametrize("gateways", [-1, 3])
def test_gateways_that_do_not_fit_the_zones_are_refused(gateways: int) -> None:
    with pytest.raises(ValueError, match="do not fit 2 zones"):
        plan_zones(["a", "b"], gateways)


def test_more_zones_than_the_address_plan_holds_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 100 zones"):
        plan_zones([str(index) for index in range(101)], 0)
