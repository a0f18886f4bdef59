"""Every spec by its profile's name; the common profile has none, and so no demands of its own."""

from __future__ import annotations

from typing import Final

from tests.policy.demands import catalog, chat, trading
from tests.policy.demands.model import Demands

SPECS: Final = {
    one.profile: one
    for one in (Demands("common", {}), chat.DEMANDS, catalog.DEMANDS, trading.DEMANDS)
}
