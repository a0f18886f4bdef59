"""One sample of each resource type that has an offline life, as a program would give it.

A file a service; a value `Of("vpc", "id")` is an output of another sample, of whichever file.
"""

from integration.emulated.samples import (
    backup,
    cache,
    containers,
    database,
    edge,
    firewall,
    identity,
    messaging,
    network,
    observability,
    scaling,
    secrets,
    storage,
)
from integration.emulated.samples.kinds import Given, Json, Of, Sample

_FILES = (
    network,
    observability,
    identity,
    storage,
    edge,
    firewall,
    containers,
    scaling,
    database,
    cache,
    messaging,
    secrets,
    backup,
)

SAMPLES: dict[str, Sample] = {
    name: sample for file in _FILES for name, sample in file.SAMPLES.items()
}

__all__ = ["SAMPLES", "Given", "Json", "Of", "Sample"]
