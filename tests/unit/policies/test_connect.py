"""Who may call whom by Service Connect, and on which ports."""

from __future__ import annotations

import json

from graph.model import Graph, Resource
from graph.raw import UNKNOWN, Raw
from policies.aws import types
from policies.aws.connect import KEY, NAMESPACES, called_on, namespace_of, peers
from policies.testing.fixtures import Case, graph_of, resource


def _service(name: str, settings: Raw, **refs: list[str]) -> Case:
    network: Raw = {"securityGroups": [UNKNOWN]}
    return [
        resource(types.SECURITY_GROUP, f"{name}-group", {}),
        resource(
            types.SERVICE,
            name,
            {KEY: settings, "networkConfiguration": network},
            refs={**refs, "networkConfiguration": [f"{name}-group"]},
        ),
    ]


def _of(graph: Graph, name: str) -> Resource:
    (found,) = [one for one in graph.of_type(types.SERVICE) if one.name == name]
    return found


_CALLED: Raw = {"enabled": True, "namespace": "chat", "services": [{"portName": "api"}]}
_CALLER: Raw = {"enabled": True, "namespace": "chat"}


def test_services_of_one_namespace_that_are_connected_call_each_other() -> None:
    elsewhere: Raw = {"enabled": True, "namespace": "other"}
    left_out: Raw = {"enabled": False, "namespace": "chat"}
    graph = graph_of(
        [
            *_service("api", _CALLED),
            *_service("web", _CALLER),
            *_service("far", elsewhere),
            *_service("off", left_out),
        ]
    )

    names = {
        group.name for group in graph.resources if group.urn in peers(graph, _of(graph, "api"))
    }

    assert names == {"api-group", "web-group"}


def test_a_service_without_endpoints_or_out_of_service_connect_is_called_by_nobody() -> None:
    off: Raw = {"enabled": False, "namespace": "chat", "services": [{"portName": "api"}]}
    graph = graph_of([*_service("api", _CALLER), *_service("web", _CALLER), *_service("off", off)])

    assert peers(graph, _of(graph, "api")) == set()
    assert peers(graph, _of(graph, "off")) == set()


def test_a_cluster_lends_its_services_a_namespace() -> None:
    cluster = resource(types.CLUSTER, "cluster", {"serviceConnectDefaults": {"namespace": "chat"}})
    made = resource(
        types.CLUSTER,
        "other",
        {"serviceConnectDefaults": {"namespace": UNKNOWN}},
        refs={"serviceConnectDefaults": ["names"]},
    )
    graph = graph_of(
        [
            resource(NAMESPACES[2], "names", {}),
            cluster,
            made,
            *_service("api", {"enabled": True}, cluster=["cluster"]),
            *_service("web", {"enabled": True}, cluster=["other"]),
            *_service("own", {"enabled": True, "namespace": "mine"}, cluster=["cluster"]),
        ]
    )
    (names,) = graph.of_type(NAMESPACES[2])

    assert namespace_of(_of(graph, "api")) == "chat"
    assert namespace_of(_of(graph, "web")) == names.urn
    assert namespace_of(_of(graph, "own")) == "mine"


def _ports(containers: Raw, endpoint: Raw) -> tuple[int, ...] | None:
    settings: Raw = {"enabled": True, "services": [endpoint]}
    definition = resource(types.TASK_DEFINITION, "task", {"containerDefinitions": containers})
    graph = graph_of([definition, *_service("api", settings, taskDefinition=["task"])])
    return called_on(_of(graph, "api"))


def test_a_service_is_called_on_its_override_else_on_its_containers_port() -> None:
    named = json.dumps([{"portMappings": [{"name": "api", "containerPort": 3000}]}])

    assert _ports(named, {"portName": "api", "ingressPortOverride": 9000}) == (9000,)
    assert _ports(named, {"portName": "api"}) == (3000,)
    assert _ports(named, {"portName": "web"}) is None
    assert _ports(UNKNOWN, {"portName": "api"}) is None


def test_while_a_configuration_is_not_known_anybody_may_be_meant_to_call() -> None:
    graph = graph_of(
        [
            resource(types.BUCKET, "b", {}),
            *_service("api", UNKNOWN, **{KEY: ["b"]}),
            *_service("web", {"enabled": True, "namespace": "chat", "services": UNKNOWN}),
            *_service("far", {"enabled": False}),
        ]
    )

    for name in ("api", "web"):
        service = _of(graph, name)
        callers = {one.name for one in graph.resources if one.urn in peers(graph, service)}

        assert called_on(service) is None
        assert callers == {"api-group", "web-group"}
