"""Classic load balancers: what they listen by, what they keep, and how they share their load."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.inputs import given
from policies.aws.zones import spread
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_CLASSIC = "aws:elb/loadBalancer:LoadBalancer"
_POLICY = "aws:elb/loadBalancerPolicy:LoadBalancerPolicy"
_LISTENER_POLICY = "aws:elb/listenerPolicy:ListenerPolicy"
_NEGOTIATION = "aws:elb/sslNegotiationPolicy:SslNegotiationPolicy"
_SERVER_CERTIFICATE = "aws:iam/serverCertificate:ServerCertificate"
_STRONG = "ELBSecurityPolicy-TLS-1-2-2017-01"
_BALANCERS = (_CLASSIC,)


@rule(
    "elb-classic-encrypted",
    applies_to=_BALANCERS,
    title="Classic load balancers listen by HTTPS or TLS",
    why="What clients send would cross the internet in the clear.",
    requirement="AWS FSBP ELB.3",
    mend="Set 'lb_protocol': 'HTTPS' (or 'SSL') in each listener, with an ssl_certificate_id.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP ELB.3",),
)
def elb_classic_encrypted(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Each listener's protocol towards clients is an encrypted one."""
    for listener in resource["listeners"].items():
        protocol = listener["lbProtocol"]
        message = f"a listener takes {protocol.text()}"
        yield Check(_encrypts(listener), message, protocol.path)


@stack_rule(
    "elb-classic-managed-certificate",
    title="Classic load balancers use certificates of ACM",
    why="ACM renews its certificates by itself; one that was uploaded to IAM runs out one night.",
    requirement="AWS FSBP ELB.2",
    mend="Set 'ssl_certificate_id' of the listener to the ARN of an aws.acm.Certificate.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP ELB.2",),
)
def elb_classic_managed_certificate(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The certificate of each encrypted listener is one of ACM's."""
    for balancer in graph.of_type(_CLASSIC):
        uploaded = balancer.references("listeners", _SERVER_CERTIFICATE)
        managed = balancer.references("listeners", types.CERTIFICATE)
        for listener in given(balancer, "listeners").items():
            encrypts, certificate = _encrypts(listener), listener["sslCertificateId"]
            if encrypts is Truth.NO:
                continue
            truth = certificate.matches(r"arn:[\w-]+:acm:")
            # An ARN that is not known yet is one of those that the listeners depend on.
            if certificate.unknown and bool(managed) is not bool(uploaded):
                truth = Truth.of(bool(managed))
            message = f"its certificate is {certificate.text()}, not one of ACM"
            yield Check(~encrypts | truth, message, certificate.path, balancer)


@rule(
    "elb-classic-access-logs",
    applies_to=_BALANCERS,
    title="Classic load balancers write access logs",
    why="Without them an incident at the edge leaves no trace.",
    requirement="AWS FSBP ELB.5",
    mend="Set access_logs={'bucket': bucket.bucket} on the aws.elb.LoadBalancer.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP ELB.5",),
)
def elb_classic_access_logs(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Access logs go to a bucket; naming one switches them on unless it is said otherwise."""
    logs = resource["accessLogs"]
    truth = logs["bucket"].is_set() & logs["enabled"].is_true(default=True)
    yield Check(truth, "access logs are not enabled", "accessLogs")


@rule(
    "elb-classic-drains",
    applies_to=_BALANCERS,
    title="Classic load balancers let requests end before a server leaves",
    why="Requests that are under way on a server that is taken out would be cut off.",
    requirement="AWS FSBP ELB.7",
    mend="Set connection_draining=True on the aws.elb.LoadBalancer.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    controls=("FSBP ELB.7",),
)
def elb_classic_drains(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Connection draining is on; AWS's default is off."""
    drains = resource["connectionDraining"].is_true(default=False)
    yield Check(drains, "connections are not drained", "connectionDraining")


@rule(
    "elb-classic-cross-zone",
    applies_to=_BALANCERS,
    title="Classic load balancers share the load among all zones",
    why="Servers of the zone with fewest of them would get more than they can carry.",
    requirement="AWS FSBP ELB.9",
    mend="Remove cross_zone_load_balancing=False.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP ELB.9",),
)
def elb_classic_cross_zone(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Load is shared across zones, as the provider sets it by default."""
    shares = resource["crossZoneLoadBalancing"].is_true(default=True)
    yield Check(shares, "each zone carries its own load", "crossZoneLoadBalancing")


@stack_rule(
    "elb-classic-several-zones",
    title="Classic load balancers stand in two zones or more",
    why="A load balancer in one zone falls with it.",
    requirement="AWS FSBP ELB.10",
    mend="Give the aws.elb.LoadBalancer subnets, or availability_zones, of two zones or more.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP ELB.10",),
)
def elb_classic_several_zones(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The subnets are of different zones, or more than one zone is named."""
    for balancer in graph.of_type(_CLASSIC):
        zones, subnets = given(balancer, "availabilityZones"), given(balancer, "subnets")
        truth = spread(balancer, "subnets", subnets)
        if subnets.absent:
            truth = Truth.UNKNOWN if zones.unknown else Truth.of(len(zones.items()) > 1)
        yield Check(truth, "it stands in one zone", "subnets", balancer)


@stack_rule(
    "elb-classic-strong-policy",
    title="Classic load balancers agree to strong ciphers only",
    why="AWS's default policy still agrees to TLS 1.0 and ciphers that are broken.",
    requirement="AWS FSBP ELB.8",
    mend="Attach an aws.elb.LoadBalancerPolicy with policy_type_name='SSLNegotiationPolicyType' "
    f"and the attribute Reference-Security-Policy={_STRONG} by an aws.elb.ListenerPolicy.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP ELB.8",),
)
def elb_classic_strong_policy(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Each encrypted listener has the strong predefined policy on its port."""
    for balancer in graph.of_type(_CLASSIC):
        for listener in given(balancer, "listeners").items():
            encrypts = _encrypts(listener)
            if encrypts is not Truth.NO:
                strong = _strong(balancer, listener["lbPort"])
                message = f"port {listener['lbPort'].text()} does not use {_STRONG}"
                yield Check(~encrypts | strong, message, listener.path, balancer)


def _strong(balancer: Resource, port: Property) -> Truth:
    answers: list[Truth] = []
    for one in balancer.referrers(_LISTENER_POLICY, property="loadBalancerName"):
        named = one.references("policyNames", _POLICY)
        held = Truth.any(_refers(given(policy, "policyAttributes")) for policy in named)
        foreign = Truth.UNKNOWN if not named else held
        answers.append(_same(one["loadBalancerPort"], port) & foreign)
    answers.extend(
        _same(one["lbPort"], port) & _refers(given(one, "attributes"))
        for one in balancer.referrers(_NEGOTIATION, property="loadBalancer")
    )
    return Truth.any(answers)


def _refers(attributes: Property) -> Truth:
    return attributes.any(
        lambda one: one["name"].equals("Reference-Security-Policy") & one["value"].equals(_STRONG)
    )


def _same(one: Property, other: Property) -> Truth:
    if one.unknown or other.unknown:
        return Truth.UNKNOWN
    return Truth.of(str(one.scalar()) == str(other.scalar()))


def _encrypts(listener: Property) -> Truth:
    return listener["lbProtocol"].matches(r"(?i)HTTPS|SSL")
