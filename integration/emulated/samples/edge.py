"""Load balancers, certificates, names."""

from integration.emulated.samples.kinds import RETAGGED, TAGS, Of, Sample

SAMPLES: dict[str, Sample] = {
    "balancer": Sample(
        "aws:lb/loadBalancer:LoadBalancer",
        {
            "subnets": [Of("subnet-a", "id"), Of("subnet-b", "id")],
            "securityGroups": [Of("group", "id")],
            "idleTimeout": 300,
            "dropInvalidHeaderFields": True,
            "accessLogs": {"bucket": Of("bucket", "id"), "enabled": True, "prefix": "alb"},
            "tags": TAGS,
        },
        {"idleTimeout": 120, "tags": RETAGGED},
    ),
    "target-group": Sample(
        "aws:lb/targetGroup:TargetGroup",
        {
            "port": 3000,
            "protocol": "HTTP",
            "targetType": "ip",
            "vpcId": Of("vpc", "id"),
            "deregistrationDelay": 60,
            "healthCheck": {"path": "/health", "matcher": "200", "interval": 15, "timeout": 5},
            "stickiness": {"type": "lb_cookie", "cookieDuration": 3600},
            "tags": TAGS,
        },
        {"deregistrationDelay": 30, "healthCheck": {"path": "/ready", "matcher": "200-299"}},
    ),
    "certificate": Sample(
        "aws:acm/certificate:Certificate",
        {"domainName": "chat.example.com", "validationMethod": "DNS", "tags": TAGS},
        {"tags": RETAGGED},
    ),
    "certificate-validation": Sample(
        "aws:acm/certificateValidation:CertificateValidation",
        {"certificateArn": Of("certificate", "arn")},
    ),
    "https": Sample(
        "aws:lb/listener:Listener",
        {
            "loadBalancerArn": Of("balancer", "arn"),
            "port": 443,
            "protocol": "HTTPS",
            "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
            "certificateArn": Of("certificate", "arn"),
            "defaultActions": [{"type": "forward", "targetGroupArn": Of("target-group", "arn")}],
            "tags": TAGS,
        },
        {
            "defaultActions": [
                {
                    "type": "fixed-response",
                    "fixedResponse": {"contentType": "text/plain", "statusCode": "404"},
                }
            ]
        },
    ),
    "redirect": Sample(
        "aws:lb/listener:Listener",
        {
            "loadBalancerArn": Of("balancer", "arn"),
            "port": 80,
            "protocol": "HTTP",
            "defaultActions": [
                {
                    "type": "redirect",
                    "redirect": {"port": "443", "protocol": "HTTPS", "statusCode": "HTTP_301"},
                }
            ],
        },
    ),
    "rule": Sample(
        "aws:lb/listenerRule:ListenerRule",
        {
            "listenerArn": Of("https", "arn"),
            "priority": 10,
            "conditions": [{"pathPattern": {"values": ["/api/*"]}}],
            "actions": [{"type": "forward", "targetGroupArn": Of("target-group", "arn")}],
        },
        {"priority": 20, "conditions": [{"pathPattern": {"values": ["/ws/*"]}}]},
    ),
    "zone": Sample(
        "aws:route53/zone:Zone", {"name": "example.com", "tags": TAGS}, {"tags": RETAGGED}
    ),
    "record": Sample(
        "aws:route53/record:Record",
        {
            "zoneId": Of("zone", "zoneId"),
            "name": "www.example.com",
            "type": "CNAME",
            "ttl": 60,
            "records": ["example.org"],
        },
        {"ttl": 120},
    ),
    "record-alias": Sample(
        "aws:route53/record:Record",
        {
            "zoneId": Of("zone", "zoneId"),
            "name": "chat",
            "type": "A",
            "aliases": [
                {
                    "name": Of("balancer", "dnsName"),
                    "zoneId": Of("balancer", "zoneId"),
                    "evaluateTargetHealth": True,
                }
            ],
        },
    ),
}
