"""The task that makes the services' user: what that user may do, and what it may not."""

import secrets
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import pytest

from infra.plan import database_setup, postgres
from integration.database.server import (
    PROVIDER,
    Answer,
    RunningServer,
    Server,
    parameters,
    run_script,
)

ADMINISTRATOR, SERVICE = postgres.ADMINISTRATOR, postgres.SERVICE_USER
SCHEMA = """
CREATE TABLE messages (seq bigserial PRIMARY KEY, body text NOT NULL);
INSERT INTO messages (body) VALUES ('made before the setup');
"""


@dataclass
class World:
    """A server that was set up, and the password that the services' secret holds now."""

    server: Server
    password: str

    def service(self, statement: str, password: str = "") -> Answer:
        return self.server.ask(statement, user=SERVICE, password=password or self.password)

    def administrator(self, statement: str) -> str:
        return self.server.tell(statement, user=ADMINISTRATOR)

    def set_up(self) -> subprocess.CompletedProcess[str]:
        return set_up(self.server, self.password)


def set_up(server: Server, password: str) -> subprocess.CompletedProcess[str]:
    """Run the container's own command with what ECS would inject."""
    container = database_setup.render(
        database_setup.SetupContainer[str](
            host="127.0.0.1", log_group="log", region="eu-central-1", secrets={}
        )
    )
    given = cast("list[dict[str, str]]", container["environment"])
    return run_script(
        server,
        [
            *cast("list[str]", container["entryPoint"]),
            *cast("list[str]", container["command"]),
        ],
        {
            **{entry["name"]: entry["value"] for entry in given},
            "PGUSER": ADMINISTRATOR,
            "PGPASSWORD": server.passwords[ADMINISTRATOR],
            "SERVICE_PASSWORD": password,
        },
    )


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with RunningServer() as running:
        # The most that a server can be told to log: nothing may depend on its silence.
        for setting in ("log_statement = 'all'", "log_min_duration_statement = 0"):
            running.tell(f"ALTER DATABASE {postgres.DATABASE_NAME} SET {setting}", user=PROVIDER)
        running.tell(SCHEMA, user=ADMINISTRATOR)
        yield running


@pytest.fixture(scope="module")
def world(server: Server) -> World:
    made = World(server, secrets.token_hex(16))
    done = made.set_up()
    assert done.returncode == 0, done.stderr
    return made


def test_the_services_read_and_write_rows_of_tables_that_were_there(world: World) -> None:
    written = world.service("INSERT INTO messages (body) VALUES ('hello') RETURNING body;")
    read = world.service("SELECT body FROM messages WHERE seq = 1")

    assert written.output.startswith("hello")
    assert read.output == "made before the setup"
    assert world.service("UPDATE messages SET body = 'edited' WHERE seq > 1").ok
    assert world.service("DELETE FROM messages WHERE seq > 1").ok


def test_the_services_use_what_the_administrator_makes_later_without_another_setup(
    world: World,
) -> None:
    world.administrator("DROP TABLE IF EXISTS receipts")
    world.administrator("CREATE TABLE receipts (id serial PRIMARY KEY, read_seq bigint)")

    written = world.service("INSERT INTO receipts (read_seq) VALUES (7) RETURNING read_seq")

    assert written.output.startswith("7")


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE own (id int)",
        "CREATE TEMPORARY TABLE own (id int)",
        "CREATE SCHEMA own",
        "CREATE FUNCTION own() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "DROP EXTENSION plpgsql",
        "CREATE ROLE friend LOGIN",
        "CREATE DATABASE own",
        "ALTER TABLE messages ADD COLUMN spy text",
        "ALTER TABLE messages DISABLE TRIGGER ALL",
        "TRUNCATE messages",
        "DROP TABLE messages",
        "CREATE INDEX own ON messages (body)",
        "ALTER SEQUENCE messages_seq_seq RESTART",
        "SELECT rolpassword FROM pg_authid",
        "SELECT pg_read_file('/etc/passwd')",
        "COPY messages TO PROGRAM 'cat'",
        "COPY messages TO '/tmp/messages'",
        "ALTER SYSTEM SET fsync = off",
        f"SET ROLE {ADMINISTRATOR}",
        f"SET SESSION AUTHORIZATION {ADMINISTRATOR}",
        f"ALTER ROLE {ADMINISTRATOR} PASSWORD 'known'",
        f"ALTER ROLE {SERVICE} CREATEROLE",
        f"GRANT {ADMINISTRATOR} TO {SERVICE}",
    ],
)
def test_the_services_may_do_nothing_else(world: World, statement: str) -> None:
    answer = world.service(statement)

    assert not answer.ok
    # Refused for want of a right, and not for a mistake in the statement.
    assert any(
        said in answer.error for said in ("permission denied", "must be owner", "must be superuser")
    ), answer.error


def test_the_services_cannot_pass_on_what_they_may_do(world: World) -> None:
    said = world.service("GRANT SELECT ON messages TO PUBLIC").error

    assert "no privileges were granted" in said


def test_a_user_who_was_given_nothing_cannot_even_connect(world: World) -> None:
    world.administrator("DROP ROLE IF EXISTS stranger")
    world.administrator("CREATE ROLE stranger LOGIN PASSWORD 'stranger-1'")

    answer = world.server.ask("SELECT 1", user="stranger", password="stranger-1")

    assert "permission denied for database" in answer.error


