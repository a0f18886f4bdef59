"""The API behind CloudFront: customers, their tokens, and the routes."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .functions import Functions
from .settings import YEAR_OF_LOGS, Settings, faulty

_LOGGED = {
    "request": "$context.requestId",
    "route": "$context.routeKey",
    "status": "$context.status",
    "latency": "$context.responseLatency",
    "error": "$context.integrationErrorMessage",
}


def access_logs(name: str, shop: Settings, key: aws.kms.Key) -> aws.cloudwatch.LogGroup:
    """Where an API says who asked for what."""
    return aws.cloudwatch.LogGroup(
        f"{name}-access",
        name=f"/bazaar/{shop.suffix}/{name}",
        retention_in_days=YEAR_OF_LOGS,
        kms_key_id=key.arn,
        opts=shop.here(),
    )


@dataclass(frozen=True)
class Customers:
    """The pool of customers and the shop as its client."""

    pool: aws.cognito.UserPool
    client: aws.cognito.UserPoolClient


def make_customers(shop: Settings) -> Customers:
    """Accounts of customers: long passwords and a second factor."""
    weak = faulty("weak-passwords")
    pool = aws.cognito.UserPool(
        "customers",
        name=shop.named("customers"),
        username_attributes=["email"],
        auto_verified_attributes=["email"],
        user_pool_tier="PLUS",
        deletion_protection="INACTIVE" if faulty("customers-deletable") else "ACTIVE",
        mfa_configuration="ON",
        software_token_mfa_configuration={"enabled": True},
        password_policy={
            "minimum_length": 6 if weak else 14,
            "require_lowercase": not weak,
            "require_uppercase": not weak,
            "require_numbers": True,
            "require_symbols": not weak,
            "temporary_password_validity_days": 1,
        },
        user_pool_add_ons={"advanced_security_mode": "ENFORCED"},
        account_recovery_setting={
            "recovery_mechanisms": [{"name": "verified_email", "priority": 1}]
        },
        opts=pulumi.ResourceOptions(provider=shop.home, protect=True),
    )
    client = aws.cognito.UserPoolClient(
        "storefront",
        name="storefront",
        user_pool_id=pool.id,
        explicit_auth_flows=["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        prevent_user_existence_errors="ENABLED",
        enable_token_revocation=True,
        access_token_validity=30,
        token_validity_units={"access_token": "minutes"},
        opts=shop.here(),
    )
    return Customers(pool, client)


class FrontApi(pulumi.ComponentResource):
    """The HTTP API of the storefront, on a host of its own."""

    def __init__(
        self,
        name: str,
        shop: Settings,
        *,
        functions: Functions,
        customers: Customers,
        key: aws.kms.Key,
        certificate: pulumi.Input[str],
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("bazaar:api:FrontApi", name, None, opts)
        self._shop = shop
        self._mine = pulumi.ResourceOptions(parent=self)
        self.host = f"api.{shop.domain}"
        origins = ["*"] if faulty("any-origin-allowed") else [f"https://{shop.domain}"]
        self.api = aws.apigatewayv2.Api(
            "front",
            name=shop.named("front"),
            protocol_type="HTTP",
            disable_execute_api_endpoint=True,
            cors_configuration={
                "allow_origins": origins,
                "allow_methods": ["GET", "POST"],
                "allow_headers": ["authorization", "content-type"],
                "max_age": 600,
            },
            opts=self._mine,
        )
        self._authorizer = self._make_authorizer(customers)
        self._route("catalog", "GET /api/catalog/{proxy+}", functions.live.invoke_arn)
        self._route("orders", "ANY /api/orders/{proxy+}", functions.orders.invoke_arn)
        called = {"catalog": functions.catalog.name, "orders": functions.orders.name}
        for title, function in called.items():
            if title == "orders" and faulty("api-permission-missing"):
                continue
            aws.lambda_.Permission(
                f"front-to-{title}",
                action="lambda:InvokeFunction",
                function=function,
                qualifier=functions.live.name if title == "catalog" else None,
                principal="apigateway.amazonaws.com",
                source_arn=pulumi.Output.concat(self.api.execution_arn, "/*/*"),
                opts=self._mine,
            )
        self.stage = self._stage(access_logs("front", shop, key))
        self.domain = self._domain(certificate)
        self.register_outputs({"host": self.host})

    def _make_authorizer(self, customers: Customers) -> aws.apigatewayv2.Authorizer:
        return aws.apigatewayv2.Authorizer(
            "customers",
            name="customers",
            api_id=self.api.id,
            authorizer_type="JWT",
            identity_sources=["$request.header.Authorization"],
            jwt_configuration={
                "audiences": [customers.client.id],
                "issuer": pulumi.Output.concat("https://", customers.pool.endpoint),
            },
            opts=self._mine,
        )

    def _route(self, title: str, key: str, function: pulumi.Input[str]) -> None:
        integration = aws.apigatewayv2.Integration(
            title,
            api_id=self.api.id,
            integration_type="AWS_PROXY",
            integration_method="POST",
            integration_uri=function,
            payload_format_version="2.0",
            timeout_milliseconds=29000,
            opts=self._mine,
        )
        unguarded = title == "orders" and faulty("route-without-authorization")
        aws.apigatewayv2.Route(
            title,
            api_id=self.api.id,
            route_key=key,
            target=integration.id.apply(lambda one: f"integrations/{one}"),
            authorization_type="NONE" if unguarded else "JWT",
            authorizer_id=None if unguarded else self._authorizer.id,
            opts=self._mine,
        )

    def _stage(self, logs: aws.cloudwatch.LogGroup) -> aws.apigatewayv2.Stage:
        log_settings: aws.apigatewayv2.StageAccessLogSettingsArgsDict | None = {
            "destination_arn": logs.arn,
            "format": json.dumps(_LOGGED),
        }
        if faulty("front-stage-unlogged"):
            log_settings = None
        limits: aws.apigatewayv2.StageDefaultRouteSettingsArgsDict = {
            "detailed_metrics_enabled": True
        }
        if not faulty("front-stage-unthrottled"):
            limits.update({"throttling_rate_limit": 10000, "throttling_burst_limit": 5000})
        return aws.apigatewayv2.Stage(
            "front",
            name="$default",
            api_id=self.api.id,
            auto_deploy=True,
            access_log_settings=log_settings,
            default_route_settings=limits,
            opts=self._mine,
        )

    def _domain(self, certificate: pulumi.Input[str]) -> aws.apigatewayv2.DomainName:
        domain = aws.apigatewayv2.DomainName(
            "front",
            domain_name=self.host,
            domain_name_configuration={
                "certificate_arn": certificate,
                "endpoint_type": "REGIONAL",
                "security_policy": "TLS_1_2",
            },
            opts=self._mine,
        )
        aws.apigatewayv2.ApiMapping(
            "front",
            api_id=self.api.id,
            domain_name=domain.domain_name,
            stage=self.stage.name,
            opts=self._mine,
        )
        return domain
