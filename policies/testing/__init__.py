"""What a rule is tested with: small stacks, judged over the protocol that the engine speaks."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager

from graph.raw import UNKNOWN, Raw
from policies.engine import Profile, Rule
from policies.testing.engine import Engine, Said, serving
from policies.testing.fixtures import (
    Case,
    FixtureResource,
    StackConfig,
    declarations,
    resource,
    secret,
    stack_config,
    stack_of,
)
from policies.testing.verdicts import verdict_of

__all__ = [
    "UNKNOWN",
    "Case",
    "Engine",
    "FixtureResource",
    "Said",
    "StackConfig",
    "judged",
    "messages",
    "resource",
    "secret",
    "serving",
    "stack_config",
]


def judged(
    rule: Rule, *case: FixtureResource | StackConfig, parameters: Mapping[str, Raw] | None = None
) -> str:
    """What a rule says of a small stack: "pass", "fail", "unknown" or "not-applicable".

    The rule is served and asked as the engine would, so that unknowns, secrets and the split into
    inputs before and outputs after a deployment are those of a preview.
    """
    with _served(rule, case, parameters) as engine:
        return verdict_of(engine, rule.name, declarations(case))


def messages(
    rule: Rule, *case: FixtureResource | StackConfig, parameters: Mapping[str, Raw] | None = None
) -> list[str]:
    """What a user would read of the rule's findings."""
    with _served(rule, case, parameters) as engine:
        said = engine.run(declarations(case))
    return [one.message for one in said if one.policy == rule.name]


@contextmanager
def _served(rule: Rule, case: Case, parameters: Mapping[str, Raw] | None) -> Generator[Engine]:
    # A profile of this one rule's own: whatever profiles the rule is for, it judges here.
    profile = rule.profiles[0]
    environ = {"PLUMBLINE_PROFILE": profile}
    with serving([rule], environ, {profile: Profile(name=profile)}) as engine:
        engine.configure_stack(stack_of(case))
        engine.configure({rule.name: dict(parameters)} if parameters else {})
        yield engine
