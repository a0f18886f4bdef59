"""AWS WAF Classic: web ACLs, rule groups and rules that look at something, and say what they saw."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Resource
from graph.truth import Truth
from policies.engine import Check, Level, Parameters, Severity, rule

_ACL, _REGIONAL_ACL = "aws:waf/webAcl:WebAcl", "aws:wafregional/webAcl:WebAcl"
_RULES = (
    "aws:waf/rule:Rule",
    "aws:wafregional/rule:Rule",
)
_GROUPS = ("aws:waf/ruleGroup:RuleGroup", "aws:wafregional/ruleGroup:RuleGroup")


@rule(
    "waf-classic-logging",
    applies_to=(_ACL,),
    title="Classic global web ACLs log what they decide",
    why="Without the log nobody can tell an attack that was stopped from users that were.",
    requirement="AWS FSBP WAF.1",
    mend="Set logging_configuration={'log_destination': stream.arn} on the aws.waf.WebAcl.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP WAF.1",),
)
def waf_classic_logging(resource: Resource, _: Parameters) -> Iterator[Check]:
    """A destination of logs is named."""
    logging = resource["loggingConfiguration"]
    # An ARN that is not known yet is one that the stack makes.
    truth = Truth.UNKNOWN if logging.unknown else logging["logDestination"].is_set()
    yield Check(truth, "its decisions are not logged", "loggingConfiguration")


@rule(
    "waf-classic-rules-not-empty",
    applies_to=_RULES,
    title="Classic firewall rules have a condition",
    why="A rule without a condition looks at nothing, whatever its name promises.",
    requirement="AWS FSBP WAF.2, WAF.6",
    mend="Add predicates to the rule, or remove it.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP WAF.2", "FSBP WAF.6"),
)
def waf_classic_rules_not_empty(resource: Resource, _: Parameters) -> Iterator[Check]:
    """There is a predicate."""
    yield _filled(resource, "predicates", "it has no condition")


@rule(
    "waf-classic-groups-not-empty",
    applies_to=_GROUPS,
    title="Classic rule groups have a rule",
    why="A group without rules looks at nothing, whatever its name promises.",
    requirement="AWS FSBP WAF.3, WAF.7",
    mend="Add activated_rules to the rule group, or remove it.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP WAF.3", "FSBP WAF.7"),
)
def waf_classic_groups_not_empty(resource: Resource, _: Parameters) -> Iterator[Check]:
    """There is an activated rule."""
    yield _filled(resource, "activatedRules", "it has no rule")


@rule(
    "waf-classic-acls-not-empty",
    applies_to=(_ACL, _REGIONAL_ACL),
    title="Classic web ACLs have a rule or rule group",
    why="A web ACL without rules does the same to every request.",
    requirement="AWS FSBP WAF.4, WAF.8",
    mend="Add rules to the web ACL, or protect the resource by an aws.wafv2.WebAcl.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP WAF.4", "FSBP WAF.8"),
)
def waf_classic_acls_not_empty(resource: Resource, _: Parameters) -> Iterator[Check]:
    """There is a rule, whatever the default action is."""
    yield _filled(resource, "rules", "it has no rule")


def _filled(resource: Resource, key: str, message: str) -> Check:
    return Check(Truth.of(bool(resource[key].items())), message, key)
