"""Functions and secrets: what a function is told of it may read, and what it may read it is told of."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph, Resource
from graph.truth import Truth
from policies.aws import types
from policies.aws.functions import functions_at
from policies.aws.permitted import role_may
from policies.aws.readable import readable_secrets
from policies.aws.secrets import rotations_of, secrets_at
from policies.engine import Check, Level, Parameters, Severity, stack_rule

_LEAST = "catalog spec, IAM Roles: least-privilege"


@stack_rule(
    "lambda-secrets-read-are-used",
    title="Functions may read the secrets that they use, and no others",
    why="Whoever takes over a function gets at every secret that its role may read.",
    requirement=_LEAST,
    mend="Take the secret's ARN out of the role's policy, or name it in the function's environment.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def lambda_secrets_read_are_used(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Each secret that a policy of a function's role names is named by what uses the role.

    A function that rotates a secret is told which when it is called.
    """
    readable = graph.indexed(readable_secrets)
    for role in graph.of_type(types.ROLE):
        if not role.referrers(types.LAMBDA, property="role"):
            continue
        users = [one for one in role.referrers() if not one.type.startswith("aws:iam/")]
        used = {
            secret.urn
            for user in users
            for key, _value in user.properties.entries()
            for secret in secrets_at(user, key)
        }
        for secret in readable.get(role.urn, ()):
            truth = Truth.of(secret.urn in used or _rotates(role, secret))
            message = f"it may read {secret.name}, which nothing uses that has the role"
            yield Check(truth, message, resource=role)


def _rotates(role: Resource, secret: Resource) -> bool:
    return any(
        role in function.references("role", types.ROLE)
        for rotation in rotations_of(secret)
        for function in functions_at(rotation, "rotationLambdaArn")
    )


@stack_rule(
    "lambda-secrets-used-are-readable",
    title="Functions may read the secrets that they are told of",
    why="The function fails at its first call, and every one after it.",
    requirement=f"{_LEAST}; AWS Secrets Manager user guide: Use secrets in Lambda",
    mend="Allow secretsmanager:GetSecretValue on the secret's ARN in a policy of the role.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
)
def lambda_secrets_used_are_readable(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The role of a function whose environment names a secret is allowed to get its value.

    A role whose policies name no secret of the stack at all may be allowed by a pattern: unknown.
    """
    readable = graph.indexed(readable_secrets)
    for function in graph.of_type(types.LAMBDA):
        told = secrets_at(function, "environment")
        for role in function.references("role", types.ROLE):
            allowed = readable.get(role.urn, [])
            for secret in told:
                may = role_may(graph, role, ["secretsmanager:GetSecretValue"])
                named = Truth.of(secret in allowed) if allowed else Truth.UNKNOWN
                message = f"{role.name} may not read {secret.name}"
                yield Check(may & named, message, "environment", function)
