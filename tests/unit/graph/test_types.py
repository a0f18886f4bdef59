"""One resource type has one name, however a program spells it."""

from __future__ import annotations

import pytest

from graph.types import canonical_type, explicit_provider, is_default_provider, urn_name, urn_type

PROVIDER = "urn:pulumi:dev::p::pulumi:providers:aws::"


@pytest.mark.parametrize(
    ("declared", "canonical"),
    [
        ("aws:alb/loadBalancer:LoadBalancer", "aws:lb/loadBalancer:LoadBalancer"),
        ("aws:elasticloadbalancingv2/listener:Listener", "aws:lb/listener:Listener"),
        ("aws:applicationloadbalancing/targetGroup:TargetGroup", "aws:lb/targetGroup:TargetGroup"),
        ("aws:elasticloadbalancing/loadBalancer:LoadBalancer", "aws:elb/loadBalancer:LoadBalancer"),
        ("aws:s3/bucketV2:BucketV2", "aws:s3/bucket:Bucket"),
        (
            "aws:s3/bucketVersioningV2:BucketVersioningV2",
            "aws:s3/bucketVersioning:BucketVersioning",
        ),
        ("aws:lb/loadBalancer:LoadBalancer", "aws:lb/loadBalancer:LoadBalancer"),
        ("aws:elb/loadBalancer:LoadBalancer", "aws:elb/loadBalancer:LoadBalancer"),
        ("aws:s3/bucketObject:BucketObject", "aws:s3/bucketObject:BucketObject"),
        ("aws:dms/s3EndpointV2:S3EndpointV2", "aws:dms/s3EndpointV2:S3EndpointV2"),
        ("plumbline:chat:Network", "plumbline:chat:Network"),
        ("", ""),
    ],
)
def test_a_type_has_one_name(declared: str, canonical: str) -> None:
    assert canonical_type(declared) == canonical


def test_a_urn_tells_the_resources_own_type_and_name() -> None:
    urn = "urn:pulumi:dev::p::a:b:Outer$aws:s3/bucket:Bucket::name::with::colons"

    assert urn_type(urn) == "aws:s3/bucket:Bucket"
    assert urn_name(urn) == "name::with::colons"


def test_what_is_no_urn_has_no_type() -> None:
    assert urn_type("anything") == ""
    assert urn_name("anything") == "anything"


@pytest.mark.parametrize("name", ["default", "default_7_51_1", "default_7_51_1_https"])
def test_the_engines_own_providers_are_told_apart(name: str) -> None:
    assert is_default_provider(PROVIDER + name)
    assert explicit_provider(f"{PROVIDER}{name}::id") is None


@pytest.mark.parametrize("name", ["eu", "defaults", "default-region"])
def test_a_providers_that_a_program_chose_is_kept(name: str) -> None:
    assert not is_default_provider(PROVIDER + name)
    assert explicit_provider(f"{PROVIDER}{name}::04da6b54") == PROVIDER + name


def test_no_reference_is_the_engines_own_provider() -> None:
    assert explicit_provider("") is None
    assert not is_default_provider("urn:pulumi:dev::p::aws:s3/bucket:Bucket::default")
