"""How a service meets its users: by a name that its certificate holds, and not before it is ready."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.balancing import listeners_of, speaks_https
from policies.aws.inputs import given
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_VALIDATION = "aws:acm/certificateValidation:CertificateValidation"
_MORE = "aws:lb/listenerCertificate:ListenerCertificate"


@stack_rule(
    "alb-certificate-holds-name",
    title="The load balancer's certificate holds the names that lead to it",
    why="Browsers and clients refuse a server whose certificate is for another name.",
    requirement="chat spec 000, Backend Stack: HTTPS; trading spec, Load Balancing: HTTPS listeners",
    mend="Put the record's name in domain_name or subject_alternative_names of the "
    "aws.acm.Certificate.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def alb_certificate_holds_name(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Each record that is an alias of the load balancer is covered by a listener's certificate."""
    for balancer in graph.of_type(types.ALB):
        records = [
            record
            for record in balancer.referrers(types.RECORD)
            if balancer in record.references("aliases", types.ALB)
            or balancer in record.references("records", types.ALB)
        ]
        listeners = [
            one for one in listeners_of(balancer) if speaks_https(one["protocol"]) is Truth.YES
        ]
        if not records or not listeners:
            continue
        certificates, complete = _certificates(listeners)
        for record in records:
            name = given(record, "name")
            held = Truth.any(_holds(one, name) for one in certificates)
            if not complete:
                held |= Truth.UNKNOWN
            message = f"no certificate of {balancer.name} is for {name.text()}"
            yield Check(held, message, "name", record)


def _certificates(listeners: list[Resource]) -> tuple[list[Resource], bool]:
    """The certificates of listeners, and whether all of them are of this stack."""
    found: list[Resource] = []
    complete = True
    for listener in listeners:
        more = listener.referrers(_MORE, property="listenerArn")
        for holder in (listener, *more):
            direct = holder.references("certificateArn", types.CERTIFICATE)
            for validation in holder.references("certificateArn", _VALIDATION):
                direct += validation.references("certificateArn", types.CERTIFICATE)
            found += direct
            complete = complete and bool(direct)
    return found, complete


def _holds(certificate: Resource, name: Property) -> Truth:
    wanted = name.scalar()
    others = given(certificate, "subjectAlternativeNames")
    listed = [others] if others.unknown else others.items()
    answers: list[Truth] = []
    for held in (given(certificate, "domainName"), *listed):
        text = held.scalar()
        if not isinstance(text, str) or not isinstance(wanted, str):
            answers.append(Truth.UNKNOWN)
            continue
        host = wanted.removesuffix(".").lower()
        same = text.lower() == host
        # A wildcard stands for one label: *.example.com holds api.example.com alone.
        star = text.startswith("*.") and host.partition(".")[2] == text[2:].lower()
        answers.append(Truth.of(same or star))
    return Truth.any(answers)


@rule(
    "ecs-grace-period",
    applies_to=(types.SERVICE,),
    title="Services behind a load balancer get time to start",
    why="A task that is slow to start is found ill and replaced, again and again.",
    requirement="chat spec 001, Load Balancing and trading spec, Services: health check grace periods",
    mend="Set health_check_grace_period_seconds=60, or as long as the service takes to start.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
)
def ecs_grace_period(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Where load balancers are named, the grace period is longer than AWS's default of none."""
    entries = resource["loadBalancers"]
    if not entries.unknown and not entries.items():
        return
    grace = resource["healthCheckGracePeriodSeconds"]
    message = f"its grace period is {grace.text()}"
    yield Check(grace.at_least(1), message, "healthCheckGracePeriodSeconds")
