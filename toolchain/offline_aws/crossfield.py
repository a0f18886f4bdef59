"""Refusals that depend on several fields at once, as the real provider's own code makes them.

A schema does not state them; the provider makes them when it plans, so a preview makes them too.
What only AWS's API refuses, when the resource is created, is in `creation`.  Each function is for
one resource type, sees plain values only (an unknown one is `UNKNOWN` and decides nothing) and
yields a property path and a clause.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias, cast

from toolchain.offline_aws.wire import Value, plain_properties

Refusals: TypeAlias = Iterator[tuple[str, str]]
Values: TypeAlias = dict[str, Value]
Judge: TypeAlias = Callable[[Values], Refusals]


class Judges:
    """Cross-field checks by resource type."""

    def __init__(self) -> None:
        self._judges: dict[str, Judge] = {}

    def of(self, *tokens: str) -> Callable[[Judge], Judge]:
        """Registers a check for types."""

        def register(judge: Judge) -> Judge:
            for token in tokens:
                self._judges[token] = judge
            return judge

        return register

    def refusals(self, token: str, inputs: Mapping[str, Value]) -> Refusals:
        """Every refusal of a type's inputs."""
        judge = self._judges.get(token)
        if judge is not None:
            yield from judge(plain_properties(inputs))


_PLAN = Judges()


def check(token: str, inputs: Mapping[str, Value]) -> Refusals:
    """Every refusal that the provider makes when it plans."""
    return _PLAN.refusals(token, inputs)


def missing(values: Values, name: str) -> bool:
    """Whether a property is not given, or given as nothing."""
    return values.get(name) in (None, "", [], {})


_LARGEST, _SMALLEST = 16, 28
"""The prefix lengths between which AWS allows a network."""


def network_size(text: Value) -> Refusals:
    """Refuses a network that is too large or too small."""
    size = text.rpartition("/")[2] if isinstance(text, str) else ""
    if size.isdigit() and not _LARGEST <= int(size) <= _SMALLEST:
        yield "cidrBlock", f"must be between /{_LARGEST} and /{_SMALLEST}; it is {text}"


def objects(value: Value) -> list[Values]:
    """The objects of a list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def number(value: Value) -> float | None:
    """A number or its text as a number."""
    if isinstance(value, bool):
        return None
    try:
        return float(value) if isinstance(value, (int, float, str)) else None
    except ValueError:
        return None


@_PLAN.of("aws:ecs/taskDefinition:TaskDefinition")
def _task_definition(values: Values) -> Refusals:
    text = values.get("containerDefinitions")
    if not isinstance(text, str):
        return
    try:
        containers = cast("Value", json.loads(text))
    except ValueError:
        yield "containerDefinitions", "must be valid JSON"
        return
    if not isinstance(containers, list) or len(objects(containers)) != len(containers):
        yield "containerDefinitions", "must be a JSON list of container definitions"


_ACTIONS = {
    "redirect": "redirect",
    "fixed-response": "fixedResponse",
    "authenticate-oidc": "authenticateOidc",
    "authenticate-cognito": "authenticateCognito",
}


def _actions(values: Values, name: str) -> Refusals:
    for at, action in enumerate(objects(values.get(name))):
        kind = action.get("type")
        block = _ACTIONS.get(kind) if isinstance(kind, str) else None
        if block and missing(action, block):
            yield f"{name}[{at}].{block}", f"is required for an action of type {kind}"
        if kind == "forward" and missing(action, "targetGroupArn") and missing(action, "forward"):
            yield f"{name}[{at}].targetGroupArn", "is required for an action of type forward"


@_PLAN.of("aws:lb/listener:Listener", "aws:alb/listener:Listener")
def _listener(values: Values) -> Refusals:
    return _actions(values, "defaultActions")


@_PLAN.of("aws:lb/listenerRule:ListenerRule", "aws:alb/listenerRule:ListenerRule")
def _listener_rule(values: Values) -> Refusals:
    return _actions(values, "actions")


@_PLAN.of("aws:lb/targetGroup:TargetGroup", "aws:alb/targetGroup:TargetGroup")
def _target_group(values: Values) -> Refusals:
    kind = values.get("targetType", "instance")
    if kind in ("instance", "ip", "alb"):
        for name in ("port", "protocol", "vpcId"):
            if missing(values, name):
                yield name, f"is required for the target type {kind}"
    health = values.get("healthCheck")
    by_tcp = isinstance(health, dict) and health.get("protocol") == "TCP"
    if by_tcp and isinstance(health, dict) and not missing(health, "matcher"):
        yield "healthCheck.matcher", "is not supported for health checks by TCP"


@_PLAN.of("aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer")
def _load_balancer(values: Values) -> Refusals:
    name = values.get("name")
    if isinstance(name, str) and (name.startswith(("-", "internal-")) or name.endswith("-")):
        yield "name", f'must not begin or end with a hyphen or begin with "internal-"; it is {name}'


SOURCES = ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId")


@_PLAN.of(
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
)
def _group_rule(values: Values) -> Refusals:
    given = [name for name in SOURCES if not missing(values, name)]
    if len(given) != 1:
        yield SOURCES[0], f"exactly one of {', '.join(SOURCES)} must be given, not {len(given)}"


@_PLAN.of("aws:ec2/securityGroup:SecurityGroup")
def _security_group(values: Values) -> Refusals:
    name = values.get("name")
    if isinstance(name, str) and name.startswith("sg-"):
        yield "name", f'must not begin with "sg-"; it is {name}'


@_PLAN.of("aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet")
def _network(values: Values) -> Refusals:
    text = values.get("cidrBlock")
    if isinstance(text, str):
        try:
            ipaddress.ip_network(text)
        except ValueError as error:
            yield "cidrBlock", f"must be a network's own CIDR block: {error}"


@_PLAN.of("aws:ec2/vpc:Vpc")
def _vpc(values: Values) -> Refusals:
    yield from _network(values)
    text = values.get("cidrBlock")
    yield from network_size(text)


def _fifo(flag: str) -> Judge:
    def judge(values: Values) -> Refusals:
        name, fifo = values.get("name"), values.get(flag) is True
        if isinstance(name, str) and name.endswith(".fifo") != fifo:
            word = "must" if fifo else "must not"
            yield "name", f'{word} end in ".fifo" when {flag} is {str(fifo).lower()}; it is {name}'
        if values.get("contentBasedDeduplication") is True and not fifo:
            yield "contentBasedDeduplication", f"is only valid when {flag} is true"

    return judge


_PLAN.of("aws:sqs/queue:Queue")(_fifo("fifoQueue"))
_PLAN.of("aws:sns/topic:Topic")(_fifo("fifoTopic"))


@_PLAN.of("aws:elasticache/replicationGroup:ReplicationGroup")
def _replication_group(values: Values) -> Refusals:
    failover = values.get("automaticFailoverEnabled")
    if values.get("multiAzEnabled") is True and failover in (None, False):
        yield "automaticFailoverEnabled", "must be true if multiAzEnabled is true"
    count = number(values.get("numCacheClusters"))
    if failover is True and count is not None and count <= 1:
        yield "numCacheClusters", "must be at least 2 if automaticFailoverEnabled is true"
    token = values.get("authToken")
    if isinstance(token, str) and not re.fullmatch(r'[^@"/\s]{16,128}', token):
        yield "authToken", 'must be 16 to 128 printable characters without @, ", / or space'
