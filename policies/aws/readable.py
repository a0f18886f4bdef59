"""Which secrets of a stack its roles may read, as far as their policies name them."""

from __future__ import annotations

from graph.model import Graph, Resource
from policies.aws import types
from policies.aws.principals import held
from policies.aws.secrets import secrets_at


def readable_secrets(graph: Graph) -> dict[str, list[Resource]]:
    """The secrets of the stack that the policies of each role name, by the role's URN."""
    found: dict[str, list[Resource]] = {}
    for one in held(graph):
        secrets: dict[str, Resource] = {}
        for holder in one.holders:
            key = "inlinePolicies" if holder.type == types.ROLE else "policy"
            secrets.update({secret.urn: secret for secret in secrets_at(holder, key)})
        found[one.principal.urn] = list(secrets.values())
    return found
