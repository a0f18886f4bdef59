"""The chat system's configuration: what the committed stacks mean, and what is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.config.chat_fields import FIELDS
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
    assert config.cache.nodes == 1


@pytest.mark.parametrize("key", [field.key.removeprefix("plumbline:") for field in FIELDS[1:]])
def test_every_key_is_required(key: str) -> None:
    changes: dict[str, str | None] = {key: None}
    refused = refusal("prod", **changes)

    assert [problem.key for problem in refused.problems] == [f"plumbline:{key}"]
    assert "it is missing" in refused.problems[0].why


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
        ("rdsEngineVersion", "sixteen", "has not the form", 'such as "16"'),
        ("rdsInstanceClass", "db.serverless", "Aurora Serverless", "an instance class of RDS"),
        ("rdsInstanceClass", "db.t2.micro", "can't encrypt", "families t3, t4g"),
        ("rdsInstanceClass", "db.r6g.small", "no such class", "families"),
        ("rdsInstanceClass", "t3.micro", "has not the form", "db.t3.small"),
        ("rdsAllocatedStorage", "10", "out of bounds", "from 20 to 65536 (GiB)"),
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
        ("apiImageTag", "latest version", "has not the form", "image tag"),
        ("apiStopTimeoutSeconds", "121", "out of bounds", "from 0 to 120"),
        ("apiDeregistrationDelaySeconds", "3601", "out of bounds", "from 0 to 3600"),
        ("realtimeStickyDurationSeconds", "0", "out of bounds", "from 1 to 604800"),
        ("realtimeStickyDurationSeconds", "604801", "out of bounds", "from 1 to 604800"),
        ("realtimeMinHealthyPercent", "101", "out of bounds", "from 0 to 100"),
        ("realtimeMaxPercent", "100", "no task may stop and none may start", "greater"),
        ("fargateSpotWeight", "101", "out of bounds", "from 0 to 100"),
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


@pytest.mark.parametrize("name", ["Dev", "dev_1", "dev.1", "dev--1", "-dev", "d" * 41])
def test_a_stack_whose_name_resources_can_not_carry_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="the stack's name"):
        parse(name, raw_of("dev"))


@pytest.mark.parametrize("stack", STACKS)
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
