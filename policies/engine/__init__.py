"""What a rule is written with, and what judges a graph by it.

This is the pack's public interface, beside `policies.testing`; everything else may change.
"""

from graph.model import Graph, Resource, Stack
from graph.raw import UNKNOWN, Raw
from graph.truth import Truth
from graph.values import Property
from policies.engine.discovery import discover
from policies.engine.evaluation import Evaluation, evaluate
from policies.engine.judging import Finding, Judgement, Verdict
from policies.engine.profiles import Profile
from policies.engine.rules import Check, Level, Parameters, Rule, Severity, rule, stack_rule

__all__ = [
    "UNKNOWN",
    "Check",
    "Evaluation",
    "Finding",
    "Graph",
    "Judgement",
    "Level",
    "Parameters",
    "Profile",
    "Property",
    "Raw",
    "Resource",
    "Rule",
    "Severity",
    "Stack",
    "Truth",
    "Verdict",
    "discover",
    "evaluate",
    "rule",
    "stack_rule",
]
