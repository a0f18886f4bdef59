"""One service on Fargate: its log, its task definition and the service itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.plan.capacity import CapacityShare
from infra.plan.container import Container, render, writable_paths
from infra.plan.context import Context
from infra.plan.fargate import TaskSize
from infra.plan.names import Kind
from infra.plan.service_connect import ACCESS_LOG, PROTOCOL, Endpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where tasks run: subnets, their security group, whether they have public addresses."""

    subnet_ids: Sequence[pulumi.Input[str]]
    security_group_id: pulumi.Input[str]
    public_address: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """How a deployment goes: percentages of the desired count that must and may run."""

    min_healthy_percent: int
    max_percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """A service's place in a namespace, in which services call each other by name.

    `endpoint` is how others call it; None for a service that only calls.
    """

    namespace_arn: pulumi.Input[str]
    log_group_name: pulumi.Input[str]
    endpoint: Endpoint | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FargateServiceArgs:
    """A service and all it needs; `target_group_arn` is None where nothing calls it.

    `secrets` are ARNs of what is injected by name, never values; periods are in seconds. `shell`
    is whether ECS Exec may open one; `connection` is None where services don't call each other.
    """

    context: Context
    part: str
    cluster_arn: pulumi.Input[str]
    image: pulumi.Input[str]
    command: tuple[str, ...]
    size: TaskSize
    architecture: str
    port: int
    environment: Mapping[str, pulumi.Input[str]]
    secrets: Mapping[str, pulumi.Input[str]]
    health_command: tuple[str, ...]
    execution_role_arn: pulumi.Input[str]
    task_role_arn: pulumi.Input[str]
    placement: Placement
    capacity: tuple[CapacityShare, ...]
    desired_count: int
    rollout: Rollout
    target_group_arn: pulumi.Input[str] | None
    grace_period: int
    stop_timeout: int
    shell: bool
    connection: Connection | None
    log_days: int
    log_key_arn: pulumi.Input[str]


_NO_SURPLUS = 100
"""The percentage of the desired count at which a deployment may not start a task beyond it."""


class FargateService(Component):
    """A service that heals, drains and rolls back by itself.

    `wait_for` is what has to exist before the first task starts, beyond what the arguments name.
    """

    name: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        args: FargateServiceArgs,
        wait_for: Sequence[pulumi.Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("FargateService", name, args, opts)
        self._args = args
        self._name = name
        log = aws.cloudwatch.LogGroup(
            f"{name}-log",
            name=args.context.log_group("ecs", args.part),
            retention_in_days=args.log_days,
            kms_key_id=args.log_key_arn,
            tags=args.context.tags(),
            opts=self.child(),
        )
        service = self._service(self._task(log), wait_for)
        self.name = service.name
        self.register_outputs({"name": self.name})

    def _container(self, log: aws.cloudwatch.LogGroup) -> Container[pulumi.Input[str]]:
        args = self._args
        return Container[pulumi.Input[str]](
            name=args.part,
            image=args.image,
            command=args.command,
            port=args.port,
            protocol=None if args.connection is None else PROTOCOL,
            environment=args.environment,
            secrets=args.secrets,
            health_command=args.health_command,
            start_period_seconds=args.grace_period,
            stop_timeout_seconds=args.stop_timeout,
            shell=args.shell,
            log_group=log.name,
            region=args.context.place.region,
        )

    def _task(self, log: aws.cloudwatch.LogGroup) -> aws.ecs.TaskDefinition:
        args = self._args
        return aws.ecs.TaskDefinition(
            f"{self._name}-task",
            family=args.context.name(Kind.TASK_FAMILY, args.part),
            requires_compatibilities=["FARGATE"],
            network_mode="awsvpc",
            cpu=str(args.size.cpu),
            memory=str(args.size.memory),
            runtime_platform={
                "operating_system_family": "LINUX",
                "cpu_architecture": args.architecture,
            },
            execution_role_arn=args.execution_role_arn,
            task_role_arn=args.task_role_arn,
            container_definitions=pulumi.Output.json_dumps([render(self._container(log))]),
            volumes=[{"name": volume} for volume in writable_paths(shell=args.shell)],
            tags=args.context.tags(),
            opts=self.child(),
        )

    def _service(
        self, task: aws.ecs.TaskDefinition, wait_for: Sequence[pulumi.Resource]
    ) -> aws.ecs.Service:
        args = self._args
        target = args.target_group_arn
        return aws.ecs.Service(
            f"{self._name}-service",
            name=args.context.name(Kind.SERVICE, args.part),
            cluster=args.cluster_arn,
            task_definition=task.arn,
            desired_count=args.desired_count,
            platform_version="1.4.0",
            capacity_provider_strategies=[
                {"capacity_provider": share.provider, "weight": share.weight, "base": share.base}
                for share in args.capacity
            ],
            network_configuration={
                "subnets": list(args.placement.subnet_ids),
                "security_groups": [args.placement.security_group_id],
                "assign_public_ip": args.placement.public_address,
            },
            load_balancers=None
            if target is None
            else [
                {
                    "target_group_arn": target,
                    "container_name": args.part,
                    "container_port": args.port,
                }
            ],
            health_check_grace_period_seconds=None if target is None else args.grace_period,
            service_connect_configuration=None
            if args.connection is None
            else self._connected(args.connection),
            deployment_circuit_breaker={"enable": True, "rollback": True},
            # Otherwise a deployment that was rolled back would be reported as done.
            wait_for_steady_state=True,
            # Tasks that a failing zone has driven into the others come back; ECS can't do so
            # where it may not start a task before it stops one.
            availability_zone_rebalancing="ENABLED"
            if args.rollout.max_percent > _NO_SURPLUS
            else "DISABLED",
            deployment_minimum_healthy_percent=args.rollout.min_healthy_percent,
            deployment_maximum_percent=args.rollout.max_percent,
            enable_execute_command=args.shell,
            enable_ecs_managed_tags=True,
            propagate_tags="SERVICE",
            tags=args.context.tags(),
            # How many tasks run is for the autoscaling to say once the service exists.
            opts=self.child(depends_on=wait_for, ignore_changes=["desiredCount"]),
        )

    def _connected(
        self, connection: Connection
    ) -> aws.ecs.ServiceServiceConnectConfigurationArgsDict:
        endpoint, args = connection.endpoint, self._args
        return {
            "enabled": True,
            "namespace": connection.namespace_arn,
            "services": None
            if endpoint is None
            else [
                {
                    "port_name": args.part,
                    "discovery_name": args.part,
                    "client_alias": [{"dns_name": endpoint.name, "port": endpoint.port}],
                    "ingress_port_override": endpoint.ingress_port,
                    "timeout": {
                        "idle_timeout_seconds": endpoint.idle_seconds,
                        "per_request_timeout_seconds": endpoint.request_seconds,
                    },
                }
            ],
            "log_configuration": {
                "log_driver": "awslogs",
                "options": {
                    "awslogs-group": connection.log_group_name,
                    "awslogs-region": args.context.place.region,
                    "awslogs-stream-prefix": args.part,
                },
            },
            # As JSON like every other log, and without what may carry a token.
            "access_log_configuration": {
                "format": ACCESS_LOG,
                "include_query_parameters": "DISABLED",
            },
        }
