"""Networks, the load balancer and names of a stack like `dev`.

What it is made of is asked of AWS's own APIs, never of Pulumi's outputs.
"""

import pytest

from integration.harness import EphemeralStack
from integration.lifecycle.questions import listeners, one, subnets


@pytest.mark.requirement("CHAT-000-32", "CHAT-001-100")
def test_there_are_two_public_and_two_private_subnets(dev: EphemeralStack) -> None:
    assert sorted(subnets(dev).values()) == [False, False, True, True]


@pytest.mark.requirement("CHAT-001-011")
def test_no_nat_gateway_is_paid_for_in_dev(dev: EphemeralStack) -> None:
    assert dev.aws.client("ec2").describe_nat_gateways()["NatGateways"] == []


@pytest.mark.requirement("CHAT-001-104")
def test_s3_is_reached_by_a_gateway_endpoint(dev: EphemeralStack) -> None:
    endpoint = one(dev.aws.client("ec2").describe_vpc_endpoints()["VpcEndpoints"])

    assert endpoint["ServiceName"] == f"com.amazonaws.{dev.region}.s3"
    assert endpoint["VpcEndpointType"] == "Gateway"


@pytest.mark.requirement("CHAT-000-12", "CHAT-000-17", "CHAT-000-33", "CHAT-001-111")
def test_the_load_balancer_is_public_and_idles_for_five_minutes(dev: EphemeralStack) -> None:
    elb = dev.aws.client("elbv2")
    balancer = one(elb.describe_load_balancers()["LoadBalancers"])
    answer = elb.describe_load_balancer_attributes(LoadBalancerArn=balancer["LoadBalancerArn"])
    attributes = {entry["Key"]: entry["Value"] for entry in answer["Attributes"]}
    placed = {zone["SubnetId"] for zone in balancer["AvailabilityZones"]}

    assert balancer["Scheme"] == "internet-facing"
    assert all(subnets(dev)[subnet] for subnet in placed)
    assert attributes["idle_timeout.timeout_seconds"] == "300"
    assert attributes["access_logs.s3.enabled"] == "true"


@pytest.mark.requirement("CHAT-001-114")
def test_plain_http_only_redirects(dev: EphemeralStack) -> None:
    action = one(listeners(dev)[80]["DefaultActions"])

    assert action["Type"] == "redirect"
    assert action["RedirectConfig"]["Protocol"] == "HTTPS"
    assert action["RedirectConfig"]["StatusCode"] == "HTTP_301"


@pytest.mark.requirement("CHAT-000-13", "CHAT-001-124")
def test_https_speaks_tls_1_3_with_an_issued_certificate(dev: EphemeralStack) -> None:
    listener = listeners(dev)[443]
    arn = one(listener["Certificates"])["CertificateArn"]
    acm = dev.aws.client("acm")

    assert listener["Protocol"] == "HTTPS"
    assert "TLS13" in listener["SslPolicy"]
    assert acm.describe_certificate(CertificateArn=arn)["Certificate"]["Status"] == "ISSUED"


@pytest.mark.requirement("CHAT-000-14", "CHAT-000-15", "CHAT-001-107")
def test_paths_lead_to_their_services(dev: EphemeralStack) -> None:
    elb = dev.aws.client("elbv2")
    rules = elb.describe_rules(ListenerArn=listeners(dev)[443]["ListenerArn"])["Rules"]
    ports = {
        group["TargetGroupArn"]: group["Port"]
        for group in elb.describe_target_groups()["TargetGroups"]
    }

    led = {
        pattern: ports[one(rule["Actions"])["TargetGroupArn"]]
        for rule in rules
        for condition in rule["Conditions"]
        for pattern in condition["PathPatternConfig"]["Values"]
    }

    assert led == {"/api/*": 3000, "/socket.io/*": 3001, "/ws/*": 3001}


@pytest.mark.requirement("CHAT-001-109")
def test_only_realtime_is_sticky(dev: EphemeralStack) -> None:
    elb = dev.aws.client("elbv2")

    sticky: dict[int, str] = {}
    for group in elb.describe_target_groups()["TargetGroups"]:
        answer = elb.describe_target_group_attributes(TargetGroupArn=group["TargetGroupArn"])
        values = {entry["Key"]: entry["Value"] for entry in answer["Attributes"]}
        sticky[group["Port"]] = values["stickiness.enabled"]

    assert sticky == {3000: "false", 3001: "true"}


@pytest.mark.requirement("CHAT-001-158")
def test_the_host_name_leads_to_the_load_balancer(dev: EphemeralStack) -> None:
    route53 = dev.aws.client("route53")
    zone = str(dev.config["plumbline:hostedZoneId"])
    records = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    balancer = one(dev.aws.client("elbv2").describe_load_balancers()["LoadBalancers"])

    alias = one([record for record in records if "AliasTarget" in record])

    assert balancer["DNSName"] in alias["AliasTarget"]["DNSName"]


def test_the_bucket_of_access_logs_is_closed_to_the_public(dev: EphemeralStack) -> None:
    s3 = dev.aws.client("s3")
    bucket = one(s3.list_buckets()["Buckets"])["Name"]

    block = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]

    assert set(block.values()) == {True}
