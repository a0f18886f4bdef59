"""Networks, buckets, and who may do what."""

from __future__ import annotations

import json
import re

from toolchain.offline_aws.creation.registry import CREATION
from toolchain.offline_aws.crossfield import (
    Judge,
    Refusals,
    Values,
    missing,
    network_size,
    number,
    objects,
)


@CREATION.of(
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
)
def _group_rule(values: Values) -> Refusals:
    protocol, low, high = values.get("ipProtocol"), values.get("fromPort"), values.get("toPort")
    if protocol in ("tcp", "udp"):
        for name in ("fromPort", "toPort"):
            if missing(values, name):
                yield name, f"is required for ipProtocol {protocol}"
        first, last = number(low), number(high)
        if first is not None and last is not None and first > last:
            yield "fromPort", f"must not be above toPort; it is {first:g} with {last:g}"


@CREATION.of("aws:ec2/securityGroup:SecurityGroup")
def _security_group(values: Values) -> Refusals:
    for way in ("ingress", "egress"):
        for at, rule in enumerate(objects(values.get(way))):
            ports = (rule.get("fromPort"), rule.get("toPort"))
            if rule.get("protocol") in ("-1", "all") and any(number(port) for port in ports):
                yield f"{way}[{at}].fromPort", "and toPort must be 0 when the protocol is -1 (all)"


@CREATION.of("aws:ec2/subnet:Subnet")
def _subnet(values: Values) -> Refusals:
    text = values.get("cidrBlock")
    yield from network_size(text)


def _document(limit: int) -> Judge:
    def judge(values: Values) -> Refusals:
        text = values.get("policy")
        if isinstance(text, str):
            try:
                size = len(json.dumps(json.loads(text), separators=(",", ":")))
            except ValueError:
                return
            if size > limit:
                yield "policy", f"must have at most {limit} characters, not {size}"

    return judge


CREATION.of("aws:iam/policy:Policy")(_document(6144))
CREATION.of("aws:iam/rolePolicy:RolePolicy")(_document(10240))


@CREATION.of("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
def _bucket(values: Values) -> Refusals:
    name = values.get("bucket")
    if isinstance(name, str) and not re.fullmatch(
        r"(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", name
    ):
        form = (
            "3 to 63 lower-case letters, digits, dots and hyphens, with no dot or hyphen at an end"
        )
        yield "bucket", f"must be {form}; it is {name}"
