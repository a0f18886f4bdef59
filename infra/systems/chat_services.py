"""The chat system's services: what each runs, may do and is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from infra.components.fargate_service import (
    Connection,
    FargateService,
    FargateServiceArgs,
    Placement,
)
from infra.components.repository import Repository, RepositoryArgs
from infra.components.task_roles import TaskRoles, TaskRolesArgs
from infra.config.chat import ChatConfig
from infra.plan import fargate
from infra.plan.images import Image
from infra.plan.routing import health_command
from infra.plan.service_connect import callees_of, endpoint_of, internal_urls
from infra.systems.chat_data import Data
from infra.systems.chat_edge import Edge
from infra.systems.chat_environment import SecretReference, environment_of, secrets_of
from infra.systems.chat_foundation import Foundation
from infra.systems.chat_service_plans import SHELLS, ServicePlan, plan_services


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service as others see it."""

    part: str
    repository: Repository
    service: FargateService


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The three services of the chat system."""

    api: Service
    realtime: Service
    workers: Service

    def all(self) -> tuple[Service, ...]:
        """All of them, in the order in which they are shown."""
        return (self.api, self.realtime, self.workers)


def build_services(config: ChatConfig, foundation: Foundation, edge: Edge, data: Data) -> Services:
    """Declare the services, each with a repository, and roles of its own."""
    built: dict[str, Service] = {}
    for plan in plan_services(config, edge, data):
        # A task can only call services that were there when it was started.
        called = () if foundation.namespace is None else callees_of(plan.part)
        built[plan.part] = _build(
            config, foundation, edge, data, plan, after=[built[part].service for part in called]
        )
    return Services(api=built["api"], realtime=built["realtime"], workers=built["workers"])


def _build(
    config: ChatConfig,
    foundation: Foundation,
    edge: Edge,
    data: Data,
    plan: ServicePlan,
    *,
    after: Sequence[FargateService],
) -> Service:
    context = foundation.context
    secrets = secrets_of(plan.part, data)
    environment = environment_of(
        plan.part, plan.port, config=config, context=context, host=edge.host, data=data
    )
    if foundation.namespace is not None:
        environment |= internal_urls(plan.part)
    repository = Repository(
        f"{plan.part}-images",
        RepositoryArgs(
            context=context,
            part=plan.part,
            force_delete=not foundation.lifecycle.keep_on_destroy,
        ),
    )
    roles = _roles(foundation, data, plan, repository, secrets)
    service = FargateService(
        plan.part,
        _service_args(
            config,
            foundation,
            plan,
            roles=roles,
            repository=repository,
            environment=environment,
            secrets={name: secret.value_from for name, secret in secrets.items()},
        ),
        wait_for=[
            foundation.network,
            foundation.groups,
            foundation.cluster,
            roles,
            *([] if plan.target is None else [plan.target]),
            *after,
        ],
    )
    return Service(part=plan.part, repository=repository, service=service)


def _roles(
    foundation: Foundation,
    data: Data,
    plan: ServicePlan,
    repository: Repository,
    secrets: Mapping[str, SecretReference],
) -> TaskRoles:
    context, namespace = foundation.context, foundation.namespace
    log_group = context.place.arn("logs", f"log-group:{context.log_group('ecs', plan.part)}")
    return TaskRoles(
        f"{plan.part}-roles",
        TaskRolesArgs(
            context=context,
            part=plan.part,
            repository_arn=repository.arn,
            log_group_arns=(log_group,)
            if namespace is None
            else (log_group, namespace.log_group_arn),
            secret_arns=list(dict.fromkeys(secret.arn for secret in secrets.values())),
            renewed_secret_arns=[data.service_secret_arn],
            secrets_key_arn=foundation.data_key.arn,
            exec_log_group_arn=foundation.cluster.exec_log_group_arn,
            exec_key_arn=foundation.operations_key.arn,
            work=plan.work,
            shell=SHELLS,
        ),
    )


def _service_args(
    config: ChatConfig,
    foundation: Foundation,
    plan: ServicePlan,
    *,
    roles: TaskRoles,
    repository: Repository,
    environment: Mapping[str, pulumi.Input[str]],
    secrets: Mapping[str, pulumi.Input[str]],
) -> FargateServiceArgs:
    image = Image.tagged(plan.config.image_tag)
    return FargateServiceArgs(
        context=foundation.context,
        part=plan.part,
        cluster_arn=foundation.cluster.arn,
        image=image.stand_in or pulumi.Output.concat(repository.url, ":", image.tag or ""),
        command=image.command,
        size=plan.config.size,
        architecture=fargate.architecture(graviton=config.graviton),
        port=plan.port,
        environment=environment,
        secrets=secrets,
        health_command=health_command(plan.port, plan.health_path),
        execution_role_arn=roles.execution_role_arn,
        task_role_arn=roles.task_role_arn,
        placement=_placement(config, foundation, plan.part),
        capacity=foundation.capacity,
        desired_count=plan.config.desired_count,
        rollout=plan.rollout,
        target_group_arn=None if plan.target is None else plan.target.target_group_arn,
        grace_period=config.health_check_grace_seconds,
        stop_timeout=plan.stop_timeout,
        shell=SHELLS,
        connection=_connection(foundation, plan.part),
        log_days=foundation.lifecycle.log_days,
        log_key_arn=foundation.operations_key.arn,
    )


def _connection(foundation: Foundation, part: str) -> Connection | None:
    if foundation.namespace is None:
        return None
    return Connection(
        namespace_arn=foundation.namespace.arn,
        log_group_name=foundation.namespace.log_group_name,
        endpoint=endpoint_of(part),
    )


def _placement(config: ChatConfig, foundation: Foundation, part: str) -> Placement:
    """Private subnets, but public ones where no NAT gateway gives a way out (chat spec 001)."""
    network = foundation.network
    public = config.nat_gateways == 0
    return Placement(
        subnet_ids=network.public_subnet_ids if public else network.private_subnet_ids,
        security_group_id=foundation.groups.ids[part],
        public_address=public,
    )
