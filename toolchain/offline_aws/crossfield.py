"""Refusals that depend on several fields at once, as the provider's code and AWS itself make them.

A schema does not state them.  Each function is for one resource type, sees known plain values only
(an unknown value is `UNKNOWN` and decides nothing) and yields a property path and a clause.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from toolchain.offline_aws.wire import Unknown, Value, plain

Refusals: TypeAlias = Iterator[tuple[str, str]]
Values: TypeAlias = dict[str, Value]
_CHECKS: dict[str, Callable[[Values], Refusals]] = {}


def _of(*tokens: str) -> Callable[[Callable[[Values], Refusals]], Callable[[Values], Refusals]]:
    def register(check: Callable[[Values], Refusals]) -> Callable[[Values], Refusals]:
        for token in tokens:
            _CHECKS[token] = check
        return check

    return register


def check(token: str, inputs: Mapping[str, Value]) -> Refusals:
    """Every cross-field refusal of a type's inputs."""
    found = _CHECKS.get(token)
    if found is not None:
        values = plain(dict(inputs))
        assert isinstance(values, dict)
        yield from found(values)


def _missing(values: Values, name: str) -> bool:
    return values.get(name) in (None, "", [], {})


def _objects(value: Value) -> list[Values]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _number(value: Value) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        return float(value) if isinstance(value, (int, float, str)) else None
    except ValueError:
        return None


# CPU units -> MiB: AWS Fargate's task sizes.
FARGATE: dict[int, Sequence[int]] = {
    256: (512, 1024, 2048),
    512: range(1024, 4096 + 1, 1024),
    1024: range(2048, 8192 + 1, 1024),
    2048: range(4096, 16384 + 1, 1024),
    4096: range(8192, 30720 + 1, 1024),
    8192: range(16384, 61440 + 1, 4096),
    16384: range(32768, 122880 + 1, 8192),
}


def _units(value: Value, unit: str) -> float | None:
    """`1024`, `"1024"` or `"1 vCPU"`/`"2 GB"` as units or MiB."""
    if isinstance(value, str) and value.lower().replace(" ", "").endswith(unit):
        number = _number(value.lower().replace(" ", "").removesuffix(unit))
        return None if number is None else number * 1024
    return _number(value)


def _fargate_size(values: Values) -> Refusals:
    cpu, memory = values.get("cpu"), values.get("memory")
    for name in ("cpu", "memory"):
        if _missing(values, name):
            yield name, "is required for Fargate"
    units, size = _units(cpu, "vcpu"), _units(memory, "gb")
    if units is None:
        return
    if units not in FARGATE:
        if units < max(FARGATE):
            yield "cpu", f"must be one of {', '.join(map(str, FARGATE))} for Fargate; it is {cpu}"
        return
    sizes = FARGATE[int(units)]
    if size is not None and size not in sizes:
        yield (
            "memory",
            f"must be {', '.join(map(str, sizes[:3]))}{f' ... {sizes[-1]}' if len(sizes) > 3 else ''}"
            f" MiB for {cpu} CPU units on Fargate; it is {memory}",
        )


@_of("aws:ecs/taskDefinition:TaskDefinition")
def _task_definition(values: Values) -> Refusals:
    compatible = values.get("requiresCompatibilities")
    if isinstance(compatible, list) and "FARGATE" in compatible:
        yield from _fargate_size(values)
        mode = values.get("networkMode")
        if mode != "awsvpc" and not isinstance(mode, Unknown):
            yield "networkMode", "must be awsvpc for Fargate"
    text = values.get("containerDefinitions")
    if not isinstance(text, str):
        return
    try:
        containers = json.loads(text)
    except ValueError:
        yield "containerDefinitions", "must be valid JSON"
        return
    if not isinstance(containers, list) or not containers:
        yield "containerDefinitions", "must be a JSON list of at least one container"
        return
    if not any(isinstance(one, dict) and one.get("essential", True) for one in containers):
        yield "containerDefinitions", "must have an essential container"
    for at, one in enumerate(containers):
        for name in ("name", "image"):
            if not isinstance(one, dict) or not one.get(name):
                yield f"containerDefinitions[{at}].{name}", "is required, but missing"


@_of("aws:ecs/service:Service")
def _service(values: Values) -> Refusals:
    if values.get("launchType") == "FARGATE" and _missing(values, "networkConfiguration"):
        yield "networkConfiguration", "is required for Fargate"
    if not _missing(values, "launchType") and not _missing(values, "capacityProviderStrategies"):
        yield "launchType", "cannot be given together with capacityProviderStrategies"
    if not _missing(values, "healthCheckGracePeriodSeconds") and _missing(values, "loadBalancers"):
        if values["healthCheckGracePeriodSeconds"] != 0:
            yield "healthCheckGracePeriodSeconds", "is only valid with loadBalancers"


_ACTIONS = {
    "redirect": "redirect",
    "fixed-response": "fixedResponse",
    "authenticate-oidc": "authenticateOidc",
    "authenticate-cognito": "authenticateCognito",
}


