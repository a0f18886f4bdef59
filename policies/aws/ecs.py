"""ECS: containers of a task definition, and how services, definitions and targets belong together."""

from __future__ import annotations

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types


def containers(definition: Resource) -> list[Property]:
    """The containers of a task definition.

    Raises UndecidedError while the definition is not known.
    """
    return definition["containerDefinitions"].json().items()


def definitions_of(service: Resource) -> list[Resource]:
    """The task definitions that a service runs."""
    return service.references("taskDefinition", types.TASK_DEFINITION)


def scaling_targets(graph: Graph, service: Resource) -> tuple[list[Resource], Truth]:
    """The scaling targets of a service, and whether the service certainly has one.

    A target names its service by the text `service/CLUSTER/SERVICE`, so the joint is the
    resourceId's dependency on the service, or its known name.
    """
    targets = graph.indexed(_ScalingTargets)
    found = targets.of(graph, service)
    if found:
        return found, Truth.YES
    return [], Truth.UNKNOWN if targets.unsure else Truth.NO


class _ScalingTargets:
    """The scaling targets of services, by what joins them to these."""

    def __init__(self, graph: Graph) -> None:
        self._by_dependency: dict[str, list[str]] = {}
        # By the last part of what they name: (the whole text, the target's URN).
        self._by_name: dict[str, list[tuple[str, str]]] = {}
        # Whether a target may be of any service at all.
        self.unsure = False
        for target in graph.of_type(types.SCALING_TARGET):
            if target["serviceNamespace"].equals("ecs") is not Truth.NO:
                self._add(target)

    def _add(self, target: Resource) -> None:
        services = target.references("resourceId", types.SERVICE)
        for service in services:
            self._by_dependency.setdefault(service.urn, []).append(target.urn)
        named = target["resourceId"]
        text = named.scalar()
        if isinstance(text, str):
            self._by_name.setdefault(text.rpartition("/")[2], []).append((text, target.urn))
        self.unsure |= named.unknown and not services

    def of(self, graph: Graph, service: Resource) -> list[Resource]:
        """The targets of one service, in the order of the graph."""
        found = list(self._by_dependency.get(service.urn, ()))
        name = service["name"].scalar()
        if isinstance(name, str):
            ending = f"/{name}"
            named = self._by_name.get(name.rpartition("/")[2], ())
            found += [urn for text, urn in named if text.endswith(ending)]
        return graph.resources_at(found, {types.SCALING_TARGET})
