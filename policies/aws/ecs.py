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
    found: list[Resource] = []
    unsure = False
    for target in graph.of_type(types.SCALING_TARGET):
        if target["serviceNamespace"].equals("ecs") is Truth.NO:
            continue
        named = target["resourceId"]
        if service in target.references("resourceId", types.SERVICE):
            found.append(target)
            continue
        text, name = named.scalar(), service["name"].scalar()
        if isinstance(text, str) and isinstance(name, str) and text.endswith(f"/{name}"):
            found.append(target)
        elif named.unknown and not target.references("resourceId", types.SERVICE):
            unsure = True
    if found:
        return found, Truth.YES
    return [], Truth.UNKNOWN if unsure else Truth.NO
