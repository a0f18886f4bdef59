"""The edge: load balancers, their listeners and routes, certificates and DNS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.model import Graph, Resource
from graph.truth import Truth
from policies.aws import types
from policies.aws.balancing import (
    is_application,
    is_internal,
    listeners_of,
    redirects_to_https,
    speaks_http,
    speaks_https,
)
from policies.aws.inputs import given
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_BALANCER = (types.ALB,)
_HTTPS = "chat spec 000, Backend Stack: Application Load Balancer: HTTPS (ACM)"


@dataclass(frozen=True)
class IdleTimeout(Parameters):
    """How long a silent connection is kept, in seconds."""

    seconds: int = 300


@rule(
    "alb-idle-timeout",
    applies_to=_BALANCER,
    title="Load balancers keep idle WebSocket connections open for 300 s",
    why="With AWS's 60 s a quiet chat connection is cut and every client reconnects at once.",
    requirement="chat spec 000, Backend Stack: Increased idle timeout (e.g. 300s)",
    mend="Set idle_timeout=300 on the aws.lb.LoadBalancer.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    profiles=("chat",),
    parameters=IdleTimeout,
    covers=("CHAT-000-17", "CHAT-001-108"),
)
def alb_idle_timeout(resource: Resource, parameters: IdleTimeout) -> Iterator[Check]:
    """An application load balancer's idle timeout is the one demanded; AWS's own is 60 s."""
    if is_application(resource) is Truth.NO:
        return
    timeout = resource["idleTimeout"]
    said = "absent, so AWS uses 60 s" if timeout.absent else f"{timeout.text()} s"
    message = f"idle timeout is {said}; {parameters.seconds} s is demanded"
    yield Check(timeout.equals(parameters.seconds), message, "idleTimeout")


@rule(
    "alb-drop-invalid-headers",
    applies_to=_BALANCER,
    title="Load balancers drop HTTP headers that are not valid",
    why="Malformed headers are the means of request smuggling.",
    requirement="AWS FSBP ELB.4; chat spec 000: production-ready baseline",
    mend="Set drop_invalid_header_fields=True on the aws.lb.LoadBalancer.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP ELB.4",),
)
def alb_drop_invalid_headers(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Application load balancers drop invalid headers; AWS's default is to pass them on."""
    if is_application(resource) is not Truth.NO:
        drops = resource["dropInvalidHeaderFields"]
        yield Check(drops.is_true(), f"it is {drops.text()}", "dropInvalidHeaderFields")