def test_the_setup_can_be_run_again_and_changes_nothing(world: World) -> None:
    rights = (
        "SELECT rolname, rolconfig, rolcanlogin FROM pg_roles ORDER BY 1;"
        "SELECT datacl FROM pg_database WHERE datname = 'chat';"
        "SELECT relname, relacl FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "ORDER BY 1; SELECT defaclrole, defaclobjtype, defaclacl FROM pg_default_acl ORDER BY 1, 2"
    )
    before = world.administrator(rights)

    again = world.set_up()

    assert again.returncode == 0, again.stderr
    assert world.administrator(rights) == before
    assert world.service("SELECT 1").ok


def test_the_setup_takes_back_rights_that_somebody_gave_by_hand(world: World) -> None:
    world.administrator(f"GRANT ALL ON SCHEMA public TO {SERVICE}")
    world.administrator(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {SERVICE}")
    world.administrator(f"GRANT ALL ON DATABASE chat TO {SERVICE}")
    assert world.service("CREATE TABLE own (id int)").ok
    world.server.tell("DROP TABLE own", user=PROVIDER)

    assert world.set_up().returncode == 0

    for statement in ("CREATE TABLE own (id int)", "TRUNCATE messages", "CREATE SCHEMA own"):
        assert "permission denied" in world.service(statement).error


@pytest.mark.parametrize(
    ("tamper", "mend", "said"),
    [
        (
            f"ALTER ROLE {SERVICE} SUPERUSER",
            f"ALTER ROLE {SERVICE} NOSUPERUSER",
            "SUPERUSER",
        ),
        (
            f"ALTER ROLE {SERVICE} BYPASSRLS",
            f"ALTER ROLE {SERVICE} NOBYPASSRLS",
            "rights over the server",
        ),
        (
            f"GRANT pg_read_all_data TO {SERVICE}",
            f"REVOKE pg_read_all_data FROM {SERVICE}",
            "a member of another role",
        ),
    ],
)
def test_a_user_with_rights_over_the_server_does_not_pass_as_set_up(
    world: World, tamper: str, mend: str, said: str
) -> None:
    world.server.tell(tamper, user=PROVIDER)

    done = world.set_up()

    world.server.tell(mend, user=PROVIDER)
    assert done.returncode != 0
    assert said in done.stderr
    assert "Done" not in done.stdout


def test_the_services_user_renews_its_own_password_as_the_rotation_does(world: World) -> None:
    renewed = secrets.token_hex(16)

    assert world.service(f"ALTER USER {SERVICE} WITH PASSWORD '{renewed}'").ok

    old, world.password = world.password, renewed
    assert "authentication failed" in world.service("SELECT 1", password=old).error
    assert world.service("SELECT 1").ok


def test_after_a_rotation_the_setup_takes_the_password_that_the_secret_holds_now(
    world: World,
) -> None:
    old, world.password = world.password, secrets.token_hex(16)

    assert world.set_up().returncode == 0

    assert "authentication failed" in world.service("SELECT 1", password=old).error
    assert world.service("SELECT 1").ok


def test_the_server_keeps_a_scram_verifier_and_logs_no_password(world: World) -> None:
    world.password = secrets.token_hex(16)
    assert world.set_up().returncode == 0

    kept = world.server.tell(
        f"SELECT rolpassword FROM pg_authid WHERE oid = '{SERVICE}'::regrole",  # noqa: S608 - a constant
        user=PROVIDER,
    )

    assert kept.startswith("SCRAM-SHA-256$")
    # It does log everything: the statement that set the password is there, with the verifier.
    assert kept in world.server.log
    assert world.password not in world.server.log


def test_the_task_prints_what_it_does_and_no_password(world: World) -> None:
    done = world.set_up()

    assert done.stdout.splitlines()[-1] == f"Done: {SERVICE} can sign in."
    assert world.password not in done.stdout + done.stderr


@pytest.mark.parametrize("password", ["it's", 'a "b" $HOME `id` \\ %s', "-n", "påsswörd;--"])
def test_any_password_is_set_as_it_is(world: World, password: str) -> None:
    world.password = password

    done = world.set_up()

    assert done.returncode == 0, done.stderr
    assert world.service("SELECT 1").ok


def test_a_wrong_administrators_password_fails_the_task(world: World) -> None:
    wrong = Server(
        folder=world.server.folder, port=world.server.port, passwords={ADMINISTRATOR: "wrong"}
    )

    done = set_up(wrong, world.password)

    assert done.returncode != 0
    assert "authentication failed" in done.stderr


@pytest.mark.requirement("CHAT-001-135")
@pytest.mark.parametrize("name", sorted(parameters()))
def test_a_server_takes_each_parameter_of_the_databases(server: Server, name: str) -> None:
    started = server.tell(
        "SELECT name, reset_val FROM pg_settings WHERE source = 'command line'",
        user=PROVIDER,
        database="postgres",
    )

    (line,) = [line for line in started.splitlines() if line.startswith(f"{name}|")]
    on = {"1": "on", "0": "off"}
    value = parameters()[name]
    assert line.split("|")[1] in {value, on.get(value)}
