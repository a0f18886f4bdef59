"""What chat must not be built from: services that its spec names and refuses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.model import Graph, Resource
from graph.truth import Truth
from policies.aws import types
from policies.aws.ecs import containers
from policies.aws.servers import script_of
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_CHAT = ("chat",)
_AURORAS = (
    types.DB_CLUSTER,
    types.DB_CLUSTER_INSTANCE,
    types.DB_GLOBAL_CLUSTER,
    types.DB_INSTANCE,
)
_REDIS_IMAGE = r"(^|/)(redis|redis-stack(-server)?|valkey|keydb|dragonfly|redis-cluster)(:|@|$)"
# A package of the system by this very name: `redis-tools`, or a language's client library, is none.
_REDIS_INSTALL = (
    r"\b(redis|redis-stack|valkey|keydb)-server\b"
    r"|(apt|apt-get|yum|dnf|apk|zypper|snap|amazon-linux-extras)\s([^\n]*\s)?(install|add|enable)"
    r"\s([^\n]*\s)?(redis\d*|valkey)(?![\w-])"
    r"|docker run\s[^\n]*\b(redis|valkey)(?![\w-])"
)


def _none(graph: Graph, prefixes: tuple[str, ...], message: str) -> Iterator[Check]:
    found = [one for one in graph.resources if one.type.startswith(prefixes)]
    wrong = [Check(Truth.NO, message, resource=one) for one in found]
    yield from wrong or [Check(Truth.YES, message)]


def _package(resource: Resource) -> str:
    """The Pulumi package that a resource, or the provider that it is, comes from."""
    return resource.type.removeprefix("pulumi:providers:").split(":")[0]


@stack_rule(
    "no-eks",
    title="No Kubernetes: services run on ECS Fargate",
    why="A cluster to run and upgrade is a burden that the system is specified to do without.",
    requirement="chat spec 000, Runtime: No Kubernetes (do NOT use EKS)",
    mend="Run the workload as aws.ecs.Service on Fargate and remove the EKS resources.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    profiles=_CHAT,
    covers=("CHAT-000-06",),
)
def no_eks(graph: Graph, _: Parameters) -> Iterator[Check]:
    """No EKS cluster by any provider, and nothing deployed to a Kubernetes."""
    prefixes = ("aws:eks/", "eks:index", "aws-native:eks:", "kubernetes:", "awsx:eks")
    yield from _none(graph, prefixes, "it belongs to Kubernetes")


@stack_rule(
    "no-appsync",
    title="No AppSync: the realtime protocol stays our own",
    why="A managed realtime service takes the protocol out of the team's hands.",
    requirement="chat spec 000, Architecture Constraints: No AppSync",
    mend="Serve the API from the ECS services behind the load balancer; remove the AppSync API.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    profiles=_CHAT,
    covers=("CHAT-000-45",),
)
def no_appsync(graph: Graph, _: Parameters) -> Iterator[Check]:
    """No AppSync resource of any kind."""
    yield from _none(graph, ("aws:appsync/", "aws-native:appsync:"), "it belongs to AppSync")


@rule(
    "no-api-gateway-websocket",
    applies_to=("aws:apigatewayv2/api:Api", "aws-native:apigatewayv2:Api"),
    title="No API Gateway WebSocket API: Socket.IO runs on ECS behind the load balancer",
    why="Managed WebSockets take the connection, and so Socket.IO, out of the services.",
    requirement="chat spec 000, Architecture Constraints: No API Gateway WebSockets",
    mend="Remove the Api with protocol_type='WEBSOCKET'; route /socket.io/* on the ALB instead.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    profiles=_CHAT,
    covers=("CHAT-000-46",),
)
def no_api_gateway_websocket(resource: Resource, _: Parameters) -> Iterator[Check]:
    """An API of API Gateway v2 speaks HTTP, not WebSocket."""
    protocol = resource["protocolType"]
    message = "protocolType is WEBSOCKET"
    yield Check(~protocol.equals("WEBSOCKET"), message, "protocolType")


@stack_rule(
    "no-outside-backends",
    title="No backend, database or realtime provider outside AWS",
    why="The critical path must not depend on a provider that the team does not run on AWS.",
    requirement="chat spec 000, Data Layer and Architecture Constraints: no Neon, no Upstash, "
    "no Vercel backend, no serverless WebSocket providers",
    mend="Use RDS PostgreSQL, ElastiCache and ECS in the VPC in place of this resource.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    profiles=_CHAT,
    covers=("CHAT-000-03", "CHAT-000-23", "CHAT-000-28", "CHAT-000-47", "CHAT-000-48"),
)
def no_outside_backends(graph: Graph, _: Parameters) -> Iterator[Check]:
    """No resource of Neon, Upstash, Vercel, or a hosted realtime service."""
    outside = ("neon", "upstash", "vercel", "pusher", "ably", "pubnub", "supabase", "planetscale")
    outside += ("fauna", "liveblocks", "rediscloud", "mongodbatlas")
    wrong = [
        Check(Truth.NO, f"it is run by {_package(one)}, not on AWS", resource=one)
        for one in graph.resources
        if _package(one) in outside
    ]
    yield from wrong or [Check(Truth.YES, "nothing is run outside AWS")]


@rule(
    "no-aurora",
    applies_to=_AURORAS,
    title="The database is RDS PostgreSQL, not Aurora",
    why="The spec chooses plain RDS PostgreSQL with a Multi-AZ standby for cost and portability.",
    requirement="chat spec 000, Data Layer: RDS PostgreSQL (Multi-AZ)",
    mend="Replace aws.rds.Cluster and its ClusterInstances by one aws.rds.Instance with "
    "engine='postgres' and multi_az=True.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    profiles=_CHAT,
    covers=("CHAT-000-18",),
)
def no_aurora(resource: Resource, _: Parameters) -> Iterator[Check]:
    """No cluster, instance or global cluster with an Aurora engine.

    `engine` has no default on clusters; a global cluster without one takes it from the cluster
    that it is made of, and only Aurora has global clusters.
    """
    engine = resource["engine"]
    if resource.type == types.DB_GLOBAL_CLUSTER and engine.absent:
        yield Check(Truth.NO, "global clusters exist for Aurora only")
    else:
        yield Check(~engine.matches(r"(?i)aurora"), f"engine is {engine.text()}", "engine")


@rule(
    "no-aurora-serverless",
    applies_to=(types.DB_CLUSTER, types.DB_CLUSTER_INSTANCE, types.DB_INSTANCE),
    title="The database is not Aurora Serverless",
    why="Serverless capacity scales under load spikes too late for chat, and costs more at rest.",
    requirement="chat spec 000, Data Layer: NOT Aurora Serverless",
    mend="Remove engine_mode='serverless', scaling_configuration, serverlessv2_scaling_configuration "
    "and instance_class='db.serverless'; use aws.rds.Instance with a provisioned class.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    profiles=_CHAT,
    covers=("CHAT-000-22",),
)
def no_aurora_serverless(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Neither generation of Aurora Serverless: v1 by engine mode, v2 by scaling or class."""
    if resource.type == types.DB_CLUSTER:
        yield from _provisioned(resource)
    else:
        size = resource["instanceClass"]
        said = f"instanceClass is {size.text()}"
        yield Check(~size.equals("db.serverless"), said, "instanceClass")


