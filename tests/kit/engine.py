"""The engine's side of the analyzer protocol, as the pack offers it to every author of rules."""

from policies.testing.engine import (
    Analyzer,
    Engine,
    Said,
    request_of,
    serving,
    stack_request_of,
    stack_resource_of,
)

__all__ = [
    "Analyzer",
    "Engine",
    "Said",
    "request_of",
    "serving",
    "stack_request_of",
    "stack_resource_of",
]
