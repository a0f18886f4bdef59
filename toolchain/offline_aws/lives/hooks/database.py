"""Databases."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from typing_extensions import override

from toolchain.offline_aws.lives.aws import AwsError
from toolchain.offline_aws.lives.hooks.base import Hook, items, named
from toolchain.offline_aws.lives.spec import Call
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
    def creation(self, run: Run) -> Call | None:
        if not run.inputs.get("replicateSourceDb"):
            return run.spec.create
        self._judge_source(run)
        return Call(
            "create_db_instance_read_replica",
            {"SourceDBInstanceIdentifier": "{replicateSourceDb}"},
        )

    def _judge_source(self, run: Run) -> None:
        """What AWS refuses of a read replica, which only its source tells.

        Source: "Password management with Amazon RDS and Secrets Manager", limitations, and
        CreateDBInstanceReadReplica, KmsKeyId.
        """
        who = {"DBInstanceIdentifier": run.inputs.get("replicateSourceDb")}
        source = items(run.aws_call("describe_db_instances", who).get("DBInstances"))[0]
        call, name = "create_db_instance_read_replica", source.get("DBInstanceIdentifier")
        if self._secret(run, str(source.get("DbiResourceId"))) is not None:
            raise AwsError(
                call,
                "InvalidParameterCombination",
                f"RDS manages the master password of {name} in Secrets Manager, and makes no read "
                "replica of such an instance; give the source a password of your own",
            )
        key = run.inputs.get("kmsKeyId")
        if key and source.get("KmsKeyId") != key:
            raise AwsError(
                call,
                "InvalidParameterCombination",
                f"a read replica in the region of its source {name} is encrypted with the "
                "source's key; leave kmsKeyId out",
            )

    @override
    def arguments(self, run: Run, call: str, arguments: dict[str, object]) -> dict[str, object]:
        if password := run.inputs.get("passwordWo"):
            before = run.state.get("passwordWoVersion")
            if call == "create_db_instance" or before != run.inputs.get("passwordWoVersion"):
                arguments["MasterUserPassword"] = password
        return arguments

    @override
    def created(self, run: Run) -> None:
        kept = run.inputs.get("backupRetentionPeriod")
        if run.inputs.get("replicateSourceDb") and kept:
            # A replica is made without backups; they are switched on afterwards.
            who = {"DBInstanceIdentifier": run.inputs.get("identifier"), "ApplyImmediately": True}
            run.aws_call("modify_db_instance", {**who, "BackupRetentionPeriod": kept})
        if run.inputs.get("manageMasterUserPassword") is not True:
            return
        client = "secretsmanager"
        name = self._secret_name(run.id)
        arguments: dict[str, object] = {
            "Name": name,
            "Description": f"Master user of {run.inputs.get('identifier')}",
            "SecretString": '{"username":"offline","password":"offline"}',
        }
        if key := run.inputs.get("masterUserSecretKmsKeyId"):
            arguments["KmsKeyId"] = key
        run.aws_call("create_secret", arguments, client)

    @staticmethod
    def _secret_name(resource: str) -> str:
        return f"rds!{resource.lower()}"

    @override
    def outputs(self, run: Run, out: Properties, found: dict[str, object]) -> None:
        endpoint = cast("dict[str, Value]", found.get("Endpoint") or {})
        out["address"] = endpoint.get("Address")
        out["port"] = endpoint.get("Port")
        out["endpoint"] = f"{endpoint.get('Address')}:{endpoint.get('Port')}"
        out["hostedZoneId"] = endpoint.get("HostedZoneId")
        if run.scope.get("manageMasterUserPassword") is True:
            secret = self._secret(run, run.id)
            out["masterUserSecrets"] = [secret] if secret else []

    def _secret(self, run: Run, resource: str) -> Properties | None:
        try:
            found = run.aws_call(
                "describe_secret", {"SecretId": self._secret_name(resource)}, "secretsmanager"
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
            arguments = {"SecretId": self._secret_name(run.id), "ForceDeleteWithoutRecovery": True}
            try:
                run.aws_call("delete_secret", arguments, "secretsmanager")
            except AwsError as error:
                if not error.gone:
                    raise
        return False
