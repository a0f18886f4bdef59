"""The task that makes the services' user at the database; nothing runs it by itself."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.plan import database_setup
from infra.plan.context import Context
from infra.plan.iam import document, trust
from infra.plan.names import Kind
from infra.plan.task_policies import read_secrets


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSetupArgs:
    """The instance (not its proxy), and the secrets of its administrator and of the services."""

    context: Context
    host: pulumi.Input[str]
    administrator_secret_arn: pulumi.Input[str]
    service_secret_arn: pulumi.Input[str]
    architecture: str
    secrets_key_arn: pulumi.Input[str]
    log_days: int
    log_key_arn: pulumi.Input[str]


class DatabaseSetup(Component):
    """A task definition that is run once after the first deployment, and may be run again.

    It is the only task that is ever given the administrator's password. While it runs it may do
    nothing at AWS: its task role has no permission.
    """

    family: str
    """The name under which AWS finds the newest version of the task definition."""

    def __init__(
        self, name: str, args: DatabaseSetupArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("DatabaseSetup", name, args, opts)
        self._args = args
        self._name = name
        self.family = args.context.name(Kind.TASK_FAMILY, database_setup.PART)
        task_role = self._role("task", "May do nothing: the database setup asks nothing of AWS")
        self._task(self._log(), self._execution_role(), task_role)
        self.register_outputs({"family": self.family})

    def _log(self) -> aws.cloudwatch.LogGroup:
        return aws.cloudwatch.LogGroup(
            f"{self._name}-log",
            name=self._args.context.log_group("ecs", database_setup.PART),
            retention_in_days=self._args.log_days,
            kms_key_id=self._args.log_key_arn,
            tags=self._args.context.tags(),
            opts=self.child(),
        )

    def _execution_role(self) -> aws.iam.Role:
        args, place = self._args, self._args.context.place
        log = args.context.log_group("ecs", database_setup.PART)
        role = self._role("execution", "Starts the task that sets the database up")
        logging = database_setup.write_log(place.arn("logs", f"log-group:{log}"))
        self._policy(role, "log", json.dumps(document(logging)))
        secrets = (args.administrator_secret_arn, args.service_secret_arn)
        reading = read_secrets(place, secrets, args.secrets_key_arn)
        self._policy(role, "read-secrets", pulumi.Output.json_dumps(document(reading)))
        return role

    def _role(self, kind: str, description: str) -> aws.iam.Role:
        context = self._args.context
        source = context.place.arn("ecs", "*")
        return aws.iam.Role(
            f"{self._name}-{kind}",
            name=context.name(Kind.ROLE, f"{database_setup.PART}-{kind}"),
            description=description,
            assume_role_policy=json.dumps(trust("ecs-tasks", context.place, source)),
            tags=context.tags(),
            opts=self.child(),
        )

    def _policy(self, role: aws.iam.Role, name: str, policy: pulumi.Input[str]) -> None:
        aws.iam.RolePolicy(
            f"{self._name}-execution-{name}",
            name=name,
            role=role.name,
            policy=policy,
            opts=self.child(),
        )

    def _task(
        self, log: aws.cloudwatch.LogGroup, execution: aws.iam.Role, task: aws.iam.Role
    ) -> None:
        args = self._args
        container = database_setup.SetupContainer[pulumi.Input[str]](
            host=args.host,
            log_group=log.name,
            region=args.context.place.region,
            secrets={
                "PGUSER": _field(args.administrator_secret_arn, "username"),
                "PGPASSWORD": _field(args.administrator_secret_arn, "password"),
                "SERVICE_PASSWORD": _field(args.service_secret_arn, "password"),
            },
        )
        aws.ecs.TaskDefinition(
            f"{self._name}-task",
            family=self.family,
            requires_compatibilities=["FARGATE"],
            network_mode="awsvpc",
            cpu=str(database_setup.SIZE.cpu),
            memory=str(database_setup.SIZE.memory),
            runtime_platform={
                "operating_system_family": "LINUX",
                "cpu_architecture": args.architecture,
            },
            execution_role_arn=execution.arn,
            task_role_arn=task.arn,
            container_definitions=pulumi.Output.json_dumps([database_setup.render(container)]),
            tags=args.context.tags(),
            opts=self.child(),
        )


def _field(secret_arn: pulumi.Input[str], key: str) -> pulumi.Output[str]:
    """A key of a secret's JSON, in the form that ECS resolves."""
    return pulumi.Output.concat(secret_arn, ":", key, "::")
