"""Everything that an account holds, as AWS itself tells: to compare before and after a stack."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any  # what botocore answers has no type of its own

import botocore.session
from botocore.config import Config

from toolchain.offline_aws.places import ACCOUNT


@cache
def _client(service: str, region: str, endpoint: str) -> Any:
    return botocore.session.get_session().create_client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id=ACCOUNT,
        aws_secret_access_key="offline",
        config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
    )


@dataclass(frozen=True)
class Aws:
    """Clients on one endpoint, in one region."""

    endpoint: str
    region: str

    def client(self, service: str) -> Any:
        """A client that speaks to the emulator, as the account that the provider uses."""
        return _client(service, self.region, self.endpoint)


# service, call, arguments, the list in the answer, what names an item
_LISTS: tuple[tuple[str, str, dict[str, object], str, str], ...] = (
    ("ec2", "describe_vpcs", {}, "Vpcs", "VpcId"),
    ("ec2", "describe_subnets", {}, "Subnets", "SubnetId"),
    ("ec2", "describe_security_groups", {}, "SecurityGroups", "GroupId"),
    ("ec2", "describe_internet_gateways", {}, "InternetGateways", "InternetGatewayId"),
    ("ec2", "describe_route_tables", {}, "RouteTables", "RouteTableId"),
    ("ec2", "describe_addresses", {}, "Addresses", "AllocationId"),
    ("ec2", "describe_vpc_endpoints", {}, "VpcEndpoints", "VpcEndpointId"),
    ("ec2", "describe_flow_logs", {}, "FlowLogs", "FlowLogId"),
    ("elbv2", "describe_load_balancers", {}, "LoadBalancers", "LoadBalancerArn"),
    ("elbv2", "describe_target_groups", {}, "TargetGroups", "TargetGroupArn"),
    ("acm", "list_certificates", {}, "CertificateSummaryList", "CertificateArn"),
    ("route53", "list_hosted_zones", {}, "HostedZones", "Id"),
    ("ecs", "list_clusters", {}, "clusterArns", ""),
    ("ecs", "list_task_definitions", {"status": "ACTIVE"}, "taskDefinitionArns", ""),
    ("ecr", "describe_repositories", {}, "repositories", "repositoryArn"),
    ("application-autoscaling", "describe_scalable_targets", {"ServiceNamespace": "ecs"},
     "ScalableTargets", "ResourceId"),
    ("rds", "describe_db_instances", {}, "DBInstances", "DBInstanceArn"),
    ("rds", "describe_db_proxies", {}, "DBProxies", "DBProxyArn"),
    ("rds", "describe_db_snapshots", {"SnapshotType": "manual"}, "DBSnapshots",
     "DBSnapshotIdentifier"),
    ("rds", "describe_db_subnet_groups", {}, "DBSubnetGroups", "DBSubnetGroupName"),
    ("rds", "describe_db_parameter_groups", {}, "DBParameterGroups", "DBParameterGroupName"),
    ("elasticache", "describe_replication_groups", {}, "ReplicationGroups", "ReplicationGroupId"),
    ("elasticache", "describe_cache_subnet_groups", {}, "CacheSubnetGroups",
     "CacheSubnetGroupName"),
    ("elasticache", "describe_cache_parameter_groups", {}, "CacheParameterGroups",
     "CacheParameterGroupName"),
    ("sqs", "list_queues", {}, "QueueUrls", ""),
    ("sns", "list_topics", {}, "Topics", "TopicArn"),
    ("sns", "list_subscriptions", {}, "Subscriptions", "SubscriptionArn"),
    ("secretsmanager", "list_secrets", {}, "SecretList", "ARN"),
    ("ssm", "describe_parameters", {}, "Parameters", "Name"),
    ("iam", "list_roles", {}, "Roles", "Arn"),
    ("iam", "list_policies", {"Scope": "Local"}, "Policies", "Arn"),
    ("kms", "list_aliases", {}, "Aliases", "AliasName"),
    ("logs", "describe_log_groups", {}, "logGroups", "logGroupName"),
    ("logs", "describe_metric_filters", {}, "metricFilters", "filterName"),
    ("logs", "describe_resource_policies", {}, "resourcePolicies", "policyName"),
    ("cloudwatch", "describe_alarms", {"MaxRecords": 100}, "MetricAlarms", "AlarmName"),
    ("cloudwatch", "describe_alarms", {"MaxRecords": 100, "AlarmTypes": ["CompositeAlarm"]},
     "CompositeAlarms", "AlarmName"),
    ("cloudwatch", "list_dashboards", {}, "DashboardEntries", "DashboardName"),
    ("s3", "list_buckets", {}, "Buckets", "Name"),
    ("backup", "list_backup_vaults", {}, "BackupVaultList", "BackupVaultName"),
    ("backup", "list_backup_plans", {}, "BackupPlansList", "BackupPlanName"),
    ("wafv2", "list_web_acls", {"Scope": "REGIONAL"}, "WebACLs", "ARN"),
    ("wafv2", "list_logging_configurations", {"Scope": "REGIONAL"}, "LoggingConfigurations",
     "ResourceArn"),
    ("servicediscovery", "list_namespaces", {}, "Namespaces", "Arn"),
    ("lambda", "list_functions", {}, "Functions", "FunctionArn"),
    ("events", "list_rules", {}, "Rules", "Name"),
)  # fmt: skip


def _keys(aws: Aws) -> Iterator[str]:
    """Keys that are not on their way out: AWS keeps a deleted one for a week at least."""
    client = aws.client("kms")
    for key in client.list_keys()["Keys"]:
        state = client.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
        if state["KeyState"] != "PendingDeletion" and state.get("KeyManager") != "AWS":
            yield f"kms key {key['KeyId']}"


def _gateways(aws: Aws) -> Iterator[str]:
    for gateway in aws.client("ec2").describe_nat_gateways()["NatGateways"]:
        if gateway["State"] not in ("deleted", "deleting"):
            yield f"ec2 nat gateway {gateway['NatGatewayId']}"


def _services(aws: Aws) -> Iterator[str]:
    client = aws.client("ecs")
    for cluster in client.list_clusters()["clusterArns"]:
        for service in client.list_services(cluster=cluster)["serviceArns"]:
            yield f"ecs service {service}"


def _records(aws: Aws) -> Iterator[str]:
    client = aws.client("route53")
    for zone in client.list_hosted_zones()["HostedZones"]:
        sets = client.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
        for record in sets:
            yield f"route53 record {record['Name']} {record['Type']}"


def _deployed(aws: Aws) -> Iterator[str]:
    """CloudFormation keeps the record of a stack that is gone."""
    for stack in aws.client("cloudformation").describe_stacks()["Stacks"]:
        if stack["StackStatus"] != "DELETE_COMPLETE":
            yield f"cloudformation stack {stack['StackName']}"


_WALKS: tuple[Callable[[Aws], Iterator[str]], ...] = (
    _keys,
    _gateways,
    _services,
    _records,
    _deployed,
)


def inventory(aws: Aws) -> frozenset[str]:
    """One line for everything there is."""
    found: set[str] = set()
    for service, call, arguments, key, name in _LISTS:
        answer = getattr(aws.client(service), call)(**arguments)
        for item in answer.get(key, []):
            found.add(f"{service} {key} {item[name] if name else item}")
    for walk in _WALKS:
        found.update(walk(aws))
    return frozenset(found)
