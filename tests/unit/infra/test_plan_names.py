"""Names: within AWS's limits, and two different things never get the same one."""

from __future__ import annotations

from typing import cast

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from infra.config.load import STACK_NAME_LIMIT
from infra.plan.firewall import LOG_GROUP_PREFIX
from infra.plan.names import STACK_NAME, Kind, Names, fit
from infra.plan.redis import node_ids
from toolchain.offline_aws import facts

STACKS = st.from_regex(rf"\A{STACK_NAME.pattern}\Z").filter(
    lambda name: len(name) <= STACK_NAME_LIMIT
)
PARTS = st.from_regex(r"\A[a-z]+(-[a-z0-9]+){0,3}\Z").filter(lambda part: len(part) <= 60)


LONGEST = st.integers(1, STACK_NAME_LIMIT).map(
    lambda length: ("a1-b2c3" * length)[: length - 1] + "z"
)

# Where the provider's own validation says how long a name may be. What a limit leaves room for
# (a prefix, an automatic ending, ending of the nodes of a cache) is added before comparing.
CHECKED_BY_THE_PROVIDER = {
    Kind.LOAD_BALANCER: ("aws:lb/loadBalancer:LoadBalancer", "name", ""),
    Kind.ROLE: ("aws:iam/role:Role", "name", ""),
    Kind.ROLE_POLICY: ("aws:iam/rolePolicy:RolePolicy", "name", ""),
    Kind.LOG_GROUP: ("aws:cloudwatch/logGroup:LogGroup", "name", ""),
    Kind.FIREWALL_LOG_GROUP: ("aws:cloudwatch/logGroup:LogGroup", "name", LOG_GROUP_PREFIX),
    Kind.CLUSTER: ("aws:ecs/cluster:Cluster", "name", ""),
    Kind.SUBNET_GROUP: ("aws:rds/subnetGroup:SubnetGroup", "name", ""),
    Kind.CACHE: ("aws:elasticache/replicationGroup:ReplicationGroup", "replicationGroupId", ""),
    Kind.SECRET: ("aws:secretsmanager/secret:Secret", "name", ""),
    Kind.ALARM: ("aws:cloudwatch/metricAlarm:MetricAlarm", "name", ""),
    Kind.DASHBOARD: ("aws:cloudwatch/dashboard:Dashboard", "dashboardName", ""),
    Kind.SCALING_POLICY: ("aws:appautoscaling/policy:Policy", "name", ""),
    Kind.TARGET_GROUP: ("aws:lb/targetGroup:TargetGroup", "name", "-0a1b2c3"),
    Kind.BUCKET: ("aws:s3/bucket:Bucket", "bucket", "-0a1b2c3"),
    Kind.SECURITY_GROUP: ("aws:ec2/securityGroup:SecurityGroup", "name", "-0a1b2c3"),
    Kind.PARAMETER_GROUP: ("aws:rds/parameterGroup:ParameterGroup", "name", "-0a1b2c3"),
}
# Limits that AWS's own API references state.
STATED_BY_AWS = {
    Kind.KEY_ALIAS: 256 - len("alias/"),
    Kind.LOG_POLICY: 255,
    Kind.SERVICE: 255,
    Kind.TASK_FAMILY: 255,
    Kind.NAMESPACE: 1024,
    Kind.REPOSITORY: 256,
    Kind.DATABASE: 63,
    Kind.PROXY: 63,
    Kind.SNAPSHOT: 255,
    # ElastiCache states none for a snapshot of nodes: no longer than the longest name it has.
    Kind.CACHE_SNAPSHOT: 50,
    Kind.QUEUE: 80,
    Kind.FUNCTION: 64,
    Kind.APPLICATION_STACK: 128 - len("serverlessrepo-"),
    Kind.TOPIC: 256,
    Kind.WEB_ACL: 128,
    Kind.BACKUP_VAULT: 50,
    Kind.BACKUP_PLAN: 50,
    Kind.BACKUP_SELECTION: 50,
    Kind.TAG: 256,
}


