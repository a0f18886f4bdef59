"""Settlement: a function that books trades from the queue."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .common import Settings, document, faulty, log_group
from .groups import DATABASE_PORT
from .identity import service_role
from .services import Parts

TIMEOUT = 120


@dataclass(frozen=True)
class Settlement:
    function: aws.lambda_.Function


def make_settlement(settings: Settings, parts: Parts) -> Settlement:
    name = settings.called("settlement")
    key = None if faulty("logs-unencrypted") else parts.keys.audit
    logs = log_group(settings, "settlement-logs", f"/aws/lambda/{name}", key)
    role = _role(settings, parts, logs)
    function = aws.lambda_.Function(
        "settlement",
        name=name,
        description="Books executed trades with the clearing house",
        runtime="python3.8" if faulty("function-runtime-outdated") else "python3.13",
        architectures=["arm64"],
        handler="settlement.handler",
        s3_bucket=parts.buckets.artefacts.bucket.bucket,
        s3_key=f"settlement/{settings.release}.zip",
        role=role.arn,
        timeout=TIMEOUT,
        memory_size=1024,
        reserved_concurrent_executions=20,
        kms_key_arn=parts.keys.data.arn,
        tracing_config={"mode": "Active"},
        dead_letter_config={"target_arn": parts.messaging.dead_letters["trades"].arn},
        vpc_config={
            "subnet_ids": [subnet.id for subnet in parts.network.private],
            "security_group_ids": [parts.groups.settlement.id],
        },
        environment={
            "variables": {
                "DATABASE_HOST": parts.stores.database.address,
                "DATABASE_PORT": str(DATABASE_PORT),
            }
        },
        logging_config={"log_format": "JSON", "log_group": logs.name},
        tags=settings.tags("settlement"),
    )
    aws.lambda_.EventSourceMapping(
        "trades-to-settlement",
        event_source_arn=parts.messaging.trades.arn,
        function_name=function.arn,
        batch_size=10,
        function_response_types=["ReportBatchItemFailures"],
        scaling_config={"maximum_concurrency": 20},
        tags=settings.tags("trades-to-settlement"),
    )
    if faulty("function-public"):
        aws.lambda_.Permission(
            "settlement-callers",
            action="lambda:InvokeFunction",
            function=function.name,
            principal="*",
        )
    return Settlement(function)


def _role(settings: Settings, parts: Parts, logs: aws.cloudwatch.LogGroup) -> aws.iam.Role:
    role = service_role(settings, "settlement", "lambda.amazonaws.com")
    aws.iam.RolePolicyAttachment(
        "settlement-network",
        role=role.name,
        policy_arn="arn:aws:iam::aws:policy/service-role/AWSLambdaENIManagementAccess",
    )
    taking = ["sqs:GetQueueAttributes"]
    if not faulty("consumer-may-not-read"):
        taking += ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"]
    user = pulumi.Output.concat(
        settings.arn("rds-db", "dbuser:"), parts.stores.database.resource_id, "/settlement"
    )
    policy = aws.iam.Policy(
        "settlement",
        name=settings.called("settlement"),
        policy=document(
            {"Effect": "Allow", "Action": taking, "Resource": parts.messaging.trades.arn},
            {
                "Effect": "Allow",
                "Action": "sqs:SendMessage",
                "Resource": parts.messaging.dead_letters["trades"].arn,
            },
            {
                "Effect": "Allow",
                "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
                "Resource": [parts.keys.messages.arn, parts.keys.data.arn],
            },
            {"Effect": "Allow", "Action": "rds-db:connect", "Resource": user},
            {
                "Effect": "Allow",
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                "Resource": pulumi.Output.concat(logs.arn, ":*"),
            },
            {
                "Effect": "Allow",
                "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
                "Resource": "*",
            },
        ),
        tags=settings.tags("settlement-policy"),
    )
    aws.iam.RolePolicyAttachment("settlement", role=role.name, policy_arn=policy.arn)
    return role
