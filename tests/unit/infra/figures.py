"""What a recorded stack has, told in the words of the specification's tables."""

# ruff: noqa: RUF001, RUF002 - the tables have the specification's own sign for "times"

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import cast

from graph.model import Graph, Resource
from tests.unit.infra.recorded import all_of, named, one

YES, NO = "✅", "❌"
Table = dict[tuple[str, str], str]
"""The cells of a table by row and column."""

POLICY = "aws:appautoscaling/policy:Policy"
INSTANCE = "aws:rds/instance:Instance"
BASIC = {"cpu", "memory"}
FULL = {
    "realtime": BASIC | {"ActiveConnections", "EventLoopLagMs"},
    "workers": BASIC | {"ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"},
}
_PREDEFINED = {
    "ECSServiceAverageCPUUtilization": "cpu",
    "ECSServiceAverageMemoryUtilization": "memory",
    "ALBRequestCountPerTarget": "requests",
}


def table(text: str) -> Table:
    """The cells of a Markdown table, without the emphasis of its row names."""
    lines = [line.strip().strip("|").split("|") for line in text.strip().splitlines()]
    head, _rule, *rows = [[cell.strip().strip("*") for cell in line] for line in lines]
    return {(row[0], column): cell for row in rows for column, cell in zip(head, row, strict=True)}


def said(holds: bool) -> str:  # noqa: FBT001 - what is said is the flag itself
    """A mark as the tables have it."""
    return YES if holds else NO


def nat_gateways(graph: Graph) -> str:
    """How many NAT gateways private subnets go out through; one that nothing uses is an error."""
    gateways = all_of(graph, "NatGateway")
    routes = [route["natGatewayId"] for route in all_of(graph, "Route")]
    used = {str(gateway.value) for gateway in routes if gateway.known}
    assert used == {str(gateway.id.value) for gateway in gateways}
    return str(len(gateways))


def availability_zones(graph: Graph) -> str:
    """In how many zones there are subnets: in each one public and one private."""
    zones = {
        tier: sorted(
            str(subnet["availabilityZone"].value)
            for subnet in all_of(graph, "Subnet")
            if subnet["tags"]["Tier"].value == tier
        )
        for tier in ("public", "private")
    }
    assert zones["public"] == zones["private"]
    assert len(set(zones["public"])) == len(zones["public"])
    return str(len(zones["public"]))


def firewall(graph: Graph) -> str:
    """Whether a web ACL stands before the load balancer."""
    return said(
        any(
            association.references("webAclArn", "aws:wafv2/webAcl:WebAcl")
            and association.references("resourceArn", "aws:lb/loadBalancer:LoadBalancer")
            for association in all_of(graph, "WebAclAssociation")
        )
    )


def proxy(graph: Graph) -> str:
    """Whether the services reach the database through a proxy that leads to it."""
    proxies = all_of(graph, "Proxy")
    targets = [
        target
        for target in all_of(graph, "ProxyTarget")
        if target.references("dbInstanceIdentifier", INSTANCE) == [primary(graph)]
    ]
    hosts = {environment(graph, service)["DATABASE_HOST"] for service in ("api", "realtime")}
    known = {str(found["endpoint"].value) for found in proxies}
    assert (hosts == known) == bool(proxies)
    return said(bool(proxies) and len(targets) == len(proxies))


def primary(graph: Graph) -> Resource:
    """The database that is written to."""
    (found,) = [each for each in all_of(graph, "Instance") if each["replicateSourceDb"].absent]
    return found


def replicas(graph: Graph) -> list[Resource]:
    """The databases that are copies of it."""
    return [
        each
        for each in all_of(graph, "Instance")
        if each.references("replicateSourceDb", INSTANCE) == [primary(graph)]
    ]


def multi_az(graph: Graph) -> str:
    """Whether the database has a standby."""
    return said(primary(graph)["multiAz"].value is True)


def read_replica(graph: Graph) -> str:
    """Whether the database has a read replica, which the services know."""
    hosts = environment(graph, "api")
    assert (hosts["DATABASE_READ_HOST"] != hosts["DATABASE_HOST"]) == bool(replicas(graph))
    return said(bool(replicas(graph)))


def redis_split(graph: Graph) -> str:
    """Whether adapter and state have a Redis each, and the services know them apart."""
    groups = all_of(graph, "ReplicationGroup")
    hosts = environment(graph, "realtime")
    apart = hosts["REDIS_ADAPTER_HOST"] != hosts["REDIS_STATE_HOST"]
    assert len(groups) == (2 if apart else 1)
    return said(apart)


def graviton(graph: Graph) -> str:
    """Whether tasks run on ARM64; a stack with both is an error."""
    kinds = {
        task.name: task["runtimePlatform"]["cpuArchitecture"].value
        for task in all_of(graph, "TaskDefinition")
    }
    assert len(set(kinds.values())) == 1, kinds
    return said("ARM64" in kinds.values())


def auto_scaling(graph: Graph) -> str:
    """Basic or full, by what moves the task counts of realtime and workers."""
    moved = {service: scaled_by(graph, service) for service in FULL}
    if moved == dict.fromkeys(FULL, BASIC):
        return "Basic"
    return f"{YES} Full" if moved == FULL else f"neither: {moved}"


