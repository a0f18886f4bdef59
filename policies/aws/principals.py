"""Who holds which permission documents: roles, users and groups with all that is attached."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property, UndecidedError
from policies.aws import types
from policies.aws.iam import MANAGED_ATTACHMENTS, Statement, documents, statements
from policies.aws.inputs import given

USER = "aws:iam/user:User"
GROUP = "aws:iam/group:Group"
PRINCIPALS = (types.ROLE, USER, GROUP)
# How each kind of resource names its principals.
_NAMED_BY = {
    types.ROLE_POLICY: ("role",),
    types.USER_POLICY: ("user",),
    types.GROUP_POLICY: ("group",),
    **dict(zip(MANAGED_ATTACHMENTS[:3], (("role",), ("user",), ("group",)), strict=True)),
    MANAGED_ATTACHMENTS[3]: ("roles", "users", "groups"),
}


_STANDING_ALONE = (types.POLICY, types.ROLE_POLICY, types.USER_POLICY, types.GROUP_POLICY)
_ACCOUNT = re.compile(r"\Aarn:[^:]*:[^:]*:[^:]*:(\d{12}):")


def own_accounts(graph: Graph) -> frozenset[str]:
    """The accounts that the stack's resources are in, as far as their ARNs are known."""
    arns = [str(one["arn"].scalar()) for one in graph.resources if one.custom]
    return frozenset(found[1] for arn in arns if (found := _ACCOUNT.match(arn)))


def is_own(principal: Property, accounts: Iterable[str]) -> Truth:
    """Whether a principal is one of these accounts, by its number, or belongs to one."""
    if principal.unknown:
        return Truth.UNKNOWN
    whose = "|".join(sorted(accounts)) or "none"
    return principal.matches(rf"\A(({whose})\Z|arn:[\w-]+:(iam|sts)::({whose}):)")


@dataclass(slots=True)
class Held:
    """A principal, and the resources in which its permissions are written."""

    principal: Resource
    holders: list[Resource] = field(default_factory=list[Resource])


def held(graph: Graph) -> list[Held]:
    """Every principal of the stack with its own, inline and attached policies.

    A policy that nobody of the stack has stands for whoever gets it, elsewhere or later.
    """
    found = {one.urn: Held(one) for one in graph.of_type(*PRINCIPALS)}
    taken: set[str] = set()
    for role in graph.of_type(types.ROLE):
        if not given(role, "inlinePolicies").absent:
            found[role.urn].holders.append(role)
        attached = role.references("managedPolicyArns", types.POLICY)
        found[role.urn].holders += attached
        taken |= {one.urn for one in attached}
    for resource in graph.of_type(*_NAMED_BY):
        policies = [resource]
        if resource.type in MANAGED_ATTACHMENTS:
            policies = resource.references("policyArn", types.POLICY)
        for key in _NAMED_BY[resource.type]:
            for principal in resource.references(key, *PRINCIPALS):
                found[principal.urn].holders += policies
                taken |= {one.urn for one in policies}
    alone = [one for one in graph.of_type(*_STANDING_ALONE) if one.urn not in taken]
    return [*found.values(), *(Held(one, [one]) for one in alone)]


def statements_of(one: Held) -> tuple[list[Statement], bool]:
    """All statements of a principal that can be read, and whether these are all."""
    found: list[Statement] = []
    complete = True
    for holder in one.holders:
        for document in documents(holder):
            try:
                found.extend(statements(document))
            except UndecidedError:
                complete = False
    return found, complete
