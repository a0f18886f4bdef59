"""The chat system's way in: certificate, load balancer, and a target for each routed service."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from infra.components.access_log_bucket import AccessLogBucket, AccessLogBucketArgs
from infra.components.certificate import Certificate, CertificateArgs
from infra.components.firewall import Firewall, FirewallArgs
from infra.components.load_balancer import LoadBalancer, LoadBalancerArgs
from infra.components.routed_target import RoutedTarget, RoutedTargetArgs
from infra.config.chat import ChatConfig, RoutedServiceConfig
from infra.plan.connections import LOAD_BALANCER
from infra.plan.routing import API, REALTIME, Route
from infra.systems.chat_foundation import Foundation


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """What requests pass through; `host` is the name that clients call."""

    host: str
    balancer: LoadBalancer
    certificate_arn: pulumi.Output[str]
    firewall: Firewall | None
    api: RoutedTarget
    realtime: RoutedTarget


def build_edge(config: ChatConfig, foundation: Foundation) -> Edge:
    """Declare what stands between the internet and the services."""
    host = f"api.{config.domain_name}"
    certificate = Certificate(
        "certificate",
        CertificateArgs(
            context=foundation.context, domain_name=host, hosted_zone_id=config.hosted_zone_id
        ),
    )
    balancer = _balancer(foundation, certificate)
    return Edge(
        host=host,
        balancer=balancer,
        certificate_arn=certificate.arn,
        firewall=_firewall(config, foundation, balancer),
        api=_target(
            foundation, balancer, part="api", route=API, config=config.api, sticky_seconds=None
        ),
        realtime=_target(
            foundation,
            balancer,
            part="realtime",
            route=REALTIME,
            config=config.realtime,
            sticky_seconds=config.realtime.sticky_seconds,
        ),
    )


def _balancer(foundation: Foundation, certificate: Certificate) -> LoadBalancer:
    context, lifecycle = foundation.context, foundation.lifecycle
    logs = AccessLogBucket(
        "access-logs",
        AccessLogBucketArgs(
            context=context,
            retention_days=lifecycle.access_log_days,
            force_destroy=not lifecycle.keep_on_destroy,
        ),
    )
    return LoadBalancer(
        "alb",
        LoadBalancerArgs(
            context=context,
            subnet_ids=foundation.network.public_subnet_ids,
            security_group_id=foundation.groups.ids[LOAD_BALANCER],
            certificate_arn=certificate.arn,
            log_bucket=logs.bucket,
            deletion_protection=lifecycle.deletion_protection,
        ),
        wait_for=[logs],
    )


def _firewall(
    config: ChatConfig, foundation: Foundation, balancer: LoadBalancer
) -> Firewall | None:
    if config.firewall is None:
        return None
    return Firewall(
        "firewall",
        FirewallArgs(
            context=foundation.context,
            load_balancer_arn=balancer.arn,
            api_rate_limit=config.firewall.api_rate_limit,
            socket_rate_limit=config.firewall.socket_rate_limit,
            log_days=foundation.lifecycle.log_days,
            log_key_arn=foundation.operations_key.arn,
        ),
    )


def _target(
    foundation: Foundation,
    balancer: LoadBalancer,
    *,
    part: str,
    route: Route,
    config: RoutedServiceConfig,
    sticky_seconds: int | None,
) -> RoutedTarget:
    return RoutedTarget(
        f"{part}-target",
        RoutedTargetArgs(
            context=foundation.context,
            part=part,
            vpc_id=foundation.network.vpc_id,
            listener_arn=balancer.listener_arn,
            route=route,
            deregistration_delay=config.deregistration_delay,
            sticky_seconds=sticky_seconds,
        ),
    )
