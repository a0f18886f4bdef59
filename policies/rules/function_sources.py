"""What calls functions, what they write to and read from: whether both ends agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.functions import (
    EVENT_SOURCE,
    INVOKE_CONFIG,
    edge_events,
    functions_at,
    permissions_of,
)
from policies.aws.groups import Ingress, attached, ingress_of
from policies.aws.inputs import given
from policies.engine import Check, Level, Parameters, Severity, stack_rule

_ATTACHMENT = "aws:lb/targetGroupAttachment:TargetGroupAttachment"
# Services that hand an event over and do not wait for what becomes of it.
_ASYNCHRONOUS = (
    r"\A(sns|s3|events|ses|logs|config|iot|codecommit|cloudformation)(\.[\w-]+)?\.amazonaws\.com\Z"
)
_STREAM = r"arn:[\w-]+:(kinesis|dynamodb|kafka):"
_STREAMS = (
    "aws:kinesis/stream:Stream",
    "aws:kinesis/streamConsumer:StreamConsumer",
    "aws:dynamodb/table:Table",
    "aws:msk/cluster:Cluster",
    "aws:msk/serverlessCluster:ServerlessCluster",
)
_STORES = (
    types.DB_INSTANCE,
    types.DB_CLUSTER,
    types.DB_PROXY,
    types.REPLICATION_GROUP,
    types.CACHE_CLUSTER,
)
_PORTS = {
    "postgres": 5432,
    "postgresql": 5432,
    "mysql": 3306,
    "mariadb": 3306,
    "sqlserver": 1433,
    "memcached": 11211,
}
_REDIS = 6379


@stack_rule(
    "lambda-failures-kept",
    title="Events that a function fails on are kept",
    why="After two more tries Lambda drops an asynchronous event, and nobody learns of it.",
    requirement="AWS Lambda developer guide: Capturing records of asynchronous invocations; "
    "catalog spec, 2 Lambda Container Functions",
    mend="Set dead_letter_config={'target_arn': queue.arn} on the aws.lambda_.Function, or "
    "destination_config={'on_failure': …} on an aws.lambda_.FunctionEventInvokeConfig.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def lambda_failures_kept(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A function that a service calls without waiting has a dead-letter target or a destination."""
    for function in graph.of_type(types.LAMBDA):
        callers = [given(one, "principal") for one in permissions_of(function)]
        called = Truth.any(caller.matches(_ASYNCHRONOUS) for caller in callers)
        if called is Truth.NO:
            continue
        places = [given(function, "deadLetterConfig")["targetArn"]]
        places += [
            given(config, "destinationConfig")["onFailure"]["destination"]
            for config in function.referrers(INVOKE_CONFIG, property="functionName")
        ]
        truth = ~called | Truth.any(place.is_set() for place in places)
        yield Check(truth, "events that it fails on are lost", "deadLetterConfig", function)


