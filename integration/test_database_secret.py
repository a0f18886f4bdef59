"""The database's own password: a run that was interrupted, later runs, and a rotation."""

import json
from collections.abc import Iterator, Mapping
from typing import Self, cast

import pytest
from pulumi import automation
from typing_extensions import override

from infra.plan.secrets import FIRST
from integration.harness import EphemeralStack
from toolchain.locations import REPOSITORY


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

    def labelled(self, label: str) -> str:
        """The id of the version that carries a label."""
        described = self._client.describe_secret(SecretId=self._name)
        versions = described.get("VersionIdsToStages", {}).items()
        (found,) = [version for version, labels in versions if label in labels]
        return found

    def rotate(self, password: str) -> None:
        """What the rotation does once the database has taken the new password."""
        renewed = json.dumps({**self.held(), "password": password})
        self._client.put_secret_value(SecretId=self._name, SecretString=renewed)


class DatabaseAlone(EphemeralStack):
    """A stack of the program beside this file, in the place of the whole system's."""

    @override
    def __enter__(self) -> Self:
        self.settings, self.config = {}, {"aws:region": self.region}
        stack = super().__enter__()
        project = self.folder / "project"
        (project / "program").symlink_to(REPOSITORY / "integration" / "database" / "program")
        settings = project / "Pulumi.yaml"
        text = settings.read_text()
        assert "main: infra" in text
        settings.write_text(text.replace("main: infra", "main: program"))
        return stack


@pytest.fixture(scope="module")
def stack(aws_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EphemeralStack]:
    """A database with a password of ours, of which nothing is made yet."""
    folder = tmp_path_factory.mktemp("database-secret") / "stack"
    with DatabaseAlone(folder, aws_endpoint) as made:
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
    version = secret.labelled(FIRST)
    held = secret.held(version)
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


@pytest.mark.usefixtures("first")
def test_a_rotated_password_is_neither_set_back_nor_sent_again(stack: EphemeralStack) -> None:
    Secret(stack).rotate("renewed")

    changes = stack.preview()
    stack.up()

    assert set(changes) == {"same"}
    assert Secret(stack).held()["password"] == "renewed"
    assert Secret(stack).held()["host"]


def test_after_rotations_a_refresh_finds_all_that_was_stored_and_stores_nothing_anew(
    stack: EphemeralStack, first: tuple[str, Mapping[str, str]]
) -> None:
    secret = Secret(stack)
    for password in ("renewed-1", "renewed-2"):
        secret.rotate(password)

    stack.refresh()
    changes = stack.preview()
    stack.up()

    assert secret.labelled(FIRST) == first[0]
    assert set(changes) == {"same"}
    assert secret.held()["password"] == "renewed-2"
