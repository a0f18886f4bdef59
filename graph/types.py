"""One table of the type tokens that name the same resource type twice."""

from __future__ import annotations

import re
from functools import cache

STACK_TYPE = "pulumi:pulumi:Stack"
PROVIDER_PREFIX = "pulumi:providers:"

_MODULES = {
    "aws:alb": "aws:lb",
    "aws:applicationloadbalancing": "aws:lb",
    "aws:elasticloadbalancingv2": "aws:lb",
    "aws:elasticloadbalancing": "aws:elb",
}
# Provider 7 gave the plain names the shape that the V2 names had before; both still exist.
_DEFAULT_PROVIDER = re.compile(r"default(_\d[\w.+-]*)?\Z")
_S3_SUCCESSOR = re.compile(r"aws:s3/(\w+)V2:(\w+)V2\Z")


# Where a type has its physical name, or the address it is reached by, when not in `name`.
NAMED_BY = {
    "aws:s3/bucket:Bucket": ("bucket", "bucketDomainName", "bucketRegionalDomainName"),
    "aws:rds/instance:Instance": ("identifier",),
    "aws:rds/cluster:Cluster": ("clusterIdentifier",),
    "aws:rds/clusterInstance:ClusterInstance": ("identifier",),
    "aws:elasticache/replicationGroup:ReplicationGroup": ("replicationGroupId",),
    "aws:elasticache/cluster:Cluster": ("clusterId",),
    "aws:elasticache/userGroup:UserGroup": ("userGroupId",),
    "aws:elasticache/user:User": ("userId",),
    "aws:ecs/taskDefinition:TaskDefinition": ("family",),
    "aws:lb/loadBalancer:LoadBalancer": ("dnsName",),
    "aws:kms/key:Key": ("keyId",),
}


@cache
def canonical_type(declared: str) -> str:
    """The one name of a resource type; a type that has no second name is its own."""
    module, separator, rest = declared.partition("/")
    if module in _MODULES:
        return _MODULES[module] + separator + rest
    successor = _S3_SUCCESSOR.match(declared)
    if successor is not None:
        return f"aws:s3/{successor[1]}:{successor[2]}"
    return declared


def urn_parts(urn: str) -> tuple[str, str, str, str] | None:
    """Stack (with its prefix), project, qualified type and name; None if the text is no URN."""
    match urn.split("::", 3):
        case [stack, project, qualified, name]:
            return stack, project, qualified, name
        case _:
            return None


def urn_type(urn: str) -> str:
    """The resource's own type token in a URN; empty if the text is no URN."""
    parts = urn_parts(urn)
    return parts[2].rsplit("$", 1)[-1] if parts else ""


def urn_name(urn: str) -> str:
    """The logical name in a URN (it may itself contain `::`); the text itself if it is no URN."""
    parts = urn_parts(urn)
    return parts[3] if parts else urn


def is_default_provider(urn: str) -> bool:
    """Whether a URN is that of a provider which the engine made because none was named."""
    if not urn_type(urn).startswith(PROVIDER_PREFIX):
        return False
    return _DEFAULT_PROVIDER.match(urn_name(urn)) is not None


def explicit_provider(reference: str) -> str | None:
    """The URN of the provider that a program chose; None where the engine's default is used.

    References are `URN` or `URN::id`.
    """
    parts = reference.split("::")
    urn = "::".join(parts[:4])
    return None if not reference or is_default_provider(urn) else urn
