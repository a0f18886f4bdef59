"""The database's own password: a run that was interrupted, later runs, and a rotation."""

import json
from collections.abc import Iterator, Mapping
from typing import cast

import pytest

from integration.harness import EphemeralStack

pytestmark = pytest.mark.xdist_group("database-secret")

# What an interrupted run had made: what the database needs, its secret, and the first version.
_MADE_FIRST = (
    *("**EncryptionKey**", "**Network**", "**SecurityGroups**"),
    *("**::postgres", "**::postgres-administrator"),
    *("**::postgres-administrator-secret", "**::postgres-administrator-first-value"),
)


class Secret:
    """The administrator's secret as AWS has it."""

    def __init__(self, stack: EphemeralStack) -> None:
        self._client = stack.aws.client("secretsmanager")
        self._name = f"chat-{stack.name}/database-administrator"

    def versions(self) -> set[str]:
        listed = self._client.list_secret_version_ids(SecretId=self._name, IncludeDeprecated=True)
        return {str(version["VersionId"]) for version in listed["Versions"]}

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
    """A small stack with a read replica, interrupted right after it had stored a password."""
    settings = {
        "plumbline:hostedZoneId": hosted_zone,
        "plumbline:enableRdsReadReplica": "true",
        "plumbline:rdsReadReplicaInstanceClass": "db.t3.micro",
    }
    folder = tmp_path_factory.mktemp("database-secret") / "stack"
    with EphemeralStack(folder, aws_endpoint, settings=settings) as made:
        made.stack.up(target=list(_MADE_FIRST), on_output=made.output.append)
        yield made


@pytest.fixture(scope="module")
def first(stack: EphemeralStack) -> tuple[str, Mapping[str, str]]:
    """The version that the interrupted run had stored, and what it holds."""
    secret = Secret(stack)
    (version,) = secret.versions()
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

    assert len(Secret(stack).versions()) == 2
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
