"""What the catalog's specification fixes of functions, load balancer and edge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.model import Graph, Resource
from graph.truth import Truth
from policies.aws import types
from policies.aws.distributions import DISTRIBUTION, leading_to
from policies.aws.functions import ALIAS, BEHAVIOURS, associations, edge_events
from policies.aws.inputs import given
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_CATALOG = ("catalog",)
_LAMBDA = "catalog spec, 2 Lambda Container Functions"
_ALB = "catalog spec, 3 Application Load Balancer"
_CONCURRENCY = "lambda:function:ProvisionedConcurrency"


def _regional(graph: Graph) -> list[Resource]:
    """The functions that do not run at CloudFront's edge, which takes no containers and no VPC."""
    edge = edge_events(graph)
    return [one for one in graph.of_type(types.LAMBDA) if one.urn not in edge]


@dataclass(frozen=True)
class Shape(Parameters):
    """What a function is made of: megabytes of memory, processor and package."""

    memory: int = 3072
    architecture: str = "arm64"
    package: str = "Image"


@stack_rule(
    "lambda-container-shape",
    title="Functions are ARM containers with exactly 3 GB of memory",
    why="Less memory means less CPU, and a cold start that outlasts the 200 ms of the promise.",
    requirement=f"{_LAMBDA}: 3GB memory, Graviton2, container images; Constraints",
    mend="Set package_type='Image', architectures=['arm64'] and memory_size=3072 on the "
    "aws.lambda_.Function.",
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    profiles=_CATALOG,
    parameters=Shape,
)
def lambda_container_shape(graph: Graph, parameters: Shape) -> Iterator[Check]:
    """Every function but those at the edge has the shape."""
    for function in _regional(graph):
        memory, kind = given(function, "memorySize"), given(function, "packageType")
        machine = given(function, "architectures")
        message = f"it has {memory.text()} MB; {parameters.memory} are demanded"
        yield Check(memory.equals(parameters.memory), message, "memorySize", function)
        message = f"it is made for {machine.text()}"
        truth = machine.contains(parameters.architecture)
        yield Check(truth, message, "architectures", function)
        message = f"its package is {kind.text()}"
        yield Check(kind.equals(parameters.package), message, "packageType", function)