def scaled_by(graph: Graph, service: str) -> set[str]:
    """The metrics that a service's task count follows."""
    resource_id = str(named(graph, f"{service}-service")["name"].value)
    return {
        metric
        for policy in graph.of_type(POLICY)
        if str(policy["resourceId"].value).endswith(f"/{resource_id}")
        for metric in _metrics(graph, policy)
    }


def _metrics(graph: Graph, policy: Resource) -> Iterable[str]:
    tracking = policy["targetTrackingScalingPolicyConfiguration"]
    predefined = tracking["predefinedMetricSpecification"]["predefinedMetricType"]
    if predefined.known:
        return [_PREDEFINED[str(predefined.value)]]
    custom = tracking["customizedMetricSpecification"]
    if custom["metricName"].known:
        return [str(custom["metricName"].value)]
    queries = [query["metricStat"]["metric"] for query in custom["metrics"].items()]
    if queries:
        # The number of running tasks only divides.
        return [
            str(metric["metricName"].value)
            for metric in queries
            if metric["namespace"].value == "AWS/SQS"
        ]
    return [
        str(alarm["metricName"].value)
        for alarm in all_of(graph, "MetricAlarm")
        if policy in alarm.references("alarmActions", POLICY)
    ]


def tasks(graph: Graph, service: str) -> str:
    """A service's tasks, such as "4×1024/2048": how many, CPU units, memory in MiB."""
    declared = named(graph, f"{service}-service")
    (task,) = declared.references("taskDefinition", "aws:ecs/taskDefinition:TaskDefinition")
    (target,) = [
        each
        for each in all_of(graph, "Target")
        if str(each["resourceId"].value).endswith(f"/{declared['name'].value}")
    ]
    # What scaling may go down to is what runs after the first evening.
    assert target["minCapacity"].value == declared["desiredCount"].value
    return f"{declared['desiredCount'].value}×{task['cpu'].value}/{task['memory'].value}"


def environment(graph: Graph, service: str) -> dict[str, str]:
    """The plain environment variables of a service's container."""
    containers = named(graph, f"{service}-task")["containerDefinitions"].json()
    variables = containers[0]["environment"].items()
    return {str(each["name"].value): str(each["value"].value) for each in variables}


def database_class(graph: Graph) -> str:
    """The class of the database, such as "t3.micro"."""
    return str(primary(graph)["instanceClass"].value).removeprefix("db.")


def database_storage(graph: Graph) -> str:
    """The storage of the database, such as "20GB" (the specification's way of writing GiB)."""
    return f"{primary(graph)['allocatedStorage'].value}GB"


def redis(graph: Graph) -> str:
    """The Redis nodes, such as "t3.medium×2"; of a split one the family."""
    groups = all_of(graph, "ReplicationGroup")
    if len(groups) == 1:
        return redis_nodes(groups[0])
    families = {str(group["nodeType"].value).split(".")[1] for group in groups}
    return f"{'/'.join(sorted(families))} Split"


def redis_nodes(group: Resource) -> str:
    """The nodes of one replication group, such as "t3.medium×2"."""
    node_type = str(group["nodeType"].value).removeprefix("cache.")
    return f"{node_type}×{group['numCacheClusters'].value}"


def redis_parts(graph: Graph) -> dict[str, str]:
    """The nodes of each Redis by what it's for: the end of its id."""
    return {
        str(group["replicationGroupId"].value).rpartition("-")[2]: redis_nodes(group)
        for group in all_of(graph, "ReplicationGroup")
    }


def flow_log_retention(graph: Graph) -> str:
    """How long the network's flow logs are kept, such as "7 days"."""
    (group,) = one(graph, "FlowLog").references(
        "logDestination", "aws:cloudwatch/logGroup:LogGroup"
    )
    return _days(group["retentionInDays"].value)


def backup_retention(graph: Graph) -> str:
    """How long RDS keeps its own backups, such as "1 day"."""
    return _days(primary(graph)["backupRetentionPeriod"].value)


def deletion_protection(graph: Graph) -> str:
    """Yes where database, replica and load balancer are guarded, No where none is."""
    guards = [each["deletionProtection"].value for each in all_of(graph, "Instance")]
    guards.append(one(graph, "LoadBalancer")["enableDeletionProtection"].value)
    assert len(set(guards)) == 1, guards
    return "Yes" if guards[0] is True else "No"


def backups(graph: Graph) -> dict[str, str]:
    """Each rule of the backup plan, such as "03:00 UTC, 7 days"; weekdays by cron's name."""
    return {
        str(rule["ruleName"].value): f"{_time(rule['schedule'].value)} UTC, "
        f"{_days(rule['lifecycle']['deleteAfter'].value)}"
        for rule in one(graph, "Plan")["rules"].items()
    }


def point_in_time(graph: Graph) -> str:
    """Whether the plan keeps what is needed to go back to any moment."""
    rules = one(graph, "Plan")["rules"].items()
    return "Yes" if any(rule["enableContinuousBackup"].value is True for rule in rules) else "No"


def _time(schedule: object) -> str:
    match = re.fullmatch(r"cron\((\d+) (\d+) [*?] \* ([?*]|[A-Z]{3}) \*\)", str(schedule))
    assert match, schedule
    minute, hour, weekday = cast("tuple[str, str, str]", match.groups())
    day = "" if weekday in "?*" else f"{weekday} "
    return f"{day}{int(hour):02}:{int(minute):02}"


def _days(value: object) -> str:
    return "1 day" if value == 1 else f"{value} days"
