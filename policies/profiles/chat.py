"""Chat: what its spec demands of the rules that everybody is only advised to keep."""

from __future__ import annotations

from policies.engine import Level, Profile

_DEMANDED = (
    # chat spec 000, Networking
    "ecs-tasks-in-private-subnets",
    "ecs-no-public-ip",
    "database-in-private-subnets",
    "redis-in-private-subnets",
    "alb-ingress-web-only",
    "tasks-unreachable-from-internet",
    # chat spec 000, Backend Stack
    "alb-https-listener",
    "alb-http-redirects",
    "alb-modern-tls",
    "alb-access-logs",
    "alb-dns-record",
    "certificate-dns-validated",
    "ecs-autoscaling",
    "ecs-autoscaling-bounds",
    "ecs-request-scaling",
    # chat spec 000, Data Layer; chat spec 001, Security and Cache
    "rds-multi-az",
    "rds-backups",
    "rds-deletion-protection",
    "rds-force-ssl",
    "redis-encrypted-at-rest",
    "redis-encrypted-in-transit",
    "redis-auth",
    "redis-failover",
    "iam-no-wildcard-actions",
    "iam-no-wildcard-resources",
    "ecs-separate-roles",
    "rds-managed-password",
    "database-secrets-rotated",
    "secret-rotation-schedule",
    # chat spec 001, Database: RDS Proxy
    "rds-proxy-tls",
    "rds-proxy-in-private-subnets",
    "rds-proxy-least-privilege",
    "rds-proxy-not-bypassed",
    # chat spec 001, Database: AWS Backup; chat spec 004, 16 Backup
    "backup-covers-databases",
    "backup-daily",
    "backup-continuous",
    "backup-vault-encrypted",
    # chat spec 004, Environment Comparison: WAF; chat spec 001, Security: AWS WAF
    "alb-waf",
    "waf-logging",
    "waf-log-redacts-credentials",
    "waf-managed-groups",
    "waf-rate-limit",
    # chat spec 000, Scaling Model; chat spec 001, Auto-scaling
    "scaling-cooldowns",
    "scaling-step-has-alarm",
    "custom-metrics-reported",
    # chat spec 001, Compute, Infrastructure and DevOps
    "ecs-exec-audited",
    "ecs-image-pinned",
    "ecr-immutable-tags",
    "ecr-lifecycle-policy",
    "ecr-scan-on-push",
    "nat-in-own-zone",
    "vpc-flow-logs",
    "flow-log-retention",
    "vpc-s3-gateway-endpoint",
    "ecs-container-insights",
    "ecs-circuit-breaker",
    # chat spec 000, Async and Observability
    "sqs-dead-letter-queue",
    "sqs-encrypted",
    "ecs-container-logs",
    "log-group-retention",
    "alarm-has-action",
    "alarms-on-critical-resources",
    "alarm-topic-has-subscriber",
    "dashboard-exists",
    "sns-encrypted",
)

_NOT_ASKED = (
    # Services sign in by a password that is renewed (chat spec 001, Security: Secrets Manager for
    # the database's credentials).
    "rds-iam-sign-in",
    # Another port hides nothing from whoever is inside a group that may call the database.
    "rds-own-port",
    # The one bucket holds access logs: logging who reads them would need a bucket for that, too.
    "s3-access-logged",
    # The adapter's group carries messages and keeps nothing; the other's contents may be lost.
    "elasticache-backups",
    # A locked vault outlives whoever runs the system, which its owner has to decide (chat spec 004,
    # 16 Backup, asks for a vault that is encrypted).
    "backup-vault-locked",
    # How many gateways and tasks a stack has is its size's (chat spec 004, Environment Comparison).
    "ecs-two-tasks",
    "nat-in-each-zone",
)

PROFILE = Profile(
    name="chat",
    without=_NOT_ASKED,
    levels=dict.fromkeys(_DEMANDED, Level.MANDATORY),
    parameters={
        "iam-no-wildcard-actions": {"partial": True},
        "waf-managed-groups": {
            "required": (
                "AWSManagedRulesCommonRuleSet",
                "AWSManagedRulesKnownBadInputsRuleSet",
                "AWSManagedRulesBotControlRuleSet",
            )
        },
        # The metrics that the services report, as apps/chat/metrics.json names them.
        "custom-metrics-reported": {
            "namespaces": ("Plumbline/Chat",),
            "metrics": (
                "ActiveConnections",
                "EventLoopLagMs",
                "DeliveryLatencyMs",
                "OutboxAgeSeconds",
            ),
            "dimensions": ("ClusterName", "ServiceName"),
        },
        "waf-rate-limit": {"paths": ("/api/health", "/socket.io/|/ws/chat")},
    },
)
