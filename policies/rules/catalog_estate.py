"""What the catalog's and trading's specifications demand of the whole stack: names, zones, alarms, teardown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.inputs import given
from policies.aws.metrics import alarmed
from policies.aws.routes import has_internet_route
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_CATALOG = ("catalog",)
_BOTH = ("catalog", "trading")
_DEPLOYMENT = "catalog spec and trading spec, Deployment Requirements"
_NETWORK = "catalog spec, 1 VPC Network Architecture; trading spec, Network Foundation"
_SUFFIX_KEY = "environmentSuffix"
# The property that has a resource's physical name; Pulumi makes one of its logical name.
_NAMED = {
    types.ALB: "name",
    types.CLUSTER: "name",
    types.SERVICE: "name",
    types.TASK_DEFINITION: "family",
    types.TARGET_GROUP: "name",
    types.LAMBDA: "name",
    types.BUCKET: "bucket",
    types.DB_CLUSTER: "clusterIdentifier",
    types.DB_CLUSTER_INSTANCE: "identifier",
    types.DB_INSTANCE: "identifier",
    types.DB_PROXY: "name",
    types.DB_SUBNET_GROUP: "name",
    types.TOPIC: "name",
    types.QUEUE: "name",
    types.ROLE: "name",
    types.POLICY: "name",
    types.SECURITY_GROUP: "name",
    types.LOG_GROUP: "name",
    types.ALARM: "name",
    types.DASHBOARD: "dashboardName",
    types.SECRET: "name",
    types.REPOSITORY: "name",
    "aws:dynamodb/table:Table": "name",
    "aws:apigateway/restApi:RestApi": "name",
    "aws:apigateway/usagePlan:UsagePlan": "name",
    "aws:apigateway/apiKey:ApiKey": "name",
    "aws:apigatewayv2/api:Api": "name",
}
# What keeps a resource alive, or part of it behind, when its stack is destroyed.
_KEEPS = (
    "deletionProtection",
    "deletionProtectionEnabled",
    "enableDeletionProtection",
    "retainOnDelete",
    "skipDestroy",
)
# What lets a resource go that still holds something, by its type.
_LETS_GO = {
    types.BUCKET: "forceDestroy",
    types.DB_INSTANCE: "skipFinalSnapshot",
    types.DB_CLUSTER: "skipFinalSnapshot",
    types.REPOSITORY: "forceDelete",
}


@stack_rule(
    "names-hold-suffix",
    title="Names hold the environment's suffix",
    why="Two environments of one account would otherwise fight over the same names.",
    requirement=f"{_DEPLOYMENT}: environmentSuffix in all names",
    mend="Set environmentSuffix in the stack's configuration and end each name with it.",
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    profiles=_BOTH,
)
def names_hold_suffix(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The configured suffix is in the name of each resource that has one, given or made.

    Where several namespaces configure one, any of them will do.
    """
    named = [one for one in graph.resources if one.type in _NAMED]
    if not named:
        return
    suffixes = [
        one.value
        for key, one in graph.stack.config.items()
        if key.rpartition(":")[2] == _SUFFIX_KEY and one.value and not one.secret
    ]
    yield Check(Truth.of(bool(suffixes)), f"its configuration has no {_SUFFIX_KEY}")
    for resource in named if suffixes else ():
        name = given(resource, _NAMED[resource.type])
        made = Property(resource.name) if name.absent else name
        truth = Truth.any(made.contains(suffix) for suffix in suffixes)
        shown = f"named {resource.name!r} by Pulumi" if name.absent else f"named {name.text()}"
        yield Check(truth, f"it is {shown}", _NAMED[resource.type], resource)


