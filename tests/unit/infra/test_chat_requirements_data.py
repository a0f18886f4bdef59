"""What keeps data in a chat stack: stores, queues, secrets, backups (chat specs 000, 001 and 004)."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from graph.model import Graph, Resource
from infra.plan.postgres import PARAMETERS
from tests.unit.docs.pages import INFRASTRUCTURE, section, tables
from tests.unit.infra.chat_parts import INSTANCE, SERVICES, primary, replicas, secrets
from tests.unit.infra.recorded import STACKS, all_of, asked, one, stack_graph

KEY = "aws:kms/key:Key"
PRODUCTION = [stack for stack in STACKS if stack != "dev"]


def backup_rules(stack: str) -> dict[str, tuple[object, object]]:
    """The rules of AWS Backup: when, and for how many days."""
    return {
        str(rule["ruleName"].value): (
            rule["schedule"].value,
            rule["lifecycle"]["deleteAfter"].value,
        )
        for rule in one(stack_graph(stack), "Plan")["rules"].items()
    }


def stores(graph: Graph) -> Iterator[tuple[Resource, str]]:
    """Whatever keeps data, with the property that names the key it is encrypted with."""
    keyed = {
        "Instance": "kmsKeyId",
        "ReplicationGroup": "kmsKeyId",
        "Secret": "kmsKeyId",
        "LogGroup": "kmsKeyId",
        "Vault": "kmsKeyArn",
        "Topic": "kmsMasterKeyId",
    }
    for kind, name in keyed.items():
        for resource in all_of(graph, kind):
            if resource.type != INSTANCE or resource["replicateSourceDb"].absent:
                yield resource, name


@pytest.mark.requirement("CHAT-001-123", "CHAT-001-141", "CHAT-001-144")
@pytest.mark.parametrize("stack", STACKS)
def test_every_store_is_encrypted_with_a_key_of_the_stack(stack: str) -> None:
    graph = stack_graph(stack)
    found = list(stores(graph))

    assert len(found) >= 10
    for resource, name in found:
        assert resource.references(name, KEY), f"{resource}.{name}"
    for instance in graph.of_type(INSTANCE):
        assert instance["storageEncrypted"].value is True
    for redis in all_of(graph, "ReplicationGroup"):
        assert str(redis["atRestEncryptionEnabled"].value).lower() == "true"
    for queue in all_of(graph, "Queue"):
        assert queue["sqsManagedSseEnabled"].value is True or queue.references(
            "kmsMasterKeyId", KEY
        )
    assert len(all_of(graph, "BucketServerSideEncryptionConfiguration")) == len(
        graph.of_type("aws:s3/bucket:Bucket")
    )


@pytest.mark.requirement("CHAT-000-18", "CHAT-000-22", "CHAT-000-23")
@pytest.mark.parametrize("stack", STACKS)
def test_the_only_databases_are_instances_of_rds_for_postgresql(stack: str) -> None:
    graph = stack_graph(stack)

    assert primary(graph)["engine"].value == "postgres"
    assert len(graph.of_type(INSTANCE)) == 1 + len(replicas(graph))
    assert all_of(graph, "Cluster") == graph.of_type("aws:ecs/cluster:Cluster")


@pytest.mark.requirement("CHAT-000-24", "CHAT-000-27", "CHAT-001-142", "CHAT-001-121")
@pytest.mark.parametrize("stack", STACKS)
def test_redis_7_is_managed_by_elasticache_and_asks_for_a_token(stack: str) -> None:
    for redis in all_of(stack_graph(stack), "ReplicationGroup"):
        assert redis["engine"].value == "redis"
        assert str(redis["engineVersion"].value).startswith("7.")
        assert redis["authToken"].secret
        assert redis.references("securityGroupIds", "aws:ec2/securityGroup:SecurityGroup")


@pytest.mark.requirement("CHAT-001-145")
@pytest.mark.parametrize("stack", STACKS)
def test_a_redis_with_replicas_fails_over_to_another_zone(stack: str) -> None:
    for redis in all_of(stack_graph(stack), "ReplicationGroup"):
        several = int(str(redis["numCacheClusters"].value)) > 1
        assert (redis["automaticFailoverEnabled"].value is True) is several
        assert (redis["multiAzEnabled"].value is True) is several


@pytest.mark.requirement("CHAT-001-136")
@pytest.mark.parametrize("stack", STACKS)
def test_performance_insights_watch_every_instance(stack: str) -> None:
    for instance in stack_graph(stack).of_type(INSTANCE):
        assert instance["performanceInsightsEnabled"].value is True


@pytest.mark.requirement("CHAT-001-135")
def test_the_databases_parameters_are_tuned_and_each_reason_is_told() -> None:
    ((_, *rows),) = [
        table
        for table in tables(section(INFRASTRUCTURE / "03-rds.md", "## How it is set, and why"))
        if table[0][0] == "Parameter"
    ]
    told = {name.strip("`"): (value, why) for name, value, why in rows}
    group = [
        one
        for one in all_of(stack_graph("prod"), "ParameterGroup")
        if one.type == "aws:rds/parameterGroup:ParameterGroup"
    ]
    (parameters,) = [one["parameters"].items() for one in group]
    applied = {str(each["name"].value): str(each["value"].value) for each in parameters}

    assert applied == {parameter.name: parameter.value for parameter in PARAMETERS}
    assert {name: value for name, (value, _) in told.items()} == applied
    assert all(why for _, why in told.values())


@pytest.mark.requirement("CHAT-001-137", "CHAT-001-139", "CHAT-004-17")
@pytest.mark.parametrize("stack", STACKS)
def test_the_database_is_copied_daily_at_three(stack: str) -> None:
    days = 7 if stack == "dev" else 35

    assert backup_rules(stack)["daily"] == ("cron(0 3 * * ? *)", days)
    assert one(stack_graph(stack), "Selection").references("resources", INSTANCE)


@pytest.mark.requirement("CHAT-001-138", "CHAT-001-139")
@pytest.mark.parametrize("stack", STACKS)
def test_production_alone_is_copied_on_sundays_at_four_too(stack: str) -> None:
    weekly = backup_rules(stack).get("weekly")

    assert weekly == (None if stack == "dev" else ("cron(0 4 ? * SUN *)", 90))


@pytest.mark.requirement("CHAT-001-140")
@pytest.mark.parametrize("stack", STACKS)
def test_production_alone_can_be_restored_to_any_point_in_time(stack: str) -> None:
    rules = one(stack_graph(stack), "Plan")["rules"].items()

    continuous = [rule for rule in rules if rule["enableContinuousBackup"].value is True]
    assert len(continuous) == (0 if stack == "dev" else 1)


@pytest.mark.requirement("CHAT-001-141", "CHAT-004-22")
@pytest.mark.parametrize("stack", STACKS)
def test_all_copies_lie_in_one_vault(stack: str) -> None:
    graph = stack_graph(stack)
    vault = one(graph, "Vault")

    assert {str(rule["targetVaultName"].value) for rule in one(graph, "Plan")["rules"].items()} == {
        str(vault["name"].value)
    }


@pytest.mark.requirement("CHAT-000-29", "CHAT-000-30", "CHAT-001-146", "CHAT-001-147")
@pytest.mark.parametrize("stack", STACKS)
def test_two_queues_have_each_a_queue_for_what_failed(stack: str) -> None:
    graph = stack_graph(stack)
    queues = {queue.name: queue for queue in all_of(graph, "Queue")}
    working = {
        name: queue for name, queue in queues.items() if not asked(queue)["redrivePolicy"].absent
    }

    assert sorted(working) == ["offline-queue-queue", "push-queue-queue"]
    for queue in working.values():
        policy = json.loads(str(queue["redrivePolicy"].value))
        target = str(policy["deadLetterTargetArn"])
        failed = [q for q in queues.values() if target.endswith(f":{q['name'].value}")]
        assert len(failed) == 1
        assert failed[0] not in working.values()


@pytest.mark.requirement("CHAT-000-38", "CHAT-000-39", "CHAT-001-120")
@pytest.mark.parametrize("stack", STACKS)
def test_every_secret_of_a_service_is_read_from_secrets_manager(stack: str) -> None:
    graph = stack_graph(stack)
    kept = {str(secret["arn"].value) for secret in all_of(graph, "Secret")}

    for service in SERVICES:
        read = secrets(graph, service)
        assert {"DATABASE_PASSWORD", "REDIS_PASSWORD"} <= read.keys()
        for name, source in read.items():
            assert any(source.startswith(arn) for arn in kept), name
