"""What AWS would compute: a deployment without AWS, for recording the program's whole graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from graph.raw import Raw
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
    """The id, the ARN and whatever else a deployment computes for a resource."""
    service = new.type.split(":")[1].split("/")[0] if new.type.count(":") == 2 else "none"
    arn = f"arn:aws:{service}:{REGION}:{ACCOUNT}:{new.name}"
    computed: dict[str, Raw] = {"id": f"{new.name}-id", "arn": arn}
    more = _COMPUTED.get(new.type)
    return computed | (dict(more(new)) if more else {})


def _certificate(new: NewResource) -> Mapping[str, Raw]:
    name = new.inputs["domainName"].value
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


def _instance(new: NewResource) -> Mapping[str, Raw]:
    identifier = new.inputs["identifier"].value
    secret = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:rds!db-{identifier}"
    return {
        "address": f"{identifier}.rds.example",
        "masterUserSecrets": [{"secretArn": secret, "kmsKeyId": "k", "secretStatus": "active"}],
    }


_COMPUTED: dict[str, Callable[[NewResource], Mapping[str, Raw]]] = {
    "aws:acm/certificate:Certificate": _certificate,
    "aws:rds/instance:Instance": _instance,
    "aws:kms/key:Key": lambda new: {"keyId": f"{new.name}-id"},
    "aws:s3/bucket:Bucket": lambda new: {"bucket": f"{new.name}-0a1b2c3"},
    "aws:ecr/repository:Repository": lambda new: {
        "repositoryUrl": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{new.inputs['name'].value}"
    },
    "aws:elasticache/replicationGroup:ReplicationGroup": lambda new: {
        "primaryEndpointAddress": f"{new.inputs['replicationGroupId'].value}.cache.example"
    },
    "aws:lb/loadBalancer:LoadBalancer": lambda new: {
        "arnSuffix": f"app/{new.inputs['name'].value}/0123456789abcdef",
        "dnsName": f"{new.inputs['name'].value}.elb.example",
        "zoneId": "Z215JYRZR1TBD5",
    },
    "aws:lb/targetGroup:TargetGroup": lambda new: {
        "arnSuffix": f"targetgroup/{new.name}/0123456789abcdef",
        "name": f"{new.name}-0a1b2c3",
    },
    "aws:rds/parameterGroup:ParameterGroup": lambda new: {"name": f"{new.name}-0a1b2c3"},
    "aws:elasticache/parameterGroup:ParameterGroup": lambda new: {"name": f"{new.name}-0a1b2c3"},
    "aws:route53/record:Record": lambda new: {"fqdn": str(new.inputs["name"].value)},
    "aws:sqs/queue:Queue": lambda new: {
        "url": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{new.inputs['name'].value}"
    },
}
