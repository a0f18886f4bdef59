"""Load balancers that speak TLS only, on both sides.

The rules are off by default (DISABLED): many programs mean to speak HTTP between a load balancer
and its tasks. Whoever wants them gives them a level.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.model import Resource
from graph.truth import Truth
from policies.aws import types
from policies.aws.balancing import speaks_https
from policies.engine import Check, Level, Parameters, Severity, rule


@dataclass(frozen=True)
class Recommended(Parameters):
    """The security policies of listeners that AWS recommends."""

    policies: tuple[str, ...] = (
        "ELBSecurityPolicy-TLS13-1-3-2021-06",
        "ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04",
        "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
        "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04",
        "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
        "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09",
        "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-PQ-2025-09",
        "ELBSecurityPolicy-TLS13-1-3-FIPS-PQ-2025-09",
    )


@rule(
    "lb-recommended-tls",
    applies_to=(types.LISTENER,),
    title="Listeners use a security policy that AWS recommends",
    why="The other policies agree to ciphers without forward secrecy or to older versions.",
    requirement="AWS FSBP ELB.17",
    mend="Set ssl_policy='ELBSecurityPolicy-TLS13-1-2-Res-2021-06' on the aws.lb.Listener.",
    severity=Severity.MEDIUM,
    level=Level.DISABLED,
    parameters=Recommended,
    controls=("FSBP ELB.17",),
)
def lb_recommended_tls(resource: Resource, parameters: Recommended) -> Iterator[Check]:
    """The policy of an HTTPS or TLS listener is on AWS's list; the default is not."""
    secure = speaks_https(resource["protocol"])
    if secure is not Truth.NO:
        policy = resource["sslPolicy"]
        message = f"TLS policy is {policy.text()}"
        yield Check(~secure | policy.is_in(parameters.policies), message, "sslPolicy")


@rule(
    "lb-encrypted-listeners",
    applies_to=(types.LISTENER,),
    title="Listeners take HTTPS or TLS, and nothing else",
    why="Even a listener that only redirects shows the first request to the network.",
    requirement="AWS FSBP ELB.18",
    mend="Set protocol='HTTPS' (or 'TLS') on the aws.lb.Listener, or remove it.",
    severity=Severity.MEDIUM,
    level=Level.DISABLED,
    controls=("FSBP ELB.18",),
)
def lb_encrypted_listeners(resource: Resource, _: Parameters) -> Iterator[Check]:
    """The protocol is an encrypted one; gateway load balancers' listeners have none."""
    protocol = resource["protocol"]
    if protocol.absent and resource["port"].absent:
        return
    yield Check(speaks_https(protocol), f"it takes {protocol.text()}", "protocol")


@rule(
    "lb-encrypted-targets",
    applies_to=(types.TARGET_GROUP,),
    title="Load balancers speak to their targets, and check them, over TLS",
    why="Whoever listens within the VPC would read what was encrypted up to the load balancer.",
    requirement="AWS FSBP ELB.21, ELB.22",
    mend="Set protocol='HTTPS' and health_check={'protocol': 'HTTPS', …}; targets need a "
    "certificate, which may be self-signed.",
    severity=Severity.MEDIUM,
    level=Level.DISABLED,
    controls=("FSBP ELB.21", "FSBP ELB.22"),
)
def lb_encrypted_targets(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Protocol and health check are encrypted; functions and GENEVE appliances have neither."""
    kind, protocol = resource["targetType"], resource["protocol"]
    if kind.equals("lambda") is Truth.YES or protocol.matches("(?i)geneve") is Truth.YES:
        return
    balancer = kind.equals("alb")
    encrypted = protocol.matches(r"(?i)\A(HTTPS|TLS|QUIC)")
    yield Check(balancer | encrypted, f"targets are spoken to in {protocol.text()}", "protocol")
    by = resource["healthCheck"]["protocol"]
    yield Check(by.matches("(?i)https"), f"health is checked by {by.text()}", "healthCheck")
