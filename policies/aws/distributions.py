"""CloudFront: where a distribution's origins lead, and what it does with requests."""

from __future__ import annotations

from graph.model import Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.functions import DISTRIBUTION, FUNCTION_URL
from policies.aws.inputs import given

__all__ = ["DISTRIBUTION", "behaviours", "is_bucket", "is_custom", "leading_to", "origins"]


def origins(distribution: Resource) -> list[Property]:
    """The origins of a distribution; UndecidedError while they are not known."""
    return distribution["origins"].items()


def behaviours(distribution: Resource) -> list[Property]:
    """The default cache behaviour and the ordered ones; UndecidedError while not known."""
    default = distribution["defaultCacheBehavior"]
    return [default, *distribution["orderedCacheBehaviors"].items()]


def is_custom(origin: Property) -> Truth:
    """Whether it is an origin of its own kind, which CloudFront speaks HTTP or HTTPS to."""
    return Truth.UNKNOWN if origin.unknown else origin["customOriginConfig"].is_set()


def is_bucket(origin: Property) -> Truth:
    """Whether it is an S3 bucket's REST endpoint: what neither a web server nor a VPC is."""
    if origin.unknown:
        return Truth.UNKNOWN
    other = origin["customOriginConfig"].is_set() | origin["vpcOriginConfig"].is_set()
    return ~other


def leading_to(distribution: Resource, *kinds: str) -> list[tuple[Property, Resource]]:
    """The origins whose domain names are those of resources of the stack, with these.

    A domain name that is known tells which; one that is not may be any that the origins depend on,
    as far as the origin's kind allows.
    """
    listed = given(distribution, "origins")
    found = distribution.references("origins", *kinds)
    if listed.unknown:
        return [(listed, one) for one in found]
    return [(origin, one) for one in found for origin in listed.items() if _may_lead(origin, one)]


def _may_lead(origin: Property, resource: Resource) -> bool:
    bucket = resource.type == types.BUCKET
    if is_bucket(origin) is (Truth.NO if bucket else Truth.YES):
        return False
    host = origin["domainName"].scalar()
    if not isinstance(host, str):
        return True
    if resource.type == FUNCTION_URL:
        return str(resource["urlId"].scalar()) in host
    keys = ("bucketRegionalDomainName", "bucketDomainName", "dnsName", "domainName", "bucket")
    names = [text for key in keys if isinstance(text := resource[key].scalar(), str)]
    return any(host == name or host.startswith(f"{name}.s3") for name in names)
