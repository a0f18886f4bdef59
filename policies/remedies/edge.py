"""Remedies for balancers, distributions and gateways."""

from __future__ import annotations

from collections.abc import Mapping

from graph.model import Resource
from graph.raw import Raw
from policies.engine.rules import Parameters
from policies.rules.classic_balancers import elb_classic_cross_zone, elb_classic_drains
from policies.rules.distributions import (
    Tls,
    cloudfront_https,
    cloudfront_modern_tls,
    cloudfront_sni,
)
from policies.rules.edge import (
    IdleTimeout,
    alb_access_logs,
    alb_deletion_protection,
    alb_desync_defended,
    alb_drop_invalid_headers,
    alb_idle_timeout,
    alb_modern_tls,
)
from policies.rules.gateways import apigateway_cache_encrypted, apigateway_tracing

_STRICT = ("https-only", "redirect-to-https")
_REDIRECT: dict[str, Raw] = {"viewerProtocolPolicy": "redirect-to-https"}


@alb_idle_timeout.remedy
def keep_connections_open(_: Resource, parameters: IdleTimeout) -> Mapping[str, Raw]:
    return {"idleTimeout": parameters.seconds}


@alb_drop_invalid_headers.remedy
def drop_invalid_headers(_: Resource, _parameters: Parameters) -> Mapping[str, Raw]:
    return {"dropInvalidHeaderFields": True}


@alb_deletion_protection.remedy
def protect_the_balancer(_: Resource, _parameters: Parameters) -> Mapping[str, Raw]:
    return {"enableDeletionProtection": True}


@alb_desync_defended.remedy
def defend_against_desync(_: Resource, _parameters: Parameters) -> Mapping[str, Raw]:
    return {"desyncMitigationMode": "defensive"}


@alb_modern_tls.remedy
def take_modern_tls(_: Resource, _parameters: Parameters) -> Mapping[str, Raw]:
    return {"sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06"}


@alb_access_logs.remedy
def switch_access_logs_on(resource: Resource, _: Parameters) -> Mapping[str, Raw] | None:
    """Only where a bucket is named: which one it should be is the program's to say."""
    return None if resource["accessLogs"]["bucket"].absent else {"accessLogs": {"enabled": True}}


@elb_classic_cross_zone.remedy
def share_load_across_zones(_: Resource, _parameters: Parameters) -> Mapping[str, Raw]:
    return {"crossZoneLoadBalancing": True}


@elb_classic_drains.remedy
def drain_connections(_: Resource, _parameters: Parameters) -> Mapping[str, Raw]:
    return {"connectionDraining": True}


@cloudfront_https.remedy
def redirect_viewers(resource: Resource, _: Parameters) -> Mapping[str, Raw]:
    """Each behaviour that lets plain requests in redirects them; the others stay."""
    changes: dict[str, Raw] = {}
    default = resource["defaultCacheBehavior"]
    if default["viewerProtocolPolicy"].scalar() not in _STRICT:
        changes["defaultCacheBehavior"] = dict(_REDIRECT)
    ordered = resource["orderedCacheBehaviors"].items()
    if ordered:
        changes["orderedCacheBehaviors"] = [
            {} if one["viewerProtocolPolicy"].scalar() in _STRICT else dict(_REDIRECT)
            for one in ordered
        ]
    return changes


@cloudfront_modern_tls.remedy
def demand_modern_tls(_: Resource, parameters: Tls) -> Mapping[str, Raw]:
    return {"viewerCertificate": {"minimumProtocolVersion": parameters.policies[0]}}


@cloudfront_sni.remedy
def show_the_certificate_by_name(_: Resource, _parameters: Parameters) -> Mapping[str, Raw]:
    return {"viewerCertificate": {"sslSupportMethod": "sni-only"}}


@apigateway_tracing.remedy
def trace_requests(_: Resource, _parameters: Parameters) -> Mapping[str, Raw]:
    return {"xrayTracingEnabled": True}


@apigateway_cache_encrypted.remedy
def encrypt_the_cache(_: Resource, _parameters: Parameters) -> Mapping[str, Raw]:
    return {"settings": {"cacheDataEncrypted": True}}