def _actions(values: Values, name: str) -> Refusals:
    for at, action in enumerate(_objects(values.get(name))):
        kind = action.get("type")
        block = _ACTIONS.get(kind) if isinstance(kind, str) else None
        if block and _missing(action, block):
            yield f"{name}[{at}].{block}", f"is required for an action of type {kind}"
        if kind == "forward" and _missing(action, "targetGroupArn") and _missing(action, "forward"):
            yield f"{name}[{at}].targetGroupArn", "is required for an action of type forward"


@_of("aws:lb/listener:Listener", "aws:alb/listener:Listener")
def _listener(values: Values) -> Refusals:
    yield from _actions(values, "defaultActions")
    secure = values.get("protocol") in ("HTTPS", "TLS")
    if secure and _missing(values, "certificateArn"):
        yield "certificateArn", f"is required for protocol {values['protocol']}"
    if values.get("protocol") == "HTTP" and not _missing(values, "sslPolicy"):
        yield "sslPolicy", "is only valid for the protocols HTTPS and TLS"


_CONDITIONS = (
    "hostHeader", "httpHeader", "httpRequestMethod", "pathPattern", "queryStrings", "sourceIp",
)  # fmt: skip


@_of("aws:lb/listenerRule:ListenerRule", "aws:alb/listenerRule:ListenerRule")
def _listener_rule(values: Values) -> Refusals:
    yield from _actions(values, "actions")
    for at, condition in enumerate(_objects(values.get("conditions"))):
        given = [name for name in _CONDITIONS if not _missing(condition, name)]
        if len(given) != 1:
            yield f"conditions[{at}]", f"must have exactly one of {', '.join(_CONDITIONS)}"


@_of("aws:lb/targetGroup:TargetGroup", "aws:alb/targetGroup:TargetGroup")
def _target_group(values: Values) -> Refusals:
    kind = values.get("targetType", "instance")
    if kind in ("instance", "ip", "alb"):
        for name in ("port", "protocol", "vpcId"):
            if _missing(values, name):
                yield name, f"is required for the target type {kind}"
    health = values.get("healthCheck")
    if isinstance(health, dict):
        interval, timeout = _number(health.get("interval", 30)), _number(health.get("timeout"))
        if interval is not None and timeout is not None and timeout >= interval:
            yield "healthCheck.timeout", "must be smaller than healthCheck.interval"
        if health.get("protocol") == "TCP" and not _missing(health, "matcher"):
            yield "healthCheck.matcher", "is not supported for health checks by TCP"
    sticky = values.get("stickiness")
    if isinstance(sticky, dict) and sticky.get("enabled", True):
        if values.get("protocol") in ("HTTP", "HTTPS"):
            if sticky.get("type") in ("source_ip", "source_ip_dest_ip", "source_ip_dest_ip_proto"):
                yield "stickiness.type", f"{sticky['type']} is not supported by HTTP target groups"
            if sticky.get("type") == "app_cookie" and _missing(sticky, "cookieName"):
                yield "stickiness.cookieName", "is required for the type app_cookie"


@_of("aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer")
def _load_balancer(values: Values) -> Refusals:
    subnets = values.get("subnets")
    if values.get("loadBalancerType", "application") == "application":
        if isinstance(subnets, list) and len(subnets) == 1:
            yield "subnets", "must be in at least two zones for an application load balancer"
    timeout = _number(values.get("idleTimeout"))
    if timeout is not None and not 1 <= timeout <= 4000:
        yield "idleTimeout", f"must be between 1 and 4000 seconds; it is {timeout:g}"
    name = values.get("name")
    if isinstance(name, str) and (name.startswith(("-", "internal-")) or name.endswith("-")):
        yield "name", f'must not begin or end with a hyphen or begin with "internal-"; it is {name}'


@_of("aws:rds/instance:Instance")
def _instance(values: Values) -> Refusals:
    fresh = all(
        _missing(values, name)
        for name in ("replicateSourceDb", "snapshotIdentifier", "s3Import", "restoreToPointInTime")
    )
    if fresh:
        for name in ("allocatedStorage", "engine", "username"):
            if _missing(values, name):
                yield name, "is required for a new instance"
        if _missing(values, "password") and _missing(values, "passwordWo"):
            if values.get("manageMasterUserPassword") in (None, False):
                yield "password", "or manageMasterUserPassword is required for a new instance"
    if values.get("manageMasterUserPassword") is True and not _missing(values, "password"):
        yield "password", "cannot be given together with manageMasterUserPassword"
    interval = _number(values.get("monitoringInterval"))
    if interval and _missing(values, "monitoringRoleArn"):
        yield "monitoringRoleArn", "is required for a monitoringInterval above 0"
    least, most = (
        _number(values.get("allocatedStorage")),
        _number(values.get("maxAllocatedStorage")),
    )
    if least and most and most < least:
        yield "maxAllocatedStorage", "must not be smaller than allocatedStorage"
    kept = _number(values.get("performanceInsightsRetentionPeriod"))
    if kept and kept not in (7, 731) and kept % 31:
        yield (
            "performanceInsightsRetentionPeriod",
            f"must be 7, 731 or a multiple of 31; it is {kept}",
        )


