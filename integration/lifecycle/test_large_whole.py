"""State, drift and end of a stack like `100k-dau`; the last file of that stack, which it destroys."""

import json

import pytest

from integration.harness import EphemeralStack, lift_protection
from integration.inventory import inventory
from integration.lifecycle.questions import passwords


@pytest.mark.requirement("CHAT-000-40")
def test_neither_state_nor_outputs_hold_a_password(large: EphemeralStack) -> None:
    state = large.state_file.read_text(encoding="utf-8")
    outputs = json.dumps({name: out.value for name, out in large.stack.outputs().items()})

    found = passwords(large)

    assert len(found) >= 4
    for password in found:
        assert len(password) >= 16
        assert password not in state
        assert password not in outputs


@pytest.mark.requirement("CHAT-001-043")
def test_a_second_preview_changes_nothing(large: EphemeralStack) -> None:
    assert set(large.preview()) == {"same"}


def test_aws_is_as_the_state_says(large: EphemeralStack) -> None:
    assert set(large.refresh()) == {"same"}


def test_production_lets_its_database_go_only_after_its_protection_is_lifted(
    large: EphemeralStack,
) -> None:
    rds = large.aws.client("rds")
    names = [one["DBInstanceIdentifier"] for one in rds.describe_db_instances()["DBInstances"]]

    for name in names:
        with pytest.raises(rds.exceptions.ClientError, match="DeletionProtection is enabled"):
            rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)
    lift_protection(large.aws, large.name)

    found = rds.describe_db_instances()["DBInstances"]
    assert [one["DeletionProtection"] for one in found] == [False] * len(names)


@pytest.mark.requirement("CHAT-001-185")
def test_after_destroy_only_the_last_snapshot_is_left(large: EphemeralStack) -> None:
    assert any(large.name in line for line in inventory(large.aws))

    large.destroy(keep_snapshot=True)

    left = [line for line in inventory(large.aws) if large.name in line]
    assert left == [f"rds DBSnapshots chat-{large.name}-postgres-final"]
    large.delete_snapshots()
