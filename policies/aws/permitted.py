"""Whether a role of the stack may do what it is used for."""

from __future__ import annotations

from collections.abc import Iterable

from graph.model import Graph, Resource
from graph.truth import Truth
from policies.aws import types
from policies.aws.allowing import grants
from policies.aws.inputs import given
from policies.aws.principals import Held, held, statements_of

_ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"


def role_may(graph: Graph, role: Resource, actions: Iterable[str]) -> Truth:
    """Whether some policy of a role allows each of these actions on something.

    Policies that are not of the stack, AWS's own among them, are not followed: with one of those
    attached nobody here knows.
    """
    found, complete = statements_of(graph.indexed(_by_role)[role.urn])
    allowed = Truth.all(
        Truth.any(one.allows & grants(one, action) for one in found) for action in actions
    )
    return allowed | (Truth.NO if complete and not _has_others(role) else Truth.UNKNOWN)


def _by_role(graph: Graph) -> dict[str, Held]:
    return {one.principal.urn: one for one in held(graph)}


def _has_others(role: Resource) -> bool:
    attachments = role.referrers(_ATTACHMENT)
    foreign = [one for one in attachments if not one.references("policyArn", types.POLICY)]
    return bool(foreign) or not given(role, "managedPolicyArns").absent
