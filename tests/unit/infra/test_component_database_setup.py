"""The one-off task that makes the services' user, and the command that runs it."""

from __future__ import annotations

import json
import shlex
from functools import cache
from typing import Any, cast

from graph.model import Graph
from infra.components.database_setup import DatabaseSetup, DatabaseSetupArgs
from infra.plan import database_setup
from infra.plan.database_setup import SetupRun, run_command
from tests.unit.infra.recorded import CONTEXT, KEY, component_graph, named, one

_ADMINISTRATOR, _SERVICE = "arn:secret:administrator", "arn:secret:service"


@cache
def setup() -> Graph:
    args = DatabaseSetupArgs(
        context=CONTEXT,
        host="database.example",
        administrator_secret_arn=_ADMINISTRATOR,
        service_secret_arn=_SERVICE,
        architecture="ARM64",
        secrets_key_arn=KEY,
        log_days=30,
        log_key_arn=KEY,
    )
    return component_graph(lambda: DatabaseSetup("setup", args))


def container() -> Any:
    (only,) = json.loads(str(one(setup(), "TaskDefinition")["containerDefinitions"].value))
    return only


def test_passwords_come_from_secrets_and_none_stands_in_the_environment() -> None:
    secrets = {entry["name"]: entry["valueFrom"] for entry in container()["secrets"]}

    assert secrets == {
        "PGUSER": f"{_ADMINISTRATOR}:username::",
        "PGPASSWORD": f"{_ADMINISTRATOR}:password::",
        "SERVICE_PASSWORD": f"{_SERVICE}:password::",
    }
    assert not secrets.keys() & {entry["name"] for entry in container()["environment"]}


def test_the_task_goes_to_the_instance_itself_and_only_over_tls_bound_to_the_sign_in() -> None:
    environment = {entry["name"]: entry["value"] for entry in container()["environment"]}

    assert environment["PGHOST"] == "database.example"
    assert environment["PGDATABASE"] == "chat"
    assert environment["PGSSLMODE"] == "require"
    assert environment["PGCHANNELBINDING"] == "require"


def test_the_task_runs_on_the_processors_of_the_stack() -> None:
    platform = one(setup(), "TaskDefinition")["runtimePlatform"]

    assert platform["cpuArchitecture"].value == "ARM64"


def test_the_task_is_no_root_and_writes_nothing() -> None:
    assert container()["user"] == "70:70"
    assert container()["readonlyRootFilesystem"] is True


def test_the_task_may_read_the_two_secrets_and_write_its_log() -> None:
    reading = json.loads(str(named(setup(), "setup-execution-read-secrets")["policy"].value))
    logging = json.loads(str(named(setup(), "setup-execution-log")["policy"].value))

    assert reading["Statement"][0]["Resource"] == [_ADMINISTRATOR, _SERVICE]
    assert logging["Statement"][0]["Resource"] == [
        "arn:aws:logs:eu-central-1:123456789012:log-group:/ecs/chat-test/database-setup:*"
    ]


def test_while_it_runs_the_task_may_do_nothing_at_aws() -> None:
    task = one(setup(), "TaskDefinition")

    (role,) = task.references("taskRoleArn", "aws:iam/role:Role")
    assert not role.referrers("aws:iam/rolePolicy:RolePolicy")
    assert not role.referrers("aws:iam/rolePolicyAttachment:RolePolicyAttachment")


def run_of(*, public: bool) -> str:
    return run_command(
        SetupRun(
            region="eu-central-1",
            cluster="chat-test",
            task_definition="chat-test-database-setup",
            subnet_ids=["subnet-a", "subnet-b"],
            security_group_id="sg-setup",
            public_address=public,
        )
    )


def test_the_command_runs_the_task_waits_for_it_and_asks_how_it_ended() -> None:
    words = shlex.split(run_of(public=False).replace("$(", " ").replace(")", " ").replace('"', ""))

    calls = [words[at : at + 3] for at, word in enumerate(words) if word == "aws"]
    assert calls == [
        ["aws", "ecs", "run-task"],
        ["aws", "ecs", "wait"],
        ["aws", "ecs", "describe-tasks"],
    ]
    assert words.count("--region") == 3
    assert words.count("chat-test") == 3


def test_the_command_places_the_task_where_it_has_a_way_out() -> None:
    network = "awsvpcConfiguration={subnets=[subnet-a,subnet-b],securityGroups=[sg-setup],"

    assert f"'{network}assignPublicIp=DISABLED}}'" in run_of(public=False)
    assert f"'{network}assignPublicIp=ENABLED}}'" in run_of(public=True)


def test_the_password_is_in_no_statement() -> None:
    rendered = database_setup.render(
        database_setup.SetupContainer[str](host="h", log_group="l", region="r", secrets={})
    )

    (script,) = cast("list[str]", rendered["command"])
    assert "SERVICE_PASSWORD" not in script.partition("<<'SQL'")[2].partition("\nSQL\n")[0]
