"""Security groups for fixtures, by inline rules and by both kinds of rule resources."""

from __future__ import annotations

from graph.raw import Raw
from policies.aws import types
from policies.testing.fixtures import UNKNOWN, Case, resource

WORLD = "0.0.0.0/0"


def allow(port: Raw, last: Raw = None, **source: Raw) -> Raw:
    return {"protocol": "tcp", "fromPort": port, "toPort": port if last is None else last, **source}


def group(name: str, *ingress: Raw, sources: tuple[str, ...] = ()) -> Case:
    refs = {"ingress": list(sources)} if sources else None
    return [resource(types.SECURITY_GROUP, name, {"ingress": list(ingress)}, refs=refs)]


def admitting(port: int, source: str) -> Case:
    """A group named for its port that admits another group by an inline rule."""
    return group(f"group-{port}", allow(port, securityGroups=[UNKNOWN]), sources=(source,))


def classic(group: str, port: int, source: str = "", **properties: Raw) -> Case:
    refs = {"securityGroupId": [group]}
    if source:
        refs["sourceSecurityGroupId"] = [source]
        properties["sourceSecurityGroupId"] = UNKNOWN
    return [
        resource(
            types.SECURITY_GROUP_RULE,
            f"classic-{group}-{port}",
            {"type": "ingress", **port_range(port), "protocol": "tcp", **properties},
            refs=refs,
        )
    ]


def modern(group: str, port: int, source: str = "", **properties: Raw) -> Case:
    refs = {"securityGroupId": [group]}
    if source:
        refs["referencedSecurityGroupId"] = [source]
        properties["referencedSecurityGroupId"] = UNKNOWN
    return [
        resource(
            types.INGRESS_RULE,
            f"modern-{group}-{port}",
            {"ipProtocol": "tcp", **port_range(port), **properties},
            refs=refs,
        )
    ]


def port_range(port: int) -> dict[str, Raw]:
    return {"fromPort": port, "toPort": port}


def bare(name: str) -> Case:
    """A group with rule resources only: its computed `ingress` is not known in a preview."""
    return [resource(types.SECURITY_GROUP, name, {"ingress": UNKNOWN})]


def alb(*groups: str) -> Case:
    listed: Raw = [UNKNOWN for _ in groups]
    refs = {"securityGroups": list(groups)}
    return [resource(types.ALB, "alb", {"securityGroups": listed}, refs=refs)]


def service(
    *groups: str, subnets: tuple[str, ...] = (), public: Raw = False, ids: Raw = None
) -> Case:
    network: Raw = {
        "securityGroups": [UNKNOWN for _ in groups] if ids is None else ids,
        "subnets": [UNKNOWN for _ in subnets],
        "assignPublicIp": public,
    }
    refs = {"networkConfiguration": [*groups, *subnets]}
    return [resource(types.SERVICE, "service", {"networkConfiguration": network}, refs=refs)]


def database(*groups: str, **properties: Raw) -> Case:
    listed: Raw = [UNKNOWN for _ in groups]
    return [
        resource(
            types.DB_INSTANCE,
            "db",
            {"vpcSecurityGroupIds": listed, **properties},
            refs={"vpcSecurityGroupIds": list(groups)},
        )
    ]
