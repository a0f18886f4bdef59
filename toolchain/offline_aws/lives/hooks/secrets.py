"""Secrets, how they are rotated, and parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from typing_extensions import override

from toolchain.offline_aws.lives.aws import AwsError
from toolchain.offline_aws.lives.hooks.base import Hook, named, only
from toolchain.offline_aws.wire import Properties, Value

if TYPE_CHECKING:
    from toolchain.offline_aws.lives.run import Run


@named("secret")
class Secret(Hook):
    """Deleted with a delay, unless the program says at once."""

    @override
    def delete(self, run: Run) -> bool:
        window = run.state.get("recoveryWindowInDays")
        how: dict[str, object] = (
            {"ForceDeleteWithoutRecovery": True}
            if window == 0
            else only({"RecoveryWindowInDays": window})
        )
        try:
            run.aws_call("delete_secret", {"SecretId": run.id, **how})
        except AwsError as error:
            if not error.gone:
                raise
        return True


@named("secret_version")
class SecretVersion(Hook):
    """A version goes with its secret: AWS deletes none by itself."""

    @override
    def arguments(self, run: Run, call: str, arguments: dict[str, object]) -> dict[str, object]:
        text = run.inputs.get("secretString") or run.inputs.get("secretStringWo")
        if text is not None:
            arguments["SecretString"] = text
        return arguments

    @override
    def imported(self, run: Run) -> None:
        run.inputs["secretId"], _, run.inputs["versionId"] = run.id.partition("|")

    @override
    def delete(self, run: Run) -> bool:
        return True


@named("parameter")
class Parameter(Hook):
    """Which of its two value properties holds the text depends on its type."""

    @override
    def outputs(self, run: Run, out: Properties, found: dict[str, object]) -> None:
        if out.get("type") != "SecureString" and "insecureValue" in run.inputs:
            out["insecureValue"] = cast("Value", found.get("Value"))
        out["dataType"] = out.get("dataType") or "text"


@named("secret_rotation")
class SecretRotation(Hook):
    """Nothing rotates without a function that Secrets Manager may call."""

    @override
    def arguments(self, run: Run, call: str, arguments: dict[str, object]) -> dict[str, object]:
        function = run.inputs.get("rotationLambdaArn")
        if not function:
            secret = run.aws_call("describe_secret", {"SecretId": run.inputs.get("secretId")})
            if not secret.get("OwningService"):
                raise AwsError(
                    call,
                    "InvalidRequestException",
                    "No Lambda rotation function ARN is associated with this secret.",
                )
        elif not self._may_be_called(run, str(function)):
            raise AwsError(
                call,
                "AccessDeniedException",
                f"Secrets Manager cannot invoke the specified Lambda function {function}. Ensure "
                "that the function policy grants access to the principal "
                "secretsmanager.amazonaws.com.",
            )
        return arguments

    @staticmethod
    def _may_be_called(run: Run, function: str) -> bool:
        try:
            policy = run.aws_call("get_policy", {"FunctionName": function}, "lambda")
        except AwsError as error:
            if error.gone:
                return False
            raise
        return "secretsmanager.amazonaws.com" in str(policy.get("Policy"))
