"""API Gateway: what stages log, who may call, and how often."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from graph.model import Graph, Resource
from graph.truth import Truth
from policies.aws import types
from policies.aws.functions import functions_at, permissions_of
from policies.aws.gateways import (
    API,
    HTTP_INTEGRATION,
    HTTP_ROUTE,
    HTTP_STAGE,
    INTEGRATION,
    KEY_OF_PLAN,
    METHOD,
    METHOD_SETTINGS,
    STAGE,
    plans_by_api,
    settings_by_stage,
)
from policies.aws.inputs import given
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_SPEC = "catalog spec, 9 API Gateway"
_LEVELS = ("ERROR", "INFO")
_EVERY_METHOD = "*/*"
_OWNERS = ("restApi", "apiId")


@stack_rule(
    "apigateway-execution-logs",
    title="Stages of REST and WebSocket APIs log how requests were executed",
    why="Without execution logs nobody can tell why a gateway refused or failed a request.",
    requirement="AWS FSBP APIGateway.1; catalog spec, 10 CloudWatch Monitoring",
    mend="Create an aws.apigateway.MethodSettings with method_path='*/*' and "
    "settings={'logging_level': 'ERROR'}, or set default_route_settings of a WebSocket stage.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP APIGateway.1",),
)
def apigateway_execution_logs(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Errors at least are logged for every method, or every route of a WebSocket API."""
    settings = settings_by_stage(graph)
    for stage in graph.of_type(STAGE):
        answers = [
            given(one, "methodPath").equals(_EVERY_METHOD)
            & given(one, "settings")["loggingLevel"].is_in(_LEVELS)
            for one in settings.get(stage.urn, ())
        ]
        yield Check(Truth.any(answers), "it logs no errors of all methods", resource=stage)
    for stage in graph.of_type(HTTP_STAGE):
        for api in stage.references("apiId", API):
            if given(api, "protocolType").equals("WEBSOCKET") is Truth.YES:
                level = given(stage, "defaultRouteSettings")["loggingLevel"]
                message = f"its level of logging is {level.text()}"
                yield Check(level.is_in(_LEVELS), message, "defaultRouteSettings", stage)


