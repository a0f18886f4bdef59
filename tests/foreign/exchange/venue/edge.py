"""The way in: name, certificate, firewall, load balancer."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .common import Settings, faulty, log_group
from .groups import API_PORT, GATEWAY_PORT, Groups
from .keys import Keys
from .network import Network
from .storage import Buckets


@dataclass(frozen=True)
class Edge:
    balancer: aws.lb.LoadBalancer
    https: aws.lb.Listener
    rehearsal: aws.lb.Listener
    blue: aws.lb.TargetGroup
    green: aws.lb.TargetGroup
    gateway: aws.lb.TargetGroup


def make_edge(
    settings: Settings, network: Network, groups: Groups, keys: Keys, buckets: Buckets
) -> Edge:
    zone = aws.route53.get_zone_output(name=settings.domain)
    certificate = _certificate(settings, zone.zone_id)
    balancer = _balancer(settings, network, groups, buckets)
    web_port = 8090 if faulty("target-port-differs") else API_PORT
    blue = _targets(settings, network, "web-blue", web_port)
    green = _targets(settings, network, "web-green", web_port)
    gateway = _targets(
        settings,
        network,
        "gateway",
        GATEWAY_PORT,
        kind="instance" if faulty("targets-are-instances") else "ip",
    )
    https = _listener(
        settings, "https", 443, balancer=balancer, certificate=certificate, targets=blue
    )
    rehearsal = _listener(
        settings, "rehearsal", 8443, balancer=balancer, certificate=certificate, targets=green
    )
    _plain_listener(settings, balancer, blue)
    if not faulty("target-group-without-listener"):
        aws.lb.ListenerRule(
            "orders",
            listener_arn=https.arn,
            priority=10,
            conditions=[{"path_pattern": {"values": ["/orders", "/orders/*"]}}],
            actions=[{"type": "forward", "target_group_arn": gateway.arn}],
            tags=settings.tags("orders-rule"),
        )
    _firewall(settings, keys, balancer)
    aws.route53.Record(
        "venue",
        zone_id=zone.zone_id,
        name=settings.domain,
        type="A",
        aliases=[
            aws.route53.RecordAliasArgs(
                name=balancer.dns_name, zone_id=balancer.zone_id, evaluate_target_health=True
            )
        ],
    )
    return Edge(balancer, https, rehearsal, blue, green, gateway)


def _certificate(settings: Settings, zone_id: pulumi.Output[str]) -> pulumi.Output[str]:
    name = "www.exchange-test.example.net" if faulty("certificate-of-other-domain") else None
    certificate = aws.acm.Certificate(
        "venue",
        domain_name=name or settings.domain,
        validation_method="DNS",
        key_algorithm="EC_prime256v1",
        tags=settings.tags("certificate"),
        opts=pulumi.ResourceOptions(delete_before_replace=False),
    )
    proof = certificate.domain_validation_options.apply(lambda options: options[0])
    record = aws.route53.Record(
        "certificate",
        zone_id=zone_id,
        name=proof.apply(lambda one: one.resource_record_name or ""),
        type=proof.apply(lambda one: one.resource_record_type or "CNAME"),
        records=[proof.apply(lambda one: one.resource_record_value or "")],
        ttl=300,
    )
    return aws.acm.CertificateValidation(
        "venue", certificate_arn=certificate.arn, validation_record_fqdns=[record.fqdn]
    ).certificate_arn


def _balancer(
    settings: Settings, network: Network, groups: Groups, buckets: Buckets
) -> aws.lb.LoadBalancer:
    subnets = network.public[:1] if faulty("balancer-in-one-zone") else network.public
    return aws.lb.LoadBalancer(
        "venue",
        name=settings.called("web"),
        load_balancer_type="application",
        internal=False,
        security_groups=[groups.balancer.id],
        subnets=[subnet.id for subnet in subnets],
        enable_deletion_protection=not faulty("balancer-deletable"),
        drop_invalid_header_fields=not faulty("balancer-keeps-bad-headers"),
        desync_mitigation_mode="monitor" if faulty("balancer-desync-monitored") else "defensive",
        access_logs={
            "bucket": buckets.logs.bucket.bucket,
            "prefix": "balancer",
            "enabled": not faulty("balancer-unlogged"),
        },
        idle_timeout=60,
        tags=settings.tags("balancer"),
        opts=pulumi.ResourceOptions(depends_on=[buckets.logs]),
    )


def _targets(
    settings: Settings, network: Network, what: str, port: int, *, kind: str = "ip"
) -> aws.lb.TargetGroup:
    plain = what == "gateway" and faulty("targets-over-plain-http")
    protocol = "HTTP" if plain else "HTTPS"
    return aws.lb.TargetGroup(
        what,
        name=settings.called(what),
        vpc_id=network.vpc.id,
        port=port,
        protocol=protocol,
        target_type=kind,
        deregistration_delay=30,
        health_check={
            "path": "/healthz",
            "protocol": protocol,
            "matcher": "200",
            "interval": 15,
            "timeout": 5,
            "healthy_threshold": 2,
            "unhealthy_threshold": 3,
        },
        tags=settings.tags(what),
    )


def _listener(
    settings: Settings,
    what: str,
    port: int,
    *,
    balancer: aws.lb.LoadBalancer,
    certificate: pulumi.Input[str],
    targets: aws.lb.TargetGroup,
) -> aws.lb.Listener:
    old = what == "https" and faulty("tls-policy-outdated")
    return aws.lb.Listener(
        what,
        load_balancer_arn=balancer.arn,
        port=port,
        protocol="HTTPS",
        ssl_policy="ELBSecurityPolicy-TLS-1-0-2015-04"
        if old
        else "ELBSecurityPolicy-TLS13-1-2-2021-06",
        certificate_arn=certificate,
        default_actions=[{"type": "forward", "target_group_arn": targets.arn}],
        tags=settings.tags(what),
        # CodeDeploy moves the traffic afterwards.
        opts=pulumi.ResourceOptions(ignore_changes=["defaultActions"]),
    )


def _plain_listener(
    settings: Settings, balancer: aws.lb.LoadBalancer, blue: aws.lb.TargetGroup
) -> None:
    redirect = aws.lb.ListenerDefaultActionArgs(
        type="redirect",
        redirect=aws.lb.ListenerDefaultActionRedirectArgs(
            port="443", protocol="HTTPS", status_code="HTTP_301"
        ),
    )
    forward = aws.lb.ListenerDefaultActionArgs(type="forward", target_group_arn=blue.arn)
    aws.lb.Listener(
        "http",
        load_balancer_arn=balancer.arn,
        port=80,
        protocol="HTTP",
        default_actions=[forward if faulty("http-forwarded") else redirect],
        tags=settings.tags("http"),
    )


def _firewall(settings: Settings, keys: Keys, balancer: aws.lb.LoadBalancer) -> None:
    visible = not faulty("firewall-without-metrics")
    managed = ("AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet")
    counts = faulty("firewall-only-counts")
    acl = aws.wafv2.WebAcl(
        "venue",
        name=settings.called("web"),
        scope="REGIONAL",
        default_action={"allow": {}},
        rules=[
            *(
                _managed_rules(group, index, counts=counts, visible=visible)
                for index, group in enumerate(managed)
            ),
            {
                "name": "rate",
                "priority": 10,
                "action": {"count": {}} if counts else {"block": {}},
                "statement": {"rate_based_statement": {"limit": 2000, "aggregate_key_type": "IP"}},
                "visibility_config": _metrics("rate", visible=visible),
            },
        ],
        visibility_config={
            "cloudwatch_metrics_enabled": visible,
            "metric_name": settings.called("web"),
            "sampled_requests_enabled": visible,
        },
        tags=settings.tags("firewall"),
    )
    if not faulty("firewall-unattached"):
        aws.wafv2.WebAclAssociation("venue", resource_arn=balancer.arn, web_acl_arn=acl.arn)
    if not faulty("firewall-unlogged"):
        # WAF writes only into groups of this prefix.
        group = log_group(
            settings, "firewall-logs", f"aws-waf-logs-exchange-{settings.environment}", keys.audit
        )
        aws.wafv2.WebAclLoggingConfiguration(
            "venue", resource_arn=acl.arn, log_destination_configs=[group.arn]
        )


def _managed_rules(
    group: str, priority: int, *, counts: bool, visible: bool
) -> aws.wafv2.WebAclRuleArgsDict:
    return {
        "name": group,
        "priority": priority,
        "override_action": {"count": {}} if counts else {"none": {}},
        "statement": {"managed_rule_group_statement": {"vendor_name": "AWS", "name": group}},
        "visibility_config": _metrics(group, visible=visible),
    }


def _metrics(name: str, *, visible: bool) -> aws.wafv2.WebAclRuleVisibilityConfigArgsDict:
    return {
        "cloudwatch_metrics_enabled": visible,
        "metric_name": name,
        "sampled_requests_enabled": visible,
    }
