"""Rotation: secrets that open a database change before anyone gets used to them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.secrets import database_secrets, rotations_of
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_SPEC = "chat spec 000, Secrets & Config; chat spec 001, Security: Secrets Manager for database"


@stack_rule(
    "database-secrets-rotated",
    title="Secrets that open a database are rotated",
    why="A password that leaked years ago still opens the database unless it changes.",
    requirement=f"{_SPEC}; AWS FSBP SecretsManager.1",
    mend="Create an aws.secretsmanager.SecretRotation with secret_id=secret.id and the ARN of a "
    "rotation function that reaches the database.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def database_secrets_rotated(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A rotation schedule names each secret that opens a database of the stack."""
    for secret in database_secrets(graph):
        rotated = Truth.of(bool(rotations_of(secret)))
        yield Check(rotated, "it opens a database and is not rotated", resource=secret)


@stack_rule(
    "secrets-rotated",
    title="Every secret is rotated",
    why="A credential that leaked unseen opens its door until it changes.",
    requirement="AWS FSBP SecretsManager.1, SecretsManager.4",
    mend="Create an aws.secretsmanager.SecretRotation with secret_id=secret.id and the ARN of a "
    "function that knows how to renew what the secret opens.",
    severity=Severity.MEDIUM,
    # What others issue, such as a key of their API, no function of ours can renew.
    level=Level.DISABLED,
    controls=("FSBP SecretsManager.1", "FSBP SecretsManager.4"),
)
def secrets_rotated(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A rotation names each secret; how often it comes is judged by secret-rotation-schedule."""
    for secret in graph.of_type(types.SECRET):
        rotated = Truth.of(bool(rotations_of(secret)))
        yield Check(rotated, "it is not rotated", resource=secret)


@dataclass(frozen=True)
class Rotated(Parameters):
    """For how long a secret may stay the same at most, in days."""

    days: int = 90


@rule(
    "secret-rotation-schedule",
    applies_to=(types.SECRET_ROTATION,),
    title="Secrets are rotated often enough",
    why="Rotation once a year leaves a leaked password good for half a year on average.",
    requirement=f"{_SPEC}; AWS FSBP SecretsManager.4",
    mend="Set rotation_rules={'automatically_after_days': 30}.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    parameters=Rotated,
    controls=("FSBP SecretsManager.4",),
)
def secret_rotation_schedule(resource: Resource, parameters: Rotated) -> Iterator[Check]:
    """Days, or a schedule expression, of at most the demanded interval."""
    rules = resource["rotationRules"]
    days, schedule = rules["automaticallyAfterDays"], rules["scheduleExpression"]
    held = schedule if days.absent else days
    often = _often(schedule, parameters.days) if days.absent else days.at_most(parameters.days)
    message = f"its interval is {held.text()}; at most {parameters.days} days are allowed"
    yield Check(often, message, held.path)


def _often(schedule: Property, most: int) -> Truth:
    """Whether `rate(N days)` is short enough; a cron expression of every month is."""
    text = schedule.scalar()
    if not isinstance(text, str):
        return Truth.UNKNOWN if schedule.unknown else Truth.NO
    rate = re.fullmatch(r"rate\((\d+) (hour|day)s?\)", text.strip())
    if rate is not None:
        return Truth.of(int(rate[1]) <= most * (24 if rate[2] == "hour" else 1))
    cron = re.fullmatch(r"cron\(\S+ \S+ \S+ (\S+) \S+ \S+\)", text.strip())
    return Truth.YES if cron is not None and cron[1] == "*" else Truth.UNKNOWN
