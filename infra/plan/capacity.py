"""How tasks are shared out between on-demand and spot capacity."""

from __future__ import annotations

from dataclasses import dataclass

ON_DEMAND = "FARGATE"
SPOT = "FARGATE_SPOT"


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityShare:
    """One capacity provider: its first `base` tasks, then its part `weight` of the others."""

    provider: str
    weight: int
    base: int


def share_capacity(spot_weight: int) -> tuple[CapacityShare, ...]:
    """The shares for `spot_weight` percent of spot capacity (chat spec 001, fargateSpotWeight).

    One task of every service is always on demand: AWS may take all spot capacity back at once.
    A provider without any share is left out, because a strategy of weight 0 places nothing.
    """
    on_demand = CapacityShare(provider=ON_DEMAND, weight=100 - spot_weight, base=1)
    spot = CapacityShare(provider=SPOT, weight=spot_weight, base=0)
    return (on_demand, spot) if spot_weight else (on_demand,)
