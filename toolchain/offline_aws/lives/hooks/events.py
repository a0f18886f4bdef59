"""Events, and who may call a function."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from typing_extensions import override

from toolchain.offline_aws.lives import shapes
from toolchain.offline_aws.lives.aws import AwsError
from toolchain.offline_aws.lives.hooks.base import Hook, items, named, only
from toolchain.offline_aws.wire import Properties, Value

if TYPE_CHECKING:
    from botocore.model import ListShape, StructureShape

    from toolchain.offline_aws.lives.run import Run


@named("event_target")
class EventTarget(Hook):
    """An entry of its rule's list."""

    def _put(self, run: Run) -> None:
        shape = cast("ListShape", run.members("put_targets")["Targets"])
        target = shapes.structure(run.inputs, cast("StructureShape", shape.member))
        target["Id"] = run.inputs["targetId"]
        transformer = run.inputs.get("inputTransformer")
        if isinstance(transformer, dict):
            target["InputTransformer"] = only(
                {
                    "InputPathsMap": transformer.get("inputPaths"),
                    "InputTemplate": transformer.get("inputTemplate"),
                }
            )
        answer = run.aws_call("put_targets", {**self._rule(run.inputs), "Targets": [target]})
        for failed in items(answer.get("FailedEntries")):
            raise AwsError(
                "put_targets", str(failed.get("ErrorCode")), str(failed.get("ErrorMessage"))
            )

    @staticmethod
    def _rule(values: Properties) -> dict[str, object]:
        return only({"Rule": values.get("rule"), "EventBusName": values.get("eventBusName")})

    @override
    def create(self, run: Run) -> None:
        run.inputs.setdefault("targetId", f"terraform-{run.unique}")
        self._put(run)

    @override
    def changed(self, run: Run, changed: set[str], old: Properties) -> None:
        run.inputs.setdefault("targetId", run.state.get("targetId"))
        self._put(run)

    @override
    def read(self, run: Run) -> dict[str, object] | None:
        response = run.aws_call("list_targets_by_rule", self._rule(run.scope))
        wanted = run.scope.get("targetId")
        for target in items(response.get("Targets")):
            if target.get("Id") == wanted:
                return {**target, "targetId": wanted}
        return None

    @override
    def outputs(self, run: Run, out: Properties, found: dict[str, object]) -> None:
        transformer = found.get("InputTransformer")
        if isinstance(transformer, dict):
            told = cast("dict[str, Value]", transformer)
            out["inputTransformer"] = {
                "inputPaths": told.get("InputPathsMap") or {},
                "inputTemplate": told.get("InputTemplate"),
            }

    @override
    def delete(self, run: Run) -> bool:
        try:
            run.aws_call(
                "remove_targets", {**self._rule(run.state), "Ids": [run.state.get("targetId")]}
            )
        except AwsError as error:
            if not error.gone:
                raise
        return True


@named("lambda_permission")
class LambdaPermission(Hook):
    """A statement of its function's policy."""

    @override
    def arguments(self, run: Run, call: str, arguments: dict[str, object]) -> dict[str, object]:
        run.inputs.setdefault("statementId", f"terraform-{run.unique}")
        return {**arguments, "StatementId": run.inputs["statementId"]}

    @override
    def read(self, run: Run) -> dict[str, object] | None:
        who = only(
            {"FunctionName": run.scope.get("function"), "Qualifier": run.scope.get("qualifier")}
        )
        policy = json.loads(str(run.aws_call("get_policy", who).get("Policy") or "{}"))
        for statement in items(policy.get("Statement")):
            if statement.get("Sid") == run.id:
                return {"Action": statement.get("Action"), "statementId": run.id}
        return None
