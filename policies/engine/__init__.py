"""What a rule is written with."""

from policies.engine.profiles import Profile
from policies.engine.rules import Check, Level, Parameters, Rule, Severity, rule, stack_rule

__all__ = [
    "Check",
    "Level",
    "Parameters",
    "Profile",
    "Rule",
    "Severity",
    "rule",
    "stack_rule",
]
