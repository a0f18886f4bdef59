"""The three chat specs."""

from __future__ import annotations

from graph.raw import Raw
from policies.aws import types
from policies.testing.fixtures import Case, resource
from tests.policy.demands.model import Demands, Figure


def _allowing(action: str) -> Case:
    document: Raw = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": action, "Resource": "arn:aws:s3:::own/*"}],
    }
    return [resource("aws:iam/policy:Policy", "policy", {"policy": document})]


def _firewall(*rules: Raw) -> Case:
    return [resource(types.WEB_ACL, "acl", {"scope": "REGIONAL", "rules": list(rules)})]


def _managed(*names: str) -> Case:
    return _firewall(*(_managed_group(f"AWSManagedRules{name}RuleSet") for name in names))


def _managed_group(name: str) -> Raw:
    statement: Raw = {"managedRuleGroupStatement": {"vendorName": "AWS", "name": name}}
    return {"name": name, "overrideAction": {"none": {}}, "statement": statement}


def _limited(*prefixes: str) -> Case:
    return _firewall(*(_limit(prefix) for prefix in prefixes))


def _limit(prefix: str) -> Raw:
    scope: Raw = {
        "byteMatchStatement": {
            "searchString": prefix,
            "positionalConstraint": "STARTS_WITH",
            "fieldToMatch": {"uriPath": {}},
            "textTransformations": [{"priority": 0, "type": "NONE"}],
        }
    }
    limit: Raw = {"limit": 2000, "aggregateKeyType": "IP", "scopeDownStatement": scope}
    return {
        "name": f"limit {prefix}",
        "action": {"block": {}},
        "statement": {"rateBasedStatement": limit},
    }


_COMMON, _INPUTS, _BOTS = "Common", "KnownBadInputs", "BotControl"

DEMANDS = Demands(
    profile="chat",
    blocking={
        "spec 000, Networking: ECS, RDS and Redis are in private subnets": (
            "ecs-tasks-in-private-subnets",
            "ecs-no-public-ip",
            "database-in-private-subnets",
            "redis-in-private-subnets",
        ),
        "spec 000, Networking: the load balancer is public, nothing behind it is": (
            "alb-ingress-web-only",
            "tasks-unreachable-from-internet",
        ),
        "spec 000, Backend Stack: the load balancer takes HTTPS under the domain": (
            "alb-https-listener",
            "alb-http-redirects",
            "alb-modern-tls",
            "alb-dns-record",
            "certificate-dns-validated",
        ),
        "spec 001, Load Balancing: access logs": ("alb-access-logs",),
        "spec 000, Scaling Model: services scale by CPU, memory and requests": (
            "ecs-autoscaling",
            "ecs-autoscaling-bounds",
            "ecs-request-scaling",
        ),
        "spec 000, Data Layer: a standby, backups, no deletion by accident, TLS": (
            "rds-multi-az",
            "rds-backups",
            "rds-deletion-protection",
            "rds-force-ssl",
        ),
        "spec 001, Cache: encrypted at rest and in transit, with a token, with failover": (
            "redis-encrypted-at-rest",
            "redis-encrypted-in-transit",
            "redis-auth",
            "redis-failover",
        ),
        "spec 001, Security: roles with the least permissions": (
            "iam-no-wildcard-actions",
            "iam-no-wildcard-resources",
            "ecs-separate-roles",
        ),
        "spec 001, Security: credentials in Secrets Manager, renewed": (
            "rds-managed-password",
            "database-secrets-rotated",
            "secret-rotation-schedule",
        ),
        "spec 001, Database: connections are pooled by RDS Proxy": (
            "rds-proxy-tls",
            "rds-proxy-in-private-subnets",
            "rds-proxy-least-privilege",
            "rds-proxy-not-bypassed",
        ),
        "spec 004, 16 Backup: AWS Backup with a vault, a plan and a selection": (
            "backup-covers-databases",
            "backup-daily",
            "backup-continuous",
            "backup-vault-encrypted",
        ),
        "spec 001, Security: AWS WAF with managed rules and rate limits": (
            "alb-waf",
            "waf-logging",
            "waf-log-redacts-credentials",
            "waf-managed-groups",
            "waf-rate-limit",
        ),
        "spec 001, Auto-scaling: cooldowns, steps, metrics of the services": (
            "scaling-cooldowns",
            "scaling-step-has-alarm",
            "custom-metrics-reported",
        ),
        "spec 001, Compute: images are scanned, kept and replaced safely": (
            "ecs-exec-audited",
            "ecs-image-pinned",
            "ecr-immutable-tags",
            "ecr-lifecycle-policy",
            "ecr-scan-on-push",
            "ecs-container-insights",
            "ecs-circuit-breaker",
        ),
        "spec 001, Infrastructure: a NAT gateway in each zone, flow logs, endpoints": (
            "nat-in-own-zone",
            "vpc-flow-logs",
            "flow-log-retention",
            "vpc-s3-gateway-endpoint",
        ),
        "spec 000, Async: queues with dead letters, encrypted": (
            "sqs-dead-letter-queue",
            "sqs-encrypted",
            "sns-encrypted",
        ),
        "spec 000, Observability: logs, metrics, alarms, a dashboard": (
            "ecs-container-logs",
            "log-group-retention",
            "alarm-has-action",
            "alarms-on-critical-resources",
            "alarm-topic-has-subscriber",
            "dashboard-exists",
        ),
    },
    silent={
        "services sign in to the database by a password that is renewed": ("rds-iam-sign-in",),
        "the database keeps PostgreSQL's own port": ("rds-own-port",),
        "the one bucket holds access logs itself": ("s3-access-logged",),
        "what Redis holds may be lost": ("elasticache-backups",),
        "the vault is encrypted, and not locked": ("backup-vault-locked",),
        "a stack's size says how many gateways and tasks it has": (
            "ecs-two-tasks",
            "nat-in-each-zone",
        ),
    },
    figures=(
        Figure("iam-no-wildcard-actions", _allowing("s3:GetObject"), "pass"),
        Figure("iam-no-wildcard-actions", _allowing("s3:Get*"), "fail"),
        Figure("waf-managed-groups", _managed(_COMMON, _INPUTS, _BOTS), "pass"),
        Figure("waf-managed-groups", _managed(_INPUTS, _BOTS), "fail"),
        Figure("waf-managed-groups", _managed(_COMMON, _BOTS), "fail"),
        Figure("waf-managed-groups", _managed(_COMMON, _INPUTS), "fail"),
        Figure("waf-rate-limit", _limited("/api/", "/socket.io/"), "pass"),
        Figure("waf-rate-limit", _limited("/api/", "/ws/chat"), "pass"),
        Figure("waf-rate-limit", _limited("/api/"), "fail"),
        Figure("waf-rate-limit", _limited("/socket.io/"), "fail"),
    ),
)
