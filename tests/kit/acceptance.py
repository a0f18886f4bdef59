"""What AWS would refuse of a recorded program, by the offline provider's tables."""

from __future__ import annotations

from graph.encoding import encode_struct
from graph.model import Graph
from toolchain.offline_aws import check, creation, facts, wire


def refusals(graph: Graph) -> list[str]:
    """Everything that the provider's checks, or AWS's own at creation, would refuse of a stack."""
    found: list[str] = []
    for resource in graph.resources:
        known = facts.resource(resource.type)
        if known is None:
            if resource.type.startswith("aws:"):
                found.append(f"{resource.type} {resource.name}: no such type")
            continue
        inputs = wire.decode(encode_struct(resource.declaration.inputs or {}))
        found += [
            f"{resource.type} {resource.name}: {one.property} {one.reason}"
            for one in check.check(known, inputs)
        ]
        found += [
            f"{resource.type} {resource.name}: {path} {reason}"
            for path, reason in creation.refusals(resource.type, inputs)
        ]
    return found
