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
    "ecs-autoscaling",
    "ecs-autoscaling-bounds",
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
    # chat spec 000, Async and Observability
    "sqs-dead-letter-queue",
    "sqs-encrypted",
    "log-group-retention",
    "alarm-has-action",
)

PROFILE = Profile(
    name="chat",
    levels=dict.fromkeys(_DEMANDED, Level.MANDATORY),
    # chat spec 000 asks for no firewall; chat spec 001 makes it the stack's choice.
    without=("alb-waf",),
    parameters={"iam-no-wildcard-actions": {"partial": True}},
)
