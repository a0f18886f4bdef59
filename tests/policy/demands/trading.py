"""The trading spec."""

from __future__ import annotations

from policies.aws import types
from policies.testing.fixtures import Case, resource, stack_config
from tests.policy.demands.model import Demands, Figure

_PRODUCTION = stack_config({"plumbline:environment": "prod"})
_TRIAL = stack_config({"plumbline:environment": "dev"})


def _kept(days: int) -> Case:
    return [resource(types.LOG_GROUP, "group", {"name": "flows", "retentionInDays": days})]


def _flows(days: int) -> Case:
    return [*_kept(days), resource(types.FLOW_LOG, "log", {}, refs={"logDestination": ["group"]})]


DEMANDS = Demands(
    profile="trading",
    blocking={
        "Constraints: no direct internet access for backend services": (
            "ecs-tasks-in-private-subnets",
            "ecs-no-public-ip",
        ),
        "1 Network Foundation; Security: NAT gateways, flow logs": (
            "nat-in-own-zone",
            "vpc-flow-logs",
        ),
        "2 Container Registry: immutable tags, lifecycle, scan on push": (
            "ecr-immutable-tags",
            "ecr-lifecycle-policy",
            "ecr-scan-on-push",
            "ecs-image-pinned",
        ),
        "4 Services: scaling, grace periods": (
            "ecs-autoscaling",
            "ecs-autoscaling-bounds",
            "ecs-grace-period",
        ),
        "5 Load Balancing: listeners, target groups, health checks, cross-zone": (
            "alb-https-listener",
            "alb-http-redirects",
            "alb-several-zones",
            "alb-covers-services-zones",
            "ecs-target-group-by-address",
            "ecs-targets-a-container-port",
            "target-group-has-listener",
            "target-group-health-check",
        ),
        "6 Service Discovery: names inside the VPC that work": (
            "cloud-map-name-checked",
            "cloud-map-name-used",
            "cloud-map-record-fits",
        ),
        "7 IAM: separate roles with the least privilege": (
            "ecs-separate-roles",
            "iam-no-escalation",
            "iam-no-wildcard-actions",
            "iam-no-wildcard-resources",
        ),
        "9 Secrets: fetched by those who need them": (
            "ecs-secrets-read-are-used",
            "ecs-secrets-used-are-readable",
            "iam-no-decrypting-everything",
        ),
        "8 Logging: a group for each service, stream prefixes, retention": (
            "ecs-container-logs",
            "ecs-log-group-exists",
            "ecs-log-streams-named",
            "ecs-services-share-no-log-group",
            "log-group-retention",
        ),
        "10 Security Groups: 80 and 443 to the load balancer, nothing public behind it": (
            "alb-ingress-web-only",
            "tasks-unreachable-from-internet",
        ),
        "Security: all data encrypted at rest": (
            "ebs-encrypted",
            "ec2-disks-encrypted",
            "rds-encrypted",
            "redis-encrypted-at-rest",
            "sns-encrypted",
            "sqs-encrypted",
        ),
        "Security: all data encrypted in transit": (
            "ecs-volumes-encrypted-in-transit",
            "rds-force-ssl",
            "redis-encrypted-in-transit",
            "alb-modern-tls",
        ),
        "Deployment Requirements: blue-green, traffic shifting": (
            "codedeploy-drives-its-service",
            "codedeploy-rolls-back",
            "codedeploy-test-listener",
            "codedeploy-two-target-groups",
            "codedeploy-watches-alarms",
        ),
    },
    silent={
        "no deletion protection, complete teardown": (
            "alb-deletion-protection",
            "dynamodb-deletion-protection",
            "rds-deletion-protection",
            "rds-final-snapshot",
            "backup-vault-locked",
            "kms-deletion-window",
            "secret-recovery-window",
        ),
        "services scale by CPU": ("ecs-request-scaling",),
    },
    figures=(
        Figure("log-group-retention", _kept(30), "pass"),
        Figure("log-group-retention", _kept(29), "fail"),
        *(
            Figure("flow-log-retention", [environment, *_flows(days)], verdict)
            for environment in (_PRODUCTION, _TRIAL)
            for days, verdict in ((30, "pass"), (29, "fail"))
        ),
    ),
)
