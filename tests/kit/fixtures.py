"""Small stacks in plain Python, as the pack offers them to every author of rules."""

from policies.testing.fixtures import (
    PROJECT,
    STACK,
    UNKNOWN,
    Case,
    FixtureResource,
    Fixtures,
    StackConfig,
    declarations,
    graph_of,
    resource,
    secret,
    stack_config,
    stack_of,
)

__all__ = [
    "PROJECT",
    "STACK",
    "UNKNOWN",
    "Case",
    "FixtureResource",
    "Fixtures",
    "StackConfig",
    "declarations",
    "graph_of",
    "resource",
    "secret",
    "stack_config",
    "stack_of",
]
