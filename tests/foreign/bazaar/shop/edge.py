"""Near the viewers: the distribution, its function, its headers."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .identity import Statement, make_role, may
from .settings import Settings, faulty
from .storage import Bucket

# AWS's own policies, the same in every account.
CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_BUT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
ASSETS = "assets"
API = "api"


@dataclass(frozen=True)
class Front:
    """What the distribution is put together from."""

    shop: Settings
    assets: Bucket
    logs: Bucket
    api_host: str
    certificate: pulumi.Input[str]
    firewall: aws.wafv2.WebAcl


def _guard(shop: Settings) -> aws.lambda_.Function:
    trust = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", '
        '"Principal": {"Service": ["lambda.amazonaws.com", "edgelambda.amazonaws.com"]}}]}'
    )
    writing = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
    # Replicas log in the region of the viewer.
    everywhere = f"arn:aws:logs:*:{shop.account}:log-group:/aws/lambda/us-east-1.*"
    role = make_role(
        "guard",
        trust,
        [may(writing, everywhere)],
        opts=shop.near_viewers(),
    )
    return aws.lambda_.Function(
        "guard",
        name=shop.named("guard"),
        role=role.arn,
        s3_bucket=shop.releases("us-east-1"),
        s3_key="guard/4f1c9e2.zip",
        handler="guard.handle",
        runtime="python3.13",
        architectures=["x86_64"],
        memory_size=128,
        timeout=5,
        publish=True,
        opts=shop.here() if faulty("edge-function-far-away") else shop.near_viewers(),
    )


def _headers(shop: Settings) -> aws.cloudfront.ResponseHeadersPolicy:
    strict: aws.cloudfront.ResponseHeadersPolicySecurityHeadersConfigStrictTransportSecurityArgsDict = {
        "access_control_max_age_sec": 63072000,
        "include_subdomains": True,
        "preload": True,
        "override": True,
    }
    security: aws.cloudfront.ResponseHeadersPolicySecurityHeadersConfigArgsDict = {
        "content_type_options": {"override": True},
        "frame_options": {"frame_option": "DENY", "override": True},
        "referrer_policy": {
            "referrer_policy": "strict-origin-when-cross-origin",
            "override": True,
        },
        "content_security_policy": {
            "content_security_policy": "default-src 'self'; frame-ancestors 'none'",
            "override": True,
        },
    }
    if not faulty("headers-without-strict-transport"):
        security["strict_transport_security"] = strict
    return aws.cloudfront.ResponseHeadersPolicy(
        "shop",
        name=shop.named("bazaar"),
        security_headers_config=security,
        opts=shop.near_viewers(),
    )


def _origins(
    front: Front, access: aws.cloudfront.OriginAccessControl
) -> list[aws.cloudfront.DistributionOriginArgsDict]:
    bucket = front.assets.bucket
    missing = faulty("origin-bucket-does-not-exist")
    assets: aws.cloudfront.DistributionOriginArgsDict = {
        "origin_id": ASSETS,
        "domain_name": f"bazaar-old-assets.s3.{front.shop.region}.amazonaws.com"
        if missing
        else bucket.bucket_regional_domain_name,
    }
    if not faulty("origin-without-access-control"):
        assets["origin_access_control_id"] = access.id
    api: aws.cloudfront.DistributionOriginArgsDict = {
        "origin_id": API,
        "domain_name": front.api_host,
        "custom_origin_config": {
            "http_port": 80,
            "https_port": 443,
            "origin_protocol_policy": "http-only" if faulty("origin-over-http") else "https-only",
            "origin_ssl_protocols": ["SSLv3", "TLSv1"]
            if faulty("origin-with-old-tls")
            else ["TLSv1.2"],
            "origin_read_timeout": 30,
        },
    }
    return [assets, api]


def make_distribution(front: Front) -> aws.cloudfront.Distribution:
    """The distribution, and the policy that lets it alone read the assets."""
    shop = front.shop
    access = aws.cloudfront.OriginAccessControl(
        "assets",
        name=shop.named("assets"),
        origin_access_control_origin_type="s3",
        signing_behavior="never" if faulty("origin-access-unsigned") else "always",
        signing_protocol="sigv4",
        opts=shop.near_viewers(),
    )
    guard = _guard(shop)
    headers = _headers(shop)
    unpublished = faulty("edge-function-unpublished")
    version = pulumi.Output.concat(guard.arn, ":$LATEST") if unpublished else guard.qualified_arn
    old = faulty("viewers-with-old-tls")
    distribution = aws.cloudfront.Distribution(
        "shop",
        enabled=True,
        comment="The shop",
        aliases=[shop.domain, f"www.{shop.domain}"],
        is_ipv6_enabled=True,
        http_version="http2and3",
        price_class="PriceClass_100",
        default_root_object=None if faulty("distribution-without-root") else "index.html",
        web_acl_id=None if faulty("distribution-without-firewall") else front.firewall.arn,
        logging_config=None
        if faulty("distribution-unlogged")
        else {
            "bucket": front.logs.bucket.bucket_regional_domain_name,
            "prefix": "cloudfront/",
            "include_cookies": False,
        },
        origins=_origins(front, access),
        default_cache_behavior={
            "target_origin_id": ASSETS,
            "viewer_protocol_policy": "allow-all"
            if faulty("viewers-over-http")
            else "redirect-to-https",
            "allowed_methods": ["GET", "HEAD", "OPTIONS"],
            "cached_methods": ["GET", "HEAD"],
            "cache_policy_id": CACHING_OPTIMIZED,
            "response_headers_policy_id": headers.id,
            "compress": True,
        },
        ordered_cache_behaviors=[
            {
                "path_pattern": "/api/*",
                "target_origin_id": "shop-api" if faulty("behaviour-of-no-origin") else API,
                "viewer_protocol_policy": "https-only",
                "allowed_methods": [
                    "GET",
                    "HEAD",
                    "OPTIONS",
                    "PUT",
                    "POST",
                    "PATCH",
                    "DELETE",
                ],
                "cached_methods": ["GET", "HEAD"],
                "cache_policy_id": CACHING_OPTIMIZED
                if faulty("personal-answers-cached")
                else CACHING_DISABLED,
                "origin_request_policy_id": ALL_BUT_HOST,
                "response_headers_policy_id": headers.id,
                "compress": True,
                "lambda_function_associations": [
                    {"event_type": "viewer-request", "lambda_arn": version}
                ],
            }
        ],
        custom_error_responses=[
            {
                "error_code": code,
                "response_code": 404 if code < 500 else code,
                "response_page_path": f"/errors/{code // 100}xx.html",
                "error_caching_min_ttl": 10,
            }
            for code in (403, 404, 500, 502, 503, 504)
        ],
        restrictions={"geo_restriction": {"restriction_type": "blacklist", "locations": ["KP"]}},
        viewer_certificate={
            "acm_certificate_arn": front.certificate,
            "ssl_support_method": "sni-only",
            "minimum_protocol_version": "TLSv1" if old else "TLSv1.2_2021",
        },
        opts=shop.near_viewers(),
    )
    _readers(front, distribution)
    return distribution


def _readers(front: Front, distribution: aws.cloudfront.Distribution) -> None:
    bucket = front.assets.bucket
    reading: Statement = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": pulumi.Output.concat(bucket.arn, "/*"),
    }
    if not faulty("assets-for-any-distribution"):
        reading["Condition"] = {"StringEquals": {"aws:SourceArn": distribution.arn}}
    around: Statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": ["s3:GetObject"],
        "Resource": pulumi.Output.concat(bucket.arn, "/*"),
    }
    front.assets.allow(
        [reading, around] if faulty("assets-readable-around-cloudfront") else [reading]
    )