_SOURCES = ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId")


@_of(
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
)
def _group_rule(values: Values) -> Refusals:
    given = [name for name in _SOURCES if not _missing(values, name)]
    if len(given) != 1:
        yield _SOURCES[0], f"exactly one of {', '.join(_SOURCES)} must be given, not {len(given)}"
    if values.get("ipProtocol") == "-1":
        for name in ("fromPort", "toPort"):
            if not _missing(values, name):
                yield name, "cannot be given when ipProtocol is -1 (all)"
    if values.get("ipProtocol") in ("tcp", "udp"):
        for name in ("fromPort", "toPort"):
            if _missing(values, name):
                yield name, f"is required for ipProtocol {values['ipProtocol']}"
    low, high = _number(values.get("fromPort")), _number(values.get("toPort"))
    if low is not None and high is not None and values.get("ipProtocol") in ("tcp", "udp"):
        if low > high:
            yield "fromPort", f"must not be above toPort; it is {low:g} with {high:g}"


@_of("aws:ec2/securityGroup:SecurityGroup")
def _security_group(values: Values) -> Refusals:
    name = values.get("name")
    if isinstance(name, str) and name.startswith("sg-"):
        yield "name", f'must not begin with "sg-"; it is {name}'
    for way in ("ingress", "egress"):
        for at, rule in enumerate(_objects(values.get(way))):
            ports = (rule.get("fromPort"), rule.get("toPort"))
            if rule.get("protocol") in ("-1", "all") and any(_number(port) for port in ports):
                yield f"{way}[{at}].fromPort", "and toPort must be 0 when the protocol is -1 (all)"


@_of("aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet")
def _network(values: Values) -> Refusals:
    text = values.get("cidrBlock")
    if not isinstance(text, str):
        return
    try:
        network = ipaddress.ip_network(text)
    except ValueError as error:
        yield "cidrBlock", f"must be a network's own CIDR block: {error}"
        return
    if not 16 <= network.prefixlen <= 28:
        yield "cidrBlock", f"must be between /16 and /28; it is {text}"


def _document(limit: int) -> Callable[[Values], Refusals]:
    def judge(values: Values) -> Refusals:
        text = values.get("policy")
        if isinstance(text, str):
            try:
                size = len(json.dumps(json.loads(text), separators=(",", ":")))
            except ValueError:
                return
            if size > limit:
                yield "policy", f"must have at most {limit} characters, not {size}"

    return judge


_CHECKS["aws:iam/policy:Policy"] = _document(6144)
_CHECKS["aws:iam/rolePolicy:RolePolicy"] = _document(10240)


def _fifo(flag: str) -> Callable[[Values], Refusals]:
    def judge(values: Values) -> Refusals:
        name, fifo = values.get("name"), values.get(flag) is True
        if isinstance(name, str) and name.endswith(".fifo") != fifo:
            word = "must" if fifo else "must not"
            yield "name", f'{word} end in ".fifo" when {flag} is {str(fifo).lower()}; it is {name}'
        if values.get("contentBasedDeduplication") is True and not fifo:
            yield "contentBasedDeduplication", f"is only valid when {flag} is true"

    return judge


_CHECKS["aws:sqs/queue:Queue"] = _fifo("fifoQueue")
_CHECKS["aws:sns/topic:Topic"] = _fifo("fifoTopic")


@_of("aws:elasticache/replicationGroup:ReplicationGroup")
def _replication_group(values: Values) -> Refusals:
    failover = values.get("automaticFailoverEnabled")
    if values.get("multiAzEnabled") is True and failover in (None, False):
        yield "automaticFailoverEnabled", "must be true if multiAzEnabled is true"
    count = _number(values.get("numCacheClusters"))
    if failover is True and count is not None and count < 2:
        yield "numCacheClusters", "must be at least 2 if automaticFailoverEnabled is true"
    token = values.get("authToken")
    if not _missing(values, "authToken") and values.get("transitEncryptionEnabled") in (
        None,
        False,
    ):
        yield "transitEncryptionEnabled", "must be true when authToken is given"
    if isinstance(token, str) and not re.fullmatch(r'[^@"/\s]{16,128}', token):
        yield "authToken", 'must be 16 to 128 printable characters without @, ", / or space'


@_of("aws:appautoscaling/target:Target")
def _scaling_target(values: Values) -> Refusals:
    low, high = _number(values.get("minCapacity")), _number(values.get("maxCapacity"))
    if low is not None and high is not None and low > high:
        yield "minCapacity", f"must not be above maxCapacity; it is {low:g} with {high:g}"


@_of("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
def _bucket(values: Values) -> Refusals:
    name = values.get("bucket")
    if isinstance(name, str) and not re.fullmatch(
        r"(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", name
    ):
        yield (
            "bucket",
            "must be 3 to 63 lower-case letters, digits, dots and hyphens, beginning and ending "
            f"with a letter or digit; it is {name}",
        )
