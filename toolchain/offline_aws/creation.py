"""What AWS's own API refuses when a resource is created, across several fields.

The real provider cannot know these when it plans, so they stop no preview; the emulator lets most
of them pass, so the offline provider makes them before it creates.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import cast

from toolchain.offline_aws.crossfield import (
    Judge,
    Judges,
    Refusals,
    Values,
    missing,
    network_size,
    number,
    objects,
)
from toolchain.offline_aws.wire import Unknown, Value

_CREATION = Judges()
_LONGEST_IDLE_SECONDS = 4000
_SHOWN = 3
"""How many of a task size's memory values a message lists."""


def refusals(token: str, inputs: Mapping[str, Value]) -> Refusals:
    """Every refusal that AWS makes of a type's inputs."""
    return _CREATION.refusals(token, inputs)


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
        count = number(value.lower().replace(" ", "").removesuffix(unit))
        return None if count is None else count * 1024
    return number(value)


def _fargate_size(values: Values) -> Refusals:
    cpu, memory = values.get("cpu"), values.get("memory")
    for name in ("cpu", "memory"):
        if missing(values, name):
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
        more = f" ... {sizes[-1]}" if len(sizes) > _SHOWN else ""
        listed = ", ".join(map(str, sizes[:_SHOWN])) + more
        reason = f"must be {listed} MiB for {cpu} CPU units on Fargate; it is {memory}"
        yield "memory", reason


@_CREATION.of("aws:ecs/taskDefinition:TaskDefinition")
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
    containers = objects(cast("Value", json.loads(text)))
    if not containers:
        yield "containerDefinitions", "must have at least one container"
        return
    if not any(one.get("essential", True) for one in containers):
        yield "containerDefinitions", "must have an essential container"
    for at, one in enumerate(containers):
        for name in ("name", "image"):
            if not one.get(name):
                yield f"containerDefinitions[{at}].{name}", "is required, but missing"


@_CREATION.of("aws:ecs/service:Service")
def _service(values: Values) -> Refusals:
    if values.get("launchType") == "FARGATE" and missing(values, "networkConfiguration"):
        yield "networkConfiguration", "is required for Fargate"
    if not missing(values, "launchType") and not missing(values, "capacityProviderStrategies"):
        yield "launchType", "cannot be given together with capacityProviderStrategies"
    grace = values.get("healthCheckGracePeriodSeconds")
    if grace not in (None, 0) and missing(values, "loadBalancers"):
        yield "healthCheckGracePeriodSeconds", "is only valid with loadBalancers"


@_CREATION.of("aws:lb/listener:Listener", "aws:alb/listener:Listener")
def _listener(values: Values) -> Refusals:
    if values.get("protocol") in ("HTTPS", "TLS") and missing(values, "certificateArn"):
        yield "certificateArn", f"is required for protocol {values['protocol']}"
    if values.get("protocol") == "HTTP" and not missing(values, "sslPolicy"):
        yield "sslPolicy", "is only valid for the protocols HTTPS and TLS"


_CONDITIONS = (
    "hostHeader", "httpHeader", "httpRequestMethod", "pathPattern", "queryStrings", "sourceIp",
)  # fmt: skip


@_CREATION.of("aws:lb/listenerRule:ListenerRule", "aws:alb/listenerRule:ListenerRule")
def _listener_rule(values: Values) -> Refusals:
    for at, condition in enumerate(objects(values.get("conditions"))):
        given = [name for name in _CONDITIONS if not missing(condition, name)]
        if len(given) != 1:
            yield f"conditions[{at}]", f"must have exactly one of {', '.join(_CONDITIONS)}"


@_CREATION.of("aws:lb/targetGroup:TargetGroup", "aws:alb/targetGroup:TargetGroup")
def _target_group(values: Values) -> Refusals:
    health = values.get("healthCheck")
    if isinstance(health, dict):
        interval, timeout = number(health.get("interval", 30)), number(health.get("timeout"))
        if interval is not None and timeout is not None and timeout >= interval:
            yield "healthCheck.timeout", "must be smaller than healthCheck.interval"
    sticky = values.get("stickiness")
    if not isinstance(sticky, dict) or values.get("protocol") not in ("HTTP", "HTTPS"):
        return
    if sticky.get("type") in ("source_ip", "source_ip_dest_ip", "source_ip_dest_ip_proto"):
        yield "stickiness.type", f"{sticky['type']} is not supported by HTTP target groups"
    if sticky.get("type") == "app_cookie" and missing(sticky, "cookieName"):
        yield "stickiness.cookieName", "is required for the type app_cookie"