@rule(
    "alb-desync-defended",
    applies_to=(types.ALB, "aws:elb/loadBalancer:LoadBalancer"),
    title="Load balancers defend against request smuggling",
    why="A request that two servers read differently slips past what the first one checks.",
    requirement="AWS FSBP ELB.12, ELB.14",
    mend="Remove desync_mitigation_mode='monitor'.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP ELB.12", "FSBP ELB.14"),
)
def alb_desync_defended(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Application and classic ones are in the mode defensive, AWS's default, or strictest."""
    if resource.type == types.ALB and is_application(resource) is Truth.NO:
        return
    mode = resource["desyncMitigationMode"]
    truth = Truth.YES if mode.absent else mode.is_in(("defensive", "strictest"))
    yield Check(truth, f"the mode is {mode.text()}", "desyncMitigationMode")


@rule(
    "alb-access-logs",
    applies_to=_BALANCER,
    title="Load balancers write access logs",
    why="Without them an incident at the edge leaves no trace.",
    requirement="AWS FSBP ELB.5; chat spec 001, Load Balancing: Access logs to S3",
    mend="Set access_logs={'bucket': bucket.bucket, 'enabled': True} on the aws.lb.LoadBalancer.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP ELB.5",),
)
def alb_access_logs(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Access logs go to a bucket and are enabled: naming a bucket alone enables nothing."""
    logs = resource["accessLogs"]
    truth = logs["enabled"].is_true() & logs["bucket"].is_set()
    yield Check(truth, "access logs are not enabled", "accessLogs")


@rule(
    "alb-deletion-protection",
    applies_to=_BALANCER,
    title="Load balancers are protected from deletion",
    why="Deleting the load balancer cuts every client off and loses its DNS name.",
    requirement="AWS FSBP ELB.6; chat spec 004, Environment Comparison: Deletion Protection",
    mend="Set enable_deletion_protection=True on the aws.lb.LoadBalancer.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP ELB.6",),
)
def alb_deletion_protection(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Deletion protection is on; AWS's default is off."""
    protects = resource["enableDeletionProtection"]
    yield Check(protects.is_true(), f"it is {protects.text()}", "enableDeletionProtection")


@rule(
    "alb-several-zones",
    applies_to=_BALANCER,
    title="Load balancers stand in at least two zones",
    why="A load balancer in one zone falls with it.",
    requirement="AWS FSBP ELB.13; chat spec 000: production-ready baseline",
    mend="Give the aws.lb.LoadBalancer subnets in two or more availability zones.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    controls=("FSBP ELB.13",),
)
def alb_several_zones(resource: Resource, _: Parameters) -> Iterator[Check]:
    """At least two subnets are attached (AWS demands one zone each)."""
    for key in ("subnets", "subnetMappings"):
        value = resource[key]
        if value.unknown:
            yield Check(Truth.UNKNOWN, "its subnets are not known yet", key)
        elif not value.absent:
            count = len(value.items())
            yield Check(Truth.of(count > 1), f"it has {count} subnet(s)", key)


@stack_rule(
    "alb-https-listener",
    title="Internet-facing load balancers take HTTPS with a certificate",
    why="Tokens and messages must not cross the internet in the clear.",
    requirement=_HTTPS,
    mend="Add an aws.lb.Listener with protocol='HTTPS', port=443 and certificate_arn=….",
    severity=Severity.CRITICAL,
    level=Level.ADVISORY,
    covers=("CHAT-000-13", "CHAT-001-016"),
)
def alb_https_listener(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Each internet-facing application load balancer has an HTTPS listener with a certificate."""
    for balancer in graph.of_type(types.ALB):
        if is_application(balancer) is Truth.NO or is_internal(balancer) is Truth.YES:
            continue
        answers = [
            speaks_https(given(listener, "protocol")) & given(listener, "certificateArn").is_set()
            for listener in listeners_of(balancer)
        ]
        message = "it has no HTTPS listener with a certificate"
        yield Check(Truth.any(answers), message, resource=balancer)


@rule(
    "alb-http-redirects",
    applies_to=(types.LISTENER,),
    title="HTTP listeners only redirect to HTTPS",
    why="A plain listener that serves anything lets clients stay unencrypted.",
    requirement=f"{_HTTPS}; AWS FSBP ELB.1",
    mend="Set default_actions=[{'type': 'redirect', 'redirect': {'protocol': 'HTTPS', "
    "'port': '443', 'status_code': 'HTTP_301'}}] on the port 80 listener.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    covers=("CHAT-001-114",),
    controls=("FSBP ELB.1",),
)
def alb_http_redirects(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Every default action of a plain HTTP listener is a redirect to HTTPS."""
    plain = speaks_http(resource["protocol"], resource["port"])
    if plain is Truth.NO:
        return
    actions = resource["defaultActions"]
    redirected = actions.all(redirects_to_https) & Truth.of(not actions.absent)
    yield Check(~plain | redirected, "it serves plain HTTP", "defaultActions")


@dataclass(frozen=True)
class TlsPolicies(Parameters):
    """The security policies of load balancers that are modern enough, as a pattern."""

    pattern: str = r"\AELBSecurityPolicy-TLS13-1-[23]-"


@rule(
    "alb-modern-tls",
    applies_to=(types.LISTENER,),
    title="HTTPS listeners use a TLS 1.3 policy",
    why="Older policies still agree to ciphers that are broken.",
    requirement="chat spec 001, Security: TLS 1.3 on ALB; AWS FSBP ELB.17",
    mend="Set ssl_policy='ELBSecurityPolicy-TLS13-1-2-2021-06' on the HTTPS aws.lb.Listener.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    parameters=TlsPolicies,
    covers=("CHAT-001-124",),
)
def alb_modern_tls(resource: Resource, parameters: TlsPolicies) -> Iterator[Check]:
    """The TLS policy of an HTTPS listener; the provider's default is ELBSecurityPolicy-2016-08."""
    secure = speaks_https(resource["protocol"])
    if secure is Truth.NO:
        return
    policy = resource["sslPolicy"]
    said = "absent, so ELBSecurityPolicy-2016-08" if policy.absent else policy.text()
    yield Check(~secure | policy.matches(parameters.pattern), f"TLS policy is {said}", "sslPolicy")


@stack_rule(
    "certificate-dns-validated",
    title="Certificates are validated, and renewed, by DNS",
    why="An e-mail validated certificate expires when nobody answers the mail.",
    requirement=f"{_HTTPS}; chat spec 001, Load Balancing: ACM certificate with DNS validation",
    mend="Set validation_method='DNS' and create an aws.route53.Record for each "
    "domain_validation_options entry.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def certificate_dns_validated(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A requested certificate uses DNS validation; imported and private ones are left alone."""
    for certificate in graph.of_type(types.CERTIFICATE):
        imported = not given(certificate, "certificateBody").absent
        private = not given(certificate, "certificateAuthorityArn").absent
        if imported or private:
            continue
        method = given(certificate, "validationMethod")
        said = f"validation method is {method.text()}"
        yield Check(method.equals("DNS"), said, "validationMethod", certificate)


@stack_rule(
    "alb-dns-record",
    title="A DNS record points to the load balancer",
    why="Clients need a name that stays when the load balancer is replaced.",
    requirement="chat spec 001, Frontend Architecture: api.* subdomain record pointing to the ALB",
    mend="Create an aws.route53.Record with aliases=[{'name': alb.dns_name, "
    "'zone_id': alb.zone_id, 'evaluate_target_health': True}].",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    profiles=("chat",),
)
def alb_dns_record(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Some Route 53 record refers to each internet-facing load balancer, by alias or CNAME."""
    for balancer in graph.of_type(types.ALB):
        if is_internal(balancer) is Truth.YES:
            continue
        named = balancer.referrers(types.RECORD, property="aliases")
        named += balancer.referrers(types.RECORD, property="records")
        yield Check(Truth.of(bool(named)), "no Route 53 record points to it", resource=balancer)
