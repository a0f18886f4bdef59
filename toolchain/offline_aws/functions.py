"""The provider's functions, answered without an account.

What AWS documents is answered as it is; what only an account knows (an image, a hosted zone) gets
a stable placeholder of the right form, the same for the same arguments.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import string
from collections.abc import Callable
from dataclasses import dataclass

from toolchain.offline_aws import lookups, places
from toolchain.offline_aws.policy_document import render
from toolchain.offline_aws.wire import Properties, Secret, Value


@dataclass(frozen=True)
class Context:
    """What a function may know of the provider that runs it."""

    region: str
    account: str
    default_tags: Properties


class FunctionError(Exception):
    """One sentence that names the function and says what is wrong."""


def _digest(arguments: Properties, length: int) -> str:
    text = json.dumps(arguments, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def _region(arguments: Properties, context: Context) -> str:
    return str(arguments.get("region") or context.region)


def _get_region(arguments: Properties, context: Context) -> Properties:
    region = str(arguments.get("region") or arguments.get("name") or context.region)
    return {
        "region": region,
        "name": region,
        "id": region,
        "description": f"Region {region}",
        "endpoint": f"ec2.{region}.{places.dns_suffix(region)}",
    }


def _get_regions(_: Properties, context: Context) -> Properties:
    return {"id": places.partition(context.region), "names": [*sorted(places.BALANCER_ZONES)]}


def _caller(_: Properties, context: Context) -> Properties:
    partition = places.partition(context.region)
    return {
        "accountId": context.account,
        "arn": f"arn:{partition}:iam::{context.account}:user/offline",
        "id": context.account,
        "userId": "AIDAOFFLINEOFFLINE0000",
    }


def _listed(value: Value) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _zones(arguments: Properties, context: Context) -> Properties:
    region, without = _region(arguments, context), _listed(arguments.get("excludeNames"))
    excluded = _listed(arguments.get("excludeZoneIds"))
    names = [
        zone
        for zone in places.zones(region)
        if zone not in without and places.zone_id(region, zone) not in excluded
    ]
    return {
        **arguments,
        "id": region,
        "region": region,
        "names": [*names],
        "zoneIds": [places.zone_id(region, zone) for zone in names],
        "groupNames": [f"{region}-zg-1"],
    }


def _zone(arguments: Properties, context: Context) -> Properties:
    region = _region(arguments, context)
    name = str(arguments.get("name") or places.zones(region)[0])
    if name not in places.zones(region):
        raise FunctionError(
            f"aws.getAvailabilityZone: {region} has no zone {name}; "
            f"it has {', '.join(places.zones(region))}"
        )
    return {
        **arguments,
        "id": name,
        "name": name,
        "region": region,
        "state": "available",
        "zoneId": places.zone_id(region, name),
        "nameSuffix": name[len(region) :],
        "groupName": f"{region}-zg-1",
        "groupLongName": "",
        "networkBorderGroup": region,
        "optInStatus": "opt-in-not-required",
        "parentZoneId": "",
        "parentZoneName": "",
        "zoneType": "availability-zone",
    }


def _partition(_: Properties, context: Context) -> Properties:
    suffix, name = places.dns_suffix(context.region), places.partition(context.region)
    reverse = ".".join(reversed(suffix.split(".")))
    return {"id": name, "partition": name, "dnsSuffix": suffix, "reverseDnsPrefix": reverse}


def _service_principal(arguments: Properties, context: Context) -> Properties:
    service, region = str(arguments.get("serviceName")), _region(arguments, context)
    suffix = "amazonaws.com"
    return {
        **arguments,
        "id": f"{service}.{region}.{suffix}",
        "name": f"{service}.{suffix}",
        "region": region,
        "suffix": suffix,
    }


def _default_tags(_: Properties, context: Context) -> Properties:
    return {"id": places.partition(context.region), "tags": context.default_tags}


def _log_account(arguments: Properties, context: Context) -> Properties:
    region = _region(arguments, context)
    account = places.LOG_ACCOUNTS.get(region)
    if account is None:
        raise FunctionError(
            f"aws.elb.getServiceAccount: {region} has no such account; grant the service principal "
            "logdelivery.elasticloadbalancing.amazonaws.com instead"
        )
    arn = f"arn:{places.partition(region)}:iam::{account}:root"
    return {"id": account, "arn": arn, "region": region}


def _balancer_zone(arguments: Properties, context: Context) -> Properties:
    region = _region(arguments, context)
    zone = places.BALANCER_ZONES.get(region, "Z" + _digest({"region": region}, 13).upper())
    return {**arguments, "id": zone, "region": region}


def _image(arguments: Properties, context: Context) -> Properties:
    image, region = "ami-" + _digest(arguments, 17), _region(arguments, context)
    return {
        **arguments,
        "id": image,
        "imageId": image,
        "arn": f"arn:{places.partition(region)}:ec2:{region}::image/{image}",
        "architecture": "x86_64",
        "name": "offline-placeholder",
        "description": "Placeholder of the offline provider",
        "rootDeviceName": "/dev/xvda",
        "rootDeviceType": "ebs",
        "virtualizationType": "hvm",
        "state": "available",
        "blockDeviceMappings": [],
        "productCodes": [],
        "stateReason": {},
        "tags": {},
        "region": region,
    }


def _hosted_zone(arguments: Properties, _: Context) -> Properties:
    named = str(arguments.get("name") or "example.com").rstrip(".")
    zone = str(arguments.get("zoneId") or "Z" + _digest(arguments, 20).upper())
    servers = [f"ns-{number}.awsdns-{number:02d}.org" for number in range(4)]
    return {
        **arguments,
        "id": zone,
        "zoneId": zone,
        "name": named,
        "arn": f"arn:aws:route53:::hostedzone/{zone}",
        "callerReference": "offline",
        "comment": "",
        "nameServers": [*servers],
        "primaryNameServer": servers[0],
        "privateZone": arguments.get("privateZone") or False,
        "resourceRecordSetCount": 2,
        "tags": arguments.get("tags") or {},
    }


def _parameter(arguments: Properties, context: Context) -> Properties:
    name, region = str(arguments.get("name")), _region(arguments, context)
    arn = f"arn:aws:ssm:{region}:{context.account}:parameter/{name.lstrip('/')}"
    value = "ami-" + _digest(arguments, 17) if "/ami" in name else "offline-placeholder"
    return {
        **arguments,
        "id": name,
        "arn": arn,
        "type": "String",
        "value": Secret(value),
        "insecureValue": value,
        "version": 1,
        "region": region,
    }


def _password(arguments: Properties, context: Context) -> Properties:
    """A real random password: a placeholder would be the same secret everywhere."""
    classes = [
        ("excludeLowercase", string.ascii_lowercase),
        ("excludeUppercase", string.ascii_uppercase),
        ("excludeNumbers", string.digits),
        ("excludePunctuation", "!#$%&()*+,-./:;<=>?@[]^_{|}~"),
    ]
    without = str(arguments.get("excludeCharacters") or "")
    allowed = "".join(c for flag, group in classes if not arguments.get(flag) for c in group)
    allowed = "".join(c for c in allowed if c not in without)
    if not allowed:
        raise FunctionError("aws.secretsmanager.getRandomPassword: every character is excluded")
    length = arguments.get("passwordLength") or 32
    count = int(length) if isinstance(length, (int, float)) else 32
    text = "".join(secrets.choice(allowed) for _ in range(count))
    return {
        **arguments,
        "id": "offline",
        "randomPassword": Secret(text),
        "region": _region(arguments, context),
    }


def _prefix_list(arguments: Properties, context: Context) -> Properties:
    region = _region(arguments, context)
    name = str(arguments.get("name") or f"com.amazonaws.{region}.s3")
    found = str(
        arguments.get("prefixListId") or arguments.get("id") or "pl-" + _digest({"name": name}, 8)
    )
    return {
        **arguments,
        "id": found,
        "prefixListId": found,
        "name": name,
        "arn": f"arn:aws:ec2:{region}:aws:prefix-list/{found}",
        "addressFamily": "IPv4",
        "cidrBlocks": [],
        "entries": [],
        "maxEntries": 0,
        "ownerId": "AWS",
        "tags": {},
        "version": 1,
        "region": region,
    }


_FUNCTIONS: dict[str, Callable[[Properties, Context], Properties]] = {
    "index/getRegion": _get_region,
    "index/getRegions": _get_regions,
    "index/getCallerIdentity": _caller,
    "index/getAvailabilityZones": _zones,
    "index/getAvailabilityZone": _zone,
    "index/getPartition": _partition,
    "index/getServicePrincipal": _service_principal,
    "index/getDefaultTags": _default_tags,
    "iam/getPolicyDocument": lambda arguments, _: render(arguments),
    "elb/getServiceAccount": _log_account,
    "elb/getHostedZoneId": _balancer_zone,
    "lb/getHostedZoneId": _balancer_zone,
    "alb/getHostedZoneId": _balancer_zone,
    "ec2/getAmi": _image,
    "ec2/getPrefixList": _prefix_list,
    "ec2/getManagedPrefixList": _prefix_list,
    "route53/getZone": _hosted_zone,
    "ssm/getParameter": _parameter,
    "secretsmanager/getRandomPassword": _password,
}


def invoke(token: str, arguments: Properties, context: Context) -> Properties:
    """The result of the function that a token such as `aws:index/getRegion:getRegion` names."""
    name = re.sub(r"^aws:(.*):\w+$", r"\1", token)
    function = _FUNCTIONS.get(name)
    if function is not None:
        return function(arguments, context)
    found = lookups.answer(name, arguments, _region(arguments, context), context.account)
    if found is None:
        raise FunctionError(
            f"{token} is not available offline: it reads a real account, and nothing is known of "
            "its answer. Preview on the aws target, or give the value by configuration."
        )
    return found
