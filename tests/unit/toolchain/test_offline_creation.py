"""What AWS refuses when a resource is created is refused before the emulator is asked."""

import pytest

from toolchain.offline_aws import creation, facts
from toolchain.offline_aws.check import check
from toolchain.offline_aws.wire import Properties, Value

_INSTANCE = "aws:rds/instance:Instance"
_PROXY = "aws:rds/proxy:Proxy"
_TARGETS = "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup"
_WEB_ACL = "aws:wafv2/webAcl:WebAcl"
_WAF_LOGS = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
_PLAN = "aws:backup/plan:Plan"
_POLICY = "aws:appautoscaling/policy:Policy"
_SEEN: Value = {
    "cloudwatchMetricsEnabled": True,
    "metricName": "m",
    "sampledRequestsEnabled": True,
}
_GROUP: Value = {
    "managedRuleGroupStatement": {"name": "AWSManagedRulesCommonRuleSet", "vendorName": "AWS"}
}


def _rate(limit: int) -> Value:
    return {"rateBasedStatement": {"limit": limit, "aggregateKeyType": "IP"}}


def _rule(**more: Value) -> Properties:
    return {
        "name": "r",
        "priority": 1,
        "statement": _rate(1000),
        "action": {"block": {}},
        "visibilityConfig": _SEEN,
        **more,
    }


def _acl(*rules: Properties) -> Properties:
    return {
        "scope": "REGIONAL",
        "defaultAction": {"allow": {}},
        "visibilityConfig": _SEEN,
        "rules": [*rules],
    }


def _backup(**rule: Value) -> Properties:
    return {
        "name": "p",
        "rules": [{"ruleName": "daily", "targetVaultName": "v", **rule}],
    }


def _steps(*bounds: tuple[str | None, str | None]) -> Properties:
    adjustments: list[Value] = [
        {
            "scalingAdjustment": 1,
            "metricIntervalLowerBound": low,
            "metricIntervalUpperBound": high,
        }
        for low, high in bounds
    ]
    return {
        "name": "p",
        "policyType": "StepScaling",
        "resourceId": "service/c/s",
        "scalableDimension": "ecs:service:DesiredCount",
        "serviceNamespace": "ecs",
        "stepScalingPolicyConfiguration": {
            "adjustmentType": "ChangeInCapacity",
            "stepAdjustments": adjustments,
        },
    }


_PROXIED: Properties = {
    "name": "p",
    "engineFamily": "POSTGRESQL",
    "roleArn": "arn:aws:iam::123456789012:role/r",
    "vpcSubnetIds": ["subnet-1", "subnet-2"],
    "auths": [{"secretArn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:s"}],
}
_REPLICA: Properties = {
    "identifier": "copy",
    "instanceClass": "db.r6g.large",
    "replicateSourceDb": "main",
}
_WAF_TARGET = "arn:aws:logs:eu-west-1:123456789012:log-group:"


