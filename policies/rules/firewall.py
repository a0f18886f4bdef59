"""Web application firewalls: what they refuse, what they count, and what they leave behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.balancing import is_application, is_internal
from policies.aws.firewalls import (
    blocks_requests,
    group_name,
    looks_at,
    rate_statement,
    rules_of,
    takes_its_own_actions,
)
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_ACL = (types.WEB_ACL,)
_WAF = "chat spec 001, Security: AWS WAF with managed rules, bot control, and rate limiting"
_LOGS = "AWS Security Hub WAF.11; chat spec 004, 14 WAF"
_REGIONAL_ASSOCIATIONS = (
    types.WEB_ACL_ASSOCIATION,
    "aws:wafregional/webAclAssociation:WebAclAssociation",
)
_DESTINATIONS = {
    types.LOG_GROUP: "name",
    types.BUCKET: "bucket",
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": "name",
}


@stack_rule(
    "alb-waf",
    title="Internet-facing load balancers stand behind a web application firewall",
    why="Rate limits and managed rules stop floods and known exploits before the services.",
    requirement="AWS Security Hub ELB.16; chat spec 004, Environment Comparison: WAF in production",
    mend="Create an aws.wafv2.WebAcl of scope REGIONAL and an aws.wafv2.WebAclAssociation with "
    "resource_arn=alb.arn.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    covers=("CHAT-001-015", "CHAT-004-19"),
)
def alb_waf(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A web ACL that may be associated with it is, for each internet-facing ALB."""
    for balancer in graph.of_type(types.ALB):
        if is_application(balancer) is Truth.NO or is_internal(balancer) is Truth.YES:
            continue
        guards = balancer.referrers(*_REGIONAL_ASSOCIATIONS, property="resourceArn")
        message = "no web ACL of scope REGIONAL is associated with it"
        yield Check(Truth.any(_is_regional(one) for one in guards), message, resource=balancer)


def _is_regional(association: Resource) -> Truth:
    """Whether AWS takes the association: a web ACL made for CloudFront fits no load balancer."""
    acls = association.references("webAclArn", types.WEB_ACL)
    return Truth.all(~acl["scope"].equals("CLOUDFRONT") for acl in acls)


