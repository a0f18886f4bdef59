"""What one service may do: a role to start its tasks with, and one its tasks work with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.plan.context import Context
from infra.plan.iam import Statement, document, trust
from infra.plan.names import Kind
from infra.plan.task_policies import encrypt_shell, open_shell, pull_and_log, read_secrets


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRolesArgs:
    """What belongs to the service, and what its tasks do besides opening a shell (`work`).

    `secret_arns` are injected when a task starts; `renewed_secret_arns` a running task reads
    itself, because they change while it runs. `shell` is whether ECS Exec may open one.
    """

    context: Context
    part: str
    repository_arn: str
    log_group_arns: tuple[str, ...]
    secret_arns: Sequence[pulumi.Input[str]]
    renewed_secret_arns: Sequence[pulumi.Input[str]]
    secrets_key_arn: pulumi.Input[str]
    exec_log_group_arn: str
    exec_key_arn: pulumi.Input[str]
    work: tuple[Statement[str], ...]
    shell: bool


class TaskRoles(Component):
    """The execution role and the task role of one service, neither shared with another.

    Each has two policies: one whose ARNs are known beforehand, so that it can be judged in a
    preview, and one about keys and secrets, whose ids AWS makes up. A service has to wait for all
    of it: a task fails to start without its permissions.
    """

    execution_role_arn: pulumi.Output[str]
    task_role_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: TaskRolesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("TaskRoles", name, args, opts)
        self._args = args
        self._name = name
        execution = self._role("execution", "Starts tasks of the service")
        self._policy(execution, "execution", "pull-and-log", self._pull_and_log())
        self._policy(execution, "execution", "read-secrets", self._read(args.secret_arns))
        task = self._role("task", "What tasks of the service do")
        self._policy(task, "task", "work", self._work())
        if args.renewed_secret_arns:
            self._policy(task, "task", "renew-secrets", self._read(args.renewed_secret_arns))
        if args.shell:
            self._policy(task, "task", "encrypt-shell", self._encrypt_shell())
        self.execution_role_arn = execution.arn
        self.task_role_arn = task.arn
        self.register_outputs(
            {"executionRoleArn": self.execution_role_arn, "taskRoleArn": self.task_role_arn}
        )

    def _pull_and_log(self) -> str:
        statements = pull_and_log(self._args.repository_arn, *self._args.log_group_arns)
        return json.dumps(document(statements))

    def _read(self, secret_arns: Sequence[pulumi.Input[str]]) -> pulumi.Output[str]:
        statements = read_secrets(
            self._args.context.place, tuple(secret_arns), self._args.secrets_key_arn
        )
        return pulumi.Output.json_dumps(document(statements))

    def _work(self) -> str:
        shell = open_shell(self._args.exec_log_group_arn) if self._args.shell else ()
        return json.dumps(document([*self._args.work, *shell]))

    def _encrypt_shell(self) -> pulumi.Output[str]:
        return pulumi.Output.json_dumps(document(encrypt_shell(self._args.exec_key_arn)))

    def _role(self, kind: str, description: str) -> aws.iam.Role:
        context, part = self._args.context, self._args.part
        policy = trust("ecs-tasks", context.place, context.place.arn("ecs", "*"))
        return aws.iam.Role(
            f"{self._name}-{kind}",
            name=context.name(Kind.ROLE, f"{part}-{kind}"),
            description=f"{description} {part}",
            assume_role_policy=json.dumps(policy),
            tags=context.tags(),
            opts=self.child(),
        )

    def _policy(self, role: aws.iam.Role, kind: str, name: str, policy: pulumi.Input[str]) -> None:
        aws.iam.RolePolicy(
            f"{self._name}-{kind}-{name}",
            name=name,
            role=role.name,
            policy=policy,
            opts=self.child(),
        )
