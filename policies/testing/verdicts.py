"""A rule's verdict on a small stack, read from what the pack answers over the wire."""

from __future__ import annotations

from collections.abc import Sequence

from graph.model import Declaration
from policies.engine.pack import UNDECIDED_POLICY
from policies.testing.engine import Engine, request_of, stack_request_of


def verdict_of(engine: Engine, rule: str, declarations: Sequence[Declaration]) -> str:
    """The first of "fail", "unknown", "pass", "not-applicable" that holds for any resource."""
    responses = [engine.stub.Analyze(request_of(one)) for one in declarations]
    responses.append(engine.stub.AnalyzeStack(stack_request_of(declarations)))
    diagnostics = [one for response in responses for one in response.diagnostics]
    if any(one.policyName == rule for one in diagnostics):
        return "fail"
    undecided = [one.message for one in diagnostics if one.policyName == UNDECIDED_POLICY]
    if any(f" {rule} (" in message for message in undecided):
        return "unknown"
    idle = [{one.policy_name for one in response.not_applicable} for response in responses]
    return "not-applicable" if all(rule in names for names in idle) else "pass"
