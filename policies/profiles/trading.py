"""Trading: what its spec demands of the rules that everybody is only advised to keep."""

from __future__ import annotations

from policies.engine import Level, Profile

_DEMANDED = (
    # trading spec, Network Foundation; Constraints: no direct internet access for backend services
    "ecs-tasks-in-private-subnets",
    "ecs-no-public-ip",
    "nat-in-own-zone",
    "vpc-flow-logs",
    # trading spec, Container Registry
    "ecr-immutable-tags",
    "ecr-lifecycle-policy",
    "ecr-scan-on-push",
    "ecs-image-pinned",
    # trading spec, Task Definitions and Services
    "ecs-autoscaling",
    "ecs-autoscaling-bounds",
    "ecs-grace-period",
    # trading spec, Load Balancing
    "alb-https-listener",
    "alb-http-redirects",
    "alb-several-zones",
    "alb-covers-services-zones",
    "ecs-target-group-by-address",
    "ecs-targets-a-container-port",
    "target-group-has-listener",
    "target-group-health-check",
    # trading spec, Service Discovery
    "cloud-map-name-checked",
    "cloud-map-name-used",
    "cloud-map-record-fits",
    # trading spec, IAM Configuration; Security and Compliance: least privilege
    "ecs-separate-roles",
    "ecs-secrets-read-are-used",
    "ecs-secrets-used-are-readable",
    "iam-no-decrypting-everything",
    "iam-no-escalation",
    "iam-no-wildcard-actions",
    "iam-no-wildcard-resources",
    # trading spec, Logging and Monitoring: groups for each service, retention, stream prefixes
    "ecs-container-logs",
    "ecs-log-group-exists",
    "ecs-log-streams-named",
    "ecs-services-share-no-log-group",
    "log-group-retention",
    # trading spec, Security Groups: load balancer on 80 and 443, services isolated
    "alb-ingress-web-only",
    "tasks-unreachable-from-internet",
    # trading spec, Security and Compliance: encrypted at rest and in transit
    "ebs-encrypted",
    "ec2-disks-encrypted",
    "ecs-volumes-encrypted-in-transit",
    "rds-force-ssl",
    "redis-encrypted-at-rest",
    "redis-encrypted-in-transit",
    "sns-encrypted",
    "sqs-encrypted",
    "alb-modern-tls",
    # trading spec, Deployment Requirements: blue-green, traffic shifting
    "codedeploy-drives-its-service",
    "codedeploy-rolls-back",
    "codedeploy-test-listener",
    "codedeploy-two-target-groups",
    "codedeploy-watches-alarms",
)

PROFILE = Profile(
    name="trading",
    levels=dict.fromkeys(_DEMANDED, Level.MANDATORY),
    parameters={
        # trading spec, Constraints: CloudWatch log groups with 30-day retention
        "log-group-retention": {"days": 30},
        "flow-log-retention": {"elsewhere": 30},
    },
    without=(
        # trading spec, Deployment Requirements: no deletionProtection flags, complete teardown;
        # destroyable-completely judges the contrary of these.
        "alb-deletion-protection",
        "dynamodb-deletion-protection",
        "rds-deletion-protection",
        # A final snapshot outlives its stack, and its name stands in the next one's way.
        "rds-final-snapshot",
        "backup-vault-locked",
        "kms-deletion-window",
        "secret-recovery-window",
    ),
)
