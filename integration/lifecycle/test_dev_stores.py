"""Databases, caches and queues of a stack like `dev`.

What it is made of is asked of AWS's own APIs, never of Pulumi's outputs.
"""

import json

import pytest

from integration.harness import EphemeralStack
from integration.lifecycle.questions import one, services, subnets


@pytest.mark.requirement("CHAT-000-18", "CHAT-000-34", "CHAT-001-123", "CHAT-001-133")
def test_the_database_is_postgresql_16_encrypted_and_private(dev: EphemeralStack) -> None:
    database = one(dev.aws.client("rds").describe_db_instances()["DBInstances"])
    placed = {subnet["SubnetIdentifier"] for subnet in database["DBSubnetGroup"]["Subnets"]}

    assert database["Engine"] == "postgres"
    assert database["EngineVersion"].startswith("16")
    assert database["StorageEncrypted"] is True
    assert database["PubliclyAccessible"] is False
    assert not any(subnets(dev)[subnet] for subnet in placed)


@pytest.mark.requirement("CHAT-000-24", "CHAT-001-121", "CHAT-001-144")
def test_redis_is_encrypted_and_asks_for_a_token(dev: EphemeralStack) -> None:
    group = one(dev.aws.client("elasticache").describe_replication_groups()["ReplicationGroups"])

    assert group["TransitEncryptionEnabled"] is True
    assert group["AtRestEncryptionEnabled"] is True
    assert group["AuthTokenEnabled"] is True


@pytest.mark.requirement("CHAT-000-37", "CHAT-001-116")
def test_the_data_stores_are_reached_from_the_tasks_alone(dev: EphemeralStack) -> None:
    ec2 = dev.aws.client("ec2")
    database = one(dev.aws.client("rds").describe_db_instances()["DBInstances"])
    group = one(database["VpcSecurityGroups"])["VpcSecurityGroupId"]
    tasks = {
        service["networkConfiguration"]["awsvpcConfiguration"]["securityGroups"][0]
        for service in services(dev).values()
    }

    # The one task that makes the services' user, which runs once and answers nobody.
    setup = {
        group["GroupId"]
        for group in ec2.describe_security_groups()["SecurityGroups"]
        if "database-setup" in group["GroupName"]
    }

    answer = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])
    inward = [rule for rule in answer["SecurityGroupRules"] if not rule["IsEgress"]]

    assert inward
    assert len(setup) == 1
    assert all("CidrIpv4" not in rule for rule in inward)
    assert {rule["ReferencedGroupInfo"]["GroupId"] for rule in inward} <= tasks | setup


@pytest.mark.requirement("CHAT-000-29", "CHAT-000-30", "CHAT-001-147", "CHAT-001-148")
def test_every_queue_is_encrypted_and_has_dead_letters(dev: EphemeralStack) -> None:
    sqs = dev.aws.client("sqs")
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


@pytest.mark.requirement("CHAT-001-147")
def test_a_failed_message_ends_with_the_dead_letters(dev: EphemeralStack) -> None:
    sqs = dev.aws.client("sqs")
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


def test_everything_that_can_be_tagged_says_whose_it_is(dev: EphemeralStack) -> None:
    database = one(dev.aws.client("rds").describe_db_instances()["DBInstances"])

    tags = {tag["Key"]: tag["Value"] for tag in database["TagList"]}

    assert tags["Stack"] == dev.name
    assert {"Project", "System", "Environment", "ManagedBy"} <= tags.keys()
