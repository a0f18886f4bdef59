"""Grants beside their use: secrets that a task may read and is never given, and the other way."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph, Resource
from graph.truth import Truth
from policies.aws import types
from policies.aws.readable import readable_secrets
from policies.aws.secrets import secrets_at
from policies.engine import Check, Level, Parameters, Severity, stack_rule

_LEAST = "chat spec 001 and trading spec, Security: least-privilege IAM"
_ROLES = ("executionRoleArn", "taskRoleArn")
_CONTAINERS = "containerDefinitions"
_INJECTS = "AWS ECS developer guide: pass Secrets Manager secrets"


@stack_rule(
    "ecs-secrets-read-are-used",
    title="Tasks may read the secrets that they use, and no others",
    why="Whoever takes over a task gets at every secret that its role may read.",
    requirement=_LEAST,
    mend="Take the secret's ARN out of the role's policy, or give each service a role of its own.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def ecs_secrets_read_are_used(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Each secret that a policy of a task's roles names is named by something that uses the role.

    A container that reads a secret itself is told its ARN, so it names it too.
    """
    readable = graph.indexed(readable_secrets)
    for role in graph.of_type(types.ROLE):
        if not any(role.referrers(types.TASK_DEFINITION, property=key) for key in _ROLES):
            continue
        users = [one for one in role.referrers() if not one.type.startswith("aws:iam/")]
        used = {secret.urn for user in users for secret in _named(user)}
        for secret in readable.get(role.urn, ()):
            message = f"it may read {secret.name}, which nothing uses that has the role"
            yield Check(Truth.of(secret.urn in used), message, resource=role)


@stack_rule(
    "ecs-secrets-used-are-readable",
    title="Execution roles may read the secrets that containers are given",
    why="A task whose secret cannot be fetched never starts.",
    requirement=_INJECTS,
    mend="Allow secretsmanager:GetSecretValue on the secret's ARN in a policy of the execution role.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def ecs_secrets_used_are_readable(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Each secret of a container's `secrets` is named by a policy of the execution role.

    A role whose policies name no secret of the stack at all may be allowed by a pattern: unknown.
    """
    readable = graph.indexed(readable_secrets)
    for definition in graph.of_type(types.TASK_DEFINITION):
        injected = _injected(definition)
        for role in definition.references("executionRoleArn", types.ROLE):
            allowed = {one.urn for one in readable.get(role.urn, ())}
            for secret in injected:
                truth = Truth.of(secret.urn in allowed)
                if not allowed:
                    truth = Truth.UNKNOWN
                message = f"its execution role may not read {secret.name}"
                yield Check(truth, message, "executionRoleArn", definition)
        if definition[_CONTAINERS].unknown and secrets_at(definition, _CONTAINERS):
            message = "what it injects is not known yet"
            yield Check(Truth.UNKNOWN, message, "executionRoleArn", definition)


def _named(user: Resource) -> list[Resource]:
    return [one for key, _ in user.properties.entries() for one in secrets_at(user, key)]


def _injected(definition: Resource) -> list[Resource]:
    """The secrets that a definition certainly injects: known ARNs, of whole secrets or parts."""
    containers = definition[_CONTAINERS].json()
    if containers.unknown:
        return []
    known = [
        (arn, one)
        for one in secrets_at(definition, _CONTAINERS)
        if isinstance(arn := one["arn"].scalar(), str)
    ]
    found: dict[str, Resource] = {}
    for container in containers.items():
        for entry in container["secrets"].items():
            text = str(entry["valueFrom"].scalar())
            found.update({secret.urn: secret for arn, secret in known if text.startswith(arn)})
    return list(found.values())
