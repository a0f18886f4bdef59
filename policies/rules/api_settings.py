"""API Gateway further: what its stages let out, whom its plans limit, how long it waits."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.functions import FUNCTION_URL, functions_at
from policies.aws.gateways import (
    API,
    HTTP_INTEGRATION,
    HTTP_STAGE,
    INTEGRATION,
    METHOD,
    METHOD_SETTINGS,
    STAGE,
    USAGE_PLAN,
    plans_by_api,
)
from policies.aws.inputs import given
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_SPEC = "catalog spec, 9 API Gateway"
_DOMAIN, _HTTP_DOMAIN = (
    "aws:apigateway/domainName:DomainName",
    "aws:apigatewayv2/domainName:DomainName",
)
# How long API Gateway waits for an integration that names no time, in milliseconds.
_REST_WAITS, _HTTP_WAITS = 29_000, 30_000
_DEFAULT_TIMEOUT = 3


@rule(
    "apigateway-no-data-trace",
    applies_to=(METHOD_SETTINGS,),
    title="Stages do not log whole requests and answers",
    why="Bodies and headers hold tokens and what users entrusted; a log keeps them for months.",
    requirement="AWS API Gateway developer guide: CloudWatch logging, data trace",
    mend="Leave data_trace_enabled out of the settings of the aws.apigateway.MethodSettings.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def apigateway_no_data_trace(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Data tracing is off, as it is by default."""
    traced = resource["settings"]["dataTraceEnabled"].is_true(default=False)
    yield Check(~traced, "it logs whole requests", "settings.dataTraceEnabled")


@rule(
    "apigateway-cors-narrow",
    applies_to=(API, FUNCTION_URL),
    title="APIs answer scripts of known sites only",
    why="Any site that a user visits could call the API from his browser and read the answers.",
    requirement="catalog spec, Network Security; AWS API Gateway developer guide: CORS",
    mend="Name the sites in allow_origins in place of '*'.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def apigateway_cors_narrow(resource: Resource, _: Parameters) -> Iterator[Check]:
    """No origin that is allowed stands for every site."""
    key = "cors" if resource.type == FUNCTION_URL else "corsConfiguration"
    origins = resource[key]["allowOrigins"]
    if not origins.absent:
        anybody = origins.any(lambda one: one.matches(r"\A(https?://)?\*\Z"))
        yield Check(~anybody, "it answers scripts of any site", origins.path)


@rule(
    "apigateway-plan-limits",
    applies_to=(USAGE_PLAN,),
    title="Usage plans limit something",
    why="A plan without rate or quota lets one customer take what all of them share.",
    requirement=f"{_SPEC}: usage plans for rate limiting",
    mend="Set throttle_settings or quota_settings on the aws.apigateway.UsagePlan.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def apigateway_plan_limits(resource: Resource, _: Parameters) -> Iterator[Check]:
    """There is a rate, of the plan or of a method of each stage, or a quota."""
    by_method = resource["apiStages"].any(lambda one: one["throttles"].any(_named))
    rate, quota = resource["throttleSettings"]["rateLimit"], resource["quotaSettings"]["limit"]
    limited = rate.at_least(0.001) | quota.at_least(1) | by_method
    yield Check(limited, "it has neither a rate nor a quota", "throttleSettings")


def _named(throttle: Property) -> Truth:
    return throttle["rateLimit"].is_set()


@rule(
    "apigateway-domain-tls",
    applies_to=(_DOMAIN, _HTTP_DOMAIN),
    title="Hosts of APIs take TLS 1.2 or newer",
    why="TLS 1.0 and 1.1 have been broken.",
    requirement="AWS API Gateway developer guide: Choose a security policy",
    mend="Set security_policy='TLS_1_2' on the domain name.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def apigateway_domain_tls(resource: Resource, _: Parameters) -> Iterator[Check]:
    """The security policy is not TLS_1_0; AWS's default for a host that names none is TLS 1.2."""
    held = resource.properties if resource.type == _DOMAIN else resource["domainNameConfiguration"]
    policy = held["securityPolicy"]
    old = policy.matches("TLS_1_[01]")
    yield Check(~old, f"its security policy is {policy.text()}", policy.path)


@stack_rule(
    "apigateway-plan-keys-asked",
    title="Methods of an API in a usage plan ask for a key",
    why="A plan knows its customers by their keys: who needs none is not limited.",
    requirement=f"{_SPEC}: API keys and usage plans; AWS API Gateway developer guide: Usage plans",
    mend="Set api_key_required=True on the aws.apigateway.Method.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def apigateway_plan_keys_asked(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Each method but OPTIONS of an API that a usage plan names requires a key."""
    planned = plans_by_api(graph)
    for method in graph.of_type(METHOD):
        if given(method, "httpMethod").equals("OPTIONS") is Truth.YES:
            continue
        if any(api.urn in planned for api in method.references("restApi")):
            asked = given(method, "apiKeyRequired").is_true(default=False)
            message = "its API is in a usage plan, and it asks for no key"
            yield Check(asked, message, "apiKeyRequired", method)


@stack_rule(
    "apigateway-log-group-exists",
    title="The log groups that stages write to are made by the stack",
    why="A stage whose log group is not there is refused, or writes nowhere.",
    requirement="catalog spec, 10 CloudWatch Monitoring; AWS API Gateway developer guide: logging",
    mend="Set destination_arn of access_log_settings to the arn of an aws.cloudwatch.LogGroup.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def apigateway_log_group_exists(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A log group that access logs go to is one of the stack; a delivery stream is left alone."""
    names = [given(one, "name") for one in graph.of_type(types.LOG_GROUP)]
    known = {one.scalar() for one in names}
    for stage in graph.of_type(STAGE, HTTP_STAGE):
        destination = given(stage, "accessLogSettings")["destinationArn"]
        text = destination.scalar()
        if not isinstance(text, str) or ":log-group:" not in text:
            continue
        name = text.partition(":log-group:")[2].removesuffix(":*")
        open_ends = Truth.of(any(one.scalar() is None for one in names)) & Truth.UNKNOWN
        own = Truth.of(bool(stage.references("accessLogSettings", types.LOG_GROUP)))
        message = f"no log group of the stack is named {name}"
        path = "accessLogSettings.destinationArn"
        yield Check(Truth.of(name in known) | own | open_ends, message, path, stage)


@stack_rule(
    "apigateway-outwaits-function",
    title="API Gateway waits for as long as a function may take",
    why="The caller gets 504 while the function still works, and calls again.",
    requirement=f"{_SPEC}: integrate with Lambda; AWS API Gateway quotas: integration timeout",
    mend="Lower timeout of the aws.lambda_.Function, or call it without waiting.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
)
def apigateway_outwaits_function(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A function's timeout (3 s by default) is no longer than its integration's."""
    for integration in graph.of_type(INTEGRATION, HTTP_INTEGRATION):
        rest = integration.type == INTEGRATION
        waits = given(integration, "timeoutMilliseconds")
        longest = (_REST_WAITS if rest else _HTTP_WAITS) if waits.absent else waits.scalar()
        for function in functions_at(integration, "uri" if rest else "integrationUri"):
            takes = given(function, "timeout")
            truth = Truth.UNKNOWN
            if isinstance(longest, int | float):
                seconds = longest / 1000
                short = Truth.of(seconds >= _DEFAULT_TIMEOUT)
                truth = short if takes.absent else takes.at_most(seconds)
            message = f"{function.name} may take {takes.text()} s, longer than it is waited for"
            yield Check(truth, message, "timeoutMilliseconds", integration)