@stack_rule(
    "waf-logging",
    title="Web ACLs log what they decide",
    why="Without the log nobody can tell an attack that was stopped from users that were.",
    requirement=_LOGS,
    mend="Create an aws.wafv2.WebAclLoggingConfiguration with resource_arn=acl.arn and a log "
    "group whose name begins with aws-waf-logs-.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("SecurityHub WAF.11",),
)
def waf_logging(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A logging configuration with a destination names each web ACL."""
    for acl in graph.of_type(types.WEB_ACL):
        found = acl.referrers(types.WEB_ACL_LOGGING, property="resourceArn")
        answers = [_has_destination(one) for one in found]
        yield Check(Truth.any(answers), "its decisions are not logged", resource=acl)


def _has_destination(logging: Resource) -> Truth:
    destinations = logging["logDestinationConfigs"]
    # A list that is not known yet is made of other resources, so it is not empty.
    return Truth.YES if destinations.unknown else Truth.of(bool(destinations.items()))


@stack_rule(
    "waf-log-destination",
    title="Destinations of firewall logs have the name that AWS demands",
    why="AWS refuses any other destination, after everything else has been created.",
    requirement="AWS WAF developer guide: logging destinations; chat spec 004, 14 WAF",
    mend="Let the name of the log group, bucket or delivery stream begin with aws-waf-logs-.",
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
)
def waf_log_destination(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Each destination of the stack has a name that begins with `aws-waf-logs-`."""
    for logging in graph.of_type(types.WEB_ACL_LOGGING):
        for destination in logging.references("logDestinationConfigs", *_DESTINATIONS):
            key = _DESTINATIONS[destination.type]
            name = destination[key]
            message = f"its name is {name.text()}, which AWS WAF does not write to"
            yield Check(name.matches(r"\Aaws-waf-logs-"), message, key, destination)


@dataclass(frozen=True)
class Redacted(Parameters):
    """The headers that a firewall's log must not hold, in lower case."""

    headers: tuple[str, ...] = ("authorization", "cookie")


@rule(
    "waf-log-redacts-credentials",
    applies_to=(types.WEB_ACL_LOGGING,),
    title="Firewall logs leave credentials out",
    why="Whoever may read the log could take over the session of every user in it.",
    requirement="chat spec 000, Secrets & Config; chat spec 004, 14 WAF",
    mend="Set redacted_fields=[{'single_header': {'name': 'authorization'}}, "
    "{'single_header': {'name': 'cookie'}}].",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    parameters=Redacted,
)
def waf_log_redacts_credentials(resource: Resource, parameters: Redacted) -> Iterator[Check]:
    """The headers that carry tokens are among the redacted fields."""
    fields = resource["redactedFields"]
    for header in parameters.headers:
        pattern = rf"(?i)\A{header}\Z"
        truth = fields.any(lambda one, wanted=pattern: one["singleHeader"]["name"].matches(wanted))
        yield Check(truth, f"header {header} is not redacted", "redactedFields")


@dataclass(frozen=True)
class ManagedGroups(Parameters):
    """The names of the rule groups of AWS's own that a web ACL must apply."""

    required: tuple[str, ...] = (
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
    )


@rule(
    "waf-managed-groups",
    applies_to=_ACL,
    title="Web ACLs apply AWS's rules against common exploits and known bad inputs",
    why="They are kept up with attacks that nobody here has heard of yet.",
    requirement=_WAF,
    mend="Add a rule with statement={'managed_rule_group_statement': {'vendor_name': 'AWS', "
    "'name': …}} and override_action={'none': {}}.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    parameters=ManagedGroups,
    covers=("CHAT-001-113",),
)
def waf_managed_groups(resource: Resource, parameters: ManagedGroups) -> Iterator[Check]:
    """Each demanded group is applied, and not merely counted as a whole."""
    rules = rules_of(resource)
    for wanted in parameters.required:
        truth = rules.any(
            lambda one, name=wanted: group_name(one).equals(name) & takes_its_own_actions(one)
        )
        yield Check(truth, f"{wanted} is not applied", "rules")


@dataclass(frozen=True)
class LimitedPaths(Parameters):
    """Requests that must be limited, told by an example path each; `|` parts alternatives.

    With none, any limit will do.
    """

    paths: tuple[str, ...] = ()


@rule(
    "waf-rate-limit",
    applies_to=_ACL,
    title="Web ACLs limit how often one client may ask",
    why="One script, or one client with a fault, must not use up what all users share.",
    requirement=f"{_WAF}: /api/* and /socket.io/*",
    mend="Add a rule with statement={'rate_based_statement': {'limit': …, 'aggregate_key_type': "
    "'IP', 'scope_down_statement': …}} and action={'block': {}}.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    parameters=LimitedPaths,
    covers=("CHAT-001-113",),
)
def waf_rate_limit(resource: Resource, parameters: LimitedPaths) -> Iterator[Check]:
    """For each path a rate-based rule looks at it and stops who goes beyond the limit."""
    rules = rules_of(resource)
    for wanted in parameters.paths or ("",):
        truth = rules.any(lambda one, paths=wanted: _limits(one, paths.split("|")))
        message = f"no rule limits requests{f' for {wanted}' if wanted else ''}"
        yield Check(truth, message, "rules")


def _limits(rule: Property, paths: list[str]) -> Truth:
    statement = rate_statement(rule)
    if statement.absent:
        return Truth.NO
    scope = statement["scopeDownStatement"]
    looks = Truth.any(looks_at(scope, path) if path else Truth.YES for path in paths)
    return looks & blocks_requests(rule)


_WINDOWS = (60, 120, 300, 600)
_LEAST, _MOST = 10, 2_000_000_000


@rule(
    "waf-rate-limit-accepted",
    applies_to=_ACL,
    title="Rate limits of web ACLs are ones that AWS takes",
    why="AWS refuses any other limit, halfway through the deployment.",
    requirement="AWS WAF API: RateBasedStatement; chat spec 001, Security: wafApiRateLimitPer5Min",
    mend="Choose a limit of 10 to 2,000,000,000 and a window of 60, 120, 300 or 600 s.",
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
)
def waf_rate_limit_accepted(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Limit and window of each rate-based rule are within AWS's bounds."""
    for one in rules_of(resource).items():
        statement = rate_statement(one)
        if statement.absent:
            continue
        limit, window = statement["limit"], statement["evaluationWindowSec"]
        inside = limit.at_least(_LEAST) & limit.at_most(_MOST)
        yield Check(inside, f"the limit is {limit.text()}", limit.path)
        known = Truth.YES if window.absent else window.is_in(_WINDOWS)
        yield Check(known, f"the window is {window.text()} s", window.path)


@rule(
    "waf-has-rules",
    applies_to=_ACL,
    title="Web ACLs have rules",
    why="A web ACL without rules looks at no request, and does the same to every one.",
    requirement="AWS FSBP WAF.10; chat spec 004, 14 WAF",
    mend="Add rules to the aws.wafv2.WebAcl.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP WAF.10",),
)
def waf_has_rules(resource: Resource, _: Parameters) -> Iterator[Check]:
    """There is a rule, whatever the default action is."""
    some = rules_of(resource).any(lambda _: Truth.YES)
    yield Check(some, "it has no rule", "rules")


@rule(
    "waf-metrics",
    applies_to=(*_ACL, "aws:wafv2/ruleGroup:RuleGroup"),
    title="Web ACLs, rule groups and their rules report metrics",
    why="A rule that blocks nobody, or everybody, shows in its metric first.",
    requirement="AWS FSBP WAF.12; chat spec 001, Observability: CloudWatch Metrics + alarms",
    mend="Set visibility_config={'cloudwatch_metrics_enabled': True, …} on the ACL and each rule.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    controls=("FSBP WAF.12",),
)
def waf_metrics(resource: Resource, _: Parameters) -> Iterator[Check]:
    """CloudWatch metrics are on for the web ACL or rule group and for each of its rules."""
    rules = rules_of(resource)
    for one in (resource, *([rules] if rules.unknown else rules.items())):
        config = one["visibilityConfig"]
        on = config["cloudwatchMetricsEnabled"].is_true()
        yield Check(on, "it reports no metrics", config.path)