@rule(
    "apigateway-access-logs",
    applies_to=(STAGE, HTTP_STAGE),
    title="Stages keep access logs",
    why="Who called what, and with which answer, must be found out later.",
    requirement="AWS FSBP APIGateway.9; catalog spec, 10 CloudWatch Monitoring",
    mend="Set access_log_settings={'destination_arn': log_group.arn, 'format': …} on the stage.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP APIGateway.9",),
)
def apigateway_access_logs(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Access logs go somewhere."""
    settings = resource["accessLogSettings"]
    kept = Truth.UNKNOWN if settings.unknown else settings["destinationArn"].is_set()
    yield Check(kept, "it keeps no access logs", "accessLogSettings")


@rule(
    "apigateway-client-certificate",
    applies_to=(STAGE,),
    title="REST stages show their backend a certificate",
    why="A backend can otherwise not tell the gateway from anybody else.",
    requirement="AWS FSBP APIGateway.2",
    mend="Set client_certificate_id=aws.apigateway.ClientCertificate(…).id on the stage.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP APIGateway.2",),
)
def apigateway_client_certificate(resource: Resource, _: Parameters) -> Iterator[Check]:
    """A client certificate is named; an id that is not known yet is one of the program."""
    certificate = resource["clientCertificateId"]
    named = Truth.YES if certificate.unknown else certificate.matches(r".")
    yield Check(named, "it has no client certificate", "clientCertificateId")


@rule(
    "apigateway-tracing",
    applies_to=(STAGE,),
    title="REST stages send traces to X-Ray",
    why="Without traces nobody sees which part of a slow request was slow.",
    requirement="AWS FSBP APIGateway.3; catalog spec, Performance: sub-200ms latency",
    mend="Set xray_tracing_enabled=True on the aws.apigateway.Stage.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    controls=("FSBP APIGateway.3",),
)
def apigateway_tracing(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Tracing is on; AWS's default is off."""
    traced = resource["xrayTracingEnabled"].is_true(default=False)
    yield Check(traced, "tracing is off", "xrayTracingEnabled")


@stack_rule(
    "apigateway-waf",
    title="REST stages stand behind a web ACL",
    why="Attacks on the API would be answered, and paid for, like any request.",
    requirement="AWS FSBP APIGateway.4",
    mend="Create an aws.wafv2.WebAclAssociation with resource_arn=stage.arn.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP APIGateway.4",),
)
def apigateway_waf(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A web ACL is associated with each REST stage."""
    for stage in graph.of_type(STAGE):
        found = stage.referrers(types.WEB_ACL_ASSOCIATION, property="resourceArn")
        yield Check(Truth.of(bool(found)), "it has no web ACL", resource=stage)


@rule(
    "apigateway-cache-encrypted",
    applies_to=(METHOD_SETTINGS,),
    title="Cached answers are encrypted",
    why="A cache holds what the API would tell only those who may ask.",
    requirement="AWS FSBP APIGateway.5",
    mend="Set settings={…, 'cache_data_encrypted': True} on the aws.apigateway.MethodSettings.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP APIGateway.5",),
)
def apigateway_cache_encrypted(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Where answers are cached, they are encrypted; AWS's default is not."""
    settings = resource["settings"]
    cached = settings["cachingEnabled"].is_true(default=False)
    if cached is Truth.NO:
        return
    encrypted = settings["cacheDataEncrypted"].is_true(default=False)
    yield Check(~cached | encrypted, "it caches in the clear", "settings.cacheDataEncrypted")


@rule(
    "apigateway-route-authorized",
    applies_to=(HTTP_ROUTE,),
    title="Routes of HTTP and WebSocket APIs say who may call them",
    why="A route without authorization is open to the whole internet.",
    requirement="AWS FSBP APIGateway.8",
    mend="Set authorization_type='JWT' (or 'AWS_IAM', 'CUSTOM') on the aws.apigatewayv2.Route.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP APIGateway.8",),
)
def apigateway_route_authorized(resource: Resource, _: Parameters) -> Iterator[Check]:
    """There is a kind of authorization; AWS's default is NONE."""
    way = resource["authorizationType"]
    truth = way.is_in(("JWT", "AWS_IAM", "CUSTOM"))
    yield Check(truth, f"its authorization is {way.text()}", "authorizationType")


