"""The functions of the shop, and what wakes them."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .consumers import fulfilling, importing, keeping_the_ledger
from .identity import may
from .making import Spec, make_function
from .parts import Parts
from .settings import faulty
from .vault import SHOP_USER


@dataclass(frozen=True)
class Functions:
    """Those that others refer to."""

    catalog: aws.lambda_.Function
    live: aws.lambda_.Alias
    orders: aws.lambda_.Function
    fulfil: aws.lambda_.Function
    ledger: aws.lambda_.Function
    importer: aws.lambda_.Function
    refund: aws.lambda_.Function
    authorizer: aws.lambda_.Function
    rotation: aws.lambda_.Function
    webhook: aws.lambda_.Function

    def names(self) -> dict[str, pulumi.Output[str]]:
        """The names that alarms watch."""
        watched = (
            self.catalog, self.orders, self.fulfil, self.ledger, self.importer,
            self.refund, self.authorizer, self.rotation, self.webhook,
        )  # fmt: skip
        titles = (
            "catalog", "orders", "fulfil", "ledger", "importer",
            "refund", "authorizer", "rotation", "webhook",
        )  # fmt: skip
        return {title: one.name for title, one in zip(titles, watched, strict=True)}


def _catalog(parts: Parts) -> aws.lambda_.Function:
    shop, database, cache = parts.shop, parts.database, parts.cache
    environment: dict[str, pulumi.Input[str]] = {
        "DATABASE_HOST": database.proxy.endpoint,
        "DATABASE_USER": SHOP_USER,
        "CACHE_HOST": cache.group.primary_endpoint_address,
        "CACHE_USER": cache.user.user_name,
        "RATES_URL": "https://rates.example.com/v2",
    }
    if faulty("connection-string-in-environment"):
        environment["DATABASE_URL"] = pulumi.Output.concat(
            "postgresql://shop:Tr0ub4dor-Sale@", database.proxy.endpoint, ":5432/shop"
        )
    subnets = parts.network.private_ids()
    if faulty("function-in-public-subnets"):
        subnets = [subnet.id for subnet in parts.network.public]
    tag = "latest" if faulty("image-by-latest") else "2024.11.3"
    return make_function(
        "catalog",
        Spec(
            timeout=10,
            memory=3072,
            reserved=20 if faulty("reserved-below-provisioned") else 400,
            image=pulumi.Output.concat(parts.images.repository_url, ":", tag),
            statements=[
                may("rds-db:connect", database.login(SHOP_USER)),
                may("elasticache:Connect", cache.group.arn, cache.user.arn),
            ],
            environment=environment,
            subnets=subnets[:1] if faulty("function-in-one-zone") else subnets,
            groups=[parts.doors.groups["functions"].id],
            dead_letters=parts.messages.failures.arn,
            publish=True,
        ),
        shop,
        parts.key,
    )


def _live(parts: Parts, catalog: aws.lambda_.Function) -> aws.lambda_.Alias:
    shop = parts.shop
    live = aws.lambda_.Alias(
        "live",
        name="live",
        function_name=catalog.name,
        function_version=catalog.version,
        opts=shop.here(),
    )
    aws.lambda_.ProvisionedConcurrencyConfig(
        "live",
        function_name=catalog.name,
        qualifier=live.name,
        provisioned_concurrent_executions=50,
        opts=pulumi.ResourceOptions(
            provider=shop.home, ignore_changes=["provisionedConcurrentExecutions"]
        ),
    )
    scaled = "stable" if faulty("scaling-of-missing-alias") else live.name
    target = aws.appautoscaling.Target(
        "live",
        service_namespace="lambda",
        resource_id=pulumi.Output.concat("function:", catalog.name, ":", scaled),
        scalable_dimension="lambda:function:ProvisionedConcurrency",
        min_capacity=50,
        max_capacity=10 if faulty("alias-scaling-inverted") else 300,
        opts=shop.here(),
    )
    aws.appautoscaling.Policy(
        "live",
        name=shop.named("live"),
        policy_type="TargetTrackingScaling",
        service_namespace=target.service_namespace,
        resource_id=target.resource_id,
        scalable_dimension=target.scalable_dimension,
        target_tracking_scaling_policy_configuration={
            "target_value": 0.7,
            "predefined_metric_specification": {
                "predefined_metric_type": "LambdaProvisionedConcurrencyUtilization"
            },
        },
        opts=shop.here(),
    )
    return live


def _orders(parts: Parts) -> aws.lambda_.Function:
    tables, messages = parts.tables, parts.messages
    index = tables.orders.arn.apply(lambda arn: f"{arn}/index/by-customer")
    statements = [
        may(["dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:Query"], tables.orders.arn, index),
        may(["dynamodb:GetItem", "dynamodb:UpdateItem"], tables.stock.arn, tables.sessions.arn),
        may("sns:Publish", messages.order_events.arn),
    ]
    if faulty("role-can-escalate"):
        statements.append(
            may(["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"], "*")
        )
    return make_function(
        "orders",
        Spec(
            timeout=120 if faulty("timeout-beyond-gateway") else 10,
            reserved=200,
            statements=statements,
            environment={
                "ORDERS": tables.orders.name,
                "STOCK": tables.stock.name,
                "SESSIONS": tables.sessions.name,
                "TOPIC": messages.order_events.arn,
            },
            dead_letters=messages.failures.arn,
        ),
        parts.shop,
        parts.key,
    )


def _rotation(parts: Parts) -> aws.lambda_.Function:
    owned = [parts.vault.database.arn, parts.vault.payments.arn]
    return make_function(
        "rotation",
        Spec(
            timeout=60,
            reserved=2,
            statements=[
                may(
                    [
                        "secretsmanager:DescribeSecret",
                        "secretsmanager:GetSecretValue",
                        "secretsmanager:PutSecretValue",
                        "secretsmanager:UpdateSecretVersionStage",
                    ],
                    *owned,
                ),
                may("secretsmanager:GetRandomPassword", "*"),
            ],
            environment={
                "DATABASE_HOST": parts.database.cluster.endpoint,
                "DATABASE_SECRET_ARN": parts.vault.database.arn,
                "PAYMENT_SECRET_ARN": parts.vault.payments.arn,
            },
            subnets=parts.network.private_ids(),
            groups=[parts.doors.groups["rotation"].id],
            dead_letters=parts.messages.failures.arn,
        ),
        parts.shop,
        parts.key,
    )


def _webhook(parts: Parts) -> aws.lambda_.Function:
    webhook = make_function(
        "webhook",
        Spec(
            timeout=10,
            reserved=20,
            statements=[may("events:PutEvents", parts.messages.bus.arn)],
            environment={"BUS": parts.messages.bus.name},
            dead_letters=parts.messages.failures.arn,
        ),
        parts.shop,
        parts.key,
    )
    aws.lambda_.FunctionUrl(
        "webhook",
        function_name=webhook.name,
        authorization_type="NONE" if faulty("function-url-open") else "AWS_IAM",
        opts=parts.shop.here(),
    )
    return webhook


def make_functions(parts: Parts) -> Functions:
    """All functions of the home region."""
    shop = parts.shop
    catalog = _catalog(parts)
    orders = _orders(parts)
    if faulty("function-open-to-anyone"):
        aws.lambda_.Permission(
            "orders-for-partners",
            action="lambda:InvokeFunction",
            function=orders.name,
            principal="*",
            opts=shop.here(),
        )
    simple = Spec(timeout=30, reserved=20, dead_letters=parts.messages.failures.arn)
    paying = Spec(
        timeout=30,
        reserved=20,
        statements=[
            may("secretsmanager:GetSecretValue", parts.vault.payments.arn),
            may("dynamodb:UpdateItem", parts.tables.orders.arn),
        ],
        environment={
            "PAYMENT_SECRET_ARN": parts.vault.payments.arn,
            "ORDERS": parts.tables.orders.name,
        },
        dead_letters=parts.messages.failures.arn,
    )
    return Functions(
        catalog=catalog,
        live=_live(parts, catalog),
        orders=orders,
        fulfil=fulfilling(parts),
        ledger=keeping_the_ledger(parts),
        importer=importing(parts),
        refund=make_function("refund", paying, shop, parts.key),
        authorizer=make_function("authorizer", simple, shop, parts.key),
        rotation=_rotation(parts),
        webhook=_webhook(parts),
    )
