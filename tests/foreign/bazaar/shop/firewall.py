"""Web ACLs: the same rules before CloudFront and before the partners' API."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from .settings import YEAR_OF_LOGS, Settings, faulty

_GROUPS = (
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesAmazonIpReputationList",
)


def _visible(name: str, *, measured: bool = True) -> aws.wafv2.WebAclVisibilityConfigArgsDict:
    return {
        "cloudwatch_metrics_enabled": measured,
        "metric_name": name,
        "sampled_requests_enabled": True,
    }


def make_firewall(
    name: str,
    scope: str,
    shop: Settings,
    key: aws.kms.Key,
    opts: pulumi.ResourceOptions,
) -> aws.wafv2.WebAcl:
    """A web ACL with AWS's own rules, a limit per address, and a log."""
    front = name == "front"
    counting = front and faulty("firewall-only-counts")
    managed: list[aws.wafv2.WebAclRuleArgsDict] = [
        {
            "name": group,
            "priority": priority,
            "override_action": {"count": {}} if counting else {"none": {}},
            "statement": {"managed_rule_group_statement": {"name": group, "vendor_name": "AWS"}},
            "visibility_config": _visible(group),
        }
        for priority, group in enumerate(_GROUPS, start=1)
    ]
    limit: aws.wafv2.WebAclRuleArgsDict = {
        "name": "per-address",
        "priority": 0,
        "action": {"block": {}},
        "statement": {"rate_based_statement": {"limit": 3000, "aggregate_key_type": "IP"}},
        "visibility_config": _visible("per-address"),
    }
    limited = not (front and faulty("firewall-without-rate-limit"))
    acl = aws.wafv2.WebAcl(
        name,
        name=shop.named(f"bazaar-{name}"),
        scope=scope,
        default_action={"allow": {}},
        rules=[limit, *managed] if limited else managed,
        visibility_config=_visible(
            f"bazaar-{name}", measured=not (front and faulty("firewall-unmeasured"))
        ),
        opts=opts,
    )
    if front and faulty("firewall-unlogged"):
        return acl
    logs = aws.cloudwatch.LogGroup(
        f"firewall-{name}",
        name=f"aws-waf-logs-{shop.named(f'bazaar-{name}')}",
        retention_in_days=YEAR_OF_LOGS,
        kms_key_id=key.arn,
        opts=opts,
    )
    aws.wafv2.WebAclLoggingConfiguration(
        name,
        resource_arn=acl.arn,
        log_destination_configs=[logs.arn],
        redacted_fields=[
            {"single_header": {"name": header}} for header in ("authorization", "cookie")
        ],
        opts=opts,
    )
    return acl