@rule(
    "apigateway-method-authorized",
    applies_to=(METHOD,),
    title="Methods of REST APIs ask who is calling",
    why="A method without authorization or key is open to the whole internet.",
    requirement=f"{_SPEC}: API keys",
    mend="Set authorization='AWS_IAM' (or an authorizer), or api_key_required=True with a usage "
    "plan, on the aws.apigateway.Method.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
)
def apigateway_method_authorized(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Authorization or a key is asked for; a browser's OPTIONS request can carry neither."""
    if resource["httpMethod"].equals("OPTIONS") is Truth.YES:
        return
    asked = ~resource["authorization"].equals("NONE")
    keyed = resource["apiKeyRequired"].is_true(default=False)
    yield Check(asked | keyed, "everybody may call it", "authorization")


@stack_rule(
    "apigateway-keys-usable",
    title="A method that asks for a key is in a usage plan that has one",
    why="Without plan and key every call ends in 403.",
    requirement=f"{_SPEC}: usage plans, API keys; AWS API Gateway developer guide: Usage plans",
    mend="Name the API's stage in api_stages of an aws.apigateway.UsagePlan, and tie a key to the "
    "plan by an aws.apigateway.UsagePlanKey.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def apigateway_keys_usable(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The API of each such method is in a plan, and the plan has a key."""
    all_plans = plans_by_api(graph)
    for method in graph.of_type(METHOD):
        keyed = given(method, "apiKeyRequired").is_true(default=False)
        if keyed is Truth.NO:
            continue
        apis = method.references("restApi")
        plans = [plan for api in apis for plan in all_plans.get(api.urn, ())]
        message = "it asks for a key, and no usage plan has its API"
        yield Check(~keyed | Truth.of(bool(plans)), message, "apiKeyRequired", method)
        for plan in plans:
            keys = plan.referrers(KEY_OF_PLAN, property="usagePlanId")
            yield Check(Truth.of(bool(keys)), "it has no key", resource=plan)


@dataclass(frozen=True)
class Rate(Parameters):
    """The requests a second that must be the limit; 0 takes any limit that is set."""

    exactly: int = 0


@stack_rule(
    "apigateway-throttled",
    title="Stages limit how many requests a second they take",
    why="One client's mistake would use up what the whole account may ask of API Gateway.",
    requirement=f"{_SPEC}: throttling limit",
    mend="Set settings={'throttling_rate_limit': 10000, …} on an aws.apigateway.MethodSettings "
    "with method_path='*/*', throttle_settings on a usage plan, or default_route_settings.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    parameters=Rate,
)
def apigateway_throttled(graph: Graph, parameters: Rate) -> Iterator[Check]:
    """Each stage has a limit for all methods, its own or that of a usage plan."""
    wanted = f"of {parameters.exactly} requests a second" if parameters.exactly else "of requests"
    settings, all_plans = settings_by_stage(graph), plans_by_api(graph)
    for stage in graph.of_type(STAGE, HTTP_STAGE):
        if stage.type == HTTP_STAGE:
            rates = [given(stage, "defaultRouteSettings")["throttlingRateLimit"]]
        else:
            rates = [
                given(one, "settings")["throttlingRateLimit"]
                for one in settings.get(stage.urn, ())
                if given(one, "methodPath").equals(_EVERY_METHOD) is not Truth.NO
            ]
            apis = stage.references("restApi")
            plans = [plan for api in apis for plan in all_plans.get(api.urn, ())]
            rates += [given(plan, "throttleSettings")["rateLimit"] for plan in plans]
        limited = Truth.any(
            rate.equals(parameters.exactly) if parameters.exactly else rate.at_least(0.001)
            for rate in rates
        )
        yield Check(limited, f"it has no limit {wanted}", resource=stage)


@stack_rule(
    "apigateway-may-call-function",
    title="A function behind API Gateway lets that API call it",
    why="Without the permission every request ends in 500.",
    requirement=f"{_SPEC}: integrate API Gateway with Lambda functions",
    mend="Create an aws.lambda_.Permission with principal='apigateway.amazonaws.com' and "
    "source_arn=pulumi.Output.concat(api.execution_arn, '/*/*').",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
)
def apigateway_may_call_function(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Each function that an integration calls has a permission for API Gateway, of its API."""
    permissions = cache(permissions_of)
    for integration in graph.of_type(INTEGRATION, HTTP_INTEGRATION):
        rest = integration.type == INTEGRATION
        key = "credentials" if rest else "credentialsArn"
        if not given(integration, key).absent:
            continue  # it calls with a role of its own
        apis = integration.references("restApi" if rest else "apiId")
        for function in functions_at(integration, "uri" if rest else "integrationUri"):
            lets = [_lets(one, apis) for one in permissions(function)]
            message = f"{function.name} does not let its API call it"
            yield Check(Truth.any(lets), message, resource=integration)


def _lets(permission: Resource, apis: list[Resource]) -> Truth:
    principal = given(permission, "principal").equals("apigateway.amazonaws.com")
    source = given(permission, "sourceArn")
    named = permission.references("sourceArn")
    if source.absent or not named:
        # Without a source any API may; a source in plain text is not followed.
        return principal if source.absent else principal & Truth.UNKNOWN
    # An execution ARN may be that of the API or of a stage of it.
    owners = [api for one in named for key in _OWNERS for api in one.references(key)]
    return principal & Truth.of(any(one in apis for one in (*named, *owners)))
