"""Functions that read an account, such as `aws.ec2.getVpc`, answered by placeholders.

Offline there is no account to read, but a program that looks its network up must still be previewed and judged.
What it gave comes back as it gave it; everything else is a placeholder of the right form, the same for the same
arguments. Which properties there are is known from the resource that the function reads.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Final

from toolchain.offline_aws import facts, places
from toolchain.offline_aws.wire import Properties, Secret, Value

PLACEHOLDER: Final = "offline-placeholder"

_PREFIXES: Final = {
    "vpc": "vpc-",
    "subnet": "subnet-",
    "securityGroup": "sg-",
    "routeTable": "rtb-",
    "internetGateway": "igw-",
    "natGateway": "nat-",
    "networkInterface": "eni-",
    "networkAcls": "acl-",
    "instance": "i-",
    "launchTemplate": "lt-",
    "vpcEndpoint": "vpce-",
    "vpcDhcpOptions": "dopt-",
    "elasticIp": "eipalloc-",
    "transitGateway": "tgw-",
    "vpcPeeringConnection": "pcx-",
}
"""How the ids of EC2's things begin."""

_SEVERAL: Final = 3
"""How many a function that lists things finds: enough for what spreads over zones."""

_RESOURCES: Final = {
    "secretsmanager/getSecretVersion": "aws:secretsmanager/secretVersion:SecretVersion",
    "ecr/getImage": "aws:ecr/repository:Repository",
    "kms/getKey": "aws:kms/key:Key",
}


def answer(name: str, arguments: Properties, region: str, account: str) -> Properties | None:
    """The answer of a function such as `ec2/getVpc`; None where nothing is known of what it reads."""
    module, _, function = name.partition("/")
    found = re.fullmatch(r"get([A-Z]\w*)", function)
    if found is None:
        return None
    thing = found[1][0].lower() + found[1][1:]
    at = f"arn:{places.partition(region)}:{module}:{region}:{account}:{thing}/"
    if _singular(thing) is not None:
        return _listed(_singular(thing) or thing, arguments, at, region)
    token = _RESOURCES.get(name, f"aws:{module}/{thing}:{found[1]}")
    resource = facts.resource(token)
    if resource is None:
        return None
    identifier = _identifier(thing, arguments)
    made: dict[str, Value] = {"id": identifier, "region": region}
    for key in resource.fields:
        if key not in made:
            made[key] = _made(key, resource.fields[key], identifier, at)
    return {**made, **_given(arguments)}


def _singular(thing: str) -> str | None:
    """`subnet` of `subnets`; None for what names one thing, whatever it ends in."""
    return thing.removesuffix("s") if thing.endswith("s") and thing[:-1] in _PREFIXES else None


def _listed(thing: str, arguments: Properties, at: str, region: str) -> Properties:
    ids: list[Value] = [
        _identifier(thing, {**arguments, "number": number}) for number in range(_SEVERAL)
    ]
    return {
        "id": region,
        "region": region,
        "ids": ids,
        "arns": [f"{at}{identifier}" for identifier in ids],
        **_given(arguments),
    }


def _given(arguments: Properties) -> Properties:
    return {key: value for key, value in arguments.items() if value is not None}


def _identifier(thing: str, arguments: Properties) -> str:
    given = arguments.get("id")
    if isinstance(given, str):
        return given
    text = json.dumps([thing, arguments], sort_keys=True, default=str)
    return _PREFIXES.get(thing, f"{PLACEHOLDER}-") + hashlib.sha256(text.encode()).hexdigest()[:17]


def _made(key: str, known: facts.Property, identifier: str, at: str) -> Value:
    """A value of a property's kind. Nothing that would pass for a fact: numbers are 0, lists empty."""
    made: Value
    if known.kind in {"l", "t"}:
        made = []
    elif known.kind in {"m", "o"} or known.one:
        made = {}
    elif known.kind == "b":
        made = False
    elif known.kind in {"i", "n"}:
        made = 0
    elif key == "arn" or key.endswith("Arn"):
        made = f"{at}{identifier}"
    elif key == "cidrBlock":
        # The block of every default VPC.
        made = "172.31.0.0/16"
    else:
        made = PLACEHOLDER
    return Secret(made) if known.sensitive else made
