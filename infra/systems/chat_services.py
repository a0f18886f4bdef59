"""The chat system's services: what each runs, may do and is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from infra.components.fargate_service import (
    FargateService,
    FargateServiceArgs,
    Placement,
    Rollout,
)
from infra.components.repository import Repository, RepositoryArgs
from infra.components.routed_target import RoutedTarget
from infra.components.task_roles import TaskRoles, TaskRolesArgs
from infra.config.chat import ChatConfig, ServiceConfig
from infra.plan.iam import Statement
from infra.plan.images import Image
from infra.plan.routing import API, REALTIME, WORKERS_HEALTH_PORT, health_command
from infra.plan.task_policies import consume, send_to
from infra.systems.chat_data import Data
from infra.systems.chat_edge import Edge
from infra.systems.chat_environment import environment_of, secrets_of
from infra.systems.chat_foundation import Foundation

_WORKERS_STOP_SECONDS = 60
"""As long as a message is invisible: what a worker has taken, it can finish."""

_FULL_ROLLOUT = Rollout(min_healthy_percent=100, max_percent=200)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What one service has that others haven't."""

    part: str
    config: ServiceConfig
    port: int
    health_path: str
    rollout: Rollout
    stop_timeout: int
    target: RoutedTarget | None
    work: tuple[Statement[str], ...]


def build_services(config: ChatConfig, foundation: Foundation, edge: Edge, data: Data) -> Services:
    """Declare the services, each with a repository, and roles of its own."""

    def built(wanted: _Wanted) -> Service:
        return _build(config, foundation, edge, data, wanted)

    return Services(
        api=built(
            _Wanted(
                part="api",
                config=config.api,
                port=API.port,
                health_path=API.health_path,
                rollout=_FULL_ROLLOUT,
                stop_timeout=config.api.stop_timeout,
                target=edge.api,
                work=send_to(data.push.arn, data.offline.arn),
            )
        ),
        realtime=built(
            _Wanted(
                part="realtime",
                config=config.realtime,
                port=REALTIME.port,
                health_path=REALTIME.health_path,
                rollout=Rollout(
                    min_healthy_percent=config.realtime.min_healthy_percent,
                    max_percent=config.realtime.max_percent,
                ),
                stop_timeout=config.realtime.stop_timeout,
                target=edge.realtime,
                # Whoever isn't connected gets a message through this queue.
                work=send_to(data.offline.arn),
            )
        ),
        workers=built(
            _Wanted(
                part="workers",
                config=config.workers,
                port=WORKERS_HEALTH_PORT,
                health_path="/health",
                rollout=_FULL_ROLLOUT,
                stop_timeout=_WORKERS_STOP_SECONDS,
                target=None,
                # A message fanned out to somebody offline becomes a push notification.
                work=(*consume(data.push.arn, data.offline.arn), *send_to(data.push.arn)),
            )
        ),
    )


def _build(
    config: ChatConfig, foundation: Foundation, edge: Edge, data: Data, wanted: _Wanted
) -> Service:
    secrets = secrets_of(wanted.part, data)
    repository = Repository(
        f"{wanted.part}-images",
        RepositoryArgs(
            context=foundation.context,
            part=wanted.part,
            force_delete=not foundation.lifecycle.keep_on_destroy,
        ),
    )
    secret_arns = [secret.arn for secret in secrets.values()]
    roles = _roles(foundation, data, wanted, repository, secret_arns)
    service = FargateService(
        wanted.part,
        _service_args(
            config,
            foundation,
            wanted,
            roles=roles,
            repository=repository,
            environment=environment_of(
                wanted.part,
                wanted.port,
                config=config,
                context=foundation.context,
                host=edge.host,
                data=data,
            ),
            secrets={name: secret.value_from for name, secret in secrets.items()},
        ),
        wait_for=[
            foundation.network,
            foundation.groups,
            foundation.cluster,
            roles,
            *([] if wanted.target is None else [wanted.target]),
        ],
    )
    return Service(part=wanted.part, repository=repository, service=service)


def _roles(
    foundation: Foundation,
    data: Data,
    wanted: _Wanted,
    repository: Repository,
    secret_arns: list[pulumi.Output[str]],
) -> TaskRoles:
    context = foundation.context
    log_group = context.log_group("ecs", wanted.part)
    return TaskRoles(
        f"{wanted.part}-roles",
        TaskRolesArgs(
            context=context,
            part=wanted.part,
            repository_arn=repository.arn,
            log_group_arns=(context.place.arn("logs", f"log-group:{log_group}"),),
            secret_arns=list(dict.fromkeys(secret_arns)),
            renewed_secret_arns=[data.service_secret_arn],
            secrets_key_arn=foundation.data_key.arn,
            exec_log_group_arn=foundation.cluster.exec_log_group_arn,
            exec_key_arn=foundation.operations_key.arn,
            work=wanted.work,
            shell=True,
        ),
    )


def _service_args(
    config: ChatConfig,
    foundation: Foundation,
    wanted: _Wanted,
    *,
    roles: TaskRoles,
    repository: Repository,
    environment: Mapping[str, pulumi.Input[str]],
    secrets: Mapping[str, pulumi.Input[str]],
) -> FargateServiceArgs:
    image = Image.tagged(wanted.config.image_tag)
    return FargateServiceArgs(
        context=foundation.context,
        part=wanted.part,
        cluster_arn=foundation.cluster.arn,
        image=image.stand_in or pulumi.Output.concat(repository.url, ":", image.tag or ""),
        command=image.command,
        size=wanted.config.size,
        architecture="ARM64" if config.graviton else "X86_64",
        port=wanted.port,
        environment=environment,
        secrets=secrets,
        health_command=health_command(wanted.port, wanted.health_path),
        execution_role_arn=roles.execution_role_arn,
        task_role_arn=roles.task_role_arn,
        placement=_placement(config, foundation, wanted.part),
        capacity=foundation.capacity,
        desired_count=wanted.config.desired_count,
        rollout=wanted.rollout,
        target_group_arn=None if wanted.target is None else wanted.target.target_group_arn,
        grace_period=config.health_check_grace_seconds,
        stop_timeout=wanted.stop_timeout,
        shell=True,
        connection=None,
        log_days=foundation.lifecycle.log_days,
        log_key_arn=foundation.operations_key.arn,
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
