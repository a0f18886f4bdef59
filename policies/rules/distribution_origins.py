"""CloudFront's origins: that only CloudFront reaches them, and by HTTPS."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.balancing import listeners_of, speaks_https
from policies.aws.distributions import (
    DISTRIBUTION,
    behaviours,
    is_bucket,
    is_custom,
    leading_to,
    origins,
)
from policies.aws.functions import FUNCTION_URL
from policies.aws.groups import admits_internet, attached
from policies.aws.inputs import given, written
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_CDN = (DISTRIBUTION,)
_SPEC = "catalog spec, 4 CloudFront Distribution"
_BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
_BUCKET_HOST = r"\.(s3[.-]|s3express-)[\w.-]*amazonaws\.com(\.cn)?\Z"
_IDENTITY = "CloudFront Origin Access Identity"
_OLD_TLS = ("SSLv3", "TLSv1", "TLSv1.1")
_LATE = "its origins are not known yet"
_FUNCTION_HOST = r"\.lambda-url\.[\w-]+\.on\.aws\Z"


@rule(
    "cloudfront-origin-https",
    applies_to=_CDN,
    title="CloudFront speaks HTTPS to its origins",
    why="What the viewer sent encrypted would cross the internet in the clear behind the edge.",
    requirement=f"AWS FSBP CloudFront.9; {_SPEC}: ALB origin",
    mend="Set custom_origin_config={…, 'origin_protocol_policy': 'https-only'}.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP CloudFront.9",),
)
def cloudfront_origin_https(resource: Resource, _: Parameters) -> Iterator[Check]:
    """A custom origin gets HTTPS: always, or as viewers do who may not use anything else."""
    strict = Truth.all(
        one["viewerProtocolPolicy"].is_in(("https-only", "redirect-to-https"))
        for one in behaviours(resource)
    )
    for origin in origins(resource):
        custom = is_custom(origin)
        if custom is Truth.NO:
            continue
        policy = origin["customOriginConfig"]["originProtocolPolicy"]
        encrypted = policy.equals("https-only") | (policy.equals("match-viewer") & strict)
        message = f"an origin's protocol policy is {policy.text()}"
        yield Check(~custom | encrypted, message, policy.path)


@rule(
    "cloudfront-origin-modern-tls",
    applies_to=_CDN,
    title="CloudFront speaks TLS 1.2 to its origins",
    why="SSL 3 and the first versions of TLS have been broken.",
    requirement="AWS FSBP CloudFront.10",
    mend="Set custom_origin_config={…, 'origin_ssl_protocols': ['TLSv1.2']}.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP CloudFront.10",),
)
def cloudfront_origin_modern_tls(resource: Resource, _: Parameters) -> Iterator[Check]:
    """No custom origin may be spoken to by an old version."""
    for origin in origins(resource):
        custom = is_custom(origin)
        if custom is Truth.NO:
            continue
        spoken = origin["customOriginConfig"]["originSslProtocols"]
        modern = spoken.all(lambda one: ~one.is_in(_OLD_TLS))
        yield Check(~custom | modern, f"an origin takes {spoken.text()}", spoken.path)


@rule(
    "cloudfront-bucket-access-control",
    applies_to=_CDN,
    title="CloudFront signs its requests to buckets",
    why="A bucket that takes unsigned requests is public, past the edge and its rules.",
    requirement=f"AWS FSBP CloudFront.13; {_SPEC}: S3 origin access",
    mend="Create an aws.cloudfront.OriginAccessControl and set the origin's "
    "origin_access_control_id.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP CloudFront.13",),
)
def cloudfront_bucket_access_control(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Each bucket among the origins has an origin access control (identities are its past)."""
    for origin in origins(resource):
        bucket = is_bucket(origin)
        if bucket is Truth.NO:
            continue
        control = origin["originAccessControlId"]
        # An id that is not known yet is that of a control of the program.
        late = control.unknown and not origin.unknown
        signed = Truth.YES if late else control.matches(r".")
        message = "a bucket among its origins has no origin access control"
        yield Check(~bucket | signed, message, origin.path)


