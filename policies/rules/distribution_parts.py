"""CloudFront's parts: access controls, certificates and headers, and behaviours that fit them."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph, Resource
from graph.truth import Truth
from policies.aws import types
from policies.aws.distributions import DISTRIBUTION, behaviours
from policies.aws.inputs import given
from policies.aws.regions import HOME_OF_THE_EDGE, region_of
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_VALIDATION = "aws:acm/certificateValidation:CertificateValidation"
_WRITES = ("DELETE", "PATCH", "POST", "PUT")
# AWS's own cache policies, but for the one that caches nothing: none tells one user from another.
_SHARED = (
    "658327ea-f89d-4fab-a63d-7e88639e58f6",
    "b2884449-e4de-46a7-ac36-70bc7f1ddd6d",
    "08627262-05a9-4f76-9ded-b50ca2e3a84f",
    "2e54312d-136d-493c-8eb9-b001f22f67d2",
)
_HALF_A_YEAR = 15_768_000


@rule(
    "cloudfront-access-control-signs",
    applies_to=("aws:cloudfront/originAccessControl:OriginAccessControl",),
    title="Origin access controls sign every request",
    why="An origin that only takes signed requests refuses CloudFront, or was opened to all for it.",
    requirement="AWS FSBP CloudFront.13; AWS CloudFront developer guide: Restrict access to S3",
    mend="Set signing_behavior='always' on the aws.cloudfront.OriginAccessControl.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def cloudfront_access_control_signs(resource: Resource, _: Parameters) -> Iterator[Check]:
    """The signing behaviour is neither `never` nor left to what viewers send."""
    behaviour = resource["signingBehavior"]
    message = f"its signing behaviour is {behaviour.text()}"
    yield Check(behaviour.equals("always"), message, "signingBehavior")


@rule(
    "cloudfront-behaviours-have-origins",
    applies_to=(DISTRIBUTION,),
    title="Cache behaviours send requests to origins that are there",
    why="CloudFront refuses a distribution whose behaviour names an origin that it does not have.",
    requirement="AWS CloudFront API: CacheBehavior, TargetOriginId",
    mend="Let target_origin_id be the origin_id of an origin or of an origin group.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
)
def cloudfront_behaviours_have_origins(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Each behaviour's target is the id of an origin or of an origin group."""
    listed = [*resource["origins"].items(), *resource["originGroups"].items()]
    ids = [one["originId"] for one in listed]
    known = [one.scalar() for one in ids if not one.unknown]
    for behaviour in behaviours(resource):
        wanted = behaviour["targetOriginId"]
        found = wanted.is_in(known)
        if len(known) < len(ids):
            found |= Truth.UNKNOWN
        yield Check(found, f"it has no origin {wanted.text()}", wanted.path)


@rule(
    "cloudfront-writes-not-cached",
    applies_to=(DISTRIBUTION,),
    title="What takes writes is not cached for everybody",
    why="An API's answer to one user would be served to the next one who asks the same address.",
    requirement="AWS CloudFront developer guide: Understand cache policies",
    mend="Give the behaviour CachingDisabled (4135ea2d-6df8-44a3-9df3-4b5a84be39ad), or a policy "
    "whose key has the Authorization header.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def cloudfront_writes_not_cached(resource: Resource, _: Parameters) -> Iterator[Check]:
    """A behaviour that lets POST and its like through has none of AWS's policies that cache."""
    for behaviour in behaviours(resource):
        methods = behaviour["allowedMethods"]
        writes = methods.any(lambda one: one.is_in(_WRITES))
        if writes is not Truth.NO:
            policy = behaviour["cachePolicyId"]
            # An id that is not known yet is that of a policy of the program.
            shared = Truth.NO if policy.unknown else policy.is_in(_SHARED)
            message = "a behaviour that takes writes shares its answers among all users"
            yield Check(~(writes & shared), message, policy.path)


@rule(
    "cloudfront-strict-transport",
    applies_to=("aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",),
    title="Security headers tell browsers to come by HTTPS only",
    why="Without Strict-Transport-Security the first request of each visit can be kept on HTTP.",
    requirement="catalog spec, 7 Lambda@Edge Functions: security headers; RFC 6797",
    mend="Set security_headers_config={'strict_transport_security': "
    "{'access_control_max_age_sec': 31536000, 'override': True}, …}.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
)
def cloudfront_strict_transport(resource: Resource, _: Parameters) -> Iterator[Check]:
    """A policy with security headers has this one, for half a year at least."""
    headers = resource["securityHeadersConfig"]
    if headers.absent:
        return
    age = headers["strictTransportSecurity"]["accessControlMaxAgeSec"]
    told = age.at_least(_HALF_A_YEAR)
    yield Check(told, f"browsers are bound to HTTPS for {age.text()} s", age.path)


@stack_rule(
    "cloudfront-certificate-at-home",
    title="CloudFront's certificates stand in us-east-1",
    why="CloudFront refuses a certificate of any other region, after it was made and validated.",
    requirement="AWS CloudFront developer guide: Requirements for certificates",
    mend="Create the aws.acm.Certificate with region='us-east-1', or by a provider of that region.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def cloudfront_certificate_at_home(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The certificate that a distribution shows is of CloudFront's home region."""
    for distribution in graph.of_type(DISTRIBUTION):
        key = "viewerCertificate"
        certificates = distribution.references(key, types.CERTIFICATE)
        for validation in distribution.references(key, _VALIDATION):
            certificates += validation.references("certificateArn", types.CERTIFICATE)
        for certificate in {one.urn: one for one in certificates}.values():
            region = region_of(graph, certificate)
            home = Truth.UNKNOWN if region.absent else region.equals(HOME_OF_THE_EDGE)
            message = f"{certificate.name} is in {region.text()}, not in {HOME_OF_THE_EDGE}"
            yield Check(home, message, key, distribution)
        arn = given(distribution, key)["acmCertificateArn"]
        if not certificates and not arn.absent:
            home = arn.matches(rf"\Aarn:[\w-]+:acm:{HOME_OF_THE_EDGE}:")
            yield Check(home, f"its certificate is {arn.text()}", key, distribution)