@stack_rule(
    "lambda-stream-failures-kept",
    title="Records of a stream that a function fails on are kept",
    why="A record that always fails holds up its shard until it expires, and then is gone.",
    requirement="AWS Lambda developer guide: Retaining discarded batch records",
    mend="Set destination_config={'on_failure': {'destination_arn': queue.arn}} on the "
    "aws.lambda_.EventSourceMapping.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def lambda_stream_failures_kept(graph: Graph, _: Parameters) -> Iterator[Check]:
    """An event source that is a stream has a destination for what fails."""
    for mapping in graph.of_type(EVENT_SOURCE):
        source = given(mapping, "eventSourceArn")
        stream = source.matches(_STREAM)
        if source.unknown:
            stream = Truth.of(bool(mapping.references("eventSourceArn", *_STREAMS)))
        if stream is Truth.NO:
            continue
        kept = given(mapping, "destinationConfig")["onFailure"]["destinationArn"].is_set()
        message = "records that its function fails on are lost"
        yield Check(~stream | kept, message, "destinationConfig.onFailure", mapping)


@stack_rule(
    "lambda-queue-visibility",
    title="A queue hides a message for as long as its function may take",
    why="AWS refuses the event source otherwise: a second function would get the same message.",
    requirement="AWS Lambda developer guide: Configuring a queue to use with Lambda",
    mend="Set visibility_timeout_seconds of the aws.sqs.Queue to six times the function's timeout.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
)
def lambda_queue_visibility(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The visibility timeout (30 s by default) is the function's timeout (3 s) at least."""
    for mapping in graph.of_type(EVENT_SOURCE):
        for queue in mapping.references("eventSourceArn", types.QUEUE):
            for function in functions_at(mapping, "functionName"):
                hidden = _or(given(queue, "visibilityTimeoutSeconds"), 30)
                takes = _or(given(function, "timeout"), 3)
                bound = takes.scalar()
                truth = Truth.UNKNOWN
                if isinstance(bound, int | float):
                    truth = hidden.at_least(bound)
                message = (
                    f"it hides a message for {hidden.text()} s; {function.name} may take "
                    f"{takes.text()} s"
                )
                yield Check(truth, message, "visibilityTimeoutSeconds", queue)


@stack_rule(
    "lambda-log-group",
    title="Each function's log group is the program's own",
    why="A log group that Lambda makes itself is kept for ever, and outlives the stack.",
    requirement="catalog spec, 10 CloudWatch Monitoring: log groups with retention policies",
    mend="Create an aws.cloudwatch.LogGroup with name=pulumi.Output.concat('/aws/lambda/', "
    "function.name) and retention_in_days, or name one in logging_config.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
)
def lambda_log_group(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A log group of the stack has the name that the function writes to."""
    groups = [(one, given(one, "name")) for one in graph.of_type(types.LOG_GROUP)]
    names = {text for _, name in groups if isinstance(text := name.scalar(), str)}
    named_for = {
        function.urn for one, _ in groups for function in one.references("name", types.LAMBDA)
    }
    # A name that is not known yet may be any function's, unless it is made of one's own.
    open_ends = any(
        name.unknown and not one.references("name", types.LAMBDA) for one, name in groups
    )
    edge = edge_events(graph)
    for function in graph.of_type(types.LAMBDA):
        if function.urn in edge:
            continue
        chosen = given(function, "loggingConfig")["logGroup"]
        own = given(function, "name").scalar()
        if not chosen.absent:
            wanted = chosen.scalar()
            found = bool(function.references("loggingConfig", types.LOG_GROUP))
        else:
            wanted = f"/aws/lambda/{own}" if isinstance(own, str) else None
            found = function.urn in named_for
        undecided = open_ends or wanted is None
        missing = Truth.UNKNOWN if undecided and not found else Truth.of(found)
        truth = Truth.YES if wanted in names else missing
        yield Check(truth, "no log group of the stack is its own", resource=function)


@stack_rule(
    "lambda-target-group-complete",
    title="A target group for a function has the function, which lets it call",
    why="Without the permission AWS refuses the registration; without that, requests end in 503.",
    requirement="catalog spec, 3 Application Load Balancer: target groups for Lambda integration",
    mend="Create an aws.lambda_.Permission with principal='elasticloadbalancing.amazonaws.com' and "
    "source_arn=group.arn, and an aws.lb.TargetGroupAttachment that depends on it.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
)
def lambda_target_group_complete(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Target group, attachment, permission and function agree."""
    for group in graph.of_type(types.TARGET_GROUP):
        if given(group, "targetType").equals("lambda") is not Truth.YES:
            continue
        attachments = group.referrers(_ATTACHMENT, property="targetGroupArn")
        yield Check(Truth.of(bool(attachments)), "it has no function", resource=group)
        for attachment in attachments:
            functions = functions_at(attachment, "targetId")
            if not functions:
                message = "its function is not in this stack"
                yield Check(Truth.UNKNOWN, message, "targetId", attachment)
            for function in functions:
                lets = [_lets(one, group) for one in permissions_of(function)]
                message = f"{function.name} does not let it call"
                yield Check(Truth.any(lets), message, resource=group)


def _lets(permission: Resource, group: Resource) -> Truth:
    principal = given(permission, "principal").equals("elasticloadbalancing.amazonaws.com")
    source = given(permission, "sourceArn")
    if source.absent:
        return principal
    named = group in permission.references("sourceArn", types.TARGET_GROUP)
    return principal & Truth.of(named)


@stack_rule(
    "lambda-reaches-its-store",
    title="A function is admitted by the database whose address it is given",
    why="Otherwise every request ends in a timeout, which looks like a slow database.",
    requirement="catalog spec, 2 Lambda Container Functions: security group access to Aurora",
    mend="Let the store's aws.ec2.SecurityGroup admit the function's group on the store's port, "
    "and give the function vpc_config.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def lambda_reaches_its_store(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A store that a function's environment names admits one of the function's groups."""
    doors_of = cache(_doors)
    for function in graph.of_type(types.LAMBDA):
        # A store's name among the variables is no address: others may bear it too.
        told = function.property_dependencies.get("environment", frozenset[str]())
        for store in function.references("environment", *_STORES):
            if store.urn not in told:
                continue
            if given(function, "vpcConfig")["subnetIds"].absent:
                message = f"it is given {store.name}, and stands in no VPC"
                yield Check(Truth.NO, message, "vpcConfig", function)
            else:
                message = f"{store.name} admits no group of it"
                yield Check(_admits(doors_of(store), function), message, "environment", function)


@dataclass(frozen=True, slots=True)
class _Doors:
    """A store's groups, whether these are all, and what they let in on the store's port."""

    groups: list[Resource]
    complete: Truth
    entries: list[tuple[Ingress, Truth]]


def _doors(store: Resource) -> _Doors:
    groups, complete = attached(store)
    port = _port(store)
    entries = [one for group in groups for one in ingress_of(group)]
    covered = [(one, one.covers(port) if port else Truth.YES) for one in entries]
    return _Doors(groups, complete, covered)


def _admits(doors: _Doors, function: Resource) -> Truth:
    own, certain = attached(function)
    # Whether a group admits itself is not followed.
    answers = [Truth.UNKNOWN for group in doors.groups if group in own]
    for entry, covers in doors.entries:
        open_to = Truth.of(any(one in entry.sources for one in own))
        if open_to is Truth.NO and (entry.cidrs or entry.foreign or entry.unresolved):
            open_to = Truth.UNKNOWN
        answers.append(open_to & covers)
    whole = certain & doors.complete
    return Truth.any(answers) | (Truth.NO if whole is Truth.YES else Truth.UNKNOWN)


def _port(store: Resource) -> int | None:
    own = given(store, "port").scalar()
    if isinstance(own, int):
        return own
    family = "engineFamily" if store.type == types.DB_PROXY else "engine"
    text = str(given(store, family).scalar()).lower().removeprefix("aurora-")
    cache_port = _REDIS if store.type in (types.REPLICATION_GROUP, types.CACHE_CLUSTER) else None
    return _PORTS.get(text.partition("-")[0], cache_port)


def _or(value: Property, default: int) -> Property:
    return Property(default, value.path) if value.absent else value