@stack_rule(
    "lambda-in-vpc",
    title="Functions stand in the VPC",
    why="Outside of it they reach the database only if that is open to the world.",
    requirement=f"{_LAMBDA}: private subnets with security group access to Aurora",
    mend="Set vpc_config={'subnet_ids': …, 'security_group_ids': …} on the aws.lambda_.Function.",
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    profiles=_CATALOG,
    controls=("SecurityHub Lambda.3",),
)
def lambda_in_vpc(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Every function but those at the edge has subnets and a group."""
    for function in _regional(graph):
        settings = given(function, "vpcConfig")
        for key, what in (("subnetIds", "subnet"), ("securityGroupIds", "security group")):
            ids = settings[key]
            some = Truth.UNKNOWN if ids.unknown else Truth.of(bool(ids.items()))
            yield Check(some, f"it has no {what}", f"vpcConfig.{key}", function)


@dataclass(frozen=True)
class Concurrency(Parameters):
    """Between how many executions at once functions scale."""

    least: int = 2
    most: int = 10


@stack_rule(
    "lambda-concurrency-scales",
    title="Functions scale from 2 to 10 executions at once",
    why="Executions that are kept ready are what spares the first customers a cold start.",
    requirement=f"{_LAMBDA}: auto-scaling from 2 to 10 concurrent executions",
    mend="Create an aws.appautoscaling.Target with service_namespace='lambda', scalable_dimension="
    "'lambda:function:ProvisionedConcurrency', min_capacity=2, max_capacity=10, and a policy.",
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    profiles=_CATALOG,
    parameters=Concurrency,
)
def lambda_concurrency_scales(graph: Graph, parameters: Concurrency) -> Iterator[Check]:
    """Each function has a scaling target of these bounds that a policy moves."""
    targets: dict[str, Resource] = {}
    for target in graph.of_type(types.SCALING_TARGET):
        if given(target, "scalableDimension").equals(_CONCURRENCY) is not Truth.YES:
            continue
        named = target.references("resourceId", types.LAMBDA)
        for alias in target.references("resourceId", ALIAS):
            named += alias.references("functionName", types.LAMBDA)
        text = given(target, "resourceId").scalar()
        if isinstance(text, str):
            targets[text.removeprefix("function:").partition(":")[0]] = target
        targets.update({one.urn: target for one in named})
    for function in _regional(graph):
        own = str(given(function, "name").scalar())
        target = targets.get(function.urn) or targets.get(own)
        found = Truth.of(target is not None)
        yield Check(found, "nothing scales how many of it run at once", resource=function)
        if target is not None:
            yield from _bounds(target, parameters)


def _bounds(target: Resource, parameters: Concurrency) -> Iterator[Check]:
    for key, bound in (("minCapacity", parameters.least), ("maxCapacity", parameters.most)):
        value = given(target, key)
        message = f"{key} is {value.text()}; {bound} is demanded"
        yield Check(value.equals(bound), message, key, target)
    moved = Truth.of(bool(target.referrers(types.SCALING_POLICY)))
    yield Check(moved, "no policy moves it", resource=target)


@dataclass(frozen=True)
class Health(Parameters):
    """Every how many seconds targets are checked, and for how long an answer is waited for."""

    interval: int = 5
    timeout: int = 2


@rule(
    "alb-quick-health-checks",
    applies_to=(types.TARGET_GROUP,),
    title="Targets are checked every 5 seconds, with 2 seconds to answer",
    why="A target that has failed gets requests for as long as nobody has noticed.",
    requirement=f"{_ALB}: health check interval 5 seconds, timeout 2; Constraints",
    mend="Set health_check={'enabled': True, 'interval': 5, 'timeout': 2, …} on the "
    "aws.lb.TargetGroup.",
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    profiles=_CATALOG,
    parameters=Health,
)
def alb_quick_health_checks(resource: Resource, parameters: Health) -> Iterator[Check]:
    """Interval and timeout are these, and checks are on (for functions they are off by default)."""
    checks = resource["healthCheck"]
    functions = resource["targetType"].equals("lambda")
    enabled = checks["enabled"]
    on = enabled.is_true() | Truth.of(enabled.absent) & ~functions
    yield Check(on, "health checks are off", "healthCheck.enabled")
    for key, bound in (("interval", parameters.interval), ("timeout", parameters.timeout)):
        message = f"{key} is {checks[key].text()} s; {bound} s are demanded"
        yield Check(checks[key].equals(bound), message, f"healthCheck.{key}")


@rule(
    "alb-sticky-sessions",
    applies_to=(types.TARGET_GROUP,),
    title="A visitor stays with one target",
    why="A session that lives on one target is lost when the next request goes to another.",
    requirement=f"{_ALB}: sticky sessions for user session persistence",
    mend="Set stickiness={'enabled': True, 'type': 'lb_cookie'} on the aws.lb.TargetGroup.",
    severity=Severity.LOW,
    level=Level.MANDATORY,
    profiles=_CATALOG,
)
def alb_sticky_sessions(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Stickiness is on; target groups for functions have none."""
    functions = resource["targetType"].equals("lambda")
    if functions is Truth.YES:
        return
    sticky = resource["stickiness"]
    on = sticky["type"].is_set() & sticky["enabled"].is_true(default=True)
    yield Check(functions | on, "stickiness is off", "stickiness")


@stack_rule(
    "cloudfront-edge-functions",
    title="Functions at the edge check requests and set security headers",
    why="What is refused at the edge costs the origin nothing; headers are set in one place.",
    requirement="catalog spec, 7 Lambda@Edge Functions: authentication, security headers",
    mend="Add lambda_function_associations for viewer-request and for viewer-response (or "
    "origin-response) to a behaviour of the aws.cloudfront.Distribution.",
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    profiles=_CATALOG,
)
def cloudfront_edge_functions(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Each distribution runs a function on requests and one on responses."""
    for distribution in graph.of_type(DISTRIBUTION):
        late = any(given(distribution, key).unknown for key in BEHAVIOURS)
        events = [one["eventType"] for key in BEHAVIOURS for one in associations(distribution, key)]
        for pattern, what in (("-request", "requests"), ("-response", "responses")):
            runs = Truth.any(one.matches(pattern) for one in events)
            truth = Truth.UNKNOWN if late and runs is Truth.NO else runs
            yield Check(truth, f"no function looks at {what}", resource=distribution)


@stack_rule(
    "cloudfront-origins-complete",
    title="The distribution serves assets from a bucket and the API from the load balancer",
    why="What is not behind the edge is far from the customer, and outside of its protection.",
    requirement="catalog spec, 4 CloudFront Distribution: S3 origin, ALB origin",
    mend="Add origins with domain_name=bucket.bucket_regional_domain_name and "
    "domain_name=balancer.dns_name to the aws.cloudfront.Distribution.",
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    profiles=_CATALOG,
)
def cloudfront_origins_complete(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Among the origins are a bucket and a load balancer of the stack."""
    for distribution in graph.of_type(DISTRIBUTION):
        listed = given(distribution, "origins")
        for kind, what in ((types.BUCKET, "bucket"), (types.ALB, "load balancer")):
            found = bool(leading_to(distribution, kind))
            truth = Truth.UNKNOWN if listed.unknown and not found else Truth.of(found)
            message = f"no {what} is among its origins"
            yield Check(truth, message, "origins", distribution)
