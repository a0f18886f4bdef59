"""From which figure on the way in is ill: load balancer, targets, firewall, certificate, NAT.

Absolute counts follow from the requests that the stack's tasks are meant to serve, so that what
is a bad minute for a small stack is noise for a large one.
"""

from __future__ import annotations

from infra.plan.alarm import (
    DAY,
    AlarmRule,
    Comparison,
    Metric,
    Missing,
    Severity,
    Share,
)

_ALB = "AWS/ApplicationELB"
_NAT = "AWS/NATGateway"

_FEWEST_ERRORS = 5
_FEWEST_REQUESTS = 20
_FEWEST_BLOCKED = 100
_PER_MILLE = 1000
_ERROR_PERCENT = 5
"""Below it a user's retry succeeds nearly always; above it errors are seen."""

_TLS_PERCENT = 20
"""Scanners fail a tenth of all handshakes on quiet days; a bad certificate fails nearly all."""

_RENEWAL_DAYS = 30
"""ACM renews 60 days before the end (45 for its shorter certificates): by then it has failed."""

_NAT_DROP_PERCENT = 1
_NAT_PACKETS = 10_000


def balancer_alarms(normal_requests: int, most_requests: int) -> tuple[AlarmRule, ...]:
    """The alarms of a load balancer.

    Both figures are requests a minute: what the tasks of a normal hour are meant to serve, and
    what all that scaling may add could.
    """
    return (
        AlarmRule(
            id="balancer-errors",
            part="errors",
            meaning="The load balancer itself answers with errors: no task takes its requests.",
            severity=Severity.PAGE,
            # Not as a share: a request that finds no target isn't counted as a request.
            metric=Metric(namespace=_ALB, name="HTTPCode_ELB_5XX_Count", statistic="Sum"),
            threshold=max(_FEWEST_ERRORS, normal_requests // _PER_MILLE),
            periods=5,
            breaches=3,
        ),
        AlarmRule(
            id="balancer-rejected",
            part="rejected",
            meaning="The load balancer is full: it refuses connections.",
            severity=Severity.PAGE,
            metric=Metric(namespace=_ALB, name="RejectedConnectionCount", statistic="Sum"),
            threshold=0,
            periods=3,
        ),
        AlarmRule(
            id="balancer-tls",
            part="tls",
            meaning=f"Over {_TLS_PERCENT} % of the TLS handshakes with clients fail.",
            severity=Severity.TICKET,
            metric=Metric(namespace=_ALB, name="ClientTLSNegotiationErrorCount", statistic="Sum"),
            share=Share(
                whole=Metric(namespace=_ALB, name="NewConnectionCount", statistic="Sum"),
                floor=_floor(normal_requests),
            ),
            threshold=_TLS_PERCENT,
            periods=15,
            breaches=10,
        ),
        AlarmRule(
            id="balancer-requests",
            part="requests",
            meaning=f"More than the {most_requests} requests a minute that this size can grow to.",
            severity=Severity.TICKET,
            metric=Metric(namespace=_ALB, name="RequestCount", statistic="Sum"),
            threshold=most_requests,
            periods=15,
            breaches=10,
        ),
    )


def target_alarms(
    minimum_tasks: int, normal_requests: int, *, latency: bool
) -> tuple[AlarmRule, ...]:
    """The alarms of a service's targets, of which `minimum_tasks` are there when it is well.

    `latency` only where requests are short: a long poll or a WebSocket is slow by intention.
    """
    rules = (
        AlarmRule(
            id="target-errors",
            part="errors",
            meaning=f"Over {_ERROR_PERCENT} % of the requests are answered with errors (5xx).",
            severity=Severity.PAGE,
            metric=Metric(namespace=_ALB, name="HTTPCode_Target_5XX_Count", statistic="Sum"),
            share=Share(
                whole=Metric(namespace=_ALB, name="RequestCount", statistic="Sum"),
                floor=_floor(normal_requests),
            ),
            threshold=_ERROR_PERCENT,
            periods=5,
            breaches=3,
        ),
        AlarmRule(
            id="target-unhealthy",
            part="unhealthy",
            meaning="A task has failed its health checks for ten minutes and isn't replaced.",
            severity=Severity.TICKET,
            metric=Metric(namespace=_ALB, name="UnHealthyHostCount", statistic="Maximum"),
            threshold=0,
            periods=10,
        ),
        AlarmRule(
            id="target-healthy",
            part="healthy",
            meaning="Fewer than half of the tasks that should be there take requests.",
            severity=Severity.PAGE,
            metric=Metric(namespace=_ALB, name="HealthyHostCount", statistic="Minimum"),
            threshold=(minimum_tasks + 1) // 2,
            periods=3,
            comparison=Comparison.BELOW,
            # Without any target the load balancer reports nothing.
            missing=Missing.ALARMING,
        ),
    )
    return (*rules, _latency()) if latency else rules


def _latency() -> AlarmRule:
    return AlarmRule(
        id="target-latency",
        part="latency",
        meaning="One request in twenty takes over a second: the chat feels broken.",
        severity=Severity.PAGE,
        metric=Metric(namespace=_ALB, name="TargetResponseTime", statistic="p95"),
        threshold=1.0,
        periods=10,
        breaches=7,
    )


def firewall_alarms(normal_requests: int) -> tuple[AlarmRule, ...]:
    """The alarm of a web ACL: an attack, or a rule that hits users."""
    return (
        AlarmRule(
            id="firewall-blocked",
            part="blocked",
            meaning="The firewall blocks far more requests than the internet's usual noise.",
            severity=Severity.TICKET,
            metric=Metric(namespace="AWS/WAFV2", name="BlockedRequests", statistic="Sum"),
            threshold=max(_FEWEST_BLOCKED, normal_requests // 100),
            periods=15,
            breaches=10,
        ),
    )


CERTIFICATE = (
    AlarmRule(
        id="certificate-expiry",
        part="expiry",
        meaning=f"The certificate ends within {_RENEWAL_DAYS} days: AWS could not renew it.",
        severity=Severity.PAGE,
        metric=Metric(namespace="AWS/CertificateManager", name="DaysToExpiry", statistic="Minimum"),
        threshold=_RENEWAL_DAYS,
        periods=1,
        period=DAY,
        comparison=Comparison.BELOW,
        # Reported twice a day: a day without a figure says nothing.
        missing=Missing.UNCHANGED,
    ),
)

NAT_GATEWAYS = (
    AlarmRule(
        id="nat-ports",
        part="ports",
        meaning="A NAT gateway has no port left for a destination: calls to it fail.",
        severity=Severity.PAGE,
        metric=Metric(namespace=_NAT, name="ErrorPortAllocation", statistic="Sum"),
        threshold=0,
        periods=3,
    ),
    AlarmRule(
        id="nat-drops",
        part="drops",
        meaning=f"A NAT gateway drops over {_NAT_DROP_PERCENT} % of the packets.",
        severity=Severity.TICKET,
        metric=Metric(namespace=_NAT, name="PacketsDropCount", statistic="Sum"),
        share=Share(
            whole=Metric(namespace=_NAT, name="PacketsInFromSource", statistic="Sum"),
            floor=_NAT_PACKETS,
        ),
        threshold=_NAT_DROP_PERCENT,
        periods=15,
        breaches=10,
    ),
)


def _floor(normal_requests: int) -> int:
    """How many requests a minute must have for its share of errors to mean something."""
    return max(_FEWEST_REQUESTS, normal_requests // _PER_MILLE)
