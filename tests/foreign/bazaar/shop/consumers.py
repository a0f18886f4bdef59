"""Functions that work off what others leave them: a queue, a stream, a bucket."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from .identity import Statement, may
from .making import Spec, make_function
from .parts import Parts
from .settings import HOUR, faulty

CHARGE_TIMEOUT = 60


def fulfilling(parts: Parts) -> aws.lambda_.Function:
    """Charges paid orders, from the queue."""
    shop, secret, queue = parts.shop, parts.vault.payments, parts.messages.fulfilment.main
    consuming = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    statements: list[Statement] = [
        may(consuming, queue.arn),
        may(["dynamodb:UpdateItem"], parts.tables.orders.arn),
    ]
    if not faulty("secret-not-allowed"):
        statements.append(may("secretsmanager:GetSecretValue", secret.arn))
    environment: dict[str, pulumi.Input[str]] = {
        "ORDERS": parts.tables.orders.name,
        "PAYMENT_SECRET_ARN": secret.arn,
    }
    if faulty("secret-in-environment"):
        environment["PAYMENT_API_KEY"] = "sk_live_51Hq8sKJx0bazaar7Rr2LmZ"
    fulfil = make_function(
        "fulfil",
        Spec(
            timeout=CHARGE_TIMEOUT,
            reserved=20,
            statements=statements,
            environment=environment,
            dead_letters=parts.messages.failures.arn,
        ),
        shop,
        parts.key,
    )
    most = 100 if faulty("consumer-beyond-reserved") else 20
    aws.lambda_.EventSourceMapping(
        "fulfilment",
        event_source_arn=queue.arn,
        function_name=fulfil.arn,
        batch_size=10,
        function_response_types=["ReportBatchItemFailures"],
        scaling_config={"maximum_concurrency": most},
        opts=shop.here(),
    )
    return fulfil


def keeping_the_ledger(parts: Parts) -> aws.lambda_.Function:
    """Tells the bus what becomes of orders, from the table's stream."""
    shop, orders, failures = parts.shop, parts.tables.orders, parts.messages.failures
    reading = [
        "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream",
    ]  # fmt: skip
    statements = [
        may("events:PutEvents", parts.messages.bus.arn),
        may("dynamodb:ListStreams", "*"),
    ]
    if not faulty("stream-not-readable"):
        statements.append(may(reading, orders.stream_arn))
    ledger = make_function(
        "ledger",
        Spec(
            timeout=30,
            reserved=20,
            statements=statements,
            environment={"BUS": parts.messages.bus.name},
            dead_letters=failures.arn,
        ),
        shop,
        parts.key,
    )
    careless = faulty("stream-without-failure-destination")
    aws.lambda_.EventSourceMapping(
        "orders-stream",
        event_source_arn=orders.stream_arn,
        function_name=ledger.arn,
        starting_position="TRIM_HORIZON",
        batch_size=100,
        parallelization_factor=2,
        bisect_batch_on_function_error=not careless,
        maximum_retry_attempts=None if careless else 5,
        maximum_record_age_in_seconds=None if careless else 6 * HOUR,
        destination_config=None if careless else {"on_failure": {"destination_arn": failures.arn}},
        function_response_types=["ReportBatchItemFailures"],
        opts=shop.here(),
    )
    return ledger


def importing(parts: Parts) -> aws.lambda_.Function:
    """Takes suppliers' stock lists from the bucket."""
    shop, bucket = parts.shop, parts.uploads.bucket
    statements = [
        may("s3:GetObject", bucket.arn.apply(lambda arn: f"{arn}/*")),
        may("dynamodb:BatchWriteItem", parts.tables.stock.arn),
    ]
    if faulty("importer-may-everything-in-s3"):
        statements.append(may("s3:*", "*"))
    if faulty("secret-allowed-never-used"):
        statements.append(may("secretsmanager:GetSecretValue", parts.vault.payments.arn))
    lost = faulty("failed-imports-are-lost")
    importer = make_function(
        "importer",
        Spec(
            timeout=300,
            memory=1024,
            reserved=10,
            runtime="python3.8" if faulty("runtime-end-of-life") else "python3.13",
            statements=statements,
            environment={"STOCK": parts.tables.stock.name},
            dead_letters=None if lost else parts.messages.failures.arn,
        ),
        shop,
        parts.key,
    )
    permission = None
    if not faulty("notification-without-permission"):
        permission = aws.lambda_.Permission(
            "uploads-to-importer",
            action="lambda:InvokeFunction",
            function=importer.name,
            principal="s3.amazonaws.com",
            source_arn=bucket.arn,
            source_account=None if faulty("permission-for-any-account") else shop.account,
            opts=shop.here(),
        )
    aws.s3.BucketNotification(
        "uploads",
        bucket=bucket.id,
        lambda_functions=[
            {
                "lambda_function_arn": importer.arn,
                "events": ["s3:ObjectCreated:*"],
                "filter_prefix": "stock/",
                "filter_suffix": ".csv",
            }
        ],
        opts=pulumi.ResourceOptions(
            provider=shop.home, depends_on=[] if permission is None else [permission]
        ),
    )
    return importer
