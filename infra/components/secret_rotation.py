"""Passwords of the database, renewed every 30 days by the function that AWS publishes for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.plan import rotation
from infra.plan.context import Context
from infra.plan.names import Kind

_PART = "rotation"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretRotationArgs:
    """The secrets by a name for each, and where the function runs.

    The subnets need a way to the API of Secrets Manager, and the security group needs one to the
    database. Each secret must already say where its database is (`DatabaseSecret.add_address`).
    """

    context: Context
    secret_arns: Mapping[str, pulumi.Input[str]]
    key_arn: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    security_group_id: pulumi.Input[str]
    log_days: int
    log_key_arn: pulumi.Input[str]


class SecretRotation(Component):
    """One function for all secrets of the database, and a schedule for each.

    The function may only touch secrets that name it as theirs, by a condition in its own role.
    """

    function_name: str

    def __init__(
        self, name: str, args: SecretRotationArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("SecretRotation", name, args, opts)
        self._args = args
        self._name = name
        self.function_name = args.context.name(Kind.FUNCTION, _PART)
        function = self._function(self._log())
        for part, secret_arn in args.secret_arns.items():
            self._schedule(part, secret_arn, function)
        self.register_outputs({"functionName": self.function_name})

    def _log(self) -> aws.cloudwatch.LogGroup:
        # Lambda would make the group itself, to be kept for ever and without our key.
        return aws.cloudwatch.LogGroup(
            f"{self._name}-log",
            name=f"/aws/lambda/{self.function_name}",
            retention_in_days=self._args.log_days,
            kms_key_id=self._args.log_key_arn,
            tags=self._args.context.tags(),
            opts=self.child(),
        )

    def _function(
        self, log: aws.cloudwatch.LogGroup
    ) -> aws.serverlessrepository.CloudFormationStack:
        args = self._args
        return aws.serverlessrepository.CloudFormationStack(
            f"{self._name}-function",
            name=args.context.name(Kind.APPLICATION_STACK, _PART),
            application_id=rotation.application_id(args.context.place.partition),
            capabilities=list(rotation.CAPABILITIES),
            # No version is named: AWS takes the newest when the function is made. Older ones run
            # on versions of Python that Lambda retires.
            parameters={
                "endpoint": rotation.endpoint(args.context.place),
                "functionName": self.function_name,
                "kmsKeyArn": args.key_arn,
                "excludeCharacters": rotation.EXCLUDED_CHARACTERS,
                "vpcSubnetIds": pulumi.Output.all(*args.subnet_ids).apply(",".join),
                "vpcSecurityGroupIds": args.security_group_id,
            },
            tags=args.context.tags(),
            opts=self.child(depends_on=[log]),
        )

    def _schedule(
        self,
        part: str,
        secret_arn: pulumi.Input[str],
        function: aws.serverlessrepository.CloudFormationStack,
    ) -> None:
        place = self._args.context.place
        aws.secretsmanager.SecretRotation(
            f"{self._name}-{part}",
            secret_id=secret_arn,
            # By its name, and not by what the application answers: so a preview shows it too.
            rotation_lambda_arn=place.arn("lambda", f"function:{self.function_name}"),
            # Not at once: the services' user is only made by the database setup, and running
            # tasks would find their password changed in the middle of a deployment.
            rotate_immediately=False,
            rotation_rules={"automatically_after_days": rotation.DAYS},
            opts=self.child(depends_on=[function]),
        )