@pytest.mark.parametrize(
    ("token", "inputs", "told"),
    [
        (
            _INSTANCE,
            {**_REPLICA, "manageMasterUserPassword": True},
            "manageMasterUserPassword cannot be given for a read replica",
        ),
        (
            _INSTANCE,
            {**_REPLICA, "passwordWo": "x" * 12, "passwordWoVersion": 1},
            "passwordWo cannot be given for a read replica",
        ),
        (_PROXY, {**_PROXIED, "idleClientTimeout": 28801}, "idleClientTimeout must be between 1"),
        (_PROXY, {**_PROXIED, "auths": []}, "auths is required"),
        (_PROXY, {**_PROXIED, "vpcSubnetIds": ["subnet-1"]}, "vpcSubnetIds must be in at least"),
        (
            _TARGETS,
            {"dbProxyName": "p", "connectionPoolConfig": {"maxConnectionsPercent": 40}},
            "connectionPoolConfig.maxIdleConnectionsPercent must not be above",
        ),
        (_WEB_ACL, _acl(_rule(), _rule(name="other")), "rules must each have a priority"),
        (_WEB_ACL, _acl(_rule(), _rule(priority=2)), "rules must each have a name"),
        (_WEB_ACL, _acl(_rule(statement=_GROUP)), "rules[0].overrideAction is required"),
        (
            _WEB_ACL,
            _acl(_rule(overrideAction={"none": {}})),
            "rules[0].overrideAction is not valid for a rule of its own",
        ),
        (
            _WEB_ACL,
            _acl(
                _rule(
                    action={
                        "block": {
                            "customResponse": {
                                "responseCode": 429,
                                "customResponseBodyKey": "slow",
                            }
                        }
                    }
                )
            ),
            "rules[0].action answers with the body slow",
        ),
        (
            _WAF_LOGS,
            {
                "resourceArn": "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/a/b",
                "logDestinationConfigs": [_WAF_TARGET + "chat"],
            },
            "begins with aws-waf-logs-; it is chat",
        ),
        (
            _WAF_LOGS,
            {
                "resourceArn": "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/a/b",
                "logDestinationConfigs": [_WAF_TARGET + "aws-waf-logs-chat:*"],
            },
            "without :* at its end",
        ),
        (
            _PLAN,
            _backup(enableContinuousBackup=True, lifecycle={"deleteAfter": 36}),
            "rules[0].lifecycle.deleteAfter must be between 1 and 35 days",
        ),
        (_PLAN, _backup(enableContinuousBackup=True), "for continuous backups; it is missing"),
        (
            _PLAN,
            _backup(lifecycle={"deleteAfter": 90, "coldStorageAfter": 30}),
            "must be 90 days or more above coldStorageAfter; it is 90 with 30",
        ),
        (_PLAN, _backup(startWindow=30), "rules[0].startWindow must be at least 60 minutes"),
        (
            "aws:backup/selection:Selection",
            {"name": "s", "planId": "p", "iamRoleArn": "arn:aws:iam::123456789012:role/r"},
            "resources or selectionTags is required",
        ),
        (_POLICY, _steps(("0", "100"), ("50", None)), "must neither overlap nor leave a gap"),
        (_POLICY, _steps(("0", "100"), ("150", None)), "must neither overlap nor leave a gap"),
        (_POLICY, _steps(("100", "0")), "must have lower bounds below upper ones"),
        (
            _POLICY,
            {**_steps(("0", None)), "policyType": "TargetTrackingScaling"},
            "targetTrackingScalingPolicyConfiguration is required",
        ),
    ],
)
def test_a_refusal_names_the_property_and_stops_no_preview(
    token: str, inputs: Properties, told: str
) -> None:
    resource = facts.resource(token)
    assert resource is not None

    refused = [f"{path} {reason}" for path, reason in creation.refusals(token, inputs)]

    assert [line for line in refused if told in line], refused
    assert check(resource, inputs) == []


@pytest.mark.parametrize(
    ("token", "inputs"),
    [
        (_INSTANCE, _REPLICA),
        (_PROXY, {**_PROXIED, "idleClientTimeout": 28800}),
        (_TARGETS, {"dbProxyName": "p", "connectionPoolConfig": {"maxConnectionsPercent": 50}}),
        (
            _WEB_ACL,
            _acl(
                _rule(),
                {
                    "name": "g",
                    "priority": 2,
                    "statement": _GROUP,
                    "overrideAction": {"none": {}},
                    "visibilityConfig": _SEEN,
                },
            ),
        ),
        (
            _WAF_LOGS,
            {
                "resourceArn": "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/a/b",
                "logDestinationConfigs": [_WAF_TARGET + "aws-waf-logs-chat"],
            },
        ),
        (_PLAN, _backup(enableContinuousBackup=True, lifecycle={"deleteAfter": 35})),
        (_PLAN, _backup(lifecycle={"deleteAfter": 120, "coldStorageAfter": 30})),
        (_POLICY, _steps(("300", None), ("0", "300"))),
        (_POLICY, _steps((None, None))),
    ],
)
def test_what_aws_takes_is_not_refused(token: str, inputs: Properties) -> None:
    assert list(creation.refusals(token, inputs)) == []
