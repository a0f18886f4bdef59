"""Databases, caches and backups of a stack like `100k-dau`, and who is told of them."""

import json
from typing import Any  # what botocore answers has no type of its own

import pytest

from integration.harness import EphemeralStack
from integration.lifecycle.questions import (
    container,
    databases,
    environment,
    figures,
    one,
    services,
)


@pytest.mark.requirement("CHAT-000-19", "CHAT-001-036", "CHAT-001-037")
def test_the_database_has_the_size_of_its_stack_file(large: EphemeralStack) -> None:
    database = one(databases(large)[0])
    (storage,) = figures(large, "rdsAllocatedStorage")

    assert database["DBInstanceClass"] == large.config["plumbline:rdsInstanceClass"]
    assert database["AllocatedStorage"] == storage
    assert database["MultiAZ"] is True
    assert database["StorageEncrypted"] is True
    assert database["DeletionProtection"] is True
    assert database["PubliclyAccessible"] is False


@pytest.mark.requirement("CHAT-001-027", "CHAT-001-083")
def test_a_replica_reads_beside_it_in_private(large: EphemeralStack) -> None:
    database, replica = one(databases(large)[0]), one(databases(large)[1])

    assert replica["ReadReplicaSourceDBInstanceIdentifier"] == database["DBInstanceIdentifier"]
    assert replica["DBInstanceClass"] == large.config["plumbline:rdsReadReplicaInstanceClass"]
    assert replica["KmsKeyId"] == database["KmsKeyId"]
    assert replica["PubliclyAccessible"] is False
    groups = [
        {group["VpcSecurityGroupId"] for group in one_["VpcSecurityGroups"]}
        for one_ in (database, replica)
    ]
    assert groups[0].isdisjoint(groups[1])


def _secrets(large: EphemeralStack) -> dict[str, Any]:
    """The stack's secrets by part, with what AWS tells of them."""
    client = large.aws.client("secretsmanager")
    return {
        secret["Name"].rpartition("/")[2]: client.describe_secret(SecretId=secret["ARN"])
        for secret in client.list_secrets()["SecretList"]
    }


def _value(large: EphemeralStack, part: str) -> dict[str, str]:
    client = large.aws.client("secretsmanager")
    return json.loads(
        client.get_secret_value(SecretId=_secrets(large)[part]["ARN"])["SecretString"]
    )


@pytest.mark.requirement("CHAT-000-38", "CHAT-001-120")
def test_services_have_a_user_of_their_own_and_know_where_the_database_is(
    large: EphemeralStack,
) -> None:
    database = one(databases(large)[0])

    service, master = _value(large, "database-service"), _value(large, "database-administrator")

    assert service["username"] == "chat_service"
    assert master["username"] == database["MasterUsername"] != service["username"]
    assert service["host"] == master["host"] == database["Endpoint"]["Address"]
    assert service["password"] != master["password"]


def test_both_passwords_are_rotated_by_a_function_in_the_private_subnets(
    large: EphemeralStack,
) -> None:
    secrets = _secrets(large)
    stacks = large.aws.client("cloudformation").describe_stacks()["Stacks"]
    stack = one([found for found in stacks if found["StackStatus"] != "DELETE_COMPLETE"])
    parameters = {p["ParameterKey"]: p["ParameterValue"] for p in stack["Parameters"]}
    function = one(large.aws.client("lambda").list_functions()["Functions"])
    tasks = services(large)["api"]["networkConfiguration"]["awsvpcConfiguration"]["subnets"]

    for part in ("database-service", "database-administrator"):
        assert secrets[part]["RotationEnabled"] is True
        assert secrets[part]["RotationLambdaARN"] == function["FunctionArn"]
        assert secrets[part]["RotationRules"]["AutomaticallyAfterDays"] == 30
    assert set(parameters["vpcSubnetIds"].split(",")) == set(tasks)


@pytest.mark.requirement("CHAT-001-080", "CHAT-001-134")
def test_the_proxy_leads_to_the_database_with_the_user_of_the_services(
    large: EphemeralStack,
) -> None:
    rds = large.aws.client("rds")
    proxy = one(rds.describe_db_proxies()["DBProxies"])
    target = one(rds.describe_db_proxy_targets(DBProxyName=proxy["DBProxyName"])["Targets"])
    groups = rds.describe_db_proxy_target_groups(DBProxyName=proxy["DBProxyName"])
    pool = one(groups["TargetGroups"])["ConnectionPoolConfig"]
    percent, idle = figures(large, "rdsProxyMaxConnectionsPercent", "rdsProxyIdleClientTimeout")

    assert target["RdsResourceId"] == one(databases(large)[0])["DBInstanceIdentifier"]
    assert one(proxy["Auth"])["SecretArn"] == _secrets(large)["database-service"]["ARN"]
    assert proxy["RequireTLS"] is True
    assert proxy["IdleClientTimeout"] == idle
    assert pool["MaxConnectionsPercent"] == percent


