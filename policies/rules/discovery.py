"""Cloud Map: names that services are found by lead to tasks that live, on a port that they have."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph
from graph.truth import Truth
from policies.aws import types
from policies.aws.ecs import definitions_of
from policies.aws.inputs import given
from policies.engine import Check, Level, Parameters, Severity, stack_rule

_NAME = "aws:servicediscovery/service:Service"
_INSTANCE = "aws:servicediscovery/instance:Instance"
_GUIDE = "AWS ECS developer guide: service discovery; trading spec, Service Discovery"
_KEY = "serviceRegistries"


@stack_rule(
    "cloud-map-name-used",
    title="Names in Cloud Map lead somewhere",
    why="Callers of a name that nothing registers under get no answer, and no reason why.",
    requirement=_GUIDE,
    mend="Name it in service_registries of an aws.ecs.Service, or remove the "
    "aws.servicediscovery.Service.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
)
def cloud_map_name_used(graph: Graph, _: Parameters) -> Iterator[Check]:
    """An ECS service, a task set or an instance of the stack registers under each name."""
    used: set[str] = set()
    keys = {types.SERVICE: _KEY, "aws:ecs/taskSet:TaskSet": _KEY, _INSTANCE: "serviceId"}
    for holder in graph.of_type(*keys):
        used.update(one.urn for one in holder.references(keys[holder.type], _NAME))
    for name in graph.of_type(_NAME):
        yield Check(Truth.of(name.urn in used), "nothing registers under it", resource=name)


@stack_rule(
    "cloud-map-name-checked",
    title="Names of ECS services lead to healthy tasks only",
    why="Without a health check of its own ECS cannot take a failing task out of the answers.",
    requirement=_GUIDE,
    mend="Set health_check_custom_config={'failure_threshold': 1} on the "
    "aws.servicediscovery.Service.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def cloud_map_name_checked(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Where an ECS service registers under a name, the name has the check that ECS reports to."""
    for name in graph.of_type(_NAME):
        if not name.referrers(types.SERVICE, property=_KEY):
            continue
        custom = given(name, "healthCheckCustomConfig").is_set()
        message = "ECS cannot report the health of its tasks to it"
        yield Check(custom, message, "healthCheckCustomConfig", name)


@stack_rule(
    "cloud-map-record-fits",
    title="A name's DNS record is of the kind that its service can register",
    why="ECS refuses a service that has no port for an SRV record, or no address for an A record.",
    requirement=_GUIDE,
    mend="Give service_registries a container_name and container_port for an SRV record; use an A "
    "record for tasks in awsvpc mode only.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def cloud_map_record_fits(graph: Graph, _: Parameters) -> Iterator[Check]:
    """SRV records get a port, and tasks without an address of their own have SRV records."""
    for service in graph.of_type(types.SERVICE):
        for name in service.references(_KEY, _NAME):
            records = given(name, "dnsConfig")["dnsRecords"]
            srv = records.any(lambda one: one["type"].equals("SRV"))
            registry = given(service, _KEY)
            ported = registry["port"].is_set() | registry["containerPort"].is_set()
            message = f"{name.name} has SRV records, and it names no port for them"
            yield Check(~srv | ported, message, _KEY, service)
            modes = [given(one, "networkMode") for one in definitions_of(service)]
            own = Truth.all(mode.equals("awsvpc") for mode in modes) if modes else Truth.UNKNOWN
            message = f"its tasks have no address of their own for the records of {name.name}"
            dns = given(name, "dnsConfig").is_set()
            yield Check(~dns | srv | own, message, _KEY, service)
