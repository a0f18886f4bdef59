"""The life of an ephemeral chat stack: up, what AWS then holds, no drift, down, nothing left.

What the stack is made of is asked of AWS's own APIs, never of Pulumi's outputs.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any  # what botocore answers has no type of its own

import pytest

from integration.harness import EphemeralStack
from integration.inventory import inventory

pytestmark = pytest.mark.xdist_group("lifecycle")


@pytest.fixture(scope="module")
def stack(
    aws_endpoint: str, hosted_zone: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EphemeralStack]:
    """A stack like `dev`, brought up once for all tests of this file."""
    folder = tmp_path_factory.mktemp("lifecycle") / "stack"
    ephemeral = EphemeralStack(
        folder, aws_endpoint, settings={"plumbline:hostedZoneId": hosted_zone}
    )
    before = inventory(ephemeral.aws)
    with ephemeral:
        ephemeral.up()
        yield ephemeral
    assert inventory(ephemeral.aws) == before


def _one(items: list[Any]) -> Any:
    assert len(items) == 1, items
    return items[0]


def _subnets(stack: EphemeralStack) -> dict[str, bool]:
    """The stack's subnets: whether each has a route to the internet."""
    ec2 = stack.aws.client("ec2")
    vpc = _one([v for v in ec2.describe_vpcs()["Vpcs"] if not v["IsDefault"]])
    inside = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
    public: dict[str, bool] = {
        subnet["SubnetId"]: False for subnet in ec2.describe_subnets(Filters=inside)["Subnets"]
    }
    for table in ec2.describe_route_tables(Filters=inside)["RouteTables"]:
        open_ = any(route.get("GatewayId", "").startswith("igw-") for route in table["Routes"])
        for link in table["Associations"]:
            if link.get("SubnetId") in public:
                public[link["SubnetId"]] = open_
    return public


def test_there_are_two_public_and_two_private_subnets(stack: EphemeralStack) -> None:
    assert sorted(_subnets(stack).values()) == [False, False, True, True]


def test_no_nat_gateway_is_paid_for_in_dev(stack: EphemeralStack) -> None:
    assert stack.aws.client("ec2").describe_nat_gateways()["NatGateways"] == []


def test_s3_is_reached_by_a_gateway_endpoint(stack: EphemeralStack) -> None:
    endpoint = _one(stack.aws.client("ec2").describe_vpc_endpoints()["VpcEndpoints"])

    assert endpoint["ServiceName"] == f"com.amazonaws.{stack.region}.s3"
    assert endpoint["VpcEndpointType"] == "Gateway"


def test_the_load_balancer_is_public_and_idles_for_five_minutes(stack: EphemeralStack) -> None:
    elb = stack.aws.client("elbv2")
    balancer = _one(elb.describe_load_balancers()["LoadBalancers"])
    answer = elb.describe_load_balancer_attributes(LoadBalancerArn=balancer["LoadBalancerArn"])
    attributes = {entry["Key"]: entry["Value"] for entry in answer["Attributes"]}
    subnets = {zone["SubnetId"] for zone in balancer["AvailabilityZones"]}

    assert balancer["Scheme"] == "internet-facing"
    assert all(_subnets(stack)[subnet] for subnet in subnets)
    assert attributes["idle_timeout.timeout_seconds"] == "300"
    assert attributes["access_logs.s3.enabled"] == "true"


def _listeners(stack: EphemeralStack) -> dict[int, Any]:
    elb = stack.aws.client("elbv2")
    balancer = _one(elb.describe_load_balancers()["LoadBalancers"])
    found = elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    return {listener["Port"]: listener for listener in found}


def test_plain_http_only_redirects(stack: EphemeralStack) -> None:
    action = _one(_listeners(stack)[80]["DefaultActions"])

    assert action["Type"] == "redirect"
    assert action["RedirectConfig"]["Protocol"] == "HTTPS"
    assert action["RedirectConfig"]["StatusCode"] == "HTTP_301"


