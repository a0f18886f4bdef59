"""The credentials of a database user: stored in two steps, each of them once."""

from __future__ import annotations

import json
from functools import cache

import pulumi

from graph.model import Graph
from infra.components.database_secret import DatabaseSecret, DatabaseSecretArgs
from infra.plan import database_secret
from tests.unit.infra.recorded import CONTEXT, KEY, all_of, component_graph, named, one

_HOST = "database.example"


@cache
def secret(*, preview: bool = False) -> Graph:
    def build() -> None:
        made = DatabaseSecret(
            "service",
            DatabaseSecretArgs(
                context=CONTEXT,
                part="database-service",
                username="chat_service",
                description="The services' user",
                key_arn=KEY,
                recovery_days=30,
            ),
        )
        made.add_address(pulumi.Output.from_input(_HOST))

    return component_graph(build, preview=preview)


def test_the_first_version_holds_the_user_and_a_random_password() -> None:
    stored = named(secret(), "service-first-value")["secretString"]

    held = json.loads(str(stored.scalar()))
    assert held["username"] == "chat_service"
    assert len(held["password"]) == database_secret.PASSWORD_LENGTH


def test_the_second_version_adds_where_the_database_is_to_the_same_password() -> None:
    first = json.loads(str(named(secret(), "service-first-value")["secretString"].scalar()))
    second = json.loads(str(named(secret(), "service-with-address")["secretString"].scalar()))

    assert second == {
        "engine": "postgres",
        "host": _HOST,
        "port": 5432,
        "dbname": "chat",
        **first,
    }


def test_the_password_of_the_second_version_comes_from_the_stored_first() -> None:
    # And not from the random value of the run that makes it, which may be a later one.
    second = named(secret(), "service-with-address")

    kind = "aws:secretsmanager/secretVersion:SecretVersion"
    assert named(secret(), "service-first-value") in second.references("secretString", kind)


def test_neither_version_is_ever_written_again() -> None:
    versions = all_of(secret(), "SecretVersion")

    assert len(versions) == 2
    for version in versions:
        assert set(version.options.ignore_changes) == {"secretString", "versionStages"}


def test_both_versions_have_a_label_that_no_rotation_takes_from_them() -> None:
    # AWS deletes a version without one, and the run after the next refresh would store it again.
    first = named(secret(), "service-first-value")["versionStages"].items()
    second = named(secret(), "service-with-address")["versionStages"].items()

    assert [label.value for label in first] == ["first-value"]
    assert {str(label.value) for label in second} == {"AWSCURRENT", "with-address"}


def test_no_version_shows_its_text() -> None:
    for preview in (True, False):
        for version in all_of(secret(preview=preview), "SecretVersion"):
            assert version["secretString"].secret


def test_the_secret_is_encrypted_and_can_be_recovered() -> None:
    container = one(secret(), "Secret")

    assert container["name"].value == "chat-test/database-service"
    assert container["kmsKeyId"].value == KEY
    assert container["recoveryWindowInDays"].value == 30


def test_a_password_survives_the_way_through_the_secret() -> None:
    text = database_secret.credentials("chat_service", 'with "quotes" and \\ in it')

    assert database_secret.password_of(text) == 'with "quotes" and \\ in it'
    complete = database_secret.connection(text, _HOST)
    assert database_secret.password_of(complete) == 'with "quotes" and \\ in it'