def _provisioned(cluster: Resource) -> Iterator[Check]:
    mode = cluster["engineMode"]
    yield Check(~mode.equals("serverless"), "engineMode is serverless (v1)", "engineMode")
    for key in ("serverlessv2ScalingConfiguration", "scalingConfiguration"):
        scaling = cluster[key]
        truth = Truth.UNKNOWN if scaling.unknown else ~scaling.is_set()
        yield Check(truth, f"{key} makes the cluster serverless", key)


@rule(
    "no-self-hosted-redis",
    applies_to=(types.TASK_DEFINITION, types.INSTANCE, types.LAUNCH_TEMPLATE),
    title="Redis is ElastiCache, not a container or server of our own",
    why="Failover, patching and backups of the realtime path are left to the managed service.",
    requirement="chat spec 000, Data Layer: Do NOT self-host Redis",
    mend="Use aws.elasticache.ReplicationGroup; remove the Redis container or installation.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    profiles=_CHAT,
    covers=("CHAT-000-27",),
)
def no_self_hosted_redis(resource: Resource, _: Parameters) -> Iterator[Check]:
    """No container runs a Redis image and no server installs one."""
    if resource.type == types.TASK_DEFINITION:
        for container in containers(resource):
            image = container["image"]
            yield Check(~image.matches(_REDIS_IMAGE), f"image is {image.text()}", image.path)
    else:
        script = script_of(resource)
        yield Check(~script.matches(_REDIS_INSTALL), "user data installs Redis", script.path)


@dataclass(frozen=True)
class Regions(Parameters):
    """How many regions a stack may span."""

    most: int = 1


@stack_rule(
    "single-region",
    title="The stack stays in one AWS region",
    why="A second region doubles cost and makes state consistency a new problem.",
    requirement="chat spec 000, Architecture Constraints: No multi-region (single region is fine)",
    mend="Remove the second aws.Provider, or the region=… argument that differs from aws:region.",
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    profiles=_CHAT,
    parameters=Regions,
    covers=("CHAT-000-49",),
)
def single_region(graph: Graph, parameters: Regions) -> Iterator[Check]:
    """All AWS providers, and resources that name a region themselves, agree on one region."""
    configured = graph.stack.config.get("aws:region")
    regions: set[str] = {configured.value} if configured else set()
    unknown: list[Resource] = []
    for resource in graph.resources:
        is_provider = resource.type == "pulumi:providers:aws"
        if not is_provider and not resource.type.startswith("aws:"):
            continue
        region = resource["region"]
        text = region.scalar()
        if isinstance(text, str) and text:
            others = regions - {text}
            if len(others) < parameters.most:
                regions.add(text)
            else:
                message = f"it is in {text}, others are in {', '.join(sorted(others))}"
                yield Check(Truth.NO, message, "region", resource)
        elif region.unknown and (is_provider or resource.property_dependencies.get("region")):
            unknown.append(resource)
    for resource in unknown:
        yield Check(Truth.UNKNOWN, "its region is not known yet", "region", resource)
    if regions and not unknown:
        yield Check(Truth.YES, "one region")