@pytest.mark.requirement("CHAT-000-20", "CHAT-001-134")
def test_tasks_write_by_the_proxy_and_read_from_the_replica(large: EphemeralStack) -> None:
    proxy = one(large.aws.client("rds").describe_db_proxies()["DBProxies"])
    replica = one(databases(large)[1])

    for part in services(large):
        told = environment(large, part)
        assert told["DATABASE_HOST"] == proxy["Endpoint"]
        assert told["DATABASE_READ_HOST"] == replica["Endpoint"]["Address"]
        assert told["DATABASE_SECRET_ARN"] == _secrets(large)["database-service"]["ARN"]


def test_the_proxy_takes_connections_from_tasks_and_the_database_from_the_proxy(
    large: EphemeralStack,
) -> None:
    ec2 = large.aws.client("ec2")
    tasks = {
        group
        for service in services(large).values()
        for group in service["networkConfiguration"]["awsvpcConfiguration"]["securityGroups"]
    }
    proxy = one(large.aws.client("rds").describe_db_proxies()["DBProxies"])["VpcSecurityGroupIds"]
    database = {
        group["VpcSecurityGroupId"] for group in one(databases(large)[0])["VpcSecurityGroups"]
    }

    def callers(group: str) -> set[str]:
        filters = [{"Name": "group-id", "Values": [group]}]
        rules = ec2.describe_security_group_rules(Filters=filters)["SecurityGroupRules"]
        return {rule["ReferencedGroupInfo"]["GroupId"] for rule in rules if not rule["IsEgress"]}

    assert tasks <= callers(one(proxy))
    assert set(proxy) <= callers(one(list(database)))
    assert tasks.isdisjoint(callers(one(list(database))))


@pytest.mark.requirement("CHAT-001-028", "CHAT-001-087", "CHAT-001-145")
def test_redis_is_two_groups_with_two_replicas_each(large: EphemeralStack) -> None:
    client = large.aws.client("elasticache")
    told = environment(large, "realtime")
    found: dict[str, Any] = {}

    for group in client.describe_replication_groups()["ReplicationGroups"]:
        part = group["ReplicationGroupId"].rpartition("-")[2]
        found[part] = group
        assert len(group["MemberClusters"]) == 3
        assert group["AutomaticFailover"] == "enabled"
        assert group["TransitEncryptionEnabled"] is True
        address = one(group["NodeGroups"])["PrimaryEndpoint"]["Address"]
        assert told[f"REDIS_{part.upper()}_HOST"] == address

    assert set(found) == {"adapter", "state"}
    assert found["adapter"]["SnapshotRetentionLimit"] == 0
    assert found["state"]["SnapshotRetentionLimit"] > 0
    secrets = {entry["name"] for entry in container(large, "realtime")["secrets"]}
    assert {"DATABASE_PASSWORD", "REDIS_PASSWORD"} <= secrets


@pytest.mark.requirement("CHAT-001-137", "CHAT-001-138", "CHAT-001-139", "CHAT-004-17")
def test_the_database_is_backed_up_daily_and_weekly(large: EphemeralStack) -> None:
    client = large.aws.client("backup")
    plan = one(client.list_backup_plans()["BackupPlansList"])["BackupPlanId"]
    rules = client.get_backup_plan(BackupPlanId=plan)["BackupPlan"]["Rules"]
    selection = one(client.list_backup_selections(BackupPlanId=plan)["BackupSelectionsList"])
    chosen = client.get_backup_selection(BackupPlanId=plan, SelectionId=selection["SelectionId"])
    vault = one(client.list_backup_vaults()["BackupVaultList"])

    by_schedule = {rule["ScheduleExpression"]: rule for rule in rules}
    daily, weekly = by_schedule["cron(0 3 * * ? *)"], by_schedule["cron(0 4 ? * SUN *)"]

    assert (daily["Lifecycle"]["DeleteAfterDays"], daily["EnableContinuousBackup"]) == (35, True)
    assert (weekly["Lifecycle"]["DeleteAfterDays"], weekly["EnableContinuousBackup"]) == (90, False)
    assert chosen["BackupSelection"]["Resources"] == [one(databases(large)[0])["DBInstanceArn"]]
    assert ":key/" in vault["EncryptionKeyArn"]
    assert {rule["TargetBackupVaultName"] for rule in rules} == {vault["BackupVaultName"]}


def test_the_database_setup_can_be_run_as_the_output_says(large: EphemeralStack) -> None:
    ecs = large.aws.client("ecs")
    command = str(large.stack.outputs()["databaseSetupCommand"].value)
    families = ecs.list_task_definitions(status="ACTIVE")["taskDefinitionArns"]

    setup = one([arn for arn in families if "database-setup" in arn])

    family = setup.rpartition("/")[2].rpartition(":")[0]
    assert f"--task-definition {family}" in command
    assert "assignPublicIp=DISABLED" in command
