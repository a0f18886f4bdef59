"""The REST API of partners: keys, plans, and a web ACL."""

from __future__ import annotations

import json

import pulumi
import pulumi_aws as aws

from .front_api import access_logs
from .functions import Functions
from .identity import make_role, may, trusted
from .settings import Settings, faulty

_LOGGED = {
    "request": "$context.requestId",
    "caller": "$context.identity.apiKeyId",
    "path": "$context.resourcePath",
    "status": "$context.status",
}


class PartnerApi(pulumi.ComponentResource):
    """What partners may ask of the stock, each with a key and within a plan."""

    def __init__(
        self,
        name: str,
        shop: Settings,
        *,
        functions: Functions,
        key: aws.kms.Key,
        certificate: pulumi.Input[str],
        firewall: aws.wafv2.WebAcl,
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("bazaar:api:PartnerApi", name, None, opts)
        self._shop = shop
        self._functions = functions
        self._mine = pulumi.ResourceOptions(parent=self)
        self.host = f"partners.{shop.domain}"
        self.api = aws.apigateway.RestApi(
            "partners",
            name=shop.named("partners"),
            endpoint_configuration={"types": "REGIONAL"},
            disable_execute_api_endpoint=True,
            minimum_compression_size="1024",
            opts=self._mine,
        )
        method, integration = self._method()
        self.stage = self._stage(key, method, integration)
        if not faulty("partner-stage-without-firewall"):
            aws.wafv2.WebAclAssociation(
                "partners",
                resource_arn=self.stage.arn,
                web_acl_arn=firewall.arn,
                opts=self._mine,
            )
        self._plan()
        self.domain = self._domain(certificate)
        self.register_outputs({"host": self.host})

    def _method(self) -> tuple[aws.apigateway.Method, aws.apigateway.Integration]:
        calling = make_role(
            "partner-authorizer",
            trusted("apigateway"),
            [may("lambda:InvokeFunction", self._functions.authorizer.arn)],
            opts=self._mine,
        )
        authorizer = aws.apigateway.Authorizer(
            "partners",
            name="partners",
            rest_api=self.api.id,
            type="TOKEN",
            authorizer_uri=self._functions.authorizer.invoke_arn,
            authorizer_credentials=calling.arn,
            identity_source="method.request.header.Authorization",
            authorizer_result_ttl_in_seconds=300,
            opts=self._mine,
        )
        resource = aws.apigateway.Resource(
            "stock",
            rest_api=self.api.id,
            parent_id=self.api.root_resource_id,
            path_part="stock",
            opts=self._mine,
        )
        unguarded = faulty("method-without-authorization")
        method = aws.apigateway.Method(
            "stock",
            rest_api=self.api.id,
            resource_id=resource.id,
            http_method="GET",
            authorization="NONE" if unguarded else "CUSTOM",
            authorizer_id=None if unguarded else authorizer.id,
            api_key_required=not faulty("method-without-key"),
            opts=self._mine,
        )
        integration = aws.apigateway.Integration(
            "stock",
            rest_api=self.api.id,
            resource_id=resource.id,
            http_method=method.http_method,
            type="AWS_PROXY",
            integration_http_method="POST",
            uri=self._functions.orders.invoke_arn,
            opts=self._mine,
        )
        aws.lambda_.Permission(
            "partners-to-orders",
            action="lambda:InvokeFunction",
            function=self._functions.orders.name,
            principal="apigateway.amazonaws.com",
            source_arn=pulumi.Output.concat(self.api.execution_arn, "/*/GET/stock"),
            opts=self._mine,
        )
        return method, integration

    def _stage(
        self,
        key: aws.kms.Key,
        method: aws.apigateway.Method,
        integration: aws.apigateway.Integration,
    ) -> aws.apigateway.Stage:
        writer = make_role(
            "api-logs",
            trusted("apigateway"),
            [],
            managed=["service-role/AmazonAPIGatewayPushToCloudWatchLogs"],
            opts=self._mine,
        )
        account = aws.apigateway.Account("account", cloudwatch_role_arn=writer.arn, opts=self._mine)
        deployment = aws.apigateway.Deployment(
            "partners",
            rest_api=self.api.id,
            triggers={
                "redeploy": pulumi.Output.json_dumps(
                    [method.id, method.authorization, integration.id, integration.uri]
                )
            },
            opts=pulumi.ResourceOptions(parent=self, depends_on=[method, integration]),
        )
        logs = access_logs("partners", self._shop, key)
        lost = self._shop.arn("logs", "log-group:/bazaar/api-access")
        destination = lost if faulty("stage-log-group-missing") else logs.arn
        shown = aws.apigateway.ClientCertificate(
            "partners", description="What the API shows to those it calls", opts=self._mine
        )
        stage = aws.apigateway.Stage(
            "partners",
            rest_api=self.api.id,
            deployment=deployment.id,
            stage_name="v1",
            client_certificate_id=shown.id,
            cache_cluster_enabled=True,
            cache_cluster_size="0.5",
            xray_tracing_enabled=not faulty("stage-untraced"),
            access_log_settings=None
            if faulty("partner-stage-unlogged")
            else {"destination_arn": destination, "format": json.dumps(_LOGGED)},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[account]),
        )
        aws.apigateway.MethodSettings(
            "partners",
            rest_api=self.api.id,
            stage_name=stage.stage_name,
            method_path="*/*",
            settings={
                "logging_level": "INFO",
                "metrics_enabled": True,
                "data_trace_enabled": faulty("stage-logs-bodies"),
                "caching_enabled": True,
                "cache_ttl_in_seconds": 60,
                "cache_data_encrypted": not faulty("stage-cache-unencrypted"),
                "throttling_rate_limit": 10000,
                "throttling_burst_limit": 5000,
            },
            opts=self._mine,
        )
        return stage

    def _plan(self) -> None:
        unlimited = faulty("usage-plan-unlimited")
        plan = aws.apigateway.UsagePlan(
            "partners",
            name=self._shop.named("partners"),
            api_stages=[
                aws.apigateway.UsagePlanApiStageArgs(
                    api_id=self.api.id, stage=self.stage.stage_name
                )
            ],
            throttle_settings=None if unlimited else {"rate_limit": 10000, "burst_limit": 5000},
            quota_settings=None if unlimited else {"limit": 5_000_000, "period": "DAY"},
            opts=self._mine,
        )
        for partner in ("courier", "marketplace"):
            api_key = aws.apigateway.ApiKey(
                partner, name=self._shop.named(partner), opts=self._mine
            )
            aws.apigateway.UsagePlanKey(
                partner,
                key_id=api_key.id,
                key_type="API_KEY",
                usage_plan_id=plan.id,
                opts=self._mine,
            )

    def _domain(self, certificate: pulumi.Input[str]) -> aws.apigateway.DomainName:
        domain = aws.apigateway.DomainName(
            "partners",
            domain_name=self.host,
            regional_certificate_arn=certificate,
            endpoint_configuration={"types": "REGIONAL"},
            security_policy="TLS_1_0" if faulty("api-domain-with-old-tls") else "TLS_1_2",
            opts=self._mine,
        )
        aws.apigateway.BasePathMapping(
            "partners",
            rest_api=self.api.id,
            stage_name=self.stage.stage_name,
            domain_name=domain.domain_name,
            opts=self._mine,
        )
        return domain
