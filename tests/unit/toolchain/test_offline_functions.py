"""Functions answer without an account: as AWS documents it, or with a stable placeholder."""

import json
from typing import cast

import pytest

from toolchain.offline_aws.functions import Context, FunctionError, invoke
from toolchain.offline_aws.wire import Properties, Secret

_CONTEXT = Context("eu-central-1", "123456789012", {"a": "b"})


def call(name: str, arguments: Properties | None = None) -> Properties:
    module, _, function = name.partition("/")
    return invoke(f"aws:{module}/{function}:{function}", arguments or {}, _CONTEXT)


def test_the_region_is_the_providers() -> None:
    assert call("index/getRegion")["region"] == "eu-central-1"


def test_the_account_is_that_of_the_documentation() -> None:
    assert call("index/getCallerIdentity")["accountId"] == "123456789012"


def test_zones_are_those_of_the_region() -> None:
    assert call("index/getAvailabilityZones")["names"] == [
        "eu-central-1a",
        "eu-central-1b",
        "eu-central-1c",
    ]
    assert call("index/getAvailabilityZones", {"region": "ap-northeast-1"})["zoneIds"] == [
        "apne1-az1",
        "apne1-az2",
        "apne1-az3",
    ]


def test_a_zone_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(FunctionError, match="eu-central-1 has no zone eu-central-1z; it has"):
        call("index/getAvailabilityZone", {"name": "eu-central-1z"})


def test_an_unknown_function_is_named() -> None:
    with pytest.raises(
        FunctionError, match=r"aws:pricing/getProduct:getProduct is not available offline"
    ):
        call("pricing/getProduct")


def test_a_lookup_gives_back_what_it_was_given_and_stable_placeholders_for_the_rest() -> None:
    vpc = call("ec2/getVpc", {"default": True})

    assert str(vpc["id"]).startswith("vpc-")
    assert vpc["default"] is True
    assert vpc["cidrBlock"] == "172.31.0.0/16"
    assert vpc == call("ec2/getVpc", {"default": True})
    assert vpc["id"] != call("ec2/getVpc", {"tags": {"Name": "other"}})["id"]


def test_a_lookup_of_several_finds_several_that_differ() -> None:
    subnets = call("ec2/getSubnets", {"filters": [{"name": "vpc-id", "values": ["vpc-1"]}]})

    ids = cast("list[str]", subnets["ids"])
    assert len(set(ids)) == len(ids) == 3
    assert all(identifier.startswith("subnet-") for identifier in ids)


def test_a_secret_that_is_looked_up_stays_a_secret() -> None:
    version = call("secretsmanager/getSecretVersion", {"secretId": "app"})

    assert isinstance(version["secretString"], Secret)
    assert version["secretId"] == "app"


def test_a_policy_document_is_rendered_as_the_real_provider_does() -> None:
    document = call(
        "iam/getPolicyDocument",
        {
            "statements": [
                {
                    "sid": "One",
                    "actions": ["s3:GetObject", "s3:PutObject"],
                    "resources": ["arn:aws:s3:::b/*"],
                    "principals": [{"type": "Service", "identifiers": ["ecs.amazonaws.com"]}],
                    "conditions": [
                        {"test": "StringEquals", "variable": "aws:x", "values": ["1", "2"]}
                    ],
                }
            ]
        },
    )

    assert json.loads(str(document["json"])) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "One",
                "Effect": "Allow",
                "Action": ["s3:PutObject", "s3:GetObject"],
                "Resource": "arn:aws:s3:::b/*",
                "Principal": {"Service": "ecs.amazonaws.com"},
                "Condition": {"StringEquals": {"aws:x": ["1", "2"]}},
            }
        ],
    }
    assert str(document["json"]).startswith('{\n  "Version": "2012-10-17"')
    assert " " not in str(document["minifiedJson"])


def test_documents_are_merged_by_sid() -> None:
    def source(effect: str, sid: str) -> str:
        return json.dumps({"Statement": [{"Sid": sid, "Effect": effect, "Action": "*"}]})

    document = call(
        "iam/getPolicyDocument",
        {
            "sourcePolicyDocuments": [source("Allow", "a"), source("Allow", "b")],
            "overridePolicyDocuments": [source("Deny", "b")],
        },
    )

    statements = json.loads(str(document["json"]))["Statement"]
    assert [(one["Sid"], one["Effect"]) for one in statements] == [("a", "Allow"), ("b", "Deny")]


def test_a_random_password_is_secret_and_of_the_wanted_kind() -> None:
    first, second = (
        call("secretsmanager/getRandomPassword", {"passwordLength": 40, "excludePunctuation": True})
        for _ in range(2)
    )

    password = first["randomPassword"]
    assert isinstance(password, Secret)
    assert len(str(password.value)) == 40
    assert str(password.value).isalnum()
    assert password != second["randomPassword"]


def test_placeholders_are_the_same_for_the_same_arguments() -> None:
    assert call("ec2/getAmi", {"owners": ["amazon"]}) == call("ec2/getAmi", {"owners": ["amazon"]})
    assert call("route53/getZone", {"name": "a.example"})["name"] == "a.example"
