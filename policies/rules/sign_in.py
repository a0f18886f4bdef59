"""Cognito: how customers sign in, and that they can go on doing so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.model import Resource
from policies.engine import Check, Level, Parameters, Severity, rule

_POOL = "aws:cognito/userPool:UserPool"
_KINDS = ("requireLowercase", "requireUppercase", "requireNumbers", "requireSymbols")


@dataclass(frozen=True)
class Password(Parameters):
    """How many characters a password has at least."""

    characters: int = 8


@rule(
    "user-pool-strong-passwords",
    applies_to=(_POOL,),
    title="User pools ask for strong passwords",
    why="Sign-in pages are open to everybody; short passwords are found by trying.",
    requirement="AWS Security Hub, control Cognito.3",
    mend="Set password_policy={'minimum_length': 12, 'require_lowercase': True, "
    "'require_uppercase': True, 'require_numbers': True, 'require_symbols': True} on the "
    "aws.cognito.UserPool, or leave it out: AWS's default is as strict.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    parameters=Password,
)
def user_pool_strong_passwords(resource: Resource, parameters: Password) -> Iterator[Check]:
    """Where a policy is given it asks for length and for characters of all four kinds."""
    policy = resource["passwordPolicy"]
    if policy.absent:
        return
    length = policy["minimumLength"]
    message = f"passwords may have {length.text()} characters"
    enough = length.at_least(parameters.characters)
    yield Check(enough, message, "passwordPolicy.minimumLength")
    for kind in _KINDS:
        yield Check(policy[kind].is_true(), f"{kind} is off", f"passwordPolicy.{kind}")


@rule(
    "user-pool-deletion-protection",
    applies_to=(_POOL,),
    title="User pools are protected from deletion",
    why="With the pool all customers lose their accounts; there is no backup to restore.",
    requirement="AWS Security Hub, control Cognito.6",
    mend="Set deletion_protection='ACTIVE' on the aws.cognito.UserPool.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def user_pool_deletion_protection(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Protection is active."""
    protection = resource["deletionProtection"]
    message = f"deletion protection is {protection.text()}"
    yield Check(protection.equals("ACTIVE"), message, "deletionProtection")
