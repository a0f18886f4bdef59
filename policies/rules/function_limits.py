"""Functions further: images that stay, executions that suffice, and rights to what calls them."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.functions import EVENT_SOURCE, functions_at, permissions_of
from policies.aws.inputs import given
from policies.aws.permitted import role_may
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_PROVISIONED = "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig"
_NOTIFICATION = "aws:s3/bucketNotification:BucketNotification"
_PINNED = r":(?!latest\Z)[\w][\w.-]*\Z"
# What a function's role needs of each kind of source that Lambda reads for it.
_READS = {
    types.QUEUE: ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
    "aws:kinesis/stream:Stream": ("kinesis:GetRecords", "kinesis:GetShardIterator"),
    "aws:dynamodb/table:Table": ("dynamodb:GetRecords", "dynamodb:GetShardIterator"),
}


@rule(
    "lambda-image-pinned",
    applies_to=(types.LAMBDA,),
    title="Functions run an image of a fixed tag",
    why="What `latest` means changes: nobody can tell which program runs, or go back to another.",
    requirement="catalog spec, 2 Lambda Container Functions: container images",
    mend="Name a tag that is never moved, or a digest, in image_uri.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def lambda_image_pinned(resource: Resource, _: Parameters) -> Iterator[Check]:
    """A function's image has a digest or a tag, and the tag is not `latest`."""
    image = resource["imageUri"]
    if not image.absent:
        yield Check(image.matches(_PINNED), f"image is {image.text()}", "imageUri")


@stack_rule(
    "lambda-reserved-suffices",
    title="A function reserves as many executions as it keeps ready and is called for",
    why="AWS refuses to keep ready more than is reserved; what is called beyond it is throttled.",
    requirement="AWS Lambda developer guide: Reserved and provisioned concurrency",
    mend="Raise reserved_concurrent_executions, or lower what is provisioned and the event "
    "source's maximum_concurrency.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def lambda_reserved_suffices(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Neither provisioned concurrency nor an event source's most is above what is reserved."""
    for one in graph.of_type(_PROVISIONED):
        wanted = given(one, "provisionedConcurrentExecutions")
        yield from _within(one, "functionName", wanted, "keeps ready")
    for one in graph.of_type(EVENT_SOURCE):
        wanted = given(one, "scalingConfig")["maximumConcurrency"]
        yield from _within(one, "functionName", wanted, "may run")


def _within(user: Resource, key: str, wanted: Property, does: str) -> Iterator[Check]:
    if wanted.absent:
        return
    count = wanted.scalar()
    for function in functions_at(user, key):
        reserved = given(function, "reservedConcurrentExecutions")
        # AWS's -1 is no reservation.
        if reserved.absent or reserved.equals(-1) is Truth.YES:
            continue
        truth = reserved.at_least(count) if isinstance(count, int | float) else Truth.UNKNOWN
        message = f"it {does} {wanted.text()} of {function.name}, which reserves {reserved.text()}"
        yield Check(truth, message, key, user)


@stack_rule(
    "lambda-may-read-source",
    title="A function's role may read what feeds the function",
    why="AWS refuses the event source, or the messages pile up unread.",
    requirement="AWS Lambda developer guide: Execution role permissions for event sources",
    mend="Allow sqs:ReceiveMessage, sqs:DeleteMessage and sqs:GetQueueAttributes (of a stream "
    "GetRecords and GetShardIterator) on the source's ARN in a policy of the role.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
)
def lambda_may_read_source(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Some policy of the role allows each action that Lambda needs; AWS's own are not followed."""
    for mapping in graph.of_type(EVENT_SOURCE):
        for source in mapping.references("eventSourceArn", *_READS):
            for function in functions_at(mapping, "functionName"):
                for role in function.references("role", types.ROLE):
                    truth = role_may(graph, role, _READS[source.type])
                    message = f"{role.name} may not read {source.name}"
                    yield Check(truth, message, "eventSourceArn", mapping)


@stack_rule(
    "s3-may-notify-function",
    title="A function that a bucket notifies lets S3 call it",
    why="AWS refuses the notification, after bucket and function have been made.",
    requirement="AWS Lambda developer guide: Process Amazon S3 event notifications",
    mend="Create an aws.lambda_.Permission with principal='s3.amazonaws.com', "
    "source_arn=bucket.arn and source_account.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
)
def s3_may_notify_function(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Each function that a bucket's notifications name has a permission for S3."""
    for notification in graph.of_type(_NOTIFICATION):
        for function in functions_at(notification, "lambdaFunctions"):
            yield _callable(function, "s3.amazonaws.com", notification, "lambdaFunctions")


@stack_rule(
    "secret-rotation-may-call",
    title="A function that rotates a secret lets Secrets Manager call it",
    why="AWS refuses the rotation, or it fails every night while everybody relies on it.",
    requirement="AWS Secrets Manager user guide: Permissions for Lambda rotation functions",
    mend="Create an aws.lambda_.Permission with principal='secretsmanager.amazonaws.com' and "
    "source_arn=secret.arn.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
)
def secret_rotation_may_call(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Each rotation's function has a permission for Secrets Manager, for that secret."""
    for rotation in graph.of_type(types.SECRET_ROTATION):
        secrets = rotation.references("secretId", types.SECRET)
        for function in functions_at(rotation, "rotationLambdaArn"):
            yield _callable(
                function, "secretsmanager.amazonaws.com", rotation, "rotationLambdaArn", *secrets
            )


def _callable(
    function: Resource, service: str, caller: Resource, key: str, *sources: Resource
) -> Check:
    """Whether a service may call a function, for one of these sources if any are named."""
    answers: list[Truth] = []
    for one in permissions_of(function):
        named = given(one, "sourceArn")
        others = one.references("sourceArn", types.SECRET)
        fits = Truth.of(named.absent or not others or any(other in sources for other in others))
        answers.append(given(one, "principal").equals(service) & fits)
    message = f"{function.name} does not let {service} call it"
    return Check(Truth.any(answers), message, key, caller)
