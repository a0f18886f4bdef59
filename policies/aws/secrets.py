"""Secrets Manager: which secret a property means, what it is for, and who rotates it."""

from __future__ import annotations

from collections.abc import Iterable

from graph.model import Graph, Resource
from policies.aws import types

_DATABASES = (types.DB_INSTANCE, types.DB_CLUSTER, types.DB_PROXY)
_PASSWORDS = ("password", "passwordWo", "masterPassword", "masterPasswordWo")


def secrets_at(resource: Resource, key: str) -> list[Resource]:
    """The secrets of the stack that a property names, by themselves or by a version of theirs."""
    found = resource.references(key, types.SECRET)
    for version in resource.references(key, types.SECRET_VERSION):
        found += version.references("secretId", types.SECRET)
    return _once(found)


def rotations_of(secret: Resource) -> list[Resource]:
    """The rotation schedules of a secret."""
    versions = secret.referrers(types.SECRET_VERSION, property="secretId")
    return _once(
        rotation
        for holder in (secret, *versions)
        for rotation in holder.referrers(types.SECRET_ROTATION, property="secretId")
    )


def database_secrets(graph: Graph) -> list[Resource]:
    """The secrets that open a database.

    A proxy signs in with it, a database's password comes from it, or a version of it says where a
    database is. Secrets that RDS manages are no resources of any stack, and it rotates them.
    """
    found = [one for proxy in graph.of_type(types.DB_PROXY) for one in secrets_at(proxy, "auths")]
    for database in graph.of_type(types.DB_INSTANCE, types.DB_CLUSTER):
        for key in _PASSWORDS:
            found += secrets_at(database, key)
    for version in graph.of_type(types.SECRET_VERSION):
        keys = ("secretString", "secretStringWo")
        if any(version.references(key, *_DATABASES) for key in keys):
            found += version.references("secretId", types.SECRET)
    return _once(found)


def _once(resources: Iterable[Resource]) -> list[Resource]:
    return list({one.urn: one for one in resources}.values())
