"""The chat system's configuration: what the committed stacks mean, and what is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.config.chat import CacheNodes, FirewallConfig, ProxyConfig, SplitCache
from infra.config.chat_fields import FIELDS
from infra.config.fields import Field
from infra.config.load import parse
from infra.config.problems import ConfigError
from infra.plan.context import Environment
from infra.plan.fargate import MEMORY_BY_CPU, TaskSize
from tests.unit.infra.recorded import STACKS, raw_of


def refusal(stack: str = "prod", **changes: str | None) -> ConfigError:
    with pytest.raises(ConfigError) as refused:
        parse(stack, raw_of(stack, **changes))
    return refused.value


def test_prod_has_the_figures_of_a_hundred_thousand_daily_users() -> None:
    config = parse("prod", raw_of("prod"))

    assert config.environment is Environment.PROD
    assert (config.api.desired_count, config.api.size) == (4, TaskSize(cpu=1024, memory=2048))
    assert (config.realtime.desired_count, config.realtime.size.memory) == (6, 2048)
    assert (config.workers.desired_count, config.workers.size.cpu) == (3, 512)
    assert config.database.instance_class == "db.r6g.xlarge"
    assert config.database.allocated_storage == 200
    assert config.database.multi_az
    assert config.graviton
    assert len(config.availability_zones) == 3
    assert config.nat_gateways == 1


def test_dev_has_the_smallest_figures_and_no_nat_gateway() -> None:
    config = parse("dev", raw_of("dev"))

    assert config.environment is Environment.DEV
    assert config.nat_gateways == 0
    for service in (config.api, config.realtime, config.workers):
        assert (service.desired_count, service.size) == (1, TaskSize(cpu=256, memory=512))
    assert config.database.instance_class == "db.t3.micro"
    assert config.cache == CacheNodes(node_type="cache.t3.micro", nodes=1)


@pytest.mark.requirement("CHAT-001-014")
def test_conditional_parts_are_there_exactly_where_their_flag_is_set() -> None:
    small, large = parse("dev", raw_of("dev")), parse("100k-dau", raw_of("100k-dau"))

    assert (small.firewall, small.database.proxy, small.database.read_replica_class) == (None,) * 3
    assert small.cache == CacheNodes(node_type="cache.t3.micro", nodes=1)
    assert large.firewall == FirewallConfig(api_rate_limit=6000, socket_rate_limit=10_000)
    assert large.database.proxy == ProxyConfig(max_connections_percent=90, idle_client_timeout=1800)
    assert large.database.read_replica_class == "db.r6g.xlarge"
    nodes = CacheNodes(node_type="cache.m6g.large", nodes=3)
    assert large.cache == SplitCache(adapter=nodes, state=nodes)


def stack_with(field: Field[object]) -> str:
    """A committed stack that has this key."""
    return next(stack for stack in STACKS if field.key in raw_of(stack).values)


@pytest.mark.requirement("CHAT-001-013", "CHAT-001-044")
@pytest.mark.parametrize("field", FIELDS[1:], ids=lambda field: field.key)
def test_every_key_is_required(field: Field[object]) -> None:
    changes: dict[str, str | None] = {field.key.removeprefix("plumbline:"): None}
    refused = refusal(stack_with(field), **changes)

    assert [problem.key for problem in refused.problems] == [field.key]
    assert "it is missing" in refused.problems[0].why


@pytest.mark.requirement(
    "CHAT-001-084", "CHAT-001-088", "CHAT-001-089", "CHAT-001-090", "CHAT-001-091"
)
@pytest.mark.parametrize(
    "field", [field for field in FIELDS if field.when is not None], ids=lambda field: field.key
)
def test_a_key_without_effect_is_refused(field: Field[object]) -> None:
    stack = next(stack for stack in STACKS if field.key not in raw_of(stack).values)
    value = raw_of(stack_with(field)).values[field.key]
    refused = refusal(stack, **{field.key.removeprefix("plumbline:"): value})

    (problem,) = refused.problems
    assert problem.key == field.key
    assert "it has no meaning while plumbline:enable" in problem.why


@pytest.mark.requirement("CHAT-001-045", "CHAT-001-078")
@pytest.mark.parametrize(
    ("key", "value", "why", "mend"),
    [
        ("system", "catalogue", "not one of the known values", "write chat"),
        ("environment", "staging", "not one of the known values", "write dev or prod"),
        ("availabilityZones", '["eu-central-1a"]', "it has 1 items", "2 to 3 items"),
        ("availabilityZones", "eu-central-1a", "not a list", "each a zone such as"),
        ("availabilityZones", '["us-east-1a", "us-east-1b"]', "does not lie in", "eu-central-1a"),
        ("natGateways", "4", "out of bounds", "from 0 to 3"),
        ("natGateways", "one", "not a whole number", "from 0 to 3"),
        ("apiServiceCpu", "300", "not one of the known values", "256, 512, 1024"),
        ("apiServiceMemory", "512", "Fargate has no task", "2048, 3072"),
        ("workerServiceMemory", "8192", "Fargate has no task", "1024, 2048, 3072 or 4096"),
        ("rdsEngineVersion", "12", "not supported", "13, 14, 15, 16, 17"),
        ("rdsEngineVersion", "18.1", "not supported", "13, 14, 15, 16, 17"),
        ("rdsEngineVersion", "15.4", "RDS no longer creates this", "at least 15.13"),
        ("rdsEngineVersion", "16.1", "RDS no longer creates this", 'write "16" alone'),
        ("rdsEngineVersion", "sixteen", "has not the form", 'such as "16"'),
        ("rdsInstanceClass", "db.serverless", "Aurora Serverless", "an instance class of RDS"),
        ("rdsInstanceClass", "db.t2.micro", "can't encrypt", "families m5, m6g"),
        ("rdsInstanceClass", "db.r6g.small", "no such class", "families"),
        ("rdsInstanceClass", "t3.micro", "has not the form", "db.t3.small"),
        ("rdsAllocatedStorage", "10", "out of bounds", "from 20 to 59578 (GiB)"),
        ("redisNodeType", "cache.m6g.medium", "no such class", "families"),
        ("redisNumCacheNodes", "7", "out of bounds", "from 1 to 6"),
        ("hostedZoneId", "/hostedzone/Z1", "has not the form", "Z0123456789"),
        ("domainName", "chat_example.com", "has not the form", "such as chat.example.com"),
        ("domainName", "https://example.com", "has not the form", "such as chat.example.com"),
        ("domainName", "a" * 57 + ".com", "it has 61 characters", "at most 60"),
        ("auth0Domain", "tenant", "has not the form", "tenant.eu.auth0.com"),
        ("auth0Audience", "two words", "has not the form", "without spaces"),
        ("alarmEmail", "nobody", "has not the form", "an e-mail address"),
        ("apiImageTag", "v" * 129, "129 characters and the limit is 128", "at most 128"),
        ("apiImageTag", "ci-4711", "has not the form", "none with ci- before it"),
        ("apiImageTag", "latest version", "has not the form", "image tag"),
        ("apiStopTimeoutSeconds", "121", "out of bounds", "from 0 to 120"),
        ("apiDeregistrationDelaySeconds", "3601", "out of bounds", "from 0 to 3600"),
        ("realtimeStickyDurationSeconds", "0", "out of bounds", "from 1 to 604800"),
        ("realtimeStickyDurationSeconds", "604801", "out of bounds", "from 1 to 604800"),
        ("realtimeMinHealthyPercent", "101", "out of bounds", "from 0 to 100"),
        ("realtimeMaxPercent", "100", "no task may stop", "at least 117"),
        ("fargateSpotWeight", "101", "out of bounds", "from 0 to 100"),
        ("realtimeMaxConnectionsPerTask", "65536", "out of bounds", "from 1 to 65535"),
        ("realtimeScaleOnEventLoopLagMs", "0", "out of bounds", "from 1 to 60000 (milliseconds)"),
        ("realtimeScaleOnConnections", "3000", "neither true nor false", "true or false"),
        ("workerScaleOnQueue", "on", "neither true nor false", "true or false"),
        ("workerScaleOnQueueDepth", "120001", "out of bounds", "from 1 to 120000 (messages)"),
        ("workerScaleOnOldestMessageAge", "86401", "out of bounds", "from 1 to 86400 (seconds)"),
        ("enableServiceConnect", "", "neither true nor false", "true or false"),
        ("rdsProxyMaxConnectionsPercent", "0", "out of bounds", "from 1 to 100 (percent)"),
        ("rdsProxyIdleClientTimeout", "28801", "out of bounds", "from 1 to 28800 (seconds)"),
        ("wafApiRateLimitPer5Min", "9", "out of bounds", "from 10 to 2000000000"),
        ("wafSocketRateLimitPer5Min", "2000000001", "out of bounds", "from 10 to 2000000000"),
        ("redisNodeType", "cache.t3.large", "no such class", "families"),
        ("enableGraviton", "yes", "neither true nor false", "true or false"),
        ("rdsMultiAz", "1", "neither true nor false", "true or false"),
        ("apiServiceDesiredCount", "0", "out of bounds", "from 1 to 1000"),
        ("apiServiceCPU", "1024", "no such key", "did you mean plumbline:apiServiceCpu"),
    ],
)
def test_a_bad_value_is_refused_with_why_and_how_to_mend(
    key: str, value: str, why: str, mend: str
) -> None:
    refused = refusal("prod", **{key: value})

    (problem,) = refused.problems
    assert problem.key == f"plumbline:{key}"
    assert problem.value == repr(value)
    assert why in problem.why
    assert mend in problem.mend


@pytest.mark.parametrize(
    ("key", "value", "why", "mend"),
    [
        ("rdsReadReplicaInstanceClass", "db.r6g.medium", "no such class", "families"),
        ("redisAdapterNodeType", "cache.m6g.medium", "no such class", "families"),
        ("redisAdapterReplicas", "6", "out of bounds", "from 0 to 5 (replicas)"),
        ("redisStateNodeType", "m6g.large", "has not the form", "cache.t3.small"),
        ("redisStateReplicas", "-1", "out of bounds", "from 0 to 5 (replicas)"),
    ],
)
def test_a_bad_value_of_the_largest_size_is_refused(
    key: str, value: str, why: str, mend: str
) -> None:
    (problem,) = refusal("100k-dau", **{key: value}).problems

    assert problem.key == f"plumbline:{key}"
    assert why in problem.why
    assert mend in problem.mend


def test_a_deployment_of_one_task_that_could_never_begin_is_refused() -> None:
    (problem,) = refusal("1k-dau", realtimeMaxPercent="150").problems

    assert problem.key == "plumbline:realtimeMaxPercent"
    assert "plumbline:realtimeServiceDesiredCount = 1 no task may stop" in problem.why
    assert "write at least 200" in problem.mend


@given(desired=st.integers(1, 20), least=st.integers(0, 100), most=st.integers(100, 200))
def test_a_deployment_is_refused_exactly_where_no_task_can_change(
    desired: int, least: int, most: int
) -> None:
    raw = raw_of(
        "dev",
        realtimeServiceDesiredCount=str(desired),
        realtimeMinHealthyPercent=str(least),
        realtimeMaxPercent=str(most),
    )
    may_stop = any(100 * running >= desired * least for running in range(desired))
    may_start = 100 * (desired + 1) <= desired * most
    try:
        parse("dev", raw)
    except ConfigError:
        accepted = False
    else:
        accepted = True

    assert accepted == (may_stop or may_start)


@pytest.mark.requirement("CHAT-001-051")
def test_more_nat_gateways_than_zones_are_refused() -> None:
    zones = '["eu-central-1a", "eu-central-1b"]'
    refused = refusal(natGateways="3", availabilityZones=zones)

    (problem,) = refused.problems
    assert problem.key == "plumbline:natGateways"
    assert "more NAT gateways than availability zones (2)" in problem.why


def test_problems_within_and_between_keys_are_told_together() -> None:
    refused = refusal(
        availabilityZones='["us-east-1a", "us-east-1b"]',
        apiServiceMemory="512",
        redisNodeType="big",
        wafEnabled="1",
    )

    assert [problem.key for problem in refused.problems] == [
        "plumbline:wafEnabled",
        "plumbline:redisNodeType",
        "plumbline:availabilityZones",
        "plumbline:apiServiceMemory",
    ]
    assert "has 4 problems; nothing was created" in str(refused)


@pytest.mark.requirement("CHAT-001-092")
@pytest.mark.parametrize("name", ["Dev", "dev_1", "dev.1", "dev--1", "-dev", "d" * 41])
def test_a_stack_whose_name_resources_can_not_carry_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="the stack's name"):
        parse(name, raw_of("dev"))


@pytest.mark.parametrize("stack", ["dev", "100k-dau"])
@settings(max_examples=60)
@given(
    cpu=st.sampled_from(sorted(MEMORY_BY_CPU)),
    memory=st.integers(512, 122_880),
    zones=st.lists(st.sampled_from("abcdef"), min_size=1, max_size=4),
    gateways=st.integers(-1, 4),
)
def test_a_generated_configuration_is_refused_with_reasons_or_holds_together(
    stack: str, cpu: int, memory: int, zones: list[str], gateways: int
) -> None:
    raw = raw_of(
        stack,
        apiServiceCpu=str(cpu),
        apiServiceMemory=str(memory),
        availabilityZones=json.dumps([f"eu-central-1{zone}" for zone in zones]),
        natGateways=str(gateways),
    )
    try:
        config = parse(stack, raw)
    except ConfigError as error:
        refused = error
    else:
        assert config.api.size.exists()
        assert 2 <= len(config.availability_zones) <= 3
        assert 0 <= config.nat_gateways <= len(config.availability_zones)
        return

    assert all(problem.why and problem.mend for problem in refused.problems)
