"""ECS Service Connect: which services may call each other by name, and on which ports."""

from __future__ import annotations

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.ecs import definitions_of
from policies.aws.groups import attached
from policies.aws.inputs import given

KEY = "serviceConnectConfiguration"
NAMESPACES = (
    "aws:servicediscovery/httpNamespace:HttpNamespace",
    "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
    "aws:servicediscovery/publicDnsNamespace:PublicDnsNamespace",
)


def is_connected(service: Resource) -> Truth:
    """Whether a service takes part in Service Connect."""
    settings = given(service, KEY)
    return Truth.UNKNOWN if settings.unknown else settings["enabled"].is_true(default=False)


def namespace_of(service: Resource) -> str | None:
    """What tells a service's namespace apart: its URN, else its known name; None if neither."""
    found = service.references(KEY, *NAMESPACES)
    named = given(service, KEY)["namespace"]
    if not found and named.absent:
        for cluster in service.references("cluster", types.CLUSTER):
            found = cluster.references("serviceConnectDefaults", *NAMESPACES)
            named = given(cluster, "serviceConnectDefaults")["namespace"]
    text = named.scalar()
    return found[0].urn if found else text if isinstance(text, str) else None


def endpoints(service: Resource) -> list[Property]:
    """How a service is called by others: its entries of the configuration."""
    settings = given(service, KEY)
    listed = settings["services"]
    return [] if settings.unknown or listed.unknown else listed.items()


def _is_open(service: Resource) -> bool:
    """Whether it is not known yet how a service is called."""
    settings = given(service, KEY)
    return settings.unknown or settings["services"].unknown


def port_names(service: Resource) -> tuple[dict[str, int | None], bool]:
    """The named ports of a service's containers, and whether these are all."""
    named: dict[str, int | None] = {}
    definitions = definitions_of(service)
    complete = bool(definitions)
    for definition in definitions:
        containers = definition["containerDefinitions"].json()
        if containers.unknown:
            return named, False
        for container in containers.items():
            for mapping in container["portMappings"].items():
                name, port = mapping["name"].scalar(), mapping["containerPort"].scalar()
                if isinstance(name, str):
                    named[name] = port if isinstance(port, int) else None
                complete = complete and not mapping["name"].unknown
    return named, complete


def peers(graph: Graph, service: Resource) -> frozenset[str]:
    """The URNs of the groups of the services that may call this one by name.

    While its configuration is not known, these are all that take part.
    """
    connected = graph.indexed(_Connected)
    if service.urn not in connected.services:
        return frozenset()
    if _is_open(service):
        return connected.groups
    own = namespace_of(service) if endpoints(service) else None
    return frozenset() if own is None else connected.by_namespace[own]


class _Connected:
    """The services that may take part in Service Connect, and their groups."""

    def __init__(self, graph: Graph) -> None:
        callers = [one for one in graph.of_type(types.SERVICE) if is_connected(one) is not Truth.NO]
        self.services = frozenset(one.urn for one in callers)
        joined: dict[str | None, set[str]] = {}
        for one in callers:
            groups = joined.setdefault(namespace_of(one), set())
            groups.update(group.urn for group in attached(one)[0])
        self.groups = frozenset(urn for groups in joined.values() for urn in groups)
        self.by_namespace = {space: frozenset(groups) for space, groups in joined.items()}


def called_on(service: Resource) -> tuple[int, ...] | None:
    """The ports on which a service is called by name; None while one of them is not known."""
    if _is_open(service):
        return None
    ports: list[int] = []
    named, _ = port_names(service)
    for endpoint in endpoints(service):
        port = endpoint["ingressPortOverride"].scalar()
        if port is None:
            port = named.get(str(endpoint["portName"].scalar()))
        if not isinstance(port, int):
            return None
        ports.append(port)
    return tuple(ports)
