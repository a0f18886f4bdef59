"""What AWS would compute: a deployment without AWS, for recording the program's whole graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from graph.raw import UNKNOWN, Raw
from graph.recording import NewResource

ACCOUNT = "123456789012"
REGION = "eu-central-1"
RANDOM_PASSWORD = "R4nd0mPassw0rdThatMustNotBeSeenAnywhere"


def invokes(token: str, arguments: Mapping[str, Raw]) -> Mapping[str, Raw]:
    """Answers the provider functions that the program calls; anything else is an error."""
    del arguments
    return _ANSWERS[token]


_ANSWERS: dict[str, Mapping[str, Raw]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": {
        "accountId": ACCOUNT,
        "arn": f"arn:aws:iam::{ACCOUNT}:user/someone",
        "id": ACCOUNT,
        "userId": "AIDAEXAMPLE",
    },
    "aws:index/getPartition:getPartition": {
        "partition": "aws",
        "dnsSuffix": "amazonaws.com",
        "id": "aws",
        "reverseDnsPrefix": "com.amazonaws",
    },
    "aws:secretsmanager/getRandomPassword:getRandomPassword": {
        "randomPassword": RANDOM_PASSWORD,
        "id": "1",
    },
}


def outputs(new: NewResource) -> Mapping[str, Raw]:
    """The id, the ARN and whatever else a deployment computes for a resource.

    In a preview all of that is unknown, except names: those are made up before.
    """
    service = new.type.partition(":")[2].partition("/")[0]
    computed: dict[str, Raw] = {
        "id": f"{new.name}-id",
        "arn": f"arn:aws:{service}:{REGION}:{ACCOUNT}:{new.name}",
    }
    more = _COMPUTED.get(new.type)
    if more is not None:
        computed |= more(new)
    if new.preview:
        computed = dict.fromkeys(computed, UNKNOWN)
    named = _NAMED.get(new.type)
    return computed if named is None else computed | {named: f"{new.name}-0a1b2c3"}


def _given(new: NewResource, key: str) -> str:
    """The text that the program gave for `key`; empty while it isn't known."""
    value = new.inputs.get(key)
    return value if isinstance(value, str) else ""


def _certificate(new: NewResource) -> dict[str, Raw]:
    name = _given(new, "domainName")
    return {
        "domainValidationOptions": [
            {
                "domainName": name,
                "resourceRecordName": f"_proof.{name}",
                "resourceRecordType": "CNAME",
                "resourceRecordValue": "_proof.acm-validations.aws",
            }
        ]
    }


def _instance(new: NewResource) -> dict[str, Raw]:
    identifier = _given(new, "identifier")
    secret = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:rds!db-{identifier}"
    return {
        "address": f"{identifier}.rds.example",
        "masterUserSecrets": [{"secretArn": secret, "kmsKeyId": "k", "secretStatus": "active"}],
    }


_NAMED = {
    "aws:s3/bucket:Bucket": "bucket",
    "aws:lb/targetGroup:TargetGroup": "name",
    "aws:rds/parameterGroup:ParameterGroup": "name",
    "aws:elasticache/parameterGroup:ParameterGroup": "name",
    "aws:ec2/securityGroup:SecurityGroup": "name",
}
"""The name of what the program leaves to automatic naming."""

_COMPUTED: dict[str, Callable[[NewResource], dict[str, Raw]]] = {
    "aws:acm/certificate:Certificate": _certificate,
    "aws:rds/instance:Instance": _instance,
    "aws:kms/key:Key": lambda new: {"keyId": f"{new.name}-id"},
    "aws:ecr/repository:Repository": lambda new: {
        "repositoryUrl": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{_given(new, 'name')}"
    },
    "aws:elasticache/replicationGroup:ReplicationGroup": lambda new: {
        "primaryEndpointAddress": f"{_given(new, 'replicationGroupId')}.cache.example"
    },
    "aws:lb/loadBalancer:LoadBalancer": lambda new: {
        "arnSuffix": f"app/{_given(new, 'name')}/0123456789abcdef",
        "dnsName": f"{_given(new, 'name')}.elb.example",
        "zoneId": "Z215JYRZR1TBD5",
    },
    "aws:lb/targetGroup:TargetGroup": lambda new: {
        "arnSuffix": f"targetgroup/{new.name}/0123456789abcdef"
    },
    "aws:route53/record:Record": lambda new: {"fqdn": _given(new, "name")},
    "aws:sqs/queue:Queue": lambda new: {
        "url": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{_given(new, 'name')}"
    },
}
