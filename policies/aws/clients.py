"""Clients of a database that no service runs: rotation functions, and tasks started by hand."""

from __future__ import annotations

from graph.model import Graph, Resource
from graph.truth import Truth
from policies.aws import types
from policies.aws.ecs import definitions_of
from policies.aws.groups import GROUPS, attached, ingress_of, worn

_ROTATION_APPLICATION = r"SecretsManager\w*Rotation"


def rotating_groups(graph: Graph) -> set[str]:
    """The URNs of the groups of functions that rotate secrets: own ones, and AWS's application."""
    groups: list[Resource] = []
    for rotation in graph.of_type(types.SECRET_ROTATION):
        for function in rotation.references("rotationLambdaArn", types.LAMBDA):
            groups += attached(function)[0]
    for application in graph.of_type(types.APPLICATION):
        if application["applicationId"].matches(_ROTATION_APPLICATION) is Truth.YES:
            groups += application.references("parameters", *GROUPS)
    return {group.urn for group in groups}


def on_demand_groups(graph: Graph) -> set[str]:
    """The URNs of the groups that tasks get which somebody starts by hand.

    Such a group shows by its emptiness: nothing of the stack is in it, it lets nobody in, and the
    stack has a task definition that no service runs.
    """
    served = {
        one.urn for service in graph.of_type(types.SERVICE) for one in definitions_of(service)
    }
    if all(one.urn in served for one in graph.of_type(types.TASK_DEFINITION)):
        return set()
    return {
        group.urn
        for group in graph.of_type(types.SECURITY_GROUP)
        if not worn(group) and not any(ingress_of(group))
    }
