"""Lambda functions: who may call them, what they run on, and where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.model import Graph, Resource
from graph.truth import Truth
from policies.aws import types
from policies.aws.functions import FUNCTION_URL, PERMISSION, edge_events
from policies.aws.inputs import given
from policies.aws.routes import all_private
from policies.aws.zones import spread
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_SERVICE = r"\.amazonaws\.com\Z"


@rule(
    "lambda-not-public",
    applies_to=(PERMISSION,),
    title="Functions may not be called by everybody",
    why="Whoever knows a public function's name runs it, at the owner's cost and with its role.",
    requirement="AWS FSBP Lambda.1; catalog spec, IAM Roles: least-privilege",
    mend="Name the caller in principal of the aws.lambda_.Permission, or narrow '*' by "
    "principal_org_id or source_account.",
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    controls=("FSBP Lambda.1",),
)
def lambda_not_public(resource: Resource, _: Parameters) -> Iterator[Check]:
    """The principal is not everybody, or everybody of an organisation or account."""
    everybody = resource["principal"].equals("*")
    narrowed = Truth.any(resource[key].is_set() for key in ("principalOrgId", "sourceAccount"))
    yield Check(~everybody | narrowed, "everybody may call the function", "principal")


@rule(
    "lambda-permission-narrow",
    applies_to=(PERMISSION,),
    title="Services may call a function for one source only",
    why="A service acts for every AWS customer: without a source, a stranger's topic or bucket "
    "calls the function too.",
    requirement="AWS FSBP Lambda.1; AWS IAM user guide: the confused deputy problem",
    mend="Set source_arn=… on the aws.lambda_.Permission, and source_account=… for S3, whose ARNs "
    "name no account.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    controls=("FSBP Lambda.1",),
)
def lambda_permission_narrow(resource: Resource, _: Parameters) -> Iterator[Check]:
    """A service's permission names a source; S3's names the account."""
    principal = resource["principal"]
    service = principal.matches(_SERVICE)
    if service is Truth.NO:
        return
    bucket = principal.equals("s3.amazonaws.com")
    keys = ("sourceArn", "sourceAccount", "principalOrgId")
    named = Truth.any(resource[key].is_set() for key in keys)
    message = f"{principal.text()} may call the function for any source"
    yield Check(~service | named, message, "sourceArn")
    owned = resource["sourceAccount"].is_set()
    yield Check(~bucket | owned, "S3 may call it for a bucket of any account", "sourceAccount")


@rule(
    "lambda-url-authenticated",
    applies_to=(FUNCTION_URL,),
    title="Function URLs ask who is calling",
    why="A URL without authentication is open to the whole internet.",
    requirement="AWS Lambda developer guide: Control access to function URLs",
    mend="Set authorization_type='AWS_IAM' on the aws.lambda_.FunctionUrl.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
)
def lambda_url_authenticated(resource: Resource, _: Parameters) -> Iterator[Check]:
    """The URL takes requests that IAM has authenticated."""
    way = resource["authorizationType"]
    yield Check(way.equals("AWS_IAM"), f"it authenticates by {way.text()}", "authorizationType")


@dataclass(frozen=True)
class Runtimes(Parameters):
    """The runtimes that AWS still mends, those for one's own runtime among them."""

    supported: tuple[str, ...] = (
        *("nodejs24.x", "nodejs22.x", "nodejs20.x"),
        *("python3.14", "python3.13", "python3.12", "python3.11", "python3.10"),
        *("java25", "java21", "java17", "java11", "java8.al2"),
        *("dotnet8", "ruby3.4", "ruby3.3", "ruby3.2", "provided.al2023", "provided.al2"),
    )


@rule(
    "lambda-runtime-supported",
    applies_to=(types.LAMBDA,),
    title="Functions run on a supported runtime",
    why="A retired runtime gets no more security fixes, and AWS refuses updates of its functions.",
    requirement="AWS FSBP Lambda.2; catalog spec, Deployment Requirements: Node.js 18+",
    mend="Set runtime='nodejs22.x' (or another of AWS's supported ones), or ship an image.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    parameters=Runtimes,
    controls=("FSBP Lambda.2",),
)
def lambda_runtime_supported(resource: Resource, parameters: Runtimes) -> Iterator[Check]:
    """The runtime is one that AWS supports; an image brings its own."""
    image = resource["packageType"].equals("Image") | resource["imageUri"].is_set()
    if image is Truth.YES:
        return
    runtime = resource["runtime"]
    truth = image | runtime.is_in(parameters.supported)
    yield Check(truth, f"its runtime is {runtime.text()}", "runtime")


@stack_rule(
    "lambda-tracing",
    title="Functions send traces to X-Ray",
    why="Without traces nobody sees which call a slow request waited for.",
    requirement="AWS Security Hub Lambda.7; catalog spec, 10 CloudWatch Monitoring",
    mend="Set tracing_config={'mode': 'Active'} on the aws.lambda_.Function.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    controls=("SecurityHub Lambda.7",),
)
def lambda_tracing(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Tracing is active; functions at CloudFront's edge cannot be traced."""
    edge = edge_events(graph)
    for function in graph.of_type(types.LAMBDA):
        if function.urn not in edge:
            mode = given(function, "tracingConfig")["mode"]
            path = "tracingConfig.mode"
            yield Check(mode.equals("Active"), f"tracing is {mode.text()}", path, function)


@stack_rule(
    "lambda-several-zones",
    title="Functions in a VPC stand in two zones or more",
    why="A function with subnets in one zone only falls with it.",
    requirement="AWS FSBP Lambda.5; catalog spec, High Availability",
    mend="Give vpc_config subnet_ids of two availability zones or more.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP Lambda.5",),
)
def lambda_several_zones(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The subnets of a function that has any are of different zones."""
    for function in graph.of_type(types.LAMBDA):
        subnets = given(function, "vpcConfig")["subnetIds"]
        if subnets.absent or (subnets.known and not subnets.items()):
            continue
        truth = spread(function, "vpcConfig", subnets)
        yield Check(truth, "all its subnets are in one zone", "vpcConfig.subnetIds", function)


@stack_rule(
    "lambda-in-private-subnets",
    title="Functions in a VPC stand in private subnets",
    why="AWS gives a function no public address: in a public subnet it reaches nothing outside.",
    requirement="catalog spec, 2 Lambda Container Functions: private subnets; AWS Lambda developer "
    "guide: Enable internet access for VPC-connected functions",
    mend="Give vpc_config subnet_ids of subnets whose route table leads to a NAT gateway.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def lambda_in_private_subnets(graph: Graph, _: Parameters) -> Iterator[Check]:
    """No subnet of a function routes to an internet gateway."""
    for function in graph.of_type(types.LAMBDA):
        subnets = given(function, "vpcConfig")["subnetIds"]
        if subnets.absent or (subnets.known and not subnets.items()):
            continue
        private = all_private(function, "vpcConfig", subnets)
        yield Check(private, "it stands in a public subnet", "vpcConfig.subnetIds", function)
