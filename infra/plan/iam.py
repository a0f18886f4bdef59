"""IAM policy documents as values: statements in, a document of plain JSON types out.

Statements are generic in the type of their ARNs, so that the same code serves plain strings here
and values that are only known during a deployment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from infra.plan.context import Place

Arn = TypeVar("Arn")
Conditions = Mapping[str, Mapping[str, str | list[str]]]
VERSION = "2012-10-17"


@dataclass(frozen=True, kw_only=True)
class Statement(Generic[Arn]):
    """One statement of a policy; `sid` says in letters and digits what it is for."""

    sid: str
    actions: tuple[str, ...]
    resources: tuple[Arn, ...] = ()
    principals: Mapping[str, str] = field(default_factory=dict[str, str])
    conditions: Conditions = field(default_factory=dict[str, dict[str, str | list[str]]])
    effect: str = "Allow"

    def render(self) -> dict[str, object]:
        """The statement as IAM writes it."""
        rendered: dict[str, object] = {"Sid": self.sid, "Effect": self.effect}
        if self.principals:
            everyone = dict(self.principals) == {"*": "*"}
            rendered["Principal"] = "*" if everyone else dict(self.principals)
        rendered["Action"] = list(self.actions)
        if self.resources:
            rendered["Resource"] = list(self.resources)
        if self.conditions:
            rendered["Condition"] = {test: dict(keys) for test, keys in self.conditions.items()}
        return rendered


def document(statements: Iterable[Statement[Arn]]) -> dict[str, object]:
    """A policy document of these statements."""
    return {"Version": VERSION, "Statement": [statement.render() for statement in statements]}


def trust(
    service: str, place: Place, source: str = "", *, always_told: bool = True
) -> dict[str, object]:
    """Let an AWS service assume a role, but only on behalf of this account.

    `source` is the ARN pattern of what may use it; without the conditions any customer of that
    service could have it act with this role. A service whose documentation doesn't promise that
    it says for whom it acts (`always_told=False`) is held to what it says, if it says it.
    """
    if_told = "" if always_told else "IfExists"
    conditions: dict[str, dict[str, str | list[str]]] = {
        f"StringEquals{if_told}": {"aws:SourceAccount": place.account}
    }
    if source:
        conditions[f"ArnLike{if_told}"] = {"aws:SourceArn": source}
    return document(
        [
            Statement[str](
                sid="AssumedByTheService",
                actions=("sts:AssumeRole",),
                principals={"Service": f"{service}.amazonaws.com"},
                conditions=conditions,
            )
        ]
    )


def encrypted_transport_only(sid_actions: str, *arns: str) -> Statement[str]:
    """Refuse every call of a service (such as "s3:*") to `arns` that isn't over TLS."""
    return Statement(
        sid="TransportIsEncrypted",
        effect="Deny",
        actions=(sid_actions,),
        resources=arns,
        principals={"*": "*"},
        conditions={"Bool": {"aws:SecureTransport": "false"}},
    )
