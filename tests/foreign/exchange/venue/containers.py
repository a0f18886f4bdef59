"""One service on Fargate, with all that belongs to it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from .common import Settings, faulty, log_group
from .identity import TASKS, execution_role, service_role
from .keys import Keys
from .network import Network


@dataclass(frozen=True)
class Plan:
    """What one service needs, apart from the platform it runs on."""

    what: str
    port: int
    cpu: int
    memory: int
    group: aws.ec2.SecurityGroup
    environment: Mapping[str, pulumi.Input[str]]
    statements: list[Mapping[str, object]]
    secrets: Mapping[str, aws.secretsmanager.Secret] = field(
        default_factory=dict[str, aws.secretsmanager.Secret]
    )
    readable: list[aws.secretsmanager.Secret] = field(
        default_factory=list[aws.secretsmanager.Secret]
    )
    targets: aws.lb.TargetGroup | None = None
    balanced_port: int | None = None
    moved_by_code_deploy: bool = False
    desired: int = 3
    most: int = 12


@dataclass(frozen=True)
class Platform:
    """What all services share."""

    settings: Settings
    network: Network
    keys: Keys
    cluster: aws.ecs.Cluster
    namespace: aws.servicediscovery.PrivateDnsNamespace


class FargateService(pulumi.ComponentResource):
    """Image, log, roles, tasks, name, scaling."""

    def __init__(
        self, plan: Plan, platform: Platform, *, depends_on: list[pulumi.Resource]
    ) -> None:
        super().__init__("exchange:containers:FargateService", plan.what)
        self._plan = plan
        self._platform = platform
        self._child = pulumi.ResourceOptions(parent=self)
        settings = platform.settings
        self.repository = self._registry()
        matching = plan.what == "matching"
        self.logs = log_group(
            settings,
            f"{plan.what}-logs",
            self._log_path,
            platform.keys.audit,
            days=7 if plan.what == "gateway" and faulty("logs-kept-a-week") else 400,
            opts=self._child,
        )
        self.execution = execution_role(
            settings,
            plan.what,
            repository=self.repository,
            logs=self.logs.arn,
            secrets=[secret.arn for secret in plan.readable],
            key=platform.keys.data,
            opts=self._child,
        )
        trusted = "ec2.amazonaws.com" if matching and faulty("task-role-for-machines") else TASKS
        self.role = service_role(
            settings, f"{plan.what}-task", trusted, plan.statements, opts=self._child
        )
        self.task = self._task()
        self.name = aws.servicediscovery.Service(
            plan.what,
            name=plan.what,
            dns_config={
                "namespace_id": platform.namespace.id,
                "dns_records": [{"type": "A", "ttl": 10}],
                "routing_policy": "MULTIVALUE",
            },
            tags=settings.tags(f"{plan.what}-name"),
            opts=self._child,
        )
        self.service = self._service(depends_on)
        self._scale()
        self.register_outputs({"service": self.service.name})

    @property
    def _log_path(self) -> str:
        return f"/exchange/{self._platform.settings.environment}/{self._plan.what}"

    def _registry(self) -> aws.ecr.Repository:
        plan, settings = self._plan, self._platform.settings
        matching = plan.what == "matching"
        repository = aws.ecr.Repository(
            plan.what,
            name=f"exchange/{plan.what}",
            image_tag_mutability="MUTABLE"
            if matching and faulty("image-tags-mutable")
            else "IMMUTABLE",
            image_scanning_configuration={
                "scan_on_push": not (matching and faulty("images-unscanned"))
            },
            encryption_configurations=[
                {"encryption_type": "KMS", "kms_key": self._platform.keys.data.arn}
            ],
            tags=settings.tags(f"{plan.what}-images"),
            opts=self._child,
        )
        rule = {
            "rulePriority": 1,
            "description": "Keep the last fifty",
            "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 50},
            "action": {"type": "expire"},
        }
        aws.ecr.LifecyclePolicy(
            plan.what,
            repository=repository.name,
            policy=json.dumps({"rules": [rule]}),
            opts=self._child,
        )
        return repository

    def _logging(self) -> dict[str, object] | None:
        what = self._plan.what
        if what == "gateway" and faulty("container-unlogged"):
            return None
        misspelt = what == "matching" and faulty("log-group-missing")
        return {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": f"{self._log_path}-engine" if misspelt else self._log_path,
                "awslogs-region": self._platform.settings.region,
                "awslogs-stream-prefix": what,
            },
        }

    def _container(
        self, image: str, environment: Mapping[str, str], secrets: Mapping[str, str]
    ) -> dict[str, object]:
        what = self._plan.what
        api, gateway, matching = (what == one for one in ("web-api", "gateway", "matching"))
        values = dict(environment)
        if api and faulty("password-in-environment"):
            values["DATABASE_PASSWORD"] = "Winter-Harbour-88"
        container: dict[str, object] = {
            "name": what,
            "image": image,
            "essential": True,
            "user": "root" if gateway and faulty("container-runs-as-root") else "10001:10001",
            "privileged": matching and faulty("container-privileged"),
            "readonlyRootFilesystem": not (api and faulty("root-filesystem-writable")),
            "portMappings": [{"name": what, "containerPort": self._plan.port, "protocol": "tcp"}],
            "environment": [{"name": key, "value": value} for key, value in values.items()],
            "secrets": [{"name": key, "valueFrom": value} for key, value in secrets.items()],
            "mountPoints": [{"sourceVolume": "scratch", "containerPath": "/tmp"}],  # noqa: S108 (a volume of the task's own)
            "healthCheck": {
                "command": ["CMD", "/app/healthy"],
                "interval": 15,
                "timeout": 5,
                "retries": 3,
                "startPeriod": 30,
            },
            "linuxParameters": {"initProcessEnabled": True, "capabilities": {"drop": ["ALL"]}},
            "stopTimeout": 60,
        }
        logging = self._logging()
        if logging:
            container["logConfiguration"] = logging
        return container

    def _task(self) -> aws.ecs.TaskDefinition:
        plan, settings = self._plan, self._platform.settings
        release = settings.release
        if plan.what == "web-api" and faulty("image-by-latest"):
            release = "latest"
        definition = pulumi.Output.all(
            image=pulumi.Output.concat(self.repository.repository_url, ":", release),
            environment=pulumi.Output.all(**plan.environment),
            secrets=pulumi.Output.all(**{key: one.arn for key, one in plan.secrets.items()})
            if plan.secrets
            else {},
        ).apply(
            lambda one: json.dumps(
                [self._container(one["image"], one["environment"], one["secrets"])]
            )
        )
        impossible = plan.what == "gateway" and faulty("task-size-impossible")
        return aws.ecs.TaskDefinition(
            plan.what,
            family=settings.called(plan.what),
            cpu="256" if impossible else str(plan.cpu),
            memory="8192" if impossible else str(plan.memory),
            network_mode="awsvpc",
            requires_compatibilities=["FARGATE"],
            runtime_platform={"cpu_architecture": "ARM64", "operating_system_family": "LINUX"},
            execution_role_arn=self.execution.arn,
            task_role_arn=self.role.arn,
            container_definitions=definition,
            volumes=[{"name": "scratch"}],
            tags=settings.tags(f"{plan.what}-task"),
            opts=self._child,
        )

    def _service(self, depends_on: list[pulumi.Resource]) -> aws.ecs.Service:
        plan, platform = self._plan, self._platform
        api, gateway, matching = (plan.what == one for one in ("web-api", "gateway", "matching"))
        subnets = platform.network.private
        if matching and faulty("service-in-one-zone"):
            subnets = subnets[:1]
        public = gateway and faulty("task-public-ip")
        moved = plan.moved_by_code_deploy
        balanced: list[aws.ecs.ServiceLoadBalancerArgs] = []
        if plan.targets is not None:
            balanced.append(
                aws.ecs.ServiceLoadBalancerArgs(
                    target_group_arn=plan.targets.arn,
                    container_name=plan.what,
                    container_port=plan.balanced_port or plan.port,
                )
            )
        old_controller = api and faulty("code-deploy-without-its-controller")
        safe = None
        if not moved:
            careful = not (gateway and faulty("deployment-without-rollback"))
            safe = aws.ecs.ServiceDeploymentCircuitBreakerArgs(enable=careful, rollback=careful)
        return aws.ecs.Service(
            plan.what,
            name=platform.settings.called(plan.what),
            cluster=platform.cluster.arn,
            task_definition=self.task.arn,
            desired_count=1 if matching and faulty("single-task") else plan.desired,
            launch_type="FARGATE",
            platform_version="1.3.0" if matching and faulty("platform-outdated") else "LATEST",
            network_configuration={
                "subnets": [one.id for one in (platform.network.public if public else subnets)],
                "security_groups": [plan.group.id],
                "assign_public_ip": public,
            },
            deployment_controller={
                "type": "CODE_DEPLOY" if moved and not old_controller else "ECS"
            },
            deployment_circuit_breaker=safe,
            deployment_minimum_healthy_percent=100,
            deployment_maximum_percent=200,
            load_balancers=balanced,
            service_registries={"registry_arn": self.name.arn},
            health_check_grace_period_seconds=60 if balanced else None,
            enable_ecs_managed_tags=True,
            propagate_tags="SERVICE",
            enable_execute_command=False,
            tags=platform.settings.tags(f"{plan.what}-service"),
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=depends_on,
                ignore_changes=["desiredCount", "taskDefinition", "loadBalancers"]
                if moved
                else ["desiredCount"],
            ),
        )

    def _scale(self) -> None:
        plan, platform = self._plan, self._platform
        least, most = plan.desired, plan.most
        if plan.what == "web-api" and faulty("scaling-minimum-above-maximum"):
            least = most + 4
        name: pulumi.Input[str] = self.service.name
        if plan.what == "gateway" and faulty("scaling-of-other-service"):
            name = platform.settings.called("order-gateway-v1")
        target = aws.appautoscaling.Target(
            plan.what,
            service_namespace="ecs",
            scalable_dimension="ecs:service:DesiredCount",
            resource_id=pulumi.Output.concat("service/", platform.cluster.name, "/", name),
            min_capacity=least,
            max_capacity=most,
            tags=platform.settings.tags(f"{plan.what}-scaling"),
            opts=self._child,
        )
        aws.appautoscaling.Policy(
            f"{plan.what}-cpu",
            name=platform.settings.called(f"{plan.what}-cpu"),
            policy_type="TargetTrackingScaling",
            service_namespace=target.service_namespace,
            scalable_dimension=target.scalable_dimension,
            resource_id=target.resource_id,
            target_tracking_scaling_policy_configuration={
                "target_value": 60,
                "predefined_metric_specification": {
                    "predefined_metric_type": "ECSServiceAverageCPUUtilization"
                },
                "scale_in_cooldown": 300,
                "scale_out_cooldown": 60,
            },
            opts=self._child,
        )