def test_https_speaks_tls_1_3_with_an_issued_certificate(stack: EphemeralStack) -> None:
    listener = _listeners(stack)[443]
    arn = _one(listener["Certificates"])["CertificateArn"]
    acm = stack.aws.client("acm")

    assert listener["Protocol"] == "HTTPS"
    assert "TLS13" in listener["SslPolicy"]
    assert acm.describe_certificate(CertificateArn=arn)["Certificate"]["Status"] == "ISSUED"


def test_paths_lead_to_their_services(stack: EphemeralStack) -> None:
    elb = stack.aws.client("elbv2")
    rules = elb.describe_rules(ListenerArn=_listeners(stack)[443]["ListenerArn"])["Rules"]
    ports = {
        group["TargetGroupArn"]: group["Port"]
        for group in elb.describe_target_groups()["TargetGroups"]
    }

    led = {
        pattern: ports[_one(rule["Actions"])["TargetGroupArn"]]
        for rule in rules
        for condition in rule["Conditions"]
        for pattern in condition["PathPatternConfig"]["Values"]
    }

    assert led == {"/api/*": 3000, "/socket.io/*": 3001, "/ws/*": 3001}


def test_only_realtime_is_sticky(stack: EphemeralStack) -> None:
    elb = stack.aws.client("elbv2")

    sticky: dict[int, str] = {}
    for group in elb.describe_target_groups()["TargetGroups"]:
        answer = elb.describe_target_group_attributes(TargetGroupArn=group["TargetGroupArn"])
        values = {entry["Key"]: entry["Value"] for entry in answer["Attributes"]}
        sticky[group["Port"]] = values["stickiness.enabled"]

    assert sticky == {3000: "false", 3001: "true"}


def _services(stack: EphemeralStack) -> dict[str, Any]:
    ecs = stack.aws.client("ecs")
    cluster = _one(ecs.list_clusters()["clusterArns"])
    names = ecs.list_services(cluster=cluster)["serviceArns"]
    found = ecs.describe_services(cluster=cluster, services=names)["services"]
    return {service["serviceName"].rpartition("-")[2]: service for service in found}


def test_three_services_run_on_fargate_and_roll_back_bad_deployments(
    stack: EphemeralStack,
) -> None:
    services = _services(stack)

    assert set(services) == {"api", "realtime", "workers"}
    for service in services.values():
        breaker = service["deploymentConfiguration"]["deploymentCircuitBreaker"]
        assert breaker == {"enable": True, "rollback": True}
        providers = {entry["capacityProvider"] for entry in service["capacityProviderStrategy"]}
        assert providers <= {"FARGATE", "FARGATE_SPOT"}


def test_each_task_has_its_own_roles_logs_and_no_secret_in_the_clear(
    stack: EphemeralStack,
) -> None:
    ecs = stack.aws.client("ecs")
    roles: list[str] = []

    for name, service in _services(stack).items():
        answer = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])
        task = answer["taskDefinition"]
        container = _one(task["containerDefinitions"])
        roles += [task["taskRoleArn"], task["executionRoleArn"]]
        assert task["networkMode"] == "awsvpc"
        assert container["logConfiguration"]["options"]["awslogs-group"].endswith(name)
        assert container["secrets"]
        plain = {entry["name"] for entry in container["environment"]}
        assert not plain & {entry["name"] for entry in container["secrets"]}

    assert len(set(roles)) == 6


def test_every_role_can_be_assumed_by_one_service_only(stack: EphemeralStack) -> None:
    roles = stack.aws.client("iam").list_roles()["Roles"]

    ours = [role for role in roles if stack.name in role["RoleName"]]

    assert len(ours) >= 7
    for role in ours:
        document = role["AssumeRolePolicyDocument"]
        statement = _one(document["Statement"])
        assert isinstance(statement["Principal"]["Service"], str)


