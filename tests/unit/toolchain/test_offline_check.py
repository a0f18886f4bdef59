"""Inputs are refused where the real provider refuses them, all failures at once."""

import pytest

from toolchain.offline_aws import creation, facts
from toolchain.offline_aws.check import check
from toolchain.offline_aws.wire import UNKNOWN, Properties, Secret

_BALANCER = "aws:lb/loadBalancer:LoadBalancer"
_RETENTIONS = (
    "0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, "
    "2922, 3288, 3653"
)
_SOURCES = "cidrIpv4, cidrIpv6, prefixListId, referencedSecurityGroupId"
_GROUP = "aws:lb/targetGroup:TargetGroup"


def reasons(token: str, inputs: Properties) -> list[str]:
    resource = facts.resource(token)
    assert resource is not None
    return sorted(f"{failure.property} {failure.reason}" for failure in check(resource, inputs))


def test_all_problems_of_a_resource_come_at_once() -> None:
    found = reasons(
        _BALANCER,
        {
            "idleTimout": 300,
            "loadBalancerType": "classic",
            "name": "under_score",
            "subnets": UNKNOWN,
            "tags": {"owner": ["one"]},
        },
    )

    assert found == [
        "idleTimout is not a property; did you mean idleTimeout?",
        'loadBalancerType must be one of application, network, gateway; it is "classic"',
        'name only alphanumeric characters and hyphens allowed; it is "under_score"',
        'tags.owner must be a string, not ["one"]',
    ]


@pytest.mark.parametrize(
    ("token", "inputs", "reason"),
    [
        ("aws:ec2/subnet:Subnet", {"cidrBlock": "10.0.0.0/24"}, "vpcId is required, but missing"),
        (
            _GROUP,
            {"port": "many", "protocol": "HTTP", "vpcId": "vpc-1"},
            'port must be a whole number, not "many"',
        ),
        (
            _GROUP,
            {"port": 70000, "protocol": "HTTP", "vpcId": "vpc-1"},
            "port must be between 1 and 65535; it is 70000",
        ),
        (
            _GROUP,
            {"name": "x" * 33, "port": 80, "protocol": "HTTP", "vpcId": "vpc-1"},
            f'name must have at most 32 characters, not 33; it is "{"x" * 33}"',
        ),
        (
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
            {"role": "r", "policyArn": "ReadOnly"},
            'policyArn must be an ARN (arn:partition:service:region:account:resource); it is "ReadOnly"',
        ),
        (
            "aws:iam/role:Role",
            {"name": "r", "assumeRolePolicy": "{"},
            'assumeRolePolicy must be valid JSON; it is "{"',
        ),
        (
            "aws:iam/role:Role",
            {"assumeRolePolicy": "{}", "name": "a", "namePrefix": "b"},
            "name cannot be given together with namePrefix",
        ),
        (
            "aws:cloudwatch/logGroup:LogGroup",
            {"name": "x", "retentionInDays": 31},
            f"retentionInDays must be one of {_RETENTIONS}; it is 31",
        ),
        (
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
            {"securityGroupId": "sg-1", "ipProtocol": "tcp"},
            f"cidrIpv4 exactly one of {_SOURCES} must be given, not 0",
        ),
        (
            "aws:lb/listener:Listener",
            {"loadBalancerArn": UNKNOWN, "defaultActions": [{"type": "redirect"}]},
            "defaultActions[0].redirect is required for an action of type redirect",
        ),
        (
            "aws:ec2/vpc:Vpc",
            {"cidrBlock": "10.0.0.1/16"},
            "cidrBlock must be a network's own CIDR block: 10.0.0.1/16 has host bits set",
        ),
        (
            "aws:elasticache/replicationGroup:ReplicationGroup",
            {"replicationGroupId": "r", "description": "d", "multiAzEnabled": True},
            "automaticFailoverEnabled must be true if multiAzEnabled is true",
        ),
        (
            "aws:sqs/queue:Queue",
            {"name": "q", "fifoQueue": True},
            'name must end in ".fifo" when fifoQueue is true; it is q',
        ),
    ],
)
def test_a_refusal_says_property_value_and_reason(
    token: str, inputs: Properties, reason: str
) -> None:
    assert reasons(token, inputs) == [reason]


def test_an_unknown_value_is_never_judged() -> None:
    assert (
        reasons(
            _GROUP,
            {"port": UNKNOWN, "protocol": UNKNOWN, "vpcId": UNKNOWN, "healthCheck": UNKNOWN},
        )
        == []
    )


def test_a_secret_is_judged_but_never_told() -> None:
    found = reasons(
        _BALANCER, {"name": Secret("canary_value"), "subnets": UNKNOWN, "tags": Secret({"a": {}})}
    )

    assert found == [
        "name only alphanumeric characters and hyphens allowed; it is [secret]",
        "tags.a must be a string, not [secret]",
    ]


def test_numbers_and_booleans_may_be_given_as_text() -> None:
    assert (
        reasons(_GROUP, {"port": "80", "protocol": "HTTP", "vpcId": "v", "slowStart": "30"}) == []
    )
    assert reasons(_BALANCER, {"internal": "true", "idleTimeout": "60", "subnets": UNKNOWN}) == []


def test_an_empty_optional_text_is_no_value() -> None:
    assert reasons("aws:iam/role:Role", {"assumeRolePolicy": "{}", "permissionsBoundary": ""}) == []


def test_alternatives_of_a_rule_are_joined_by_or() -> None:
    group: Properties = {"port": 80, "protocol": "HTTP", "vpcId": "v"}

    assert reasons(_GROUP, {**group, "slowStart": 0}) == []
    assert reasons(_GROUP, {**group, "slowStart": 900}) == []
    assert len(reasons(_GROUP, {**group, "slowStart": 10})) == 1


def test_what_only_aws_refuses_stops_no_preview() -> None:
    task: Properties = {
        "family": "f",
        "cpu": "256",
        "memory": "4096",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "containerDefinitions": '[{"name": "a", "image": "b"}]',
    }

    refused = list(creation.refusals("aws:ecs/taskDefinition:TaskDefinition", task))

    assert reasons("aws:ecs/taskDefinition:TaskDefinition", task) == []
    assert refused == [
        ("memory", "must be 512, 1024, 2048 MiB for 256 CPU units on Fargate; it is 4096")
    ]


@pytest.mark.parametrize(
    ("cpu", "memory", "fits"),
    [
        ("256", "512", True),
        ("256", "1536", False),
        ("1024", "8192", True),
        ("1024", "9216", False),
        ("1 vCPU", "2 GB", True),
        ("8192", "20480", True),
        ("300", "512", False),
    ],
)
def test_fargate_takes_certain_sizes_only(cpu: str, memory: str, fits: bool) -> None:  # noqa: FBT001 - a parameter
    task: Properties = {
        "cpu": cpu,
        "memory": memory,
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
    }

    refused = list(creation.refusals("aws:ecs/taskDefinition:TaskDefinition", task))

    assert (refused == []) is fits
