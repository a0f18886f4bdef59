"""Lambda: which functions run at CloudFront's edge, and who may call which."""

from __future__ import annotations

from graph.model import Graph, Resource
from graph.values import Property
from policies.aws import types
from policies.aws.inputs import given

PERMISSION = "aws:lambda/permission:Permission"
FUNCTION_URL = "aws:lambda/functionUrl:FunctionUrl"
ALIAS = "aws:lambda/alias:Alias"
EVENT_SOURCE = "aws:lambda/eventSourceMapping:EventSourceMapping"
INVOKE_CONFIG = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
BEHAVIOURS = ("defaultCacheBehavior", "orderedCacheBehaviors")


def associations(distribution: Resource, key: str) -> list[Property]:
    """The functions that a distribution runs at its edge, as one of its properties lists them."""
    held = given(distribution, key)
    if held.unknown:
        return []
    behaviours = [held] if key == BEHAVIOURS[0] else held.items()
    lists = [one["lambdaFunctionAssociations"] for one in behaviours]
    return [entry for one in lists if not one.unknown for entry in one.items()]


def edge_events(graph: Graph) -> dict[str, set[str]]:
    """The URNs of the functions that run at CloudFront's edge, each with its kinds of events."""
    found: dict[str, set[str]] = {}
    for distribution in graph.of_type(DISTRIBUTION):
        for key in BEHAVIOURS:
            listed = associations(distribution, key)
            for function in distribution.references(key, types.LAMBDA):
                events = {
                    str(one["eventType"].scalar()) for one in listed if _may_be(one, function)
                }
                if events:
                    found.setdefault(function.urn, set()).update(events)
    return found


def permissions_of(function: Resource) -> list[Resource]:
    """The permissions that let others call a function, by its name or by one of its aliases."""
    holders = [function, *function.referrers(ALIAS, property="functionName")]
    found = [one for held in holders for one in held.referrers(PERMISSION, property="function")]
    return list({one.urn: one for one in found}.values())


def functions_at(resource: Resource, key: str) -> list[Resource]:
    """The functions of the stack that a property names, by themselves or by an alias."""
    found = resource.references(key, types.LAMBDA)
    for alias in resource.references(key, ALIAS):
        found += alias.references("functionName", types.LAMBDA)
    return list({one.urn: one for one in found}.values())


def _may_be(association: Property, function: Resource) -> bool:
    named = association["lambdaArn"].scalar()
    own = function["arn"].scalar()
    if not isinstance(named, str) or not isinstance(own, str):
        return True
    return named.startswith(own)
