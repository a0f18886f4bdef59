"""Networks and the edge of a stack like `100k-dau`, as AWS tells them."""

import pytest

from integration.harness import EphemeralStack
from integration.lifecycle.questions import figures, one


@pytest.mark.requirement("CHAT-001-022", "CHAT-001-103")
def test_each_zone_reaches_the_internet_by_a_gateway_of_its_own(large: EphemeralStack) -> None:
    ec2 = large.aws.client("ec2")
    zones = {s["SubnetId"]: s["AvailabilityZone"] for s in ec2.describe_subnets()["Subnets"]}
    gateways = {
        gateway["NatGatewayId"]: zones[gateway["SubnetId"]]
        for gateway in ec2.describe_nat_gateways()["NatGateways"]
    }

    ways = {
        zones[link["SubnetId"]]: gateways[route["NatGatewayId"]]
        for table in ec2.describe_route_tables()["RouteTables"]
        for route in table["Routes"]
        if route.get("NatGatewayId")
        for link in table["Associations"]
        if link.get("SubnetId")
    }

    assert len(gateways) == 3
    assert ways == {f"eu-central-1{zone}": f"eu-central-1{zone}" for zone in "abc"}


@pytest.mark.requirement("CHAT-001-105", "CHAT-004-35")
def test_traffic_is_recorded_and_kept_for_thirty_days(large: EphemeralStack) -> None:
    log = one(large.aws.client("ec2").describe_flow_logs()["FlowLogs"])
    groups = large.aws.client("logs").describe_log_groups()["logGroups"]

    kept = one([g for g in groups if g["logGroupName"] in log.get("LogGroupName", "")
                or g["arn"].removesuffix(":*") in log.get("LogDestination", "")])  # fmt: skip

    assert log["TrafficType"] in ("ALL", "REJECT")
    assert kept["retentionInDays"] == 30


@pytest.mark.requirement("CHAT-001-015", "CHAT-001-113", "CHAT-004-19")
def test_the_firewall_stands_before_the_load_balancer(large: EphemeralStack) -> None:
    waf, elb = large.aws.client("wafv2"), large.aws.client("elbv2")
    balancer = one(elb.describe_load_balancers()["LoadBalancers"])["LoadBalancerArn"]

    acl = waf.get_web_acl_for_resource(ResourceArn=balancer)["WebACL"]

    limits = {
        rule["Name"]: rule["Statement"]["RateBasedStatement"]["Limit"]
        for rule in acl["Rules"]
        if "RateBasedStatement" in rule["Statement"]
    }
    groups = {
        rule["Statement"]["ManagedRuleGroupStatement"]["Name"]
        for rule in acl["Rules"]
        if "ManagedRuleGroupStatement" in rule["Statement"]
    }
    wanted = figures(large, "wafApiRateLimitPer5Min", "wafSocketRateLimitPer5Min")
    assert sorted(limits.values()) == sorted(wanted)
    assert {
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
        "AWSManagedRulesBotControlRuleSet",
    } <= groups


def test_the_firewall_logs_without_tokens(large: EphemeralStack) -> None:
    waf = large.aws.client("wafv2")
    acl = one(waf.list_web_acls(Scope="REGIONAL")["WebACLs"])
    groups = large.aws.client("logs").describe_log_groups()["logGroups"]

    told = waf.get_logging_configuration(ResourceArn=acl["ARN"])["LoggingConfiguration"]

    redacted = {
        field["SingleHeader"]["Name"] for field in told["RedactedFields"] if "SingleHeader" in field
    }
    target = one(told["LogDestinationConfigs"])
    assert {"authorization", "cookie"} <= redacted
    assert target in {group["arn"].removesuffix(":*") for group in groups}
    assert ":log-group:aws-waf-logs-" in target
