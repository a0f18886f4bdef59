"""The least that a resource type accepts, made from its facts."""

from __future__ import annotations

from typing import cast

from toolchain.offline_aws.facts import Fields, Property, Resource
from toolchain.offline_aws.rules import judge
from toolchain.offline_aws.wire import UNKNOWN, Properties, Value

_CANDIDATES: tuple[Value, ...] = (
    "sample-value", "sample", "Sample1", "arn:aws:iam::123456789012:role/sample", "10.0.0.0/16",
    "123456789012", "{}", "1", "/sample", "a" * 20, "a" * 40, "a" * 64, "2", "10", "300",
    "03:00-04:00", "mon:03:00-mon:04:00", "alias/sample", "traffic-port", "80", "true",
    "sample.fifo", "us-east-1", "https://example.com",
)  # fmt: skip


# What only code demands, not the schema; and names that have no automatic form.
_MORE: dict[str, Properties] = {
    "Listener": {"defaultActions": [{"type": "forward", "targetGroupArn": UNKNOWN}]},
    "ListenerRule": {"actions": [{"type": "forward", "targetGroupArn": UNKNOWN}]},
    "TargetGroup": {"port": 80, "protocol": "HTTP", "vpcId": UNKNOWN},
    "SecurityGroupIngressRule": {"cidrIpv4": "10.0.0.0/16"},
    "SecurityGroupEgressRule": {"cidrIpv4": "10.0.0.0/16"},
    "TaskDefinition": {"containerDefinitions": "[]"},
}
_ELASTIC = ("aws:lb/", "aws:alb/", "aws:vpc/", "aws:ecs/taskDefinition")


def minimal(resource: Resource) -> Properties:
    """Every required property, and the first of each "one of" group, with a value that fits."""
    out = _object(resource.fields)
    for name in resource.fields:
        given = resource.fields[name]
        if given.autonamed and given.rules:
            out[name] = value_of(given)
    _choose(resource.fields, out, out, "")
    if resource.token.startswith(_ELASTIC):
        out |= _MORE.get(resource.token.rpartition(":")[2], {})
    return out


def _choose(fields: Fields, here: Properties, whole: Properties, prefix: str) -> None:
    """The first of each group of which one must be given, in this object and those inside it."""
    for name in fields:
        given, inner = fields[name], here.get(name)
        for which in ("one_of", "any_of"):
            group = [*given.paths(which), prefix + name] if given.paths(which) else []
            if group and not any(_there(whole, path) for path in group):
                here[name] = value_of(given)
        inner = here.get(name)
        if given.one and isinstance(inner, dict):
            _choose(given.fields, inner, whole, f"{prefix}{name}.")


def _there(values: Properties, path: str) -> bool:
    current: Value = values
    for part in path.split("."):
        current = current.get(part) if isinstance(current, dict) else None
    return current is not None


def _object(fields: Fields) -> Properties:
    return {name: value_of(fields[name]) for name in fields if fields[name].required}


def value_of(given: Property) -> Value:
    """A value that the property's rules accept, or `UNKNOWN` where none is found."""
    if given.fields or given.one:
        inner: Properties = _object(given.fields) or {"__defaults": []}
        return inner if given.one else [inner for _ in range(given.count("min") or 1)]
    match given.kind:
        case "l" | "t":
            return [UNKNOWN for _ in range(given.count("min") or 1)]
        case "m":
            return {}
        case "b":
            return True
        case _:
            return _scalar(given)


def _scalar(given: Property) -> Value:
    numbers: list[Value] = [1, 2, 10, 60, 300, 1000]
    candidates: list[Value] = numbers if given.kind in "in" else [*_CANDIDATES]
    for rule in (rule for group in given.rules for rule in group):
        for which in ("one_of", "range"):
            named = cast("list[Value]", rule.get(which) or [])
            candidates = [value for value in named if value is not None] + candidates
    for candidate in candidates:
        if not judge(given.rules, candidate, exact=True):
            return candidate
    return UNKNOWN
