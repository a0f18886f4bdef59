"""Web firewalls, and where they log to."""

from __future__ import annotations

from collections import Counter

from toolchain.offline_aws.creation.registry import CREATION
from toolchain.offline_aws.crossfield import Refusals, Values, missing, objects

_GROUPS = ("managedRuleGroupStatement", "ruleGroupReferenceStatement")
_LOG_PREFIX = "aws-waf-logs-"


@CREATION.of("aws:wafv2/webAcl:WebAcl")
def _web_acl(values: Values) -> Refusals:
    """Source: the API reference of AWS WAF, Rule, CustomResponse."""
    rules = objects(values.get("rules"))
    for name in ("priority", "name"):
        counted = Counter(str(rule.get(name)) for rule in rules)
        for value, count in counted.items():
            if count > 1:
                yield (
                    "rules",
                    f"must each have a {name} of their own; {value} is there {count} times",
                )
    bodies = {str(body.get("key")) for body in objects(values.get("customResponseBodies"))}
    for at, rule in enumerate(rules):
        yield from _rule(rule, f"rules[{at}]", bodies)


def _rule(rule: Values, path: str, bodies: set[str]) -> Refusals:
    block = rule.get("statement")
    statement = block if isinstance(block, dict) else {}
    group = any(not missing(statement, name) for name in _GROUPS)
    needed, other = ("overrideAction", "action") if group else ("action", "overrideAction")
    what = "a rule group" if group else "a rule of its own"
    if missing(rule, needed):
        yield f"{path}.{needed}", f"is required for {what}"
    if not missing(rule, other):
        yield f"{path}.{other}", f"is not valid for {what}"
    wanted = _body_key(rule)
    if wanted and wanted not in bodies:
        yield f"{path}.action", f"answers with the body {wanted}, which customResponseBodies lacks"


def _body_key(rule: Values) -> str:
    """The name of the body that a blocked request is answered with."""
    value = rule.get("action")
    for part in ("block", "customResponse", "customResponseBodyKey"):
        value = value.get(part) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


@CREATION.of("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration")
def _logging(values: Values) -> Refusals:
    """Source: AWS WAF developer guide, "Logging destinations"."""
    targets = values.get("logDestinationConfigs")
    for target in targets if isinstance(targets, list) else []:
        if isinstance(target, str) and target.startswith("arn:"):
            name = target.split(":::")[-1] if ":s3:::" in target else _last(target)
            if not name.startswith(_LOG_PREFIX):
                yield (
                    "logDestinationConfigs",
                    f"must name a log destination whose name begins with {_LOG_PREFIX}; it is {name}",
                )
            elif target.endswith(":*"):
                yield "logDestinationConfigs", "must be the log group's ARN without :* at its end"


def _last(arn: str) -> str:
    return arn.removesuffix(":*").rpartition(":")[2].rpartition("/")[2]