def test_services_scale_between_bounds(stack: EphemeralStack) -> None:
    scaling = stack.aws.client("application-autoscaling")
    targets = scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
    policies = scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]

    metrics = {
        policy["TargetTrackingScalingPolicyConfiguration"]["PredefinedMetricSpecification"][
            "PredefinedMetricType"
        ]
        for policy in policies
        if policy["ResourceId"].endswith("-api")
    }

    assert len(targets) == 3
    assert all(target["MinCapacity"] <= target["MaxCapacity"] for target in targets)
    assert metrics == {
        "ECSServiceAverageCPUUtilization",
        "ECSServiceAverageMemoryUtilization",
        "ALBRequestCountPerTarget",
    }


def test_the_database_is_postgresql_16_encrypted_and_private(stack: EphemeralStack) -> None:
    database = _one(stack.aws.client("rds").describe_db_instances()["DBInstances"])
    subnets = {subnet["SubnetIdentifier"] for subnet in database["DBSubnetGroup"]["Subnets"]}

    assert database["Engine"] == "postgres"
    assert database["EngineVersion"].startswith("16")
    assert database["StorageEncrypted"] is True
    assert database["PubliclyAccessible"] is False
    assert not any(_subnets(stack)[subnet] for subnet in subnets)


def test_redis_is_encrypted_and_asks_for_a_token(stack: EphemeralStack) -> None:
    group = _one(stack.aws.client("elasticache").describe_replication_groups()["ReplicationGroups"])

    assert group["TransitEncryptionEnabled"] is True
    assert group["AtRestEncryptionEnabled"] is True
    assert group["AuthTokenEnabled"] is True


def test_the_data_stores_are_reached_from_the_tasks_alone(stack: EphemeralStack) -> None:
    ec2 = stack.aws.client("ec2")
    database = _one(stack.aws.client("rds").describe_db_instances()["DBInstances"])
    group = _one(database["VpcSecurityGroups"])["VpcSecurityGroupId"]
    tasks = {
        service["networkConfiguration"]["awsvpcConfiguration"]["securityGroups"][0]
        for service in _services(stack).values()
    }

    answer = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])
    inward = [rule for rule in answer["SecurityGroupRules"] if not rule["IsEgress"]]

    assert inward
    assert all("CidrIpv4" not in rule for rule in inward)
    assert {rule["ReferencedGroupInfo"]["GroupId"] for rule in inward} <= tasks


def test_every_queue_is_encrypted_and_has_dead_letters(stack: EphemeralStack) -> None:
    sqs = stack.aws.client("sqs")
    dead: dict[str, bool] = {}

    for url in sqs.list_queues()["QueueUrls"]:
        answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
        attributes = answer["Attributes"]
        assert attributes["SqsManagedSseEnabled"] == "true"
        name = attributes["QueueArn"].rpartition(":")[2]
        if name.endswith("-dead-letters"):
            continue
        target = json.loads(attributes["RedrivePolicy"])["deadLetterTargetArn"]
        dead[name.rpartition("-")[2]] = target.endswith(f"{name}-dead-letters")

    assert dead == {"push": True, "offline": True}


def test_a_failed_message_ends_with_the_dead_letters(stack: EphemeralStack) -> None:
    sqs = stack.aws.client("sqs")
    urls = {url.rpartition("/")[2]: url for url in sqs.list_queues()["QueueUrls"]}
    name = next(n for n in urls if n.endswith("-push"))
    attributes = sqs.get_queue_attributes(QueueUrl=urls[name], AttributeNames=["RedrivePolicy"])
    tries = int(json.loads(attributes["Attributes"]["RedrivePolicy"])["maxReceiveCount"])
    sqs.send_message(QueueUrl=urls[name], MessageBody="lost")

    for _ in range(tries):
        received = sqs.receive_message(QueueUrl=urls[name], VisibilityTimeout=0)
        assert len(received["Messages"]) == 1
    last = sqs.receive_message(QueueUrl=urls[name], WaitTimeSeconds=0)
    dead = sqs.receive_message(QueueUrl=urls[f"{name}-dead-letters"])

    assert last.get("Messages", []) == []
    assert [message["Body"] for message in dead["Messages"]] == ["lost"]


