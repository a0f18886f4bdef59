"""Catalog: what its spec demands of the rules that everybody is only advised to keep."""

from __future__ import annotations

from policies.engine import Level, Profile

_DEMANDED = (
    # catalog spec, 1 VPC Network Architecture; Network Security
    "vpc-dns",
    "nat-in-own-zone",
    "database-in-private-subnets",
    "lambda-in-private-subnets",
    "rds-proxy-in-private-subnets",
    # catalog spec, 2 Lambda Container Functions
    "lambda-reaches-its-store",
    "lambda-runtime-supported",
    "lambda-several-zones",
    # catalog spec, 3 Application Load Balancer
    "alb-several-zones",
    "lambda-target-group-complete",
    # catalog spec, 4 CloudFront Distribution
    "cloudfront-bucket-policy",
    "cloudfront-default-root-object",
    # catalog spec, 5 Aurora PostgreSQL Serverless v2
    "aurora-several-zones",
    "aurora-serverless-capacity",
    # catalog spec, 6 RDS Proxy
    "rds-iam-sign-in",
    "rds-proxy-least-privilege",
    "rds-proxy-not-bypassed",
    "rds-proxy-tls",
    # catalog spec, 7 Lambda@Edge Functions
    "lambda-edge-accepted",
    "lambda-edge-role",
    "lambda-edge-versioned",
    # catalog spec, 9 API Gateway
    "apigateway-keys-usable",
    "apigateway-may-call-function",
    "apigateway-method-authorized",
    "apigateway-throttled",
    # catalog spec, 10 CloudWatch Monitoring; 11 CloudWatch Alarms
    "alarm-has-action",
    "alarm-topic-has-subscriber",
    "lambda-log-group",
    "log-group-retention",
    # catalog spec, 13 S3 Buckets; Deployment Requirements: block public access
    "s3-lifecycle",
    "s3-public-access-blocked",
    "s3-versioning",
    # catalog spec, IAM Roles: least-privilege
    "iam-no-wildcard-actions",
    "iam-no-wildcard-resources",
    "lambda-permission-narrow",
)

PROFILE = Profile(
    name="catalog",
    levels=dict.fromkeys(_DEMANDED, Level.MANDATORY),
    parameters={
        # catalog spec, Constraints: 10,000 requests per second
        "apigateway-throttled": {"exactly": 10_000},
        # catalog spec, 3 Application Load Balancer: by path, and no path is named
        "alb-path-routing": {"required": ()},
    },
    # catalog spec, Deployment Requirements: "No resources should have RemovalPolicy.RETAIN or
    # DeletionProtection enabled; all resources must be fully destroyable". The rule
    # destroyable-completely demands the opposite of these.
    without=(
        "alb-deletion-protection",
        "dynamodb-deletion-protection",
        "rds-deletion-protection",
        "rds-final-snapshot",
        "backup-vault-locked",
        "kms-deletion-window",
        "secret-recovery-window",
        # catalog spec, Constraints: pay-per-request only, which dynamodb-on-demand demands.
        "dynamodb-grows-with-load",
    ),
)
