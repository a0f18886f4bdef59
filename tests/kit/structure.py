"""What holds of any stack, told as what does not hold."""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from graph.model import Graph, Resource

# The property that names a thing among all of its type in an account and region.
_NAMES = {
    "aws:backup/plan:Plan": "name",
    "aws:backup/selection:Selection": "name",
    "aws:elasticache/replicationGroup:ReplicationGroup": "replicationGroupId",
    "aws:elasticache/parameterGroup:ParameterGroup": "name",
    "aws:elasticache/subnetGroup:SubnetGroup": "name",
    "aws:rds/instance:Instance": "identifier",
    "aws:s3/bucket:Bucket": "bucket",
    "aws:ecs/taskDefinition:TaskDefinition": "family",
    "aws:cloudwatch/dashboard:Dashboard": "dashboardName",
}
# Inline policies and records are named within what they belong to.
_OWNER = {
    "aws:iam/rolePolicy:RolePolicy": "role",
    "aws:route53/record:Record": "zoneId",
    "aws:appautoscaling/policy:Policy": "resourceId",
    "aws:ecs/service:Service": "cluster",
}


def faults(graph: Graph) -> list[str]:
    """Everything about a stack that can't be meant, whatever its configuration."""
    return [
        *_shared_names(graph),
        *_overlaps(graph),
        *_alarms(graph),
        *_ages(graph),
        *_replicas(graph),
        *_scaling(graph),
    ]


def _known(resource: Resource, key: str) -> str | None:
    value = (resource.declaration.inputs or {}).get(key)
    return value if isinstance(value, str) else None


def _shared_names(graph: Graph) -> Iterator[str]:
    names = Counter(
        (resource.type, _known(resource, _OWNER.get(resource.type, "")), name)
        for resource in graph.resources
        if resource.custom and (name := _known(resource, _NAMES.get(resource.type, "name")))
    )
    for (kind, _, name), times in names.items():
        if times > 1:
            yield f"{times} of type {kind} are called {name}"
    paths = Counter((resource.type, resource.name) for resource in graph.resources)
    for (kind, name), times in paths.items():
        if times > 1:
            yield f"{times} resources of type {kind} are called {name} in the program"


def _overlaps(graph: Graph) -> Iterator[str]:
    (vpc,) = graph.of_type("aws:ec2/vpc:Vpc")
    whole = ipaddress.ip_network(str(vpc["cidrBlock"].value))
    subnets = [
        ipaddress.ip_network(str(one["cidrBlock"].value))
        for one in graph.of_type("aws:ec2/subnet:Subnet")
    ]
    if len(subnets) not in {4, 6}:
        yield f"there are {len(subnets)} subnets"
    for one in subnets:
        if not (whole.supernet_of(one) if whole.version == one.version else False):  # type: ignore[arg-type]
            yield f"subnet {one} is not in {whole}"
    for one, other in combinations(subnets, 2):
        if one.overlaps(other):
            yield f"subnets {one} and {other} overlap"


def _alarms(graph: Graph) -> Iterator[str]:
    for alarm in graph.of_type("aws:cloudwatch/metricAlarm:MetricAlarm"):
        threshold = alarm["threshold"]
        if threshold.absent or not threshold.known:
            continue
        value = threshold.scalar()
        downwards = "LessThan" in str(alarm["comparisonOperator"].value)
        if not isinstance(value, int | float) or value < 0 or (downwards and value == 0):
            yield f"alarm {alarm.name} has the threshold {value}"


def _ages(graph: Graph) -> Iterator[str]:
    """No message gets older than its queue keeps it, so an alarm on more would stay silent."""
    kept = {
        str(queue["name"].value): queue["messageRetentionSeconds"].scalar()
        for queue in graph.of_type("aws:sqs/queue:Queue")
    }
    for alarm in graph.of_type("aws:cloudwatch/metricAlarm:MetricAlarm"):
        if alarm["metricName"].scalar() != "ApproximateAgeOfOldestMessage":
            continue
        seconds = kept.get(str(alarm["dimensions"]["QueueName"].value))
        threshold = alarm["threshold"].scalar()
        if not isinstance(seconds, int | float) or not isinstance(threshold, int | float):
            yield f"alarm {alarm.name} watches no queue of the stack"
        elif threshold >= seconds:
            yield f"alarm {alarm.name} waits for {threshold} s, and messages last {seconds} s"


def _replicas(graph: Graph) -> Iterator[str]:
    """A replica that can't grow as far as its source stops when the source does not."""
    instances = graph.of_type("aws:rds/instance:Instance")
    limits = {one.name: one["maxAllocatedStorage"].scalar() for one in instances}
    if len(set(limits.values())) > 1:
        yield f"databases grow to different limits: {limits}"


def _scaling(graph: Graph) -> Iterator[str]:
    services = {
        str(service["name"].value): service for service in graph.of_type("aws:ecs/service:Service")
    }
    targets = graph.of_type("aws:appautoscaling/target:Target")
    for target in targets:
        name = str(target["resourceId"].value).rpartition("/")[2]
        least, most = target["minCapacity"].scalar(), target["maxCapacity"].scalar()
        wanted = services[name]["desiredCount"].scalar() if name in services else None
        counts = [least, wanted, most]
        if not all(isinstance(count, int | float) for count in counts) or not (
            least <= wanted <= most  # type: ignore[operator]
        ):
            yield f"{name} scales from {least} over {wanted} to {most} tasks"
    if len(targets) != len(services):
        yield f"{len(targets)} of {len(services)} services scale"
