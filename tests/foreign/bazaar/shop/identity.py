"""Roles: who may be whom, and what they may do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TypeAlias

import pulumi
import pulumi_aws as aws

Arn: TypeAlias = pulumi.Input[str]
Statement: TypeAlias = dict[str, object]


def may(actions: str | list[str], *resources: Arn, **conditions: object) -> Statement:
    """An allowing statement; conditions by operator."""
    statement: Statement = {
        "Effect": "Allow",
        "Action": [actions] if isinstance(actions, str) else actions,
        "Resource": list(resources),
    }
    return {**statement, "Condition": conditions} if conditions else statement


def document(statements: Sequence[Statement]) -> pulumi.Output[str]:
    """A policy's text, once everything in it is known."""
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trusted(*services: str, account: str | None = None) -> str:
    """Lets services assume a role, for an account of ours alone where they say for whom they act."""
    statement: Statement = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": [f"{one}.amazonaws.com" for one in services]},
    }
    if account is not None:
        statement["Condition"] = {"StringEquals": {"aws:SourceAccount": account}}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def make_role(
    name: str,
    trust: str,
    statements: Sequence[Statement],
    *,
    managed: Sequence[str] = (),
    opts: pulumi.ResourceOptions,
) -> aws.iam.Role:
    """A role with one inline policy and whatever AWS's own policies it needs."""
    role = aws.iam.Role(name, assume_role_policy=trust, opts=opts)
    if statements:
        aws.iam.RolePolicy(name, role=role.name, policy=document(statements), opts=opts)
    for policy in managed:
        aws.iam.RolePolicyAttachment(
            f"{name}-{policy.rpartition('/')[2].lower()}",
            role=role.name,
            policy_arn=f"arn:aws:iam::aws:policy/{policy}",
            opts=opts,
        )
    return role
