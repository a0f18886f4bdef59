"""The catalog spec."""

from __future__ import annotations

from graph.raw import Raw
from policies.aws import types
from policies.testing.fixtures import UNKNOWN, Case, resource
from tests.policy.demands.model import Demands, Figure


def _throttled(rate: int) -> Case:
    limited: Raw = {"throttlingRateLimit": rate, "throttlingBurstLimit": 500}
    return [
        resource("aws:apigatewayv2/stage:Stage", "live", {"defaultRouteSettings": limited}),
    ]


def _routed(pattern: str) -> Case:
    """A load balancer that sends one path to a function of its own."""
    action: Raw = {"type": "forward", "targetGroupArn": UNKNOWN}
    return [
        resource(types.ALB, "alb", {}),
        resource(types.LISTENER, "https", {"protocol": "HTTPS"}, refs={"loadBalancerArn": ["alb"]}),
        resource(types.TARGET_GROUP, "function", {"targetType": "lambda"}),
        resource(
            types.LISTENER_RULE,
            "products",
            {"conditions": [{"pathPattern": {"values": [pattern]}}], "actions": [action]},
            refs={"listenerArn": ["https"], "actions": ["function"]},
        ),
    ]


DEMANDS = Demands(
    profile="catalog",
    blocking={
        "1 VPC: DNS hostnames and resolution": ("vpc-dns",),
        "1 VPC: a NAT gateway in each zone": ("nat-in-own-zone",),
        "Network Security: databases and functions in private subnets": (
            "database-in-private-subnets",
            "data-unreachable-from-internet",
            "lambda-in-private-subnets",
            "rds-proxy-in-private-subnets",
        ),
        "2 Lambda: in several zones, a supported runtime, access to Aurora": (
            "lambda-reaches-its-store",
            "lambda-runtime-supported",
            "lambda-several-zones",
        ),
        "3 Load Balancer: target groups for Lambda in several zones": (
            "alb-several-zones",
            "lambda-target-group-complete",
        ),
        "4 CloudFront: the bucket is read through the distribution": (
            "cloudfront-bucket-policy",
            "cloudfront-default-root-object",
        ),
        "5 Aurora: serverless v2 in several zones": (
            "aurora-several-zones",
            "aurora-serverless-capacity",
        ),
        "6 RDS Proxy: pooling, with IAM for authentication": (
            "rds-iam-sign-in",
            "rds-proxy-least-privilege",
            "rds-proxy-not-bypassed",
            "rds-proxy-tls",
        ),
        "7 Lambda@Edge: associated, with its own role": (
            "lambda-edge-accepted",
            "lambda-edge-role",
            "lambda-edge-versioned",
        ),
        "9 API Gateway: keys, plans, throttling, functions behind it": (
            "apigateway-keys-usable",
            "apigateway-may-call-function",
            "apigateway-method-authorized",
            "apigateway-throttled",
        ),
        "10 and 11 CloudWatch: logs with retention, alarms that tell somebody": (
            "alarm-has-action",
            "alarm-topic-has-subscriber",
            "lambda-log-group",
            "log-group-retention",
        ),
        "13 S3: versions, lifecycle, no public access": (
            "s3-lifecycle",
            "s3-public-access-blocked",
            "s3-versioning",
        ),
        "IAM Roles: the least privilege": (
            "iam-no-wildcard-actions",
            "iam-no-wildcard-resources",
            "lambda-permission-narrow",
        ),
    },
    silent={
        "no deletion protection, everything fully destroyable": (
            "alb-deletion-protection",
            "dynamodb-deletion-protection",
            "rds-deletion-protection",
            "rds-final-snapshot",
            "backup-vault-locked",
            "kms-deletion-window",
            "secret-recovery-window",
        ),
        "tables are paid for by request only": ("dynamodb-grows-with-load",),
    },
    figures=(
        # Path-based routing rules, but for none of chat's paths.
        Figure("alb-path-routing", _routed("/products/*"), "pass"),
        Figure("apigateway-throttled", _throttled(10_000), "pass"),
        Figure("apigateway-throttled", _throttled(9_999), "fail"),
        Figure("apigateway-throttled", _throttled(10_001), "fail"),
    ),
)
