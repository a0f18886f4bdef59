"""The one-off task that makes the user of the services, and the command that runs it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from infra.plan import postgres
from infra.plan.database_roles import SETUP_SQL
from infra.plan.fargate import TaskSize
from infra.plan.iam import Statement

Text = TypeVar("Text")

PART = "database-setup"
IMAGE = "public.ecr.aws/docker/library/postgres:17-alpine"
"""Brings psql, which speaks with every server version up to its own."""

SIZE = TaskSize(cpu=256, memory=512)
_USER = "70:70"
"""The user `postgres` of that image."""

SCRIPT = f"""\
psql="psql --no-psqlrc --no-password --quiet --set=ON_ERROR_STOP=1"
echo 'Making {postgres.SERVICE_USER} and its rights.'
$psql --single-transaction --file=- <<'SQL'
{SETUP_SQL}
SQL
echo 'Setting its password to that of its secret.'
printf '%s\\n%s\\n' "$SERVICE_PASSWORD" "$SERVICE_PASSWORD" \\
  | $psql --command='\\password {postgres.SERVICE_USER}' >/dev/null
echo 'Signing in with it.'
PGUSER={postgres.SERVICE_USER} PGPASSWORD="$SERVICE_PASSWORD" $psql --command='SELECT' >/dev/null
echo 'Done: {postgres.SERVICE_USER} can sign in.'
"""
"""What the task does, with `sh -e`.

`\\password` hashes on this side and sends the server a SCRAM verifier: the password itself is in
no statement, so in no log, whatever the server logs. It asks for it twice, at a terminal or,
where there is none, as here, from its input.
"""


@dataclass(frozen=True, kw_only=True)
class SetupContainer(Generic[Text]):
    """What is only known during a deployment: the instance, its log, and the two secrets."""

    host: Text
    log_group: Text
    region: str
    secrets: Mapping[str, Text]


def render(container: SetupContainer[Text]) -> dict[str, object]:
    """The task's one container, in the words of the ECS API."""
    environment: dict[str, Text | str] = {
        "PGHOST": container.host,
        "PGPORT": str(postgres.PORT),
        "PGDATABASE": postgres.DATABASE_NAME,
        "PGCONNECT_TIMEOUT": "15",
        # The image doesn't know the authority that signs RDS's certificates. Binding the sign-in
        # to the connection proves as much: only who keeps the password's verifier can complete it.
        "PGSSLMODE": "require",
        "PGCHANNELBINDING": "require",
    }
    return {
        "name": PART,
        "image": IMAGE,
        "essential": True,
        "user": _USER,
        "readonlyRootFilesystem": True,
        "entryPoint": ["sh", "-ec"],
        "command": [SCRIPT],
        "environment": [{"name": name, "value": environment[name]} for name in sorted(environment)],
        "secrets": [
            {"name": name, "valueFrom": container.secrets[name]}
            for name in sorted(container.secrets)
        ],
        "linuxParameters": {"initProcessEnabled": True},
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": container.log_group,
                "awslogs-region": container.region,
                "awslogs-stream-prefix": PART,
            },
        },
    }


def write_log(log_group_arn: str) -> tuple[Statement[str], ...]:
    """What the execution role needs to carry the task's log away; its image is public."""
    return (
        Statement(
            sid="WriteOwnLog",
            actions=("logs:CreateLogStream", "logs:PutLogEvents"),
            resources=(f"{log_group_arn}:*",),
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupRun:
    """Where the task runs."""

    region: str
    cluster: str
    task_definition: str
    subnet_ids: Sequence[str]
    security_group_id: str
    public_address: bool


def run_command(run: SetupRun) -> str:
    """The command that runs the task, waits for its end, and fails if the task failed."""
    network = (
        f"awsvpcConfiguration={{subnets=[{','.join(run.subnet_ids)}],"
        f"securityGroups=[{run.security_group_id}],"
        f"assignPublicIp={'ENABLED' if run.public_address else 'DISABLED'}}}"
    )
    where = ["--region", run.region, "--cluster", run.cluster]
    start = [
        *("aws", "ecs", "run-task", *where, "--launch-type", "FARGATE"),
        *("--task-definition", run.task_definition, "--network-configuration", network),
        *("--query", "tasks[0].taskArn", "--output", "text"),
    ]
    wait = ["aws", "ecs", "wait", "tasks-stopped", *where, "--tasks"]
    look = [
        *("aws", "ecs", "describe-tasks", *where),
        *("--query", "tasks[0].containers[0].exitCode", "--output", "text", "--tasks"),
    ]
    return (
        f'task="$({shlex.join(start)})" && {shlex.join(wait)} "$task" '
        f'&& test "$({shlex.join(look)} "$task")" = 0'
    )
