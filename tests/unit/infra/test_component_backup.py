"""Backups by AWS Backup: when, for how long, where, and who may delete them."""

from __future__ import annotations

import json
from functools import cache

import pytest

from graph.model import Graph
from graph.values import Property
from infra.components.backup import Backup, BackupArgs
from infra.plan.backup import BackupRule, plan_backup, takes_over
from infra.plan.context import Environment
from infra.plan.lifecycle import lifecycle_of
from tests.unit.infra.recorded import CONTEXT, all_of, component_graph, one

_DATABASE = "arn:aws:rds:eu-central-1:123456789012:db:chat-test-postgres"


@cache
def backup(environment: Environment = Environment.PROD) -> Graph:
    args = BackupArgs(
        context=CONTEXT,
        lifecycle=lifecycle_of(environment),
        rules=plan_backup(environment),
        resources={"postgres": _DATABASE},
    )
    return component_graph(lambda: Backup("backup", args))


def rules(environment: Environment) -> dict[str, Property]:
    found = one(backup(environment), "Plan")["rules"].items()
    return {str(rule["ruleName"].value): rule for rule in found}


def test_production_is_backed_up_every_night_to_the_second_and_every_sunday_for_long() -> None:
    made = rules(Environment.PROD)

    assert made.keys() == {"daily", "weekly"}
    assert made["daily"]["schedule"].value == "cron(0 3 * * ? *)"
    assert made["daily"]["lifecycle"]["deleteAfter"].value == 35
    assert made["daily"]["enableContinuousBackup"].value
    assert made["weekly"]["schedule"].value == "cron(0 4 ? * SUN *)"
    assert made["weekly"]["lifecycle"]["deleteAfter"].value == 90
    assert not made["weekly"]["enableContinuousBackup"].value


def test_development_is_backed_up_every_night_for_a_week() -> None:
    made = rules(Environment.DEV)

    assert made.keys() == {"daily"}
    assert made["daily"]["lifecycle"]["deleteAfter"].value == 7
    assert not made["daily"]["enableContinuousBackup"].value


def test_times_are_utc_and_backups_carry_the_stacks_tags() -> None:
    for rule in rules(Environment.PROD).values():
        assert rule["scheduleExpressionTimezone"].value == "Etc/UTC"
        assert rule["recoveryPointTags"]["Stack"].value == "test"


def test_the_vault_is_encrypted_with_a_key_of_its_own() -> None:
    vault = one(backup(), "Vault")

    (key,) = vault.references("kmsKeyArn", "aws:kms/key:Key")
    assert key["enableKeyRotation"].value
    assert vault["name"].value == "chat-test-database"


def test_what_is_backed_up_is_named_by_its_arn() -> None:
    selection = one(backup(), "Selection")

    assert [resource.value for resource in selection["resources"].items()] == [_DATABASE]
    assert selection.references("iamRoleArn", "aws:iam/role:Role")


def test_the_role_has_awss_policies_to_back_up_and_restore_and_the_use_of_the_key() -> None:
    attached = {str(one["policyArn"].value) for one in all_of(backup(), "RolePolicyAttachment")}
    own = json.loads(str(one(backup(), "RolePolicy")["policy"].value))

    assert attached == {
        "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup",
        "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores",
    }
    (statement,) = own["Statement"]
    assert statement["Resource"] == [one(backup(), "Key")["arn"].value]
    assert "backup.eu-central-1" in str(statement["Condition"])


def test_production_backups_are_deleted_by_nobody_but_aws_backup_in_time() -> None:
    policy = json.loads(str(one(backup(), "VaultPolicy")["policy"].value))

    assert not one(backup(), "Vault")["forceDestroy"].value
    for statement in policy["Statement"]:
        assert statement["Effect"] == "Deny"
        assert statement["Principal"] == "*"
        assert statement["Condition"] == {
            "ArnNotLike": {
                "aws:PrincipalArn": [
                    "arn:aws:iam::123456789012:role/chat-test-backup",
                    "arn:aws:iam::123456789012:role/aws-service-role/backup.*",
                ]
            }
        }
    denied = {action for statement in policy["Statement"] for action in statement["Action"]}
    assert "backup:DeleteRecoveryPoint" in denied
    # Or nobody could ever mend the policy again.
    assert "backup:PutBackupVaultAccessPolicy" not in denied


def test_the_policy_names_the_role_that_the_component_makes() -> None:
    assert one(backup(), "Role")["name"].value == "chat-test-backup"


def test_a_development_vault_goes_with_all_that_is_in_it() -> None:
    assert one(backup(Environment.DEV), "Vault")["forceDestroy"].value
    assert not all_of(backup(Environment.DEV), "VaultPolicy")


def test_only_continuous_backups_take_over_the_databases_own() -> None:
    assert takes_over(plan_backup(Environment.PROD))
    assert not takes_over(plan_backup(Environment.DEV))


def test_a_continuous_backup_longer_than_aws_keeps_one_is_refused() -> None:
    with pytest.raises(ValueError, match="35 days at most"):
        BackupRule(name="daily", schedule="cron(0 3 * * ? *)", days=36, continuous=True)
