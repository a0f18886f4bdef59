"""Each configuration key does what chat spec 001 says of it, shown by figures of no committed stack."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import TypeAlias

import pytest

from graph.model import Graph
from tests.unit.infra.chat_parts import (
    SERVICES,
    alarms_of,
    container,
    primary,
    replicas,
    scaling,
    variables,
)
from tests.unit.infra.recorded import all_of, changed_graph, named, one, stack_graph

Shown: TypeAlias = Callable[[Graph], object]

ODD = {
    "domainName": "talk.example.org",
    "hostedZoneId": "Z00000000ODD",
    "auth0Domain": "odd.eu.auth0.com",
    "auth0Audience": "https://odd.example.org",
    "availabilityZones": '["eu-central-1c", "eu-central-1a"]',
    "natGateways": "1",
    "apiServiceDesiredCount": "5",
    "apiServiceCpu": "512",
    "apiServiceMemory": "3072",
    "apiDeregistrationDelaySeconds": "47",
    "apiStopTimeoutSeconds": "53",
    "realtimeServiceDesiredCount": "9",
    "realtimeServiceCpu": "2048",
    "realtimeServiceMemory": "5120",
    "realtimeMaxConnectionsPerTask": "2222",
    "realtimeScaleOnEventLoopLagMs": "77",
    "realtimeDeregistrationDelaySeconds": "113",
    "realtimeStopTimeoutSeconds": "99",
    "realtimeMinHealthyPercent": "80",
    "realtimeMaxPercent": "170",
    "realtimeStickyDurationSeconds": "1234",
    "workerServiceDesiredCount": "7",
    "workerServiceCpu": "256",
    "workerServiceMemory": "2048",
    "workerScaleOnQueueDepth": "33",
    "workerScaleOnOldestMessageAge": "222",
    "healthCheckGracePeriodSeconds": "88",
    "fargateSpotWeight": "35",
    "rdsInstanceClass": "db.r6g.2xlarge",
    "rdsAllocatedStorage": "321",
    "rdsEngineVersion": "15",
    "rdsProxyMaxConnectionsPercent": "73",
    "rdsProxyIdleClientTimeout": "1111",
    "rdsReadReplicaInstanceClass": "db.r6g.large",
    "redisAdapterNodeType": "cache.r6g.large",
    "redisAdapterReplicas": "1",
    "redisStateNodeType": "cache.m6g.xlarge",
    "redisStateReplicas": "3",
    "wafApiRateLimitPer5Min": "4321",
    "wafSocketRateLimitPer5Min": "5432",
}
"""A figure of its own for each key that the largest stack has."""
CPU = "ECSServiceAverageCPUUtilization"
VISIBLE = "ApproximateNumberOfMessagesVisible"
AGE = "ApproximateAgeOfOldestMessage"
PROXY_POOL = "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup"


@cache
def odd() -> Graph:
    return changed_graph("100k-dau", **ODD)


@cache
def single() -> Graph:
    """A stack with one Redis of figures of its own."""
    return changed_graph("25k-dau", redisNodeType="cache.r6g.large", redisNumCacheNodes="4")


def tasks_of(service: str) -> Shown:
    return lambda graph: str(named(graph, f"{service}-service", "Service")["desiredCount"].value)


def of_task(service: str, key: str) -> Shown:
    return lambda graph: str(named(graph, f"{service}-task")[key].value)


def of_service(service: str, key: str) -> Shown:
    return lambda graph: str(named(graph, f"{service}-service", "Service")[key].value)


def stop_timeout(service: str) -> Shown:
    return lambda graph: str(container(graph, service)["stopTimeout"])


def of_target(service: str, *keys: str) -> Shown:
    def shown(graph: Graph) -> str:
        (found,) = [group for group in all_of(graph, "TargetGroup") if group.name.endswith(service)]
        value = found.properties
        for key in keys:
            value = value[key]
        return str(value.value)

    return shown


def variable(name: str) -> Shown:
    return lambda graph: {variables(graph, service)[name] for service in SERVICES}


def tracked(service: str, metric: str) -> Shown:
    def shown(graph: Graph) -> str:
        policy = scaling(graph, service)[metric]
        target = policy["targetTrackingScalingPolicyConfiguration"]["targetValue"].value
        return f"{float(str(target)):g}"

    return shown


def stepped(service: str, metric: str) -> Shown:
    def shown(graph: Graph) -> set[str]:
        alarms = alarms_of(graph, scaling(graph, service)[metric])
        return {f"{float(str(alarm['threshold'].value)):g}" for alarm in alarms}

    return shown


def of_cache(part: str, key: str) -> Shown:
    return lambda graph: str(named(graph, f"{part}-group", "ReplicationGroup")[key].value)


def replicas_of(part: str) -> Shown:
    """All nodes but the primary."""
    return lambda graph: str(int(str(of_cache(part, "numCacheClusters")(graph))) - 1)


def rate_limit(rule: str) -> Shown:
    def shown(graph: Graph) -> str:
        (found,) = [r for r in one(graph, "WebAcl")["rules"].items() if r["name"].value == rule]
        return str(found["statement"]["rateBasedStatement"]["limit"].value)

    return shown


def spot_shares(graph: Graph) -> set[str]:
    return {
        str(share["weight"].value)
        for service in all_of(graph, "Service")
        for share in service["capacityProviderStrategies"].items()
        if share["capacityProvider"].value == "FARGATE_SPOT"
    }


def zones(graph: Graph) -> str:
    names = [str(subnet["availabilityZone"].value) for subnet in all_of(graph, "Subnet")]
    return json.dumps(sorted(set(names), reverse=True))


REQUIREMENTS: dict[str, tuple[str, Shown]] = {
    "domainName": ("046", lambda graph: str(one(graph, "Certificate")["domainName"].value)[4:]),
    "hostedZoneId": ("047", lambda graph: {str(record["zoneId"].value) for record in all_of(graph, "Record")}),
    "auth0Domain": ("048", variable("AUTH0_DOMAIN")),
    "auth0Audience": ("049", variable("AUTH0_AUDIENCE")),
    "availabilityZones": ("050", zones),
    "natGateways": ("051", lambda graph: str(len(all_of(graph, "NatGateway")))),
    "apiServiceDesiredCount": ("053", tasks_of("api")),
    "apiServiceCpu": ("054", of_task("api", "cpu")),
    "apiServiceMemory": ("055", of_task("api", "memory")),
    "apiDeregistrationDelaySeconds": ("056", of_target("api", "deregistrationDelay")),
    "apiStopTimeoutSeconds": ("057", stop_timeout("api")),
    "realtimeServiceDesiredCount": ("058", tasks_of("realtime")),
    "realtimeServiceCpu": ("059", of_task("realtime", "cpu")),
    "realtimeServiceMemory": ("060", of_task("realtime", "memory")),
    "realtimeMaxConnectionsPerTask": ("061", tracked("realtime", "ActiveConnections")),
    "realtimeScaleOnEventLoopLagMs": ("062", stepped("realtime", "EventLoopLagMs")),
    "realtimeDeregistrationDelaySeconds": ("064", of_target("realtime", "deregistrationDelay")),
    "realtimeStopTimeoutSeconds": ("065", stop_timeout("realtime")),
    "realtimeMinHealthyPercent": ("066", of_service("realtime", "deploymentMinimumHealthyPercent")),
    "realtimeMaxPercent": ("067", of_service("realtime", "deploymentMaximumPercent")),
    "realtimeStickyDurationSeconds": ("068", of_target("realtime", "stickiness", "cookieDuration")),
    "workerServiceDesiredCount": ("069", tasks_of("workers")),
    "workerServiceCpu": ("070", of_task("workers", "cpu")),
    "workerServiceMemory": ("071", of_task("workers", "memory")),
    "workerScaleOnQueueDepth": ("072", tracked("workers", VISIBLE)),
    "workerScaleOnOldestMessageAge": ("073", stepped("workers", AGE)),
    "healthCheckGracePeriodSeconds": ("075", of_service("realtime", "healthCheckGracePeriodSeconds")),
    "fargateSpotWeight": ("183", spot_shares),
    "rdsInstanceClass": ("076", lambda graph: str(primary(graph)["instanceClass"].value)),
    "rdsAllocatedStorage": ("077", lambda graph: str(primary(graph)["allocatedStorage"].value)),
    "rdsEngineVersion": ("078", lambda graph: str(primary(graph)["engineVersion"].value)),
    "rdsProxyMaxConnectionsPercent": (
        "081",
        lambda graph: str(graph.of_type(PROXY_POOL)[0]["connectionPoolConfig"]["maxConnectionsPercent"].value),
    ),
    "rdsProxyIdleClientTimeout": ("082", lambda graph: str(one(graph, "Proxy")["idleClientTimeout"].value)),
    "rdsReadReplicaInstanceClass": ("084", lambda graph: {str(r["instanceClass"].value) for r in replicas(graph)}),
    "redisAdapterNodeType": ("088", of_cache("redis-adapter", "nodeType")),
    "redisAdapterReplicas": ("089", replicas_of("redis-adapter")),
    "redisStateNodeType": ("090", of_cache("redis-state", "nodeType")),
    "redisStateReplicas": ("091", replicas_of("redis-state")),
    "wafApiRateLimitPer5Min": ("094", rate_limit("api-rate")),
    "wafSocketRateLimitPer5Min": ("095", rate_limit("socket-rate")),
}  # fmt: skip
"""The requirement of each key, and where its figure shows in a stack."""


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        pytest.param(key, shown, id=key, marks=pytest.mark.requirement(f"CHAT-001-{number}"))
        for key, (number, shown) in REQUIREMENTS.items()
    ],
)
def test_a_keys_figure_arrives_where_it_belongs(key: str, shown: Shown) -> None:
    found = shown(odd())

    assert found in (ODD[key], {ODD[key]})


def test_every_odd_figure_is_looked_for() -> None:
    assert ODD.keys() == REQUIREMENTS.keys()


@pytest.mark.requirement("CHAT-001-085", "CHAT-001-086")
def test_a_single_redis_has_the_type_and_the_number_of_nodes_that_are_configured() -> None:
    assert of_cache("redis", "nodeType")(single()) == "cache.r6g.large"
    assert of_cache("redis", "numCacheClusters")(single()) == "4"


@pytest.mark.requirement("CHAT-001-063", "CHAT-001-030", "CHAT-001-031")
def test_connections_and_lag_scale_realtime_only_where_the_key_says_so() -> None:
    basic, full = scaling(stack_graph("5k-dau"), "realtime"), scaling(odd(), "realtime")

    assert set(full) - set(basic) == {"ActiveConnections", "EventLoopLagMs"}
    assert CPU in basic


@pytest.mark.requirement("CHAT-001-074", "CHAT-004-28", "CHAT-001-182", "CHAT-001-032")
@pytest.mark.parametrize(("stack", "architecture"), [("50k-dau", "X86_64"), ("100k-dau", "ARM64")])
def test_graviton_decides_the_architecture_of_every_service(stack: str, architecture: str) -> None:
    for service in SERVICES:
        task = named(stack_graph(stack), f"{service}-task")
        assert task["runtimePlatform"]["cpuArchitecture"].value == architecture


@pytest.mark.requirement("CHAT-001-079", "CHAT-004-27")
@pytest.mark.parametrize(("stack", "standby"), [("25k-dau", False), ("50k-dau", True)])
def test_multi_az_gives_the_database_a_standby(stack: str, *, standby: bool) -> None:
    assert (primary(stack_graph(stack))["multiAz"].value is True) is standby


@pytest.mark.requirement("CHAT-001-080", "CHAT-001-083", "CHAT-001-087", "CHAT-001-093")
@pytest.mark.requirement("CHAT-001-014")
def test_each_flag_adds_its_part_and_without_it_there_is_none() -> None:
    small, large = stack_graph("1k-dau"), stack_graph("100k-dau")

    assert (all_of(small, "Proxy"), len(all_of(large, "Proxy"))) == ([], 1)
    assert (replicas(small), len(replicas(large))) == ([], 1)
    assert len(all_of(small, "ReplicationGroup")) == 1
    assert len(all_of(large, "ReplicationGroup")) == 2
    assert (all_of(small, "WebAclAssociation"), len(all_of(large, "WebAclAssociation"))) == ([], 1)


@pytest.mark.requirement("CHAT-001-045")
def test_the_environment_decides_what_guards_a_stack() -> None:
    dev, size = stack_graph("dev"), stack_graph("1k-dau")

    assert primary(dev)["deletionProtection"].value is False
    assert primary(size)["deletionProtection"].value is True
    assert one(dev, "LoadBalancer")["enableDeletionProtection"].value is False
    assert one(size, "LoadBalancer")["enableDeletionProtection"].value is True
