"""Applications of the Serverless Application Repository, which CloudFormation deploys."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from typing_extensions import override

from toolchain.offline_aws.lives.aws import AwsError
from toolchain.offline_aws.lives.hooks.base import Hook, items, named, only
from toolchain.offline_aws.wire import Properties, Value

if TYPE_CHECKING:
    from toolchain.offline_aws.lives.run import Run

_CLOUDFORMATION = "cloudformation"
_PREFIX = "serverlessrepo-"
_APPLICATION, _VERSION = "serverlessrepo:applicationId", "serverlessrepo:semanticVersion"
_LONGEST_SECONDS = 60.0
_POLL_SECONDS = 0.1


@named("application")
class Application(Hook):
    """A stack by way of a change set; its outputs are the resource's."""

    @override
    def create(self, run: Run) -> None:
        run.response = self._execute(run)
        run.id = str(run.response["StackId"])

    @override
    def created(self, run: Run) -> None:
        self._wait(run)

    @override
    def changed(self, run: Run, changed: set[str], old: Properties) -> None:
        self._execute(run)
        self._wait(run)

    @staticmethod
    def _execute(run: Run) -> dict[str, object]:
        """A change set with all that the program gives, made and carried out."""
        given = run.inputs
        parameters, tags = given.get("parameters"), given.get("tags")
        pairs = parameters if isinstance(parameters, dict) else {}
        response = run.aws_call(
            "create_cloud_formation_change_set",
            only(
                {
                    "ApplicationId": given.get("applicationId"),
                    "StackName": given.get("name"),
                    "Capabilities": given.get("capabilities"),
                    "SemanticVersion": given.get("semanticVersion"),
                    "ParameterOverrides": [
                        {"Name": name, "Value": str(value)} for name, value in pairs.items()
                    ],
                    "Tags": [
                        {"Key": name, "Value": value}
                        for name, value in (tags if isinstance(tags, dict) else {}).items()
                    ],
                }
            ),
        )
        who = {"ChangeSetName": response["ChangeSetId"]}
        until = time.monotonic() + _LONGEST_SECONDS
        while True:
            said = run.aws_call("describe_change_set", who, _CLOUDFORMATION)
            if said.get("Status") == "CREATE_COMPLETE":
                break
            if said.get("Status") == "FAILED" or time.monotonic() > until:
                reason = str(said.get("StatusReason") or said.get("Status"))
                raise AwsError("create_cloud_formation_change_set", "", reason)
            time.sleep(_POLL_SECONDS)
        run.aws_call("execute_change_set", who, _CLOUDFORMATION)
        return response

    def _wait(self, run: Run) -> None:
        until = time.monotonic() + _LONGEST_SECONDS
        while True:
            stack = self._stack(run)
            status = str(stack.get("StackStatus")) if stack else "gone"
            if status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
                return
            if not status.endswith("_IN_PROGRESS") or time.monotonic() > until:
                why = str((stack or {}).get("StackStatusReason") or "")
                raise AwsError("execute_change_set", status, why)
            time.sleep(_POLL_SECONDS)

    @staticmethod
    def _stack(run: Run) -> dict[str, Value] | None:
        response = run.aws_call("describe_stacks", {"StackName": run.id}, _CLOUDFORMATION)
        stack = items(response.get("Stacks"))[0]
        return None if stack.get("StackStatus") == "DELETE_COMPLETE" else stack

    @override
    def read(self, run: Run) -> dict[str, object] | None:
        stack = self._stack(run)
        return {**stack} if stack is not None else None

    @override
    def outputs(self, run: Run, out: Properties, found: dict[str, object]) -> None:
        given = run.scope.get("parameters")
        tags = {str(one["Key"]): one.get("Value") for one in items(found.get("Tags"))}
        out["name"] = str(found.get("StackName")).removeprefix(_PREFIX)
        out["applicationId"], out["semanticVersion"] = tags.get(_APPLICATION), tags.get(_VERSION)
        out["tags"] = {name: value for name, value in tags.items() if ":" not in name}
        out["parameters"] = {
            str(one["ParameterKey"]): one.get("ParameterValue")
            for one in items(found.get("Parameters"))
            if not isinstance(given, dict) or one["ParameterKey"] in given
        }
        out["outputs"] = {
            str(one["OutputKey"]): one.get("OutputValue") for one in items(found.get("Outputs"))
        }

    @override
    def delete(self, run: Run) -> bool:
        try:
            run.aws_call("delete_stack", {"StackName": run.id}, _CLOUDFORMATION)
            self._wait_until_gone(run)
        except AwsError as error:
            if not error.gone:
                raise
        return True

    def _wait_until_gone(self, run: Run) -> None:
        until = time.monotonic() + _LONGEST_SECONDS
        while self._stack(run) is not None:
            if time.monotonic() > until:
                raise AwsError("delete_stack", "", "the stack is still there")
            time.sleep(_POLL_SECONDS)
