"""Roles, policies and keys."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from typing_extensions import override

from toolchain.offline_aws.lives.aws import AwsError
from toolchain.offline_aws.lives.hooks.base import Hook, items, named, strings
from toolchain.offline_aws.wire import Properties, Value

if TYPE_CHECKING:
    from toolchain.offline_aws.lives.run import Run


@named("role")
class Role(Hook):
    """Policies given inside the role; they go with it."""

    @override
    def arguments(self, run: Run, call: str, arguments: dict[str, object]) -> dict[str, object]:
        if call == "create_role" and run.inputs.get("permissionsBoundary"):
            arguments["PermissionsBoundary"] = run.inputs["permissionsBoundary"]
        return arguments

    @override
    def created(self, run: Run) -> None:
        for inline in items(run.inputs.get("inlinePolicies")):
            self._put(run, inline)
        for arn in strings(run.inputs.get("managedPolicyArns")):
            run.aws_call("attach_role_policy", {"RoleName": run.id, "PolicyArn": arn})

    @staticmethod
    def _put(run: Run, inline: dict[str, Value]) -> None:
        if inline.get("name"):
            run.aws_call(
                "put_role_policy",
                {
                    "RoleName": run.id,
                    "PolicyName": inline["name"],
                    "PolicyDocument": inline.get("policy"),
                },
            )

    @override
    def changed(self, run: Run, changed: set[str], old: Properties) -> None:
        if "inlinePolicies" in changed:
            names = [one.get("name") for one in items(run.inputs.get("inlinePolicies"))]
            for inline in items(old.get("inlinePolicies")):
                if inline.get("name") not in names:
                    run.aws_call(
                        "delete_role_policy",
                        {"RoleName": run.id, "PolicyName": inline["name"]},
                    )
            for inline in items(run.inputs.get("inlinePolicies")):
                self._put(run, inline)
        if "managedPolicyArns" in changed:
            before = set(strings(old.get("managedPolicyArns")))
            after = set(strings(run.inputs.get("managedPolicyArns")))
            for arn in before - after:
                run.aws_call("detach_role_policy", {"RoleName": run.id, "PolicyArn": arn})
            for arn in after - before:
                run.aws_call("attach_role_policy", {"RoleName": run.id, "PolicyArn": arn})

    @override
    def delete(self, run: Run) -> bool:
        forced = run.state.get("forceDetachPolicies") is True
        who = {"RoleName": run.id}
        try:
            if forced or run.state.get("inlinePolicies"):
                found = run.aws_call("list_role_policies", who)
                for name in strings(found.get("PolicyNames")):
                    run.aws_call("delete_role_policy", {**who, "PolicyName": name})
            if forced or run.state.get("managedPolicyArns"):
                found = run.aws_call("list_attached_role_policies", who)
                for one in items(found.get("AttachedPolicies")):
                    run.aws_call("detach_role_policy", {**who, "PolicyArn": one["PolicyArn"]})
        except AwsError as error:
            if not error.gone:
                raise
        return False


@named("managed_policy")
class ManagedPolicy(Hook):
    """Its document is a version; AWS keeps at most five."""

    @override
    def outputs(self, run: Run, out: Properties, found: dict[str, object]) -> None:
        response = run.aws_call(
            "get_policy_version",
            {"PolicyArn": run.id, "VersionId": found.get("DefaultVersionId", "v1")},
        )
        version = cast("dict[str, object]", response.get("PolicyVersion") or {})
        document = version.get("Document")
        out["policy"] = document if isinstance(document, str) else json.dumps(document)

    @override
    def changed(self, run: Run, changed: set[str], old: Properties) -> None:
        if "policy" in changed:
            self._drop_versions(run)
            run.aws_call(
                "create_policy_version",
                {
                    "PolicyArn": run.id,
                    "PolicyDocument": run.inputs.get("policy"),
                    "SetAsDefault": True,
                },
            )

    @staticmethod
    def _drop_versions(run: Run) -> None:
        found = run.aws_call("list_policy_versions", {"PolicyArn": run.id})
        for version in items(found.get("Versions")):
            if not version.get("IsDefaultVersion"):
                run.aws_call(
                    "delete_policy_version",
                    {"PolicyArn": run.id, "VersionId": version["VersionId"]},
                )

    @override
    def delete(self, run: Run) -> bool:
        try:
            self._drop_versions(run)
        except AwsError as error:
            if not error.gone:
                raise
        return False


@named("role_policy_attachment")
class RolePolicyAttachment(Hook):
    """Found in the role's list."""

    @override
    def read(self, run: Run) -> dict[str, object] | None:
        role, wanted = run.scope.get("role"), run.scope.get("policyArn")
        found = run.aws_call("list_attached_role_policies", {"RoleName": role})
        for one in items(found.get("AttachedPolicies")):
            if one.get("PolicyArn") == wanted:
                return {"role": role, "policyArn": wanted}
        return None

    @override
    def imported(self, run: Run) -> None:
        run.inputs["role"], _, run.inputs["policyArn"] = run.id.partition("/")


@named("key")
class Key(Hook):
    """Rotation is switched on and off by calls of its own."""

    @override
    def created(self, run: Run) -> None:
        if run.inputs.get("enableKeyRotation") is True:
            run.aws_call("enable_key_rotation", {"KeyId": run.id})

    @override
    def changed(self, run: Run, changed: set[str], old: Properties) -> None:
        if "enableKeyRotation" in changed:
            on = run.inputs.get("enableKeyRotation") is True
            run.aws_call(f"{'enable' if on else 'disable'}_key_rotation", {"KeyId": run.id})


@named("alias")
class Alias(Hook):
    """Found in the list of all."""

    @override
    def read(self, run: Run) -> dict[str, object] | None:
        for alias in items(run.aws_call("list_aliases", {}).get("Aliases")):
            if alias.get("AliasName") == run.id:
                return {**alias, "name": run.id}
        return None

    @override
    def outputs(self, run: Run, out: Properties, found: dict[str, object]) -> None:
        out["arn"] = str(found.get("AliasArn"))
        key = str(found.get("TargetKeyId"))
        out["targetKeyArn"] = (
            f"arn:aws:kms:{run.region}:{run.life.context.account}:key/{key.rpartition('/')[2]}"
        )
        given = str(run.scope.get("targetKeyId") or key)
        out["targetKeyId"] = given if given.rpartition("/")[2] == key.rpartition("/")[2] else key
