"""Rotation: AWS's own function in our network, a schedule for each secret."""

from __future__ import annotations

import string
from functools import cache

import pytest

from graph.model import Graph
from infra.components.secret_rotation import SecretRotation, SecretRotationArgs
from infra.plan import rotation
from infra.plan.context import Place
from tests.unit.infra.recorded import CONTEXT, KEY, all_of, component_graph, named, one

_SECRETS = {"service": "arn:secret:service", "administrator": "arn:secret:administrator"}


@cache
def rotated() -> Graph:
    args = SecretRotationArgs(
        context=CONTEXT,
        secret_arns=_SECRETS,
        key_arn=KEY,
        subnet_ids=["subnet-a", "subnet-b"],
        security_group_id="sg-rotation",
        log_days=30,
        log_key_arn=KEY,
    )
    return component_graph(lambda: SecretRotation("rotation", args))


def test_one_function_of_awss_stands_in_the_given_network() -> None:
    function = one(rotated(), "CloudFormationStack")

    parameters = function["parameters"]
    assert parameters["vpcSubnetIds"].value == "subnet-a,subnet-b"
    assert parameters["vpcSecurityGroupIds"].value == "sg-rotation"
    assert parameters["endpoint"].value == "https://secretsmanager.eu-central-1.amazonaws.com"
    assert parameters["kmsKeyArn"].value == KEY
    assert parameters["functionName"].value == "chat-test-rotation"
    assert {str(one.value) for one in function["capabilities"].items()} == {
        "CAPABILITY_IAM",
        "CAPABILITY_RESOURCE_POLICY",
    }


def test_no_password_has_a_character_that_rds_or_a_url_mistakes() -> None:
    excluded = one(rotated(), "CloudFormationStack")["parameters"]["excludeCharacters"].value

    assert set(str(excluded)) == set(string.punctuation)


def test_each_secret_is_renewed_every_30_days_and_not_during_the_deployment() -> None:
    for part, arn in _SECRETS.items():
        schedule = named(rotated(), f"rotation-{part}")

        assert schedule["secretId"].value == arn
        assert schedule["rotateImmediately"].value is False
        assert schedule["rotationRules"]["automaticallyAfterDays"].value == 30
        assert schedule["rotationLambdaArn"].value == (
            "arn:aws:lambda:eu-central-1:123456789012:function:chat-test-rotation"
        )
    assert len(all_of(rotated(), "SecretRotation")) == 2


def test_a_schedule_waits_for_the_function_that_it_names() -> None:
    function = one(rotated(), "CloudFormationStack")

    for schedule in all_of(rotated(), "SecretRotation"):
        assert function.urn in schedule.dependencies


def test_the_functions_log_is_there_before_lambda_would_make_it() -> None:
    log = one(rotated(), "LogGroup")

    assert log["name"].value == "/aws/lambda/chat-test-rotation"
    assert log["retentionInDays"].value == 30
    assert log.urn in one(rotated(), "CloudFormationStack").dependencies


@pytest.mark.parametrize(
    ("partition", "publisher"),
    [
        ("aws", "us-east-1:297356227824"),
        ("aws-cn", "cn-north-1:193023089310"),
        ("aws-us-gov", "us-gov-west-1:023102451235"),
    ],
)
def test_each_partition_has_a_publisher_of_its_own(partition: str, publisher: str) -> None:
    assert rotation.application_id(partition) == (
        f"arn:{partition}:serverlessrepo:{publisher}:applications/"
        "SecretsManagerRDSPostgreSQLRotationSingleUser"
    )


def test_a_partition_without_the_application_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"aws-iso.*aws-us-gov"):
        rotation.application_id("aws-iso")


def test_in_china_the_api_has_another_domain() -> None:
    place = Place(account="123456789012", region="cn-north-1", partition="aws-cn")

    assert rotation.endpoint(place) == "https://secretsmanager.cn-north-1.amazonaws.com.cn"