@_CREATION.of("aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer")
def _load_balancer(values: Values) -> Refusals:
    subnets = values.get("subnets")
    application = values.get("loadBalancerType", "application") == "application"
    if application and isinstance(subnets, list) and len(subnets) == 1:
        yield "subnets", "must be in at least two zones for an application load balancer"
    timeout = number(values.get("idleTimeout"))
    if timeout is not None and not 1 <= timeout <= _LONGEST_IDLE_SECONDS:
        yield (
            "idleTimeout",
            f"must be between 1 and {_LONGEST_IDLE_SECONDS} seconds; it is {timeout:g}",
        )


@_CREATION.of("aws:rds/instance:Instance")
def _instance(values: Values) -> Refusals:
    fresh = all(
        missing(values, name)
        for name in ("replicateSourceDb", "snapshotIdentifier", "s3Import", "restoreToPointInTime")
    )
    if fresh:
        for name in ("allocatedStorage", "engine", "username"):
            if missing(values, name):
                yield name, "is required for a new instance"
        unmanaged = values.get("manageMasterUserPassword") in (None, False)
        if unmanaged and missing(values, "password") and missing(values, "passwordWo"):
            yield "password", "or manageMasterUserPassword is required for a new instance"
    if values.get("manageMasterUserPassword") is True and not missing(values, "password"):
        yield "password", "cannot be given together with manageMasterUserPassword"
    interval = number(values.get("monitoringInterval"))
    if interval and missing(values, "monitoringRoleArn"):
        yield "monitoringRoleArn", "is required for a monitoringInterval above 0"
    least, most = (
        number(values.get("allocatedStorage")),
        number(values.get("maxAllocatedStorage")),
    )
    if least and most and most < least:
        yield "maxAllocatedStorage", "must not be smaller than allocatedStorage"
    kept = number(values.get("performanceInsightsRetentionPeriod"))
    if kept and kept not in (7, 731) and kept % 31:
        yield (
            "performanceInsightsRetentionPeriod",
            f"must be 7, 731 or a multiple of 31; it is {kept}",
        )


@_CREATION.of(
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
)
def _group_rule(values: Values) -> Refusals:
    protocol, low, high = values.get("ipProtocol"), values.get("fromPort"), values.get("toPort")
    if protocol in ("tcp", "udp"):
        for name in ("fromPort", "toPort"):
            if missing(values, name):
                yield name, f"is required for ipProtocol {protocol}"
        first, last = number(low), number(high)
        if first is not None and last is not None and first > last:
            yield "fromPort", f"must not be above toPort; it is {first:g} with {last:g}"


@_CREATION.of("aws:ec2/securityGroup:SecurityGroup")
def _security_group(values: Values) -> Refusals:
    for way in ("ingress", "egress"):
        for at, rule in enumerate(objects(values.get(way))):
            ports = (rule.get("fromPort"), rule.get("toPort"))
            if rule.get("protocol") in ("-1", "all") and any(number(port) for port in ports):
                yield f"{way}[{at}].fromPort", "and toPort must be 0 when the protocol is -1 (all)"


@_CREATION.of("aws:ec2/subnet:Subnet")
def _subnet(values: Values) -> Refusals:
    text = values.get("cidrBlock")
    yield from network_size(text)


def _document(limit: int) -> Judge:
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


_CREATION.of("aws:iam/policy:Policy")(_document(6144))
_CREATION.of("aws:iam/rolePolicy:RolePolicy")(_document(10240))


@_CREATION.of("aws:elasticache/replicationGroup:ReplicationGroup")
def _replication_group(values: Values) -> Refusals:
    encrypted = values.get("transitEncryptionEnabled")
    if not missing(values, "authToken") and encrypted in (None, False, "false"):
        yield "transitEncryptionEnabled", "must be true when authToken is given"


@_CREATION.of("aws:appautoscaling/target:Target")
def _scaling_target(values: Values) -> Refusals:
    low, high = number(values.get("minCapacity")), number(values.get("maxCapacity"))
    if low is not None and high is not None and low > high:
        yield "minCapacity", f"must not be above maxCapacity; it is {low:g} with {high:g}"


@_CREATION.of("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
def _bucket(values: Values) -> Refusals:
    name = values.get("bucket")
    if isinstance(name, str) and not re.fullmatch(
        r"(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", name
    ):
        form = (
            "3 to 63 lower-case letters, digits, dots and hyphens, with no dot or hyphen at an end"
        )
        yield "bucket", f"must be {form}; it is {name}"
