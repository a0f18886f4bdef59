"""The fixed address plan of a VPC (chat spec 001, VPC: 10.0.0.0/16 and what lies in it)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

VPC_CIDR = "10.0.0.0/16"
ANYWHERE = "0.0.0.0/0"
_FIRST_PRIVATE = 100
MAXIMUM_ZONES = _FIRST_PRIVATE


@dataclass(frozen=True, slots=True, kw_only=True)
class ZonePlan:
    """What one availability zone gets: two subnets, and the NAT gateway its private one uses.

    `nat` is the index of the zone that holds that gateway; None without a way to the internet.
    """

    zone: str
    public_cidr: str
    private_cidr: str
    nat: int | None


def plan_zones(zones: Sequence[str], nat_gateways: int) -> tuple[ZonePlan, ...]:
    """The subnets of each zone, with the NAT gateways in the first zones, shared out in turn.

    Raises ValueError for more gateways than zones, or more zones than the address plan holds.
    """
    if not 0 <= nat_gateways <= len(zones):
        raise ValueError(f"{nat_gateways} NAT gateways do not fit {len(zones)} zones")
    if len(zones) > MAXIMUM_ZONES:
        raise ValueError(f"the address plan holds at most {MAXIMUM_ZONES} zones")
    return tuple(
        ZonePlan(
            zone=zone,
            public_cidr=f"10.0.{index}.0/24",
            private_cidr=f"10.0.{_FIRST_PRIVATE + index}.0/24",
            nat=index % nat_gateways if nat_gateways else None,
        )
        for index, zone in enumerate(zones)
    )
