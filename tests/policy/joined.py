"""Two services that call each other by name, for fixtures of who may reach whom."""

from __future__ import annotations

from graph.raw import Raw
from policies.aws import types
from policies.aws.connect import NAMESPACES
from policies.testing.fixtures import UNKNOWN, Case, FixtureResource, resource
from tests.policy.groups import group, modern

_KEY = "serviceConnectConfiguration"


def calling(port: int, *, override: Raw = 9000, caller: Raw = True, other: str = "names") -> Case:
    """Service `web` is admitted to service `api` on a port; `api` is called on its override."""
    return [
        resource(NAMESPACES[0], "names", {}),
        resource(NAMESPACES[0], "others", {}),
        *group("web-group"),
        *group("api-group"),
        *modern("api-group", port, "web-group"),
        _service("web", "names", enabled=caller),
        _service("api", other, services=[{"portName": "api", "ingressPortOverride": override}]),
    ]


def _service(name: str, namespace: str, **settings: Raw) -> FixtureResource:
    return resource(
        types.SERVICE,
        name,
        {
            _KEY: {"enabled": True, "namespace": UNKNOWN, **settings},
            "networkConfiguration": {"securityGroups": [UNKNOWN]},
        },
        refs={_KEY: [namespace], "networkConfiguration": [f"{name}-group"]},
    )
