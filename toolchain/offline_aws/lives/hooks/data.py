"""Databases, caches, secrets and backups."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from typing_extensions import override

from toolchain.offline_aws.lives.aws import AwsError
from toolchain.offline_aws.lives.hooks.base import Hook, items, named, only
from toolchain.offline_aws.wire import Properties, Value

if TYPE_CHECKING:
    from toolchain.offline_aws.lives.run import Run


@named("subnet_group")
class SubnetGroup(Hook):
    """AWS lists subnets as objects."""

    @override
    def outputs(self, run: Run, out: Properties, found: dict[str, object]) -> None:
        subnets = items(found.get("Subnets"))
        out["subnetIds"] = [subnet.get("SubnetIdentifier") for subnet in subnets]


@named("parameter_group")
class ParameterGroup(Hook):
    """Parameters are settings of the group; a removed one is reset."""

    @override
    def arguments(self, run: Run, call: str, arguments: dict[str, object]) -> dict[str, object]:
        given = items(run.inputs.get("parameters"))
        if call == "modify_db_parameter_group":
            arguments["Parameters"] = [
                {
                    "ParameterName": one.get("name"),
                    "ParameterValue": str(one.get("value")),
                    "ApplyMethod": one.get("applyMethod") or "immediate",
                }
                for one in given
            ]
        elif call == "modify_cache_parameter_group":
            arguments["ParameterNameValues"] = [
                {"ParameterName": one.get("name"), "ParameterValue": str(one.get("value"))}
                for one in given
            ]
        return arguments


@named("database")
class Database(Hook):
    """An instance; where AWS manages its password, the secret that holds it."""

    @override
    def created(self, run: Run) -> None:
        if run.inputs.get("manageMasterUserPassword") is not True:
            return
        client = "secretsmanager"
        name = self._secret_name(run)
        arguments: dict[str, object] = {
            "Name": name,
            "Description": f"Master user of {run.inputs.get('identifier')}",
            "SecretString": '{"username":"offline","password":"offline"}',
        }
        if key := run.inputs.get("masterUserSecretKmsKeyId"):
            arguments["KmsKeyId"] = key
        run.aws_call("create_secret", arguments, client)

    @staticmethod
    def _secret_name(run: Run) -> str:
        return f"rds!{run.id.lower()}"

    @override
    def outputs(self, run: Run, out: Properties, found: dict[str, object]) -> None:
        endpoint = cast("dict[str, Value]", found.get("Endpoint") or {})
        out["address"] = endpoint.get("Address")
        out["port"] = endpoint.get("Port")
        out["endpoint"] = f"{endpoint.get('Address')}:{endpoint.get('Port')}"
        out["hostedZoneId"] = endpoint.get("HostedZoneId")
        if run.scope.get("manageMasterUserPassword") is True:
            secret = self._secret(run)
            out["masterUserSecrets"] = [secret] if secret else []

    def _secret(self, run: Run) -> Properties | None:
        try:
            found = run.aws_call(
                "describe_secret", {"SecretId": self._secret_name(run)}, "secretsmanager"
            )
        except AwsError as error:
            if error.gone:
                return None
            raise
        return {
            "secretArn": str(found.get("ARN")),
            "secretStatus": "active",
            "kmsKeyId": cast("Value", found.get("KmsKeyId")) or "alias/aws/secretsmanager",
        }

    @override
    def delete(self, run: Run) -> bool:
        if run.state.get("manageMasterUserPassword") is True:
            arguments = {"SecretId": self._secret_name(run), "ForceDeleteWithoutRecovery": True}
            try:
                run.aws_call("delete_secret", arguments, "secretsmanager")
            except AwsError as error:
                if not error.gone:
                    raise
        return False


@named("replication_group")
class ReplicationGroup(Hook):
    """A cache's log deliveries, and the token that only a change of its own rotates."""

    @override
    def arguments(self, run: Run, call: str, arguments: dict[str, object]) -> dict[str, object]:
        if "logDeliveryConfigurations" in run.inputs:
            configurations = items(run.inputs["logDeliveryConfigurations"])
            arguments["LogDeliveryConfigurations"] = [self._log(one) for one in configurations]
        if call == "modify_replication_group" and "AuthToken" in arguments:
            strategy = run.inputs.get("authTokenUpdateStrategy") or "ROTATE"
            arguments["AuthTokenUpdateStrategy"] = strategy
        return arguments

    @staticmethod
    def _log(one: dict[str, Value]) -> dict[str, object]:
        destination = (
            {"CloudWatchLogsDetails": {"LogGroup": one.get("destination")}}
            if one.get("destinationType") == "cloudwatch-logs"
            else {"KinesisFirehoseDetails": {"DeliveryStream": one.get("destination")}}
        )
        return {
            "LogType": one.get("logType"),
            "LogFormat": one.get("logFormat"),
            "DestinationType": one.get("destinationType"),
            "DestinationDetails": destination,
        }


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


@named("backup_plan")
class BackupPlan(Hook):
    """Its rules under AWS's names."""

    @override
    def arguments(self, run: Run, call: str, arguments: dict[str, object]) -> dict[str, object]:
        rules = [
            only(
                {
                    "RuleName": rule.get("ruleName"),
                    "TargetBackupVaultName": rule.get("targetVaultName"),
                    "ScheduleExpression": rule.get("schedule"),
                    "ScheduleExpressionTimezone": rule.get("scheduleExpressionTimezone"),
                    "StartWindowMinutes": rule.get("startWindow"),
                    "CompletionWindowMinutes": rule.get("completionWindow"),
                    "EnableContinuousBackup": rule.get("enableContinuousBackup"),
                    "RecoveryPointTags": rule.get("recoveryPointTags"),
                    "Lifecycle": self._lifecycle(rule.get("lifecycle")),
                }
            )
            for rule in items(run.inputs.get("rules"))
        ]
        plan = {"BackupPlanName": run.inputs.get("name"), "Rules": rules}
        return {**arguments, "BackupPlan": plan}

    @staticmethod
    def _lifecycle(block: object) -> dict[str, object]:
        values = cast("dict[str, Value]", block) if isinstance(block, dict) else {}
        return only(
            {
                "DeleteAfterDays": values.get("deleteAfter"),
                "MoveToColdStorageAfterDays": values.get("coldStorageAfter"),
            }
        )

    @override
    def outputs(self, run: Run, out: Properties, found: dict[str, object]) -> None:
        plan = cast("dict[str, Value]", found.get("BackupPlan") or {})
        out["name"] = plan.get("BackupPlanName")


@named("backup_selection")
class BackupSelection(Hook):
    """Resources chosen by tag."""

    @override
    def arguments(self, run: Run, call: str, arguments: dict[str, object]) -> dict[str, object]:
        tags = [
            {
                "ConditionType": tag.get("type"),
                "ConditionKey": tag.get("key"),
                "ConditionValue": tag.get("value"),
            }
            for tag in items(run.inputs.get("selectionTags"))
        ]
        if tags:
            cast("dict[str, object]", arguments["BackupSelection"])["ListOfTags"] = tags
        return arguments
