"""How a function of the shop is made: log group, role, code, tracing, limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from .identity import Statement, make_role, may, trusted
from .settings import YEAR_OF_LOGS, Settings, faulty


@dataclass(frozen=True)
class Spec:
    """What is particular to one function."""

    timeout: int
    reserved: int
    statements: Sequence[Statement] = ()
    environment: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, str])
    memory: int = 512
    image: pulumi.Input[str] | None = None
    runtime: str = "python3.13"
    subnets: Sequence[pulumi.Input[str]] = ()
    groups: Sequence[pulumi.Input[str]] = ()
    dead_letters: pulumi.Input[str] | None = None
    managed: Sequence[str] = ()
    publish: bool = False


def _log_group(name: str, shop: Settings, key: aws.kms.Key) -> aws.cloudwatch.LogGroup:
    for_ever = name == "fulfil" and faulty("function-logs-kept-for-ever")
    return aws.cloudwatch.LogGroup(
        name,
        name=f"/aws/lambda/{shop.named(name)}",
        retention_in_days=None if for_ever else YEAR_OF_LOGS,
        kms_key_id=key.arn,
        opts=shop.here(),
    )


def _role(
    name: str, spec: Spec, shop: Settings, key: aws.kms.Key, logs: aws.cloudwatch.LogGroup
) -> aws.iam.Role:
    trust = trusted("lambda")
    if name == "ledger" and faulty("role-assumable-by-anyone"):
        trust = trust.replace('{"Service": ["lambda.amazonaws.com"]}', '{"AWS": "*"}')
    managed = list(spec.managed)
    if spec.subnets:
        managed.append("service-role/AWSLambdaVPCAccessExecutionRole")
    if name == "webhook" and faulty("administrator-attached"):
        managed.append("AdministratorAccess")
    every = [
        may(
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            logs.arn.apply(lambda arn: f"{arn}:*"),
        ),
        may(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*"),
        may(["kms:Decrypt", "kms:GenerateDataKey"], key.arn),
    ]
    if spec.dead_letters is not None:
        every.append(may("sqs:SendMessage", spec.dead_letters))
    return make_role(name, trust, [*every, *spec.statements], managed=managed, opts=shop.here())


def make_function(name: str, spec: Spec, shop: Settings, key: aws.kms.Key) -> aws.lambda_.Function:
    """A function with a role of its own, a log group of its own, and bounds on what it may take."""
    logs = _log_group(name, shop, key)
    role = _role(name, spec, shop, key, logs)
    zipped = spec.image is None
    untraced = name == "webhook" and faulty("function-untraced")
    vpc: aws.lambda_.FunctionVpcConfigArgsDict | None = None
    if spec.subnets:
        vpc = {"subnet_ids": [*spec.subnets], "security_group_ids": [*spec.groups]}
    return aws.lambda_.Function(
        name,
        name=shop.named(name),
        role=role.arn,
        package_type="Zip" if zipped else "Image",
        image_uri=spec.image,
        s3_bucket=shop.releases(shop.region) if zipped else None,
        s3_key=f"{name}/4f1c9e2.zip" if zipped else None,
        handler="shop.handle" if zipped else None,
        runtime=spec.runtime if zipped else None,
        architectures=["arm64"],
        timeout=spec.timeout,
        memory_size=spec.memory,
        reserved_concurrent_executions=spec.reserved,
        environment={"variables": {"STACK": shop.suffix, **spec.environment}},
        kms_key_arn=key.arn,
        vpc_config=vpc,
        dead_letter_config=None if spec.dead_letters is None else {"target_arn": spec.dead_letters},
        tracing_config={"mode": "PassThrough" if untraced else "Active"},
        logging_config={
            "log_format": "JSON",
            "log_group": logs.name,
            "application_log_level": "INFO",
            "system_log_level": "WARN",
        },
        publish=spec.publish,
        opts=pulumi.ResourceOptions(provider=shop.home, depends_on=[role, logs]),
    )
