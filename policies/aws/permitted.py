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
# AWS's own policies that only let a function or task run: logs, traces, network interfaces, images.
# They allow none of what roles are asked for here.
_RUNNING = (
    r"\Aarn:[\w-]+:iam::aws:policy/(service-role/"
    r"(AWSLambda(BasicExecution|VPCAccessExecution|ENIManagementAccess)\w*"
    r"|AmazonECSTaskExecutionRolePolicy)"
    r"|AWSXRayDaemonWriteAccess|CloudWatchLambdaInsightsExecutionRolePolicy)\Z"
)


def role_may(graph: Graph, role: Resource, actions: Iterable[str]) -> Truth:
    """Whether some policy of a role allows each of these actions on something.

    Policies that are not of the stack are not followed: with one of those attached nobody here
    knows, unless it is one of AWS's own by which functions and tasks merely run.
    """
    found, complete = statements_of(graph.indexed(_by_role)[role.urn])
    allowed = Truth.all(
        Truth.any(one.allows & grants(one, action) for one in found) for action in actions
    )
    return allowed | (Truth.NO if complete and not _has_others(role) else Truth.UNKNOWN)


def _by_role(graph: Graph) -> dict[str, Held]:
    return {one.principal.urn: one for one in held(graph)}


def _has_others(role: Resource) -> bool:
    attached = [
        given(one, "policyArn")
        for one in role.referrers(_ATTACHMENT)
        if not one.references("policyArn", types.POLICY)
    ]
    listed = given(role, "managedPolicyArns")
    if listed.unknown:
        return True
    return any(one.matches(_RUNNING) is not Truth.YES for one in [*attached, *listed.items()])
