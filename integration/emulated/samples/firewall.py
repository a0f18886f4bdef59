"""The web firewall."""

from integration.emulated.samples.kinds import TAGS, Of, Sample

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
        {"resourceArn": Of("firewall", "arn"), "logDestinationConfigs": [Of("logs", "arn")]},
    ),
}
