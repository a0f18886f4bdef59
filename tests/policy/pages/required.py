"""What a type cannot do without and no fixture is about: filled in, so that an example runs."""

from __future__ import annotations

import json
from typing import Final

from graph.raw import Raw

_TRUST: Final = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)
_VISIBLE: Final[dict[str, Raw]] = {
    "cloudwatchMetricsEnabled": True,
    "metricName": "web",
    "sampledRequestsEnabled": True,
}

# By type and property, or by property alone. What is not here comes from another stack.
_VALUES: Final[dict[tuple[str, str], Raw]] = {
    ("", "assumeRolePolicy"): _TRUST,
    ("", "availabilityZone"): "eu-central-1a",
    ("", "cidrBlock"): "10.0.0.0/24",
    ("", "engineFamily"): "POSTGRESQL",
    ("", "instanceClass"): "db.t4g.medium",
    ("", "scalableDimension"): "ecs:service:DesiredCount",
    ("", "serviceNamespace"): "ecs",
    ("", "resourceId"): "service/web/api",
    ("aws:acm/certificate:Certificate", "domainName"): "example.com",
    ("aws:appautoscaling/target:Target", "maxCapacity"): 4,
    ("aws:appautoscaling/target:Target", "minCapacity"): 2,
    ("aws:appsync/graphQLApi:GraphQLApi", "authenticationType"): "AWS_IAM",
    ("aws:cloudfront/distribution:Distribution", "enabled"): True,
    ("aws:cloudfront/distribution:Distribution", "restrictions"): {
        "geoRestriction": {"restrictionType": "none"}
    },
    ("aws:cloudfront/distribution:Distribution", "origins"): [
        {"originId": "site", "domainName": "site.example.com"}
    ],
    ("aws:cloudfront/distribution:Distribution", "viewerCertificate"): {
        "cloudfrontDefaultCertificate": True
    },
    ("aws:cloudwatch/dashboard:Dashboard", "dashboardName"): "overview",
    ("aws:elasticache/replicationGroup:ReplicationGroup", "description"): "Sessions",
    ("aws:lambda/permission:Permission", "action"): "lambda:InvokeFunction",
    ("aws:lb/listener:Listener", "defaultActions"): [
        {"type": "fixed-response", "fixedResponse": {"contentType": "text/plain"}}
    ],
    ("aws:rds/cluster:Cluster", "engine"): "aurora-postgresql",
    ("aws:rds/parameterGroup:ParameterGroup", "family"): "postgres17",
    ("aws:route53/record:Record", "name"): "www.example.com",
    ("aws:route53/record:Record", "type"): "A",
    ("aws:ssm/parameter:Parameter", "type"): "String",
    ("aws:wafv2/webAcl:WebAcl", "defaultAction"): {"allow": {}},
    ("aws:wafv2/webAcl:WebAcl", "scope"): "REGIONAL",
    ("aws:wafv2/webAcl:WebAcl", "visibilityConfig"): _VISIBLE,
}
# Texts that only name a thing; its own name is as good as any.
_NAMES: Final = frozenset({"family", "targetGroupName"})


def filled_in(token: str, key: str, name: str) -> Raw:
    """A value for a required property that a fixture leaves out; None where there is none ready."""
    if key in _NAMES and (token, key) not in _VALUES:
        return name
    return _VALUES.get((token, key), _VALUES.get(("", key)))
