"""ECS Service Connect: services that call each other by a name that leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph
from graph.truth import Truth
from policies.aws import types
from policies.aws.connect import KEY, NAMESPACES, endpoints, is_connected, port_names
from policies.aws.inputs import given
from policies.engine import Check, Level, Parameters, Severity, stack_rule

_SPEC = "chat spec 001, Service-to-Service Communication: ECS Service Connect"


@stack_rule(
    "service-connect-namespace",
    title="Services that Service Connect joins name a namespace that exists",
    why="ECS refuses the service, after everything that it waits for has been made.",
    requirement=_SPEC,
    mend="Set namespace=namespace.arn of an aws.servicediscovery.HttpNamespace in "
    "service_connect_configuration, or service_connect_defaults on the cluster.",
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    covers=("CHAT-001-159",),
)
def service_connect_namespace(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The service names a namespace of the stack, or its cluster has one by default."""
    for service in graph.of_type(types.SERVICE):
        connected = is_connected(service)
        if connected is Truth.NO:
            continue
        named = given(service, KEY)["namespace"]
        holders = [(service, KEY, named)]
        if named.absent:
            holders = [
                (cluster, "serviceConnectDefaults", given(cluster, "serviceConnectDefaults"))
                for cluster in service.references("cluster", types.CLUSTER)
            ]
        message, truth = "it names no namespace, nor does its cluster", Truth.NO
        for holder, key, value in holders:
            if holder.references(key, *NAMESPACES):
                truth = Truth.YES
            elif not value.absent:
                message, truth = "its namespace is not in this stack", Truth.UNKNOWN
        if not holders:
            message, truth = "its cluster is not in this stack", Truth.UNKNOWN
        yield Check(~connected | truth, message, f"{KEY}.namespace", service)


@stack_rule(
    "service-connect-ports",
    title="Ports that Service Connect publishes are named by a container",
    why="ECS refuses a service that publishes a port which no container has.",
    requirement=_SPEC,
    mend="Give the container portMappings=[{'name': 'api', 'containerPort': 3000}] and use that "
    "name as port_name.",
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    covers=("CHAT-001-159",),
)
def service_connect_ports(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Each published port's name is one of the task definition's port mappings."""
    for service in graph.of_type(types.SERVICE):
        if is_connected(service) is Truth.NO:
            continue
        for endpoint in endpoints(service):
            named, complete = port_names(service)
            wanted = endpoint["portName"]
            truth = wanted.is_in(sorted(named))
            if not complete:
                truth |= Truth.UNKNOWN
            message = f"no container names a port {wanted.text()}"
            yield Check(truth, message, endpoint.path, service)
