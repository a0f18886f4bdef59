"""Load balancing: which listener, rule and target group belong to which load balancer."""

from __future__ import annotations

import re

from graph.model import Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.inputs import given


def is_application(balancer: Resource) -> Truth:
    """Whether it is an Application Load Balancer (what AWS makes when no type is named)."""
    kind = balancer["loadBalancerType"]
    return Truth.YES if kind.absent else kind.equals("application")


def is_internal(balancer: Resource) -> Truth:
    """Whether only the VPC can reach it; AWS makes it internet-facing when nothing is said."""
    return given(balancer, "internal").is_true(default=False)


def listeners_of(balancer: Resource) -> list[Resource]:
    """The listeners of a load balancer."""
    return balancer.referrers(types.LISTENER, property="loadBalancerArn")


def speaks_https(protocol: Property) -> Truth:
    """Whether a listener of this protocol takes HTTPS; port 443 decides nothing."""
    return protocol.matches(r"(?i)\A(HTTPS|TLS)\Z")


def speaks_http(protocol: Property, port: Property) -> Truth:
    """Whether a listener takes plain HTTP: AWS's default wherever there is a port."""
    return port.is_set() if protocol.absent else protocol.matches(r"(?i)\AHTTP\Z")


def redirects_to_https(action: Property) -> Truth:
    """Whether a listener's or a rule's action does nothing but send clients to HTTPS."""
    if action.unknown:
        return Truth.UNKNOWN
    # Without a protocol AWS keeps the one that the request came by.
    return action["type"].equals("redirect") & action["redirect"]["protocol"].equals("HTTPS")


def rules_of(listener: Resource) -> list[Resource]:
    """The listener rules of a listener."""
    return listener.referrers(types.LISTENER_RULE, property="listenerArn")


def path_patterns(rule: Resource) -> list[Property]:
    """The path patterns of a listener rule, one value each; unknown parts as they are."""
    found: list[Property] = []
    conditions = rule["conditions"]
    if conditions.unknown:
        return [conditions]
    for condition in conditions.items():
        values = condition["pathPattern"]["values"]
        if condition.unknown or values.unknown:
            found.append(values)
        else:
            found.extend(values.items())
    return found


def routes_path(rule: Resource, path: str) -> Truth:
    """Whether one of the rule's patterns takes requests for a path."""
    return Truth.any(_takes(pattern, path) for pattern in path_patterns(rule))


def targets_of(rule: Resource) -> list[Resource]:
    """The target groups that a listener rule, or a listener by default, forwards to."""
    key = "actions" if rule.type == types.LISTENER_RULE else "defaultActions"
    return rule.references(key, types.TARGET_GROUP)


def _takes(pattern: Property, path: str) -> Truth:
    if pattern.unknown:
        return Truth.UNKNOWN
    text = pattern.scalar()
    if not isinstance(text, str):
        return Truth.NO
    parts = {"*": ".*", "?": "."}
    expression = "".join(parts.get(letter, re.escape(letter)) for letter in text)
    return Truth.of(re.fullmatch(expression, path) is not None)