@rule(
    "destroyable-completely",
    applies_to=("*",),
    title="Everything goes when the stack is destroyed",
    why="A test environment that leaves something behind cannot be made again under its names.",
    requirement=f"{_DEPLOYMENT}: no RETAIN, no deletion protection, fully destroyable",
    mend="Remove protect, retain and deletion protection; set force_destroy=True on buckets, "
    "skip_final_snapshot=True on databases and force_delete=True on repositories.",
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    profiles=_BOTH,
)
def destroyable_completely(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Nothing protects the resource, and what it holds does not hold it back."""
    yield Check(Truth.of(not resource.options.protect), "protect is on", "protect")
    for key in _KEEPS:
        if not resource[key].absent:
            yield Check(~resource[key].is_true(), f"{key} is true", key)
    key = _LETS_GO.get(resource.type, "")
    if key and not (key == "skipFinalSnapshot" and not resource["replicateSourceDb"].absent):
        yield Check(resource[key].is_true(default=False), f"{key} is not true", key)


@dataclass(frozen=True)
class Zones(Parameters):
    """Over how many zones the network's public and its private subnets spread."""

    zones: int = 3


@stack_rule(
    "vpc-zones-complete",
    title="The network has public and private subnets in three zones, and a way out in each",
    why="A sale must go on when a zone fails, with what the others can still carry.",
    requirement=f"{_NETWORK}: 3 public and 3 private subnets, NAT gateways in each zone",
    mend="Create a public and a private aws.ec2.Subnet and an aws.ec2.NatGateway in each of three "
    "availability zones.",
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    profiles=_BOTH,
    parameters=Zones,
)
def vpc_zones_complete(graph: Graph, parameters: Zones) -> Iterator[Check]:
    """So many zones have a public subnet, a private one and a NAT gateway."""
    for vpc in graph.of_type(types.VPC):
        subnets = vpc.referrers(types.SUBNET, property="vpcId")
        routed = [(one, has_internet_route(one)) for one in subnets]
        public = [one for one, truth in routed if truth is Truth.YES]
        private = [one for one, truth in routed if truth is Truth.NO]
        late = [one for one, truth in routed if truth is Truth.UNKNOWN]
        gateways = [one for one in subnets if one.referrers(types.NAT_GATEWAY, property="subnetId")]
        for found, open_ends, what in (
            (public, late, "a public subnet"),
            (private, late, "a private subnet"),
            (gateways, [], "a NAT gateway"),
        ):
            truth = _in_zones(found, open_ends, parameters.zones)
            message = f"fewer than {parameters.zones} zones of it have {what}"
            yield Check(truth, message, resource=vpc)


def _in_zones(subnets: list[Resource], open_ends: list[Resource], wanted: int) -> Truth:
    zones = [given(one, "availabilityZone").scalar() for one in subnets]
    known = {zone for zone in zones if isinstance(zone, str)}
    if len(known) >= wanted:
        return Truth.YES
    possible = len(known) + sum(zone is None for zone in zones) + len(open_ends)
    return Truth.UNKNOWN if possible >= wanted else Truth.NO


@rule(
    "vpc-dns",
    applies_to=(types.VPC,),
    title="The VPC resolves names, and gives them",
    why="Endpoints, databases and the proxy are reached by names that only the VPC resolves.",
    requirement=f"{_NETWORK}: DNS hostnames and DNS resolution",
    mend="Set enable_dns_hostnames=True and enable_dns_support=True on the aws.ec2.Vpc.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
)
def vpc_dns(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Hostnames are on (AWS's default is off), and resolution is not off (its default is on)."""
    hostnames = resource["enableDnsHostnames"].is_true(default=False)
    yield Check(hostnames, "it gives no hostnames", "enableDnsHostnames")
    support = resource["enableDnsSupport"].is_true(default=True)
    yield Check(support, "it resolves no names", "enableDnsSupport")


@dataclass(frozen=True)
class Watched(Parameters):
    """What must be watched wherever there is a resource of a type: `TYPE NAMESPACE METRIC|METRIC`.

    Of the metrics that `|` parts, one will do.
    """

    demanded: tuple[str, ...] = (
        f"{types.ALB} AWS/ApplicationELB UnHealthyHostCount|HealthyHostCount",
        f"{types.DB_CLUSTER} AWS/RDS DatabaseConnections",
        f"{types.LAMBDA} AWS/Lambda Errors",
        f"{types.LAMBDA} AWS/Lambda Throttles",
    )


@stack_rule(
    "alarms-on-catalog",
    title="Alarms watch target health, connections, and functions' errors and throttles",
    why="In a flash sale minutes count: whoever is on duty must learn of it first.",
    requirement="catalog spec, 11 CloudWatch Alarms",
    mend="Create an aws.cloudwatch.MetricAlarm for each: UnHealthyHostCount, DatabaseConnections, "
    "Errors and Throttles.",
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    profiles=_CATALOG,
    parameters=Watched,
)
def alarms_on_catalog(graph: Graph, parameters: Watched) -> Iterator[Check]:
    """For each type that the stack has, some alarm looks at each demanded metric."""
    uses = list(alarmed(graph))
    for demanded in parameters.demanded:
        token, namespace, metrics = demanded.split()
        if graph.of_type(token):
            names = metrics.split("|")
            truth = Truth.any(
                use.namespace.equals(namespace) & use.metric.is_in(names) for use in uses
            )
            yield Check(truth, f"no alarm looks at {' or '.join(names)} of {namespace}")


@dataclass(frozen=True)
class Load(Parameters):
    """The share of CPU, in percent, at which capacity is added."""

    percent: float = 70


@stack_rule(
    "scaling-at-cpu",
    title="Capacity is added at 70 percent of CPU",
    why="Later, and the new capacity comes after the customers have gone; earlier costs too much.",
    requirement="catalog spec, 12 Auto Scaling Policies: scale-out trigger at 70% CPU",
    mend="Set target_tracking_scaling_policy_configuration={'target_value': 70, "
    "'predefined_metric_specification': {'predefined_metric_type': "
    "'RDSReaderAverageCPUUtilization'}} on the aws.appautoscaling.Policy.",
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    profiles=_CATALOG,
    parameters=Load,
)
def scaling_at_cpu(graph: Graph, parameters: Load) -> Iterator[Check]:
    """Each policy that tracks CPU has this target; a stack that scales has such a policy."""
    found: list[tuple[Resource, Property, Truth]] = []
    for policy in graph.of_type(types.SCALING_POLICY):
        settings = given(policy, "targetTrackingScalingPolicyConfiguration")
        metric = settings["predefinedMetricSpecification"]["predefinedMetricType"]
        found.append((policy, settings, metric.matches("CPUUtilization")))
    if graph.of_type(types.SCALING_TARGET):
        yield Check(Truth.any(by_cpu for _, _, by_cpu in found), "nothing scales by CPU")
    for policy, settings, truth in found:
        if truth is not Truth.NO:
            target = settings["targetValue"]
            message = f"it keeps CPU at {target.text()} percent"
            path = "targetTrackingScalingPolicyConfiguration.targetValue"
            yield Check(~truth | target.equals(parameters.percent), message, path, policy)
