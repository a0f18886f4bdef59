"""What several tests ask of AWS: the parts of the one stack that an emulator holds."""

import json
from typing import Any  # what botocore answers has no type of its own

from integration.harness import EphemeralStack


def one(items: list[Any]) -> Any:
    """The only one of a list."""
    assert len(items) == 1, items
    return items[0]


def subnets(stack: EphemeralStack) -> dict[str, bool]:
    """The stack's subnets: whether each has a route to the internet."""
    ec2 = stack.aws.client("ec2")
    vpc = one([v for v in ec2.describe_vpcs()["Vpcs"] if not v["IsDefault"]])
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


def listeners(stack: EphemeralStack) -> dict[int, Any]:
    """The load balancer's listeners, by port."""
    elb = stack.aws.client("elbv2")
    balancer = one(elb.describe_load_balancers()["LoadBalancers"])
    found = elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    return {listener["Port"]: listener for listener in found}


def services(stack: EphemeralStack) -> dict[str, Any]:
    """The services of the stack's cluster, by part."""
    ecs = stack.aws.client("ecs")
    cluster = one(ecs.list_clusters()["clusterArns"])
    names = ecs.list_services(cluster=cluster)["serviceArns"]
    found = ecs.describe_services(cluster=cluster, services=names)["services"]
    return {service["serviceName"].rpartition("-")[2]: service for service in found}


def container(stack: EphemeralStack, part: str) -> Any:
    """The container of a service's task."""
    ecs = stack.aws.client("ecs")
    family = services(stack)[part]["taskDefinition"]
    task = ecs.describe_task_definition(taskDefinition=family)["taskDefinition"]
    return one(task["containerDefinitions"])


def environment(stack: EphemeralStack, part: str) -> dict[str, str]:
    """What a service is told in the open."""
    return {entry["name"]: entry["value"] for entry in container(stack, part)["environment"]}


def databases(stack: EphemeralStack) -> tuple[list[Any], list[Any]]:
    """Instances that are written to, and their read replicas."""
    found = stack.aws.client("rds").describe_db_instances()["DBInstances"]
    copies = [one_ for one_ in found if one_.get("ReadReplicaSourceDBInstanceIdentifier")]
    return [one_ for one_ in found if one_ not in copies], copies


def alarms(stack: EphemeralStack) -> dict[str, Any]:
    """The alarms on metrics, by name."""
    client = stack.aws.client("cloudwatch")
    found = client.describe_alarms(MaxRecords=100)["MetricAlarms"]
    return {alarm["AlarmName"]: alarm for alarm in found}


def figures(stack: EphemeralStack, *names: str) -> list[int]:
    """Numbers of the stack's own configuration."""
    return [int(str(stack.config[f"plumbline:{name}"])) for name in names]


def passwords(stack: EphemeralStack) -> list[str]:
    """The secret part of every secret that the stack has made."""
    client = stack.aws.client("secretsmanager")
    found: list[str] = []
    for secret in client.list_secrets()["SecretList"]:
        if not secret["Name"].startswith("rds!"):
            text = client.get_secret_value(SecretId=secret["ARN"])["SecretString"]
            found.append(json.loads(text)["password"] if text[:1] == "{" else text)
    return found