def test_alarms_call_the_topic(stack: EphemeralStack) -> None:
    alarms = stack.aws.client("cloudwatch").describe_alarms()["MetricAlarms"]
    topic = _one(stack.aws.client("sns").list_topics()["Topics"])["TopicArn"]

    assert len(alarms) >= 20
    assert all(alarm["AlarmActions"] == [topic] for alarm in alarms)


def test_logs_are_kept_for_a_time(stack: EphemeralStack) -> None:
    groups = stack.aws.client("logs").describe_log_groups()["logGroups"]

    ours = [group for group in groups if stack.name in group["logGroupName"]]

    assert len(ours) >= 6
    assert all(group["retentionInDays"] > 0 for group in ours)


def test_the_host_name_leads_to_the_load_balancer(stack: EphemeralStack) -> None:
    route53 = stack.aws.client("route53")
    zone = str(stack.config["plumbline:hostedZoneId"])
    records = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    balancer = _one(stack.aws.client("elbv2").describe_load_balancers()["LoadBalancers"])

    alias = _one([record for record in records if "AliasTarget" in record])

    assert balancer["DNSName"] in alias["AliasTarget"]["DNSName"]


def test_the_bucket_of_access_logs_is_closed_to_the_public(stack: EphemeralStack) -> None:
    s3 = stack.aws.client("s3")
    bucket = _one(s3.list_buckets()["Buckets"])["Name"]

    block = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]

    assert set(block.values()) == {True}


def test_everything_that_can_be_tagged_says_whose_it_is(stack: EphemeralStack) -> None:
    database = _one(stack.aws.client("rds").describe_db_instances()["DBInstances"])

    tags = {tag["Key"]: tag["Value"] for tag in database["TagList"]}

    assert tags["Stack"] == stack.name
    assert {"Project", "System", "Environment", "ManagedBy"} <= tags.keys()


def test_the_state_holds_no_secret_in_the_clear(stack: EphemeralStack) -> None:
    secrets = stack.aws.client("secretsmanager")
    state = stack.state_file.read_text(encoding="utf-8")
    values: list[str] = []

    for secret in secrets.list_secrets()["SecretList"]:
        if not secret["Name"].startswith("rds!"):
            text = secrets.get_secret_value(SecretId=secret["ARN"])["SecretString"]
            values += [str(v) for v in json.loads(text).values()] if text[:1] == "{" else [text]
    told = [value for value in values if len(value) >= 8 and value in state]

    assert len(values) >= 3
    assert told == []
    assert stack.name in state


def test_a_second_preview_changes_nothing(stack: EphemeralStack) -> None:
    assert set(stack.preview()) == {"same"}


def test_aws_is_as_the_state_says(stack: EphemeralStack) -> None:
    assert set(stack.refresh()) == {"same"}
    assert set(stack.preview()) == {"same"}


def test_drift_is_seen_and_mended(stack: EphemeralStack) -> None:
    elb = stack.aws.client("elbv2")
    balancer = _one(elb.describe_load_balancers()["LoadBalancers"])["LoadBalancerArn"]
    idle = "idle_timeout.timeout_seconds"
    elb.modify_load_balancer_attributes(
        LoadBalancerArn=balancer, Attributes=[{"Key": idle, "Value": "60"}]
    )

    seen = stack.refresh()
    stack.up()

    answer = elb.describe_load_balancer_attributes(LoadBalancerArn=balancer)
    assert seen["update"] == 1
    assert {entry["Key"]: entry["Value"] for entry in answer["Attributes"]}[idle] == "300"


def test_after_destroy_nothing_is_left(stack: EphemeralStack, tmp_path: Path) -> None:
    assert any(stack.name in line for line in inventory(stack.aws)), tmp_path

    stack.destroy()

    assert [line for line in inventory(stack.aws) if stack.name in line] == []