@stack_rule(
    "cloudfront-function-access-control",
    title="CloudFront signs its requests to function URLs",
    why="A function URL that takes unsigned requests is open to everybody, past the edge.",
    requirement="AWS FSBP CloudFront.16",
    mend="Create an aws.cloudfront.OriginAccessControl with origin_access_control_origin_type="
    "'lambda' and set the origin's origin_access_control_id.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP CloudFront.16",),
)
def cloudfront_function_access_control(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Each function URL among the origins has an origin access control."""
    for distribution in graph.of_type(DISTRIBUTION):
        led = {origin.path for origin, _ in leading_to(distribution, FUNCTION_URL)}
        listed = given(distribution, "origins")
        if listed.unknown:
            yield Check(Truth.UNKNOWN, _LATE, "origins", distribution)
            continue
        for origin in listed.items():
            host = origin["domainName"]
            if host.matches(_FUNCTION_HOST) is Truth.YES or (host.unknown and origin.path in led):
                signed = origin["originAccessControlId"].is_set()
                message = "a function URL among its origins has no origin access control"
                yield Check(signed, message, origin.path, distribution)


@stack_rule(
    "cloudfront-bucket-exists",
    title="Buckets among a distribution's origins are the program's own",
    why="Whoever makes a bucket of a name that is free serves his own content from your domain.",
    requirement="AWS FSBP CloudFront.12",
    mend="Set the origin's domain_name=bucket.bucket_regional_domain_name.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    controls=("FSBP CloudFront.12",),
)
def cloudfront_bucket_exists(graph: Graph, _: Parameters) -> Iterator[Check]:
    """An S3 origin is a bucket of the stack.

    Of any other bucket it is unknown whether it is there; what is no bucket's address is none.
    """
    for distribution in graph.of_type(DISTRIBUTION):
        listed = given(distribution, "origins")
        own = {origin.path for origin, _ in leading_to(distribution, types.BUCKET)}
        if listed.unknown:
            yield Check(Truth.UNKNOWN, _LATE, "origins", distribution)
            continue
        for origin in listed.items():
            if is_bucket(origin) is Truth.NO:
                continue
            host = origin["domainName"]
            message = f"{host.text()} is the address of no bucket"
            truth = Truth.YES if origin.path in own else host.matches(_BUCKET_HOST) & Truth.UNKNOWN
            yield Check(truth, message, host.path, distribution)


@stack_rule(
    "cloudfront-bucket-policy",
    title="A bucket behind CloudFront lets that distribution read, by its policy",
    why="Without the statement every request ends in 403; without the condition any account's "
    "distribution may read the bucket.",
    requirement=f"{_SPEC}: origin access; AWS CloudFront developer guide: Restrict access to S3",
    mend="Allow s3:GetObject to the principal cloudfront.amazonaws.com in an aws.s3.BucketPolicy, "
    "with Condition StringEquals AWS:SourceArn = distribution.arn.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
)
def cloudfront_bucket_policy(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The policy of each bucket among the origins names CloudFront, and its distribution."""
    for distribution in graph.of_type(DISTRIBUTION):
        buckets = {one.urn: one for _, one in leading_to(distribution, types.BUCKET)}
        for bucket in buckets.values():
            holders = [bucket, *bucket.referrers(_BUCKET_POLICY, property="bucket")]
            policies = [written(one, "policy", types.BUCKET) for one in holders]
            answers = [_lets_read(one) for one in policies]
            message = "its policy does not let CloudFront, and CloudFront alone, read"
            yield Check(Truth.any(answers), message, "policy", bucket)


def _lets_read(policy: Property) -> Truth:
    held = policy.json()["Statement"]
    if held.unknown:
        return Truth.UNKNOWN
    return Truth.any(_reads(one) for one in (held.items() or [held]))


def _reads(statement: Property) -> Truth:
    principal, condition = statement["Principal"], statement["Condition"]
    by_service = principal["Service"].contains("cloudfront.amazonaws.com")
    narrowed = Truth.any(
        Truth.UNKNOWN if condition.unknown else condition[test][key].is_set()
        for test in ("StringEquals", "ArnEquals", "StringLike", "ArnLike")
        for key in ("AWS:SourceArn", "aws:SourceArn", "AWS:SourceAccount", "aws:SourceAccount")
    )
    # An origin access identity, the older way, is a principal that only one distribution has.
    users = principal["AWS"]
    identity = (
        users.matches(_IDENTITY)
        | users.any(lambda one: one.matches(_IDENTITY))
        | principal["CanonicalUser"].is_set()
    )
    return statement["Effect"].equals("Allow") & ((by_service & narrowed) | identity)


@stack_rule(
    "cloudfront-balancer-takes-https",
    title="A load balancer behind CloudFront has the HTTPS listener that CloudFront asks",
    why="Otherwise every request that is not cached ends in 502.",
    requirement=f"{_SPEC}: ALB origin for API traffic",
    mend="Create an aws.lb.Listener with protocol='HTTPS' on the origin's https_port.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def cloudfront_balancer_takes_https(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A load balancer that is spoken to by HTTPS has a listener for it on the origin's port."""
    for distribution in graph.of_type(DISTRIBUTION):
        for origin, balancer in leading_to(distribution, types.ALB):
            config = origin["customOriginConfig"]
            if config["originProtocolPolicy"].equals("http-only") is Truth.YES:
                continue
            port = config["httpsPort"]
            answers = [_listens(one, port) for one in listeners_of(balancer)]
            message = f"it has no HTTPS listener on port {port.text()}"
            yield Check(Truth.any(answers), message, resource=balancer)


def _listens(listener: Resource, port: Property) -> Truth:
    asked = port.scalar()
    same = Truth.UNKNOWN
    if isinstance(asked, int):
        same = given(listener, "port").equals(asked)
    return speaks_https(given(listener, "protocol")) & same


@stack_rule(
    "cloudfront-balancer-not-bypassed",
    title="A load balancer behind CloudFront is reached through CloudFront only",
    why="Whoever finds its address goes around the edge's firewall, functions and rate limits.",
    requirement=f"{_SPEC}; AWS CloudFront developer guide: Restrict access to load balancers",
    mend="Admit CloudFront's prefix list (com.amazonaws.global.cloudfront.origin-facing) instead "
    "of 0.0.0.0/0 in the load balancer's group.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def cloudfront_balancer_not_bypassed(graph: Graph, _: Parameters) -> Iterator[Check]:
    """No group of a load balancer that is an origin admits the internet."""
    for distribution in graph.of_type(DISTRIBUTION):
        for _origin, balancer in leading_to(distribution, types.ALB):
            groups, complete = attached(balancer)
            opened = Truth.any(admits_internet(one) for one in groups)
            truth = ~opened & complete
            yield Check(truth, "it admits the whole internet", "securityGroups", balancer)
