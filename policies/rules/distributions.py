"""CloudFront: how viewers reach a distribution, and what it keeps of that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.distributions import DISTRIBUTION, behaviours, is_bucket, origins
from policies.aws.inputs import given
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_CDN = (DISTRIBUTION,)
_SPEC = "catalog spec, 4 CloudFront Distribution"
_DELIVERY_SOURCE = "aws:cloudwatch/logDeliverySource:LogDeliverySource"


@rule(
    "cloudfront-https",
    applies_to=_CDN,
    title="Distributions answer viewers by HTTPS only",
    why="Whoever sits between viewer and edge could read and change what is sent in the clear.",
    requirement=f"AWS FSBP CloudFront.3; {_SPEC}",
    mend="Set viewer_protocol_policy='redirect-to-https' (or 'https-only') in each behaviour.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP CloudFront.3",),
)
def cloudfront_https(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Every cache behaviour refuses or redirects plain requests."""
    for behaviour in behaviours(resource):
        policy = behaviour["viewerProtocolPolicy"]
        strict = policy.is_in(("https-only", "redirect-to-https"))
        yield Check(strict, f"a behaviour has the policy {policy.text()}", policy.path)


@rule(
    "cloudfront-default-root-object",
    applies_to=_CDN,
    title="Distributions of buckets have a default root object",
    why="A request for / would list the bucket's contents, or end in an error.",
    requirement=f"AWS FSBP CloudFront.1; {_SPEC}",
    mend="Set default_root_object='index.html' on the aws.cloudfront.Distribution.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    controls=("FSBP CloudFront.1",),
)
def cloudfront_default_root_object(resource: Resource, _: Parameters) -> Iterator[Check]:
    """A distribution with a bucket among its origins names the object for /."""
    buckets = Truth.any(is_bucket(one) for one in origins(resource))
    if buckets is Truth.NO:
        return
    root = resource["defaultRootObject"]
    named = root.is_set() & ~root.equals("")
    yield Check(~buckets | named, "it names no object for /", "defaultRootObject")


@dataclass(frozen=True)
class Logs(Parameters):
    """Whether CloudWatch's log delivery (standard logging v2) counts; Security Hub has it not."""

    delivery: bool = False


@stack_rule(
    "cloudfront-access-logs",
    title="Distributions keep access logs",
    why="Without them nobody can tell afterwards who asked for what.",
    requirement="AWS FSBP CloudFront.5; catalog spec, 13 S3 Buckets: application logs",
    mend="Set logging_config={'bucket': bucket.bucket_domain_name} on the "
    "aws.cloudfront.Distribution.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    parameters=Logs,
    controls=("FSBP CloudFront.5",),
)
def cloudfront_access_logs(graph: Graph, parameters: Logs) -> Iterator[Check]:
    """Standard logging is on, or, where that is let count, a log delivery has it as its source."""
    for distribution in graph.of_type(DISTRIBUTION):
        kept = given(distribution, "loggingConfig")
        truth = Truth.UNKNOWN if kept.unknown else kept["bucket"].is_set()
        if parameters.delivery:
            sources = distribution.referrers(_DELIVERY_SOURCE, property="resourceArn")
            truth |= Truth.of(bool(sources))
        yield Check(truth, "it keeps no access logs", "loggingConfig", distribution)


