"""What AWS's own API refuses when a resource is created, across several fields.

The real provider cannot know these when it plans, so they stop no preview; the emulator lets most
of them pass, so the offline provider makes them before it creates.  What only another resource
tells (a read replica's source, a rotation's function) is refused by that type's hook.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from toolchain.offline_aws.creation.registry import CREATION
from toolchain.offline_aws.crossfield import Refusals
from toolchain.offline_aws.wire import Value

for _part in ("backup", "containers", "data", "edge", "firewall", "network", "scaling"):
    import_module(f"{__name__}.{_part}")


def refusals(token: str, inputs: Mapping[str, Value]) -> Refusals:
    """Every refusal that AWS makes of a type's inputs."""
    return CREATION.refusals(token, inputs)
