"""The web firewall."""

from integration.emulated.samples.kinds import TAGS, Given, Of, Sample


def _seen(name: str) -> dict[str, Given]:
    return {"cloudwatchMetricsEnabled": True, "metricName": name, "sampledRequestsEnabled": True}


def _rate_limit(requests: int) -> dict[str, Given]:
    """A limit by address on one path, which answers with a body of its own."""
    return {
        "name": "api",
        "priority": 2,
        "action": {
            "block": {
                "customResponse": {
                    "responseCode": 429,
                    "customResponseBodyKey": "slow",
                    "responseHeaders": [{"name": "Retry-After", "value": "60"}],
                }
            }
        },
        "statement": {
            "rateBasedStatement": {
                "limit": requests,
                "aggregateKeyType": "IP",
                "evaluationWindowSec": 300,
                "scopeDownStatement": {
                    "byteMatchStatement": {
                        "searchString": "/api/",
                        "positionalConstraint": "STARTS_WITH",
                        "fieldToMatch": {"uriPath": {}},
                        "textTransformations": [{"priority": 0, "type": "NONE"}],
                    }
                },
            }
        },
        "visibilityConfig": _seen("api"),
    }


SAMPLES: dict[str, Sample] = {
    "firewall": Sample(
        "aws:wafv2/webAcl:WebAcl",
        {
            "scope": "REGIONAL",
            "defaultAction": {"allow": {}},
            "visibilityConfig": {
                "cloudwatchMetricsEnabled": True,
                "metricName": "sample",
                "sampledRequestsEnabled": True,
            },
            "rules": [
                {
                    "name": "common",
                    "priority": 1,
                    "overrideAction": {"none": {}},
                    "statement": {
                        "managedRuleGroupStatement": {
                            "name": "AWSManagedRulesCommonRuleSet",
                            "vendorName": "AWS",
                        }
                    },
                    "visibilityConfig": {
                        "cloudwatchMetricsEnabled": True,
                        "metricName": "common",
                        "sampledRequestsEnabled": True,
                    },
                }
            ],
            "tags": TAGS,
        },
        {"defaultAction": {"block": {}}},
    ),
    "firewall-association": Sample(
        "aws:wafv2/webAclAssociation:WebAclAssociation",
        {"webAclArn": Of("firewall", "arn"), "resourceArn": Of("balancer", "arn")},
    ),
    "firewall-logging": Sample(
        "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
        {
            "resourceArn": Of("firewall", "arn"),
            "logDestinationConfigs": [Of("firewall-logs", "arn")],
            "redactedFields": [
                {"singleHeader": {"name": "authorization"}},
                {"singleHeader": {"name": "cookie"}},
            ],
        },
        {
            "redactedFields": [{"singleHeader": {"name": "cookie"}}],
            "loggingFilter": {
                "defaultBehavior": "DROP",
                "filters": [
                    {
                        "behavior": "KEEP",
                        "requirement": "MEETS_ANY",
                        "conditions": [{"actionCondition": {"action": "BLOCK"}}],
                    }
                ],
            },
        },
    ),
    "firewall-logs": Sample(
        "aws:cloudwatch/logGroup:LogGroup", {"name": "aws-waf-logs-sample", "retentionInDays": 30}
    ),
    "firewall-full": Sample(
        "aws:wafv2/webAcl:WebAcl",
        {
            "scope": "REGIONAL",
            "defaultAction": {"allow": {}},
            "visibilityConfig": _seen("full"),
            "customResponseBodies": [
                {"key": "slow", "contentType": "APPLICATION_JSON", "content": '{"error": "slow"}'}
            ],
            "rules": [
                {
                    "name": "bots",
                    "priority": 1,
                    "overrideAction": {"count": {}},
                    "statement": {
                        "managedRuleGroupStatement": {
                            "name": "AWSManagedRulesBotControlRuleSet",
                            "vendorName": "AWS",
                            "managedRuleGroupConfigs": [
                                {"awsManagedRulesBotControlRuleSet": {"inspectionLevel": "COMMON"}}
                            ],
                            "ruleActionOverrides": [
                                {"name": "SignalNonBrowserUserAgent", "actionToUse": {"count": {}}}
                            ],
                        }
                    },
                    "visibilityConfig": _seen("bots"),
                },
                _rate_limit(2000),
            ],
        },
        {"rules": [_rate_limit(3000)]},
    ),
}