@stack_rule(
    "cloudfront-waf",
    title="Distributions have a web ACL that is made for CloudFront",
    why="Without one every request, an attack too, goes on to the origin.",
    requirement=f"AWS FSBP CloudFront.6; {_SPEC}",
    mend="Set web_acl_id=acl.arn; the aws.wafv2.WebAcl needs scope='CLOUDFRONT' and us-east-1.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP CloudFront.6",),
)
def cloudfront_waf(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A web ACL is named, and one of the stack has the scope CLOUDFRONT."""
    for distribution in graph.of_type(DISTRIBUTION):
        named = given(distribution, "webAclId").is_set()
        yield Check(named, "it has no web ACL", "webAclId", distribution)
        for acl in distribution.references("webAclId", types.WEB_ACL):
            scope = given(acl, "scope")
            message = f"the scope of {acl.name} is {scope.text()}: CloudFront refuses it"
            yield Check(scope.equals("CLOUDFRONT"), message, "webAclId", distribution)


@rule(
    "cloudfront-own-certificate",
    applies_to=_CDN,
    title="Distributions show a certificate of their own",
    why="CloudFront's own certificate is for its own names only, and lets TLS 1.0 in.",
    requirement="AWS FSBP CloudFront.7; catalog spec, Network Security",
    mend="Set viewer_certificate={'acm_certificate_arn': …, 'ssl_support_method': 'sni-only', "
    "'minimum_protocol_version': 'TLSv1.2_2021'}, and aliases.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP CloudFront.7",),
)
def cloudfront_own_certificate(resource: Resource, _: Parameters) -> Iterator[Check]:
    """The viewer certificate is one of ACM's or IAM's."""
    shown = resource["viewerCertificate"]
    own = shown["acmCertificateArn"].is_set() | shown["iamCertificateId"].is_set()
    truth = Truth.UNKNOWN if shown.unknown else own
    yield Check(truth, "it shows CloudFront's own certificate", "viewerCertificate")


@rule(
    "cloudfront-sni",
    applies_to=_CDN,
    title="Distributions serve HTTPS by server name",
    why="Addresses of one's own cost 600 USD a month, for clients that no longer exist.",
    requirement="AWS FSBP CloudFront.8",
    mend="Set viewer_certificate={…, 'ssl_support_method': 'sni-only'}.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    controls=("FSBP CloudFront.8",),
)
def cloudfront_sni(resource: Resource, _: Parameters) -> Iterator[Check]:
    """A certificate of one's own is shown by SNI."""
    shown = resource["viewerCertificate"]
    if _is_default(shown):
        return
    method = shown["sslSupportMethod"]
    yield Check(method.equals("sni-only"), f"the method is {method.text()}", method.path)


@dataclass(frozen=True)
class Tls(Parameters):
    """The security policies that let nothing older than TLS 1.2 with modern ciphers in."""

    policies: tuple[str, ...] = ("TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025")


@rule(
    "cloudfront-modern-tls",
    applies_to=_CDN,
    title="Distributions demand TLS 1.2 or newer of viewers",
    why="Older versions and their ciphers have been broken.",
    requirement="AWS FSBP CloudFront.15",
    mend="Set viewer_certificate={…, 'minimum_protocol_version': 'TLSv1.2_2021'}.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    parameters=Tls,
    controls=("FSBP CloudFront.15",),
)
def cloudfront_modern_tls(resource: Resource, parameters: Tls) -> Iterator[Check]:
    """The least version is a recommended one; CloudFront's own certificate allows no choice."""
    shown = resource["viewerCertificate"]
    if _is_default(shown):
        return
    least = shown["minimumProtocolVersion"]
    message = f"the least version is {least.text()}"
    yield Check(least.is_in(parameters.policies), message, least.path)


def _is_default(shown: Property) -> bool:
    """Whether viewers certainly see CloudFront's own certificate."""
    return shown["acmCertificateArn"].absent and shown["iamCertificateId"].absent


@rule(
    "cloudfront-origin-failover",
    applies_to=_CDN,
    title="Distributions have a second origin to fall back on",
    why="When the only origin fails, whatever is not cached is gone with it.",
    requirement="AWS FSBP CloudFront.4; catalog spec, High Availability",
    mend="Add origin_groups=[{…, 'members': [{'origin_id': …}, {'origin_id': …}]}].",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    controls=("FSBP CloudFront.4",),
)
def cloudfront_origin_failover(resource: Resource, _: Parameters) -> Iterator[Check]:
    """There is an origin group with two members."""
    groups = resource["originGroups"]
    truth = groups.any(
        lambda one: (
            Truth.UNKNOWN if one["members"].unknown else Truth.of(len(one["members"].items()) > 1)
        )
    )
    yield Check(truth, "it has no origin group with two members", "originGroups")


@rule(
    "cloudfront-error-pages",
    applies_to=_CDN,
    title="Distributions have error pages of their own for 4xx and 5xx",
    why="In a flash sale an error that looks like the shop keeps a customer who would leave.",
    requirement=f"{_SPEC}: custom error pages for 4xx and 5xx; Constraints",
    mend="Set custom_error_responses=[{'error_code': 404, 'response_code': 404, "
    "'response_page_path': '/404.html'}, {'error_code': 503, …}].",
    severity=Severity.LOW,
    level=Level.MANDATORY,
    profiles=("catalog",),
)
def cloudfront_error_pages(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Some error of each class is answered by a page."""
    responses = resource["customErrorResponses"]
    for kind in ("4xx", "5xx"):
        code = rf"\A{kind[0]}\d\d\Z"
        answered = responses.any(
            lambda one, code=code: one["errorCode"].matches(code) & one["responsePagePath"].is_set()
        )
        yield Check(answered, f"no page of its own answers {kind}", "customErrorResponses")
