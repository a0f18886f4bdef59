"""The venue's services: web API, order gateway, matching worker."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .common import Settings, faulty, log_group
from .containers import FargateService, Plan, Platform
from .data import Stores
from .edge import Edge
from .groups import API_PORT, DATABASE_PORT, GATEWAY_PORT, MATCHING_PORT, Groups
from .identity import deployer
from .keys import Keys
from .messaging import Messaging
from .network import Network
from .storage import Buckets
from .vault import Vault


@dataclass(frozen=True)
class Parts:
    """All that the services stand on."""

    network: Network
    groups: Groups
    keys: Keys
    buckets: Buckets
    messaging: Messaging
    stores: Stores
    vault: Vault
    edge: Edge


@dataclass(frozen=True)
class Services:
    cluster: aws.ecs.Cluster
    running: dict[str, FargateService]


def make_services(settings: Settings, parts: Parts) -> Services:
    platform = Platform(
        settings,
        parts.network,
        parts.keys,
        _cluster(settings, parts.keys),
        aws.servicediscovery.PrivateDnsNamespace(
            "venue",
            name=f"{settings.environment}.exchange.internal",
            description="How services find one another",
            vpc=parts.network.vpc.id,
            tags=settings.tags("namespace"),
        ),
    )
    listeners: list[pulumi.Resource] = [parts.edge.https, parts.edge.rehearsal]
    running = {
        plan.what: FargateService(plan, platform, depends_on=listeners)
        for plan in (
            _web_api(settings, parts),
            _gateway(settings, parts),
            _matching(settings, parts),
        )
    }
    _blue_green(settings, parts.edge, platform.cluster, running["web-api"])
    return Services(platform.cluster, running)


def _cluster(settings: Settings, keys: Keys) -> aws.ecs.Cluster:
    sessions = log_group(
        settings, "exec-logs", f"/exchange/{settings.environment}/exec", keys.audit
    )
    cluster = aws.ecs.Cluster(
        "venue",
        name=settings.called("venue"),
        settings=[
            {
                "name": "containerInsights",
                "value": "disabled" if faulty("cluster-without-insights") else "enhanced",
            }
        ],
        configuration={
            "execute_command_configuration": {
                "kms_key_id": keys.data.arn,
                "logging": "OVERRIDE",
                "log_configuration": {
                    "cloud_watch_encryption_enabled": True,
                    "cloud_watch_log_group_name": sessions.name,
                },
            }
        },
        tags=settings.tags("cluster"),
    )
    aws.ecs.ClusterCapacityProviders(
        "venue",
        cluster_name=cluster.name,
        capacity_providers=["FARGATE"],
        default_capacity_provider_strategies=[{"capacity_provider": "FARGATE", "weight": 1}],
    )
    return cluster


def _connect(settings: Settings, stores: Stores, user: str) -> dict[str, object]:
    """Entering the database by IAM: there is no password to pass on."""
    return {
        "Effect": "Allow",
        "Action": "rds-db:connect",
        "Resource": pulumi.Output.concat(
            settings.arn("rds-db", "dbuser:"), stores.database.resource_id, "/", user
        ),
    }


def _use_cache(stores: Stores) -> dict[str, object]:
    return {
        "Effect": "Allow",
        "Action": "elasticache:Connect",
        "Resource": [stores.cache.arn, stores.cache_user.arn],
    }


def _use_key(key: aws.kms.Key) -> dict[str, object]:
    return {
        "Effect": "Allow",
        "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
        "Resource": key.arn,
    }


def _web_api(settings: Settings, parts: Parts) -> Plan:
    vault, stores, buckets = parts.vault, parts.stores, parts.buckets
    statements = buckets.statements.bucket
    readable = [] if faulty("secret-unreadable") else [vault.session_key]
    if faulty("secret-read-unused"):
        readable.append(vault.market_feed)
    return Plan(
        what="web-api",
        port=API_PORT,
        cpu=512,
        memory=1024,
        group=parts.groups.web_api,
        targets=parts.edge.blue,
        moved_by_code_deploy=True,
        environment={
            "DATABASE_HOST": stores.database.address,
            "DATABASE_PORT": str(DATABASE_PORT),
            "CACHE_HOST": stores.cache.primary_endpoint_address,
            "STATEMENTS_BUCKET": statements.bucket,
            "GATEWAY_URL": f"https://gateway.{settings.environment}.exchange.internal:{GATEWAY_PORT}",
        },
        secrets={"SESSION_KEY": vault.session_key},
        readable=readable,
        statements=[
            _connect(settings, stores, "web_api"),
            _use_cache(stores),
            {
                "Effect": "Allow",
                "Action": "s3:*" if faulty("service-wildcard-actions") else "s3:GetObject",
                "Resource": pulumi.Output.concat(statements.arn, "/*"),
            },
            _use_key(parts.keys.data),
        ],
    )


def _gateway(settings: Settings, parts: Parts) -> Plan:
    messaging, stores = parts.messaging, parts.stores
    return Plan(
        what="gateway",
        port=GATEWAY_PORT,
        cpu=1024,
        memory=2048,
        group=parts.groups.gateway,
        targets=parts.edge.gateway,
        balanced_port=9444 if faulty("balanced-port-unmapped") else None,
        environment={
            "ORDERS_QUEUE": messaging.orders.url,
            "CACHE_HOST": stores.cache.primary_endpoint_address,
            "POSITIONS_TABLE": stores.positions.name,
            "MATCHING_HOST": f"matching.{settings.environment}.exchange.internal",
        },
        secrets={"MARKET_FEED_TOKEN": parts.vault.market_feed},
        readable=[parts.vault.market_feed],
        statements=[
            {
                "Effect": "Allow",
                "Action": ["sqs:SendMessage", "sqs:GetQueueAttributes"],
                "Resource": messaging.orders.arn,
            },
            {
                "Effect": "Allow",
                "Action": ["dynamodb:GetItem", "dynamodb:Query"],
                "Resource": stores.positions.arn,
            },
            _use_cache(stores),
            _use_key(parts.keys.messages),
            _use_key(parts.keys.data),
        ],
    )


def _matching(settings: Settings, parts: Parts) -> Plan:
    messaging, stores = parts.messaging, parts.stores
    reading = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"]
    return Plan(
        what="matching",
        port=MATCHING_PORT,
        cpu=2048,
        memory=4096,
        group=parts.groups.matching,
        environment={
            "ORDERS_QUEUE": messaging.orders.url,
            "EXECUTIONS_TOPIC": messaging.executions.arn,
            "POSITIONS_TABLE": stores.positions.name,
            "DATABASE_HOST": stores.database.address,
        },
        statements=[
            {"Effect": "Allow", "Action": reading, "Resource": messaging.orders.arn},
            {"Effect": "Allow", "Action": "sns:Publish", "Resource": messaging.executions.arn},
            {
                "Effect": "Allow",
                "Action": ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
                "Resource": stores.positions.arn,
            },
            _connect(settings, stores, "matching"),
            _use_key(parts.keys.messages),
            _use_key(parts.keys.data),
        ],
    )


def _blue_green(
    settings: Settings, edge: Edge, cluster: aws.ecs.Cluster, api: FargateService
) -> None:
    app = aws.codedeploy.Application(
        "web-api",
        name=settings.called("web-api"),
        compute_platform="ECS",
        tags=settings.tags("web-api-deployments"),
    )
    green = edge.blue if faulty("blue-is-green") else edge.green
    aws.codedeploy.DeploymentGroup(
        "web-api",
        app_name=app.name,
        deployment_group_name=settings.called("web-api"),
        service_role_arn=deployer(settings).arn,
        deployment_config_name="CodeDeployDefault.ECSCanary10Percent5Minutes",
        deployment_style={
            "deployment_option": "WITH_TRAFFIC_CONTROL",
            "deployment_type": "BLUE_GREEN",
        },
        ecs_service={"cluster_name": cluster.name, "service_name": api.service.name},
        auto_rollback_configuration={
            "enabled": True,
            "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"],
        },
        alarm_configuration={"enabled": True, "alarms": [settings.called("balancer-errors")]},
        blue_green_deployment_config={
            "deployment_ready_option": {"action_on_timeout": "CONTINUE_DEPLOYMENT"},
            "terminate_blue_instances_on_deployment_success": {
                "action": "TERMINATE",
                "termination_wait_time_in_minutes": 30,
            },
        },
        load_balancer_info={
            "target_group_pair_info": {
                "prod_traffic_route": {"listener_arns": [edge.https.arn]},
                "test_traffic_route": {"listener_arns": [edge.rehearsal.arn]},
                "target_groups": [{"name": edge.blue.name}, {"name": green.name}],
            }
        },
        tags=settings.tags("web-api-deployments"),
    )
