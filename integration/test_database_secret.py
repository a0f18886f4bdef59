"""The database's own password: a run that was interrupted, later runs, and a rotation."""

import json
from collections.abc import Iterator, Mapping
from typing import cast

import pytest
from pulumi import automation

from integration.harness import EphemeralStack

pytestmark = pytest.mark.xdist_group("database-secret")


class Secret:
    """The administrator's secret as AWS has it."""

    def __init__(self, stack: EphemeralStack) -> None:
        self._client = stack.aws.client("secretsmanager")
        self._name = f"chat-{stack.name}/database-administrator"

    def current(self) -> str:
        """The id of the current version."""
        return str(self._client.get_secret_value(SecretId=self._name)["VersionId"])

    def held(self, version: str | None = None) -> Mapping[str, str]:
        """What the current version holds, or the one of that id."""
        which = {} if version is None else {"VersionId": version}
        value = self._client.get_secret_value(SecretId=self._name, **which)
        return cast("Mapping[str, str]", json.loads(str(value["SecretString"])))

    def rotate(self, password: str) -> None:
        """What the rotation does once the database has taken the new password."""
        renewed = json.dumps({**self.held(), "password": password})
        self._client.put_secret_value(SecretId=self._name, SecretString=renewed)


@pytest.fixture(scope="module")
def stack(
    aws_endpoint: str, hosted_zone: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EphemeralStack]:
    """A small stack with a read replica, of which nothing is made yet."""
    settings = {
        "plumbline:hostedZoneId": hosted_zone,
        "plumbline:enableRdsReadReplica": "true",
        "plumbline:rdsReadReplicaInstanceClass": "db.t3.micro",
    }
    folder = tmp_path_factory.mktemp("database-secret") / "stack"
    with EphemeralStack(folder, aws_endpoint, settings=settings) as made:
        yield made


@pytest.fixture(scope="module")
def first(stack: EphemeralStack) -> tuple[str, Mapping[str, str]]:
    """The version that a broken-off run stored, and what it held; the next run has come through.

    It broke off at the instance, because somebody else's had its name.
    """
    rds, name = stack.aws.client("rds"), f"chat-{stack.name}-postgres"
    rds.create_db_instance(
        DBInstanceIdentifier=name,
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="somebody",
        MasterUserPassword="somebody-else-1",
    )
    with pytest.raises(automation.CommandError):
        stack.up()
    rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)
    secret = Secret(stack)
    version = secret.current()
    held = secret.held()
    stack.up()
    return version, held


def test_the_next_run_goes_on_with_the_password_that_was_stored(
    stack: EphemeralStack, first: tuple[str, Mapping[str, str]]
) -> None:
    version, before = first
    secret = Secret(stack)

    assert before.keys() == {"username", "password"}
    assert secret.held(version) == before
    assert secret.held()["password"] == before["password"]


def test_the_current_version_then_says_where_the_database_is(
    stack: EphemeralStack, first: tuple[str, Mapping[str, str]]
) -> None:
    instances = stack.aws.client("rds").describe_db_instances()["DBInstances"]
    (address,) = [
        instance["Endpoint"]["Address"]
        for instance in instances
        if instance["DBInstanceIdentifier"] == f"chat-{stack.name}-postgres"
    ]

    held = Secret(stack).held()

    assert Secret(stack).current() != first[0]
    assert held["host"] == address
    assert held["engine"] == "postgres"
    assert first[1].items() <= held.items()


def test_a_rotated_password_is_neither_set_back_nor_sent_again(
    stack: EphemeralStack, first: tuple[str, Mapping[str, str]]
) -> None:
    assert first
    Secret(stack).rotate("renewed")

    changes = stack.preview()
    stack.up()

    assert set(changes) == {"same"}
    assert Secret(stack).held()["password"] == "renewed"
    assert Secret(stack).held()["host"]