def longest_that_the_provider_takes(token: str, name: str) -> int:
    resource = facts.resource(token)
    assert resource is not None
    for group in resource.fields[name].rules:
        for rule in group:
            if "length" in rule:
                _, most = cast("tuple[int, int]", rule["length"])
                return most
    raise AssertionError(f"the provider says nothing about the length of {token}.{name}")


@pytest.mark.requirement("CHAT-001-092")
@pytest.mark.parametrize("kind", CHECKED_BY_THE_PROVIDER)
def test_a_limit_is_the_one_that_the_provider_checks(kind: Kind) -> None:
    token, name, surrounding = CHECKED_BY_THE_PROVIDER[kind]

    assert kind.limit + len(surrounding) == longest_that_the_provider_takes(token, name)


def test_every_limit_has_a_source() -> None:
    assert {*CHECKED_BY_THE_PROVIDER, *STATED_BY_AWS} == set(Kind)
    assert {kind: kind.limit for kind in STATED_BY_AWS} == STATED_BY_AWS


@settings(max_examples=40)
@given(STACKS | LONGEST, PARTS)
def test_a_name_never_passes_the_limit_of_its_kind(stack: str, part: str) -> None:
    names = Names(system="chat", stack=stack)

    for kind in Kind:
        assert len(names.of(kind, part)) <= kind.limit
        assert len(names.path(kind, part)) <= kind.limit
    assert len(names.log_group("elasticache", part)) <= Kind.LOG_GROUP.limit


@settings(max_examples=40)
@given(STACKS | LONGEST)
def test_the_nodes_of_a_cache_have_ids_that_elasticache_takes(stack: str) -> None:
    group = Names(system="chat", stack=stack).of(Kind.CACHE, "redis-adapter")

    # An id of a node may have 50 characters, and no hyphen at its end or beside another one.
    assert all(len(node) <= 50 for node in node_ids(group, 6))
    assert STACK_NAME.fullmatch(group)


@settings(max_examples=40)
@given(STACKS, PARTS, PARTS, st.sampled_from(Kind))
def test_two_parts_of_a_stack_never_share_a_name(
    stack: str, one: str, other: str, kind: Kind
) -> None:
    assume(one != other)
    names = Names(system="chat", stack=stack)

    assert names.of(kind, one) != names.of(kind, other)


@settings(max_examples=40)
@given(STACKS, PARTS, st.sampled_from(Kind))
def test_a_name_consists_of_what_every_service_takes(stack: str, part: str, kind: Kind) -> None:
    name = Names(system="chat", stack=stack).of(kind, part)

    assert STACK_NAME.fullmatch(name)
    assert name.startswith("chat-")


def test_a_name_that_fits_is_left_as_it_is() -> None:
    assert Names(system="chat", stack="prod").of(Kind.ROLE, "api-task") == "chat-prod-api-task"


def test_a_name_without_a_part_is_the_stack_itself() -> None:
    assert Names(system="chat", stack="prod").of(Kind.CLUSTER) == "chat-prod"


@pytest.mark.requirement("CHAT-001-092")
def test_a_name_that_is_too_long_ends_in_a_hash_and_keeps_its_beginning() -> None:
    name = fit("chat-a-very-long-stack-name-realtime", 24)

    assert len(name) == 24
    assert name.startswith("chat-a-very-lon-")


def test_a_target_groups_stem_leaves_room_for_the_automatic_ending() -> None:
    assert Kind.TARGET_GROUP.limit + len("-0a1b2c3") == 32


@pytest.mark.parametrize(("part", "path"), [("api", "chat-prod/api")])
def test_a_path_has_a_slash_before_its_part(part: str, path: str) -> None:
    assert Names(system="chat", stack="prod").path(Kind.REPOSITORY, part) == path
