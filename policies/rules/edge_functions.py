"""Lambda@Edge: what CloudFront takes of a function that is to run at its edge."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.functions import BEHAVIOURS, DISTRIBUTION, associations, edge_events
from policies.aws.inputs import given
from policies.aws.regions import HOME_OF_THE_EDGE, region_of
from policies.engine import Check, Level, Parameters, Severity, stack_rule

_LIMITS = "AWS CloudFront developer guide: Restrictions on Lambda@Edge"
_EDGE = "catalog spec, 7 Lambda@Edge Functions"
_VERSIONED = r":function:[\w-]+:\d+\Z"
_RUNTIME = r"\A(nodejs|python)"
# Seconds and megabytes that AWS allows at the edge.
_VIEWER_TIMEOUT, _ORIGIN_TIMEOUT, _VIEWER_MEMORY = 5, 30, 128


@stack_rule(
    "lambda-edge-accepted",
    title="Functions at CloudFront's edge are such as CloudFront takes",
    why="CloudFront refuses any other after minutes of waiting for the distribution.",
    requirement=f"{_LIMITS}; {_EDGE}",
    mend="Leave vpc_config, environment, layers, image and dead-letter target away, take x86_64 "
    "with a Node.js or Python runtime, publish=True, timeout=5 and memory_size=128.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def lambda_edge_accepted(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Each function at the edge keeps to AWS's restrictions."""
    events = edge_events(graph)
    for function in graph.of_type(types.LAMBDA):
        kinds = events.get(function.urn)
        if kinds is None:
            continue
        viewer = any(kind.startswith("viewer") for kind in kinds)
        yield from _demands(graph, function)
        yield from _sizes(function, viewer=viewer)


def _demands(graph: Graph, function: Resource) -> Iterator[Check]:
    settings = given(function, "vpcConfig")["subnetIds"]
    yield Check(_empty(settings), "it stands in a VPC", "vpcConfig", function)
    variables = given(function, "environment")["variables"]
    yield Check(_empty(variables), "it has environment variables", "environment", function)
    yield Check(_empty(given(function, "layers")), "it has layers", "layers", function)
    queue = given(function, "deadLetterConfig")["targetArn"]
    yield Check(~queue.is_set(), "it has a dead-letter target", "deadLetterConfig", function)
    machine = given(function, "architectures")
    intel = machine.all(lambda one: one.equals("x86_64"))
    yield Check(intel, f"it is made for {machine.text()}", "architectures", function)
    kind = given(function, "packageType")
    yield Check(~kind.equals("Image"), "it is a container image", "packageType", function)
    runtime = given(function, "runtime")
    known = Truth.YES if runtime.absent else runtime.matches(_RUNTIME)
    yield Check(known, f"its runtime is {runtime.text()}", "runtime", function)
    published = given(function, "publish").is_true(default=False)
    yield Check(published, "it is not published as a version", "publish", function)
    region = region_of(graph, function)
    home = Truth.YES if region.absent else region.equals(HOME_OF_THE_EDGE)
    message = f"it is in {region.text()}, not in {HOME_OF_THE_EDGE}"
    yield Check(home, message, "region", function)


def _sizes(function: Resource, *, viewer: bool) -> Iterator[Check]:
    longest = _VIEWER_TIMEOUT if viewer else _ORIGIN_TIMEOUT
    timeout = given(function, "timeout")
    fits = Truth.YES if timeout.absent else timeout.at_most(longest)
    message = f"it may take {timeout.text()} s; {longest} s are allowed"
    yield Check(fits, message, "timeout", function)
    memory = given(function, "memorySize")
    if viewer and not memory.absent:
        message = f"it has {memory.text()} MB; {_VIEWER_MEMORY} are allowed"
        yield Check(memory.at_most(_VIEWER_MEMORY), message, "memorySize", function)


def _empty(value: Property) -> Truth:
    if value.unknown:
        return Truth.UNKNOWN
    return Truth.of(not value.items() and not value.entries())


@stack_rule(
    "lambda-edge-versioned",
    title="CloudFront is given a version of a function, not the function",
    why="CloudFront runs numbered versions only, and refuses $LATEST and aliases.",
    requirement=f"{_LIMITS}; {_EDGE}",
    mend="Set lambda_arn=function.qualified_arn in the association.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def lambda_edge_versioned(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Each association's ARN ends in a version's number."""
    for distribution in graph.of_type(DISTRIBUTION):
        for key in BEHAVIOURS:
            for one in associations(distribution, key):
                arn = one["lambdaArn"]
                message = f"it runs {arn.text()}, which is no version"
                yield Check(arn.matches(_VERSIONED), message, one.path, distribution)


@stack_rule(
    "lambda-edge-role",
    title="Lambda@Edge may take on the role of its function",
    why="CloudFront refuses a function whose role only Lambda itself may take on.",
    requirement=f"{_EDGE}: appropriate IAM role; AWS CloudFront developer guide: Lambda@Edge roles",
    mend="Name both lambda.amazonaws.com and edgelambda.amazonaws.com in assume_role_policy.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def lambda_edge_role(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The role of a function at the edge trusts edgelambda.amazonaws.com."""
    events = edge_events(graph)
    for function in graph.of_type(types.LAMBDA):
        if function.urn not in events:
            continue
        roles = function.references("role", types.ROLE)
        if not roles:
            yield Check(Truth.UNKNOWN, "its role is not in this stack", "role", function)
        for role in roles:
            trust = given(role, "assumeRolePolicy").json()
            trusted = "edgelambda.amazonaws.com" in trust.texts()
            truth = Truth.UNKNOWN if trust.unknown else Truth.of(trusted)
            message = "edgelambda.amazonaws.com may not take it on"
            yield Check(truth, message, "assumeRolePolicy", role)
