"""In which region a resource stands: by itself, by its provider, or by the stack's configuration."""

from __future__ import annotations

from graph.model import Graph, Resource
from graph.values import Property
from policies.aws.inputs import given

HOME_OF_THE_EDGE = "us-east-1"


def region_of(graph: Graph, resource: Resource) -> Property:
    """A resource's region; absent where the program leaves it to the environment."""
    own = given(resource, "region")
    if not own.absent:
        return own
    provider = graph.get(resource.provider or "")
    if provider is not None and not provider["region"].absent:
        return provider["region"]
    configured = graph.stack.config.get("aws:region")
    return Property(None if configured is None else configured.value, "aws:region")
