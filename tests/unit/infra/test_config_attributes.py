"""Every key means its own attribute of the configuration, and no other's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from infra.config.chat import (
    CacheNodes,
    ChatConfig,
    DatabaseConfig,
    FirewallConfig,
    ProxyConfig,
    RealtimeConfig,
    RoutedServiceConfig,
    SplitCache,
    WorkersConfig,
)
from infra.config.chat_fields import FIELDS
from infra.config.fields import Raw
from infra.config.load import parse
from infra.plan.context import Environment
from infra.plan.fargate import TaskSize

# No two values are alike but the flags, each of which is turned below by itself.
VALUES = {
    "aws:region": "us-west-2",
    "plumbline:system": "chat",
    "plumbline:environment": "prod",
    "plumbline:domainName": "chat.example.net",
    "plumbline:hostedZoneId": "Z0ONE",
    "plumbline:auth0Domain": "tenant.example.org",
    "plumbline:auth0Audience": "https://audience",
    "plumbline:alarmEmail": "ops@example.net",
    "plumbline:availabilityZones": '["us-west-2b", "us-west-2a"]',
    "plumbline:natGateways": "2",
    "plumbline:apiImageTag": "api-1",
    "plumbline:apiServiceDesiredCount": "11",
    "plumbline:apiServiceCpu": "256",
    "plumbline:apiServiceMemory": "512",
    "plumbline:apiDeregistrationDelaySeconds": "21",
    "plumbline:apiStopTimeoutSeconds": "22",
    "plumbline:realtimeImageTag": "realtime-1",
    "plumbline:realtimeServiceDesiredCount": "12",
    "plumbline:realtimeServiceCpu": "512",
    "plumbline:realtimeServiceMemory": "1024",
    "plumbline:realtimeMaxConnectionsPerTask": "2500",
    "plumbline:realtimeScaleOnEventLoopLagMs": "80",
    "plumbline:realtimeScaleOnConnections": "true",
    "plumbline:realtimeDeregistrationDelaySeconds": "23",
    "plumbline:realtimeStopTimeoutSeconds": "24",
    "plumbline:realtimeMinHealthyPercent": "75",
    "plumbline:realtimeMaxPercent": "150",
    "plumbline:realtimeStickyDurationSeconds": "3601",
    "plumbline:workerImageTag": "worker-1",
    "plumbline:workerServiceDesiredCount": "13",
    "plumbline:workerServiceCpu": "1024",
    "plumbline:workerServiceMemory": "2048",
    "plumbline:workerScaleOnQueue": "true",
    "plumbline:workerScaleOnQueueDepth": "101",
    "plumbline:workerScaleOnOldestMessageAge": "301",
    "plumbline:enableServiceConnect": "true",
    "plumbline:enableGraviton": "true",
    "plumbline:healthCheckGracePeriodSeconds": "61",
    "plumbline:fargateSpotWeight": "31",
    "plumbline:rdsInstanceClass": "db.m7g.large",
    "plumbline:rdsAllocatedStorage": "77",
    "plumbline:rdsEngineVersion": "15",
    "plumbline:rdsMultiAz": "true",
    "plumbline:enableRdsProxy": "true",
    "plumbline:rdsProxyMaxConnectionsPercent": "91",
    "plumbline:rdsProxyIdleClientTimeout": "901",
    "plumbline:enableRdsReadReplica": "true",
    "plumbline:rdsReadReplicaInstanceClass": "db.r7g.large",
    "plumbline:enableRedisSplit": "true",
    "plumbline:redisAdapterNodeType": "cache.m7g.large",
    "plumbline:redisAdapterReplicas": "1",
    "plumbline:redisStateNodeType": "cache.r7g.large",
    "plumbline:redisStateReplicas": "2",
    "plumbline:enableWaf": "true",
    "plumbline:wafApiRateLimitPer5Min": "1001",
    "plumbline:wafSocketRateLimitPer5Min": "1002",
}
CONFIG = ChatConfig(
    region="us-west-2",
    environment=Environment.PROD,
    domain_name="chat.example.net",
    hosted_zone_id="Z0ONE",
    auth0_domain="tenant.example.org",
    auth0_audience="https://audience",
    alarm_email="ops@example.net",
    availability_zones=("us-west-2b", "us-west-2a"),
    nat_gateways=2,
    api=RoutedServiceConfig(
        image_tag="api-1",
        desired_count=11,
        size=TaskSize(cpu=256, memory=512),
        deregistration_delay=21,
        stop_timeout=22,
    ),
    realtime=RealtimeConfig(
        image_tag="realtime-1",
        desired_count=12,
        size=TaskSize(cpu=512, memory=1024),
        max_connections_per_task=2500,
        event_loop_lag_ms=80,
        scale_on_connections=True,
        deregistration_delay=23,
        stop_timeout=24,
        min_healthy_percent=75,
        max_percent=150,
        sticky_seconds=3601,
    ),
    workers=WorkersConfig(
        image_tag="worker-1",
        desired_count=13,
        size=TaskSize(cpu=1024, memory=2048),
        scale_on_queue=True,
        queue_depth=101,
        oldest_message_age=301,
    ),
    service_connect=True,
    graviton=True,
    health_check_grace_seconds=61,
    spot_weight=31,
    database=DatabaseConfig(
        instance_class="db.m7g.large",
        allocated_storage=77,
        engine_version="15",
        multi_az=True,
        proxy=ProxyConfig(max_connections_percent=91, idle_client_timeout=901),
        read_replica_class="db.r7g.large",
    ),
    cache=SplitCache(
        adapter=CacheNodes(node_type="cache.m7g.large", nodes=2),
        state=CacheNodes(node_type="cache.r7g.large", nodes=3),
    ),
    firewall=FirewallConfig(api_rate_limit=1001, socket_rate_limit=1002),
)
FLAGS: dict[str, Callable[[ChatConfig], bool]] = {
    "realtimeScaleOnConnections": lambda config: config.realtime.scale_on_connections,
    "workerScaleOnQueue": lambda config: config.workers.scale_on_queue,
    "enableServiceConnect": lambda config: config.service_connect,
    "enableGraviton": lambda config: config.graviton,
    "rdsMultiAz": lambda config: config.database.multi_az,
}


def without(*keys: str) -> dict[str, str]:
    return {key: value for key, value in VALUES.items() if key.partition(":")[2] not in keys}


def test_every_value_arrives_where_it_belongs() -> None:
    assert parse("prod", Raw(VALUES)) == CONFIG


def test_every_key_is_given_a_value_but_those_of_an_unsplit_redis() -> None:
    missing = {field.key for field in FIELDS} - set(VALUES)

    assert missing == {"plumbline:redisNodeType", "plumbline:redisNumCacheNodes"}


@pytest.mark.parametrize("key", FLAGS)
def test_a_flag_turns_its_own_attribute_and_no_other(key: str) -> None:
    config = parse("prod", Raw(VALUES | {f"plumbline:{key}": "false"}))

    assert [name for name, read in FLAGS.items() if not read(config)] == [key]


@pytest.mark.parametrize(
    ("flag", "keys"),
    [
        ("enableWaf", ("wafApiRateLimitPer5Min", "wafSocketRateLimitPer5Min")),
        ("enableRdsProxy", ("rdsProxyMaxConnectionsPercent", "rdsProxyIdleClientTimeout")),
        ("enableRdsReadReplica", ("rdsReadReplicaInstanceClass",)),
    ],
)
def test_a_part_that_is_switched_off_is_none(flag: str, keys: tuple[str, ...]) -> None:
    config = parse("prod", Raw(without(*keys) | {f"plumbline:{flag}": "false"}))
    database = replace(
        CONFIG.database,
        proxy=None if flag == "enableRdsProxy" else CONFIG.database.proxy,
        read_replica_class=(
            None if flag == "enableRdsReadReplica" else CONFIG.database.read_replica_class
        ),
    )
    firewall = None if flag == "enableWaf" else CONFIG.firewall

    assert config == replace(CONFIG, database=database, firewall=firewall)


def test_an_unsplit_redis_has_the_nodes_of_its_own_keys() -> None:
    split = [key.partition(":")[2] for key in VALUES if "redisAdapter" in key or "redisSt" in key]
    single = {
        "plumbline:enableRedisSplit": "false",
        "plumbline:redisNodeType": "cache.t4g.small",
        "plumbline:redisNumCacheNodes": "4",
    }
    config = parse("prod", Raw(without(*split) | single))

    assert config.cache == CacheNodes(node_type="cache.t4g.small", nodes=4)
