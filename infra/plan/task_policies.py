"""What a task may do: its execution role before it starts, its task role while it runs.

Statements whose ARNs are known before a deployment are kept apart from those whose ARNs aren't
(AWS makes up the ids of keys and secrets), so that the former can be judged in a preview.
"""

from __future__ import annotations

from infra.plan.context import Place
from infra.plan.iam import Arn, Statement

_CONSUME = (
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibility",
    "sqs:GetQueueAttributes",
)


def pull_and_log(repository_arn: str, *log_group_arns: str) -> tuple[Statement[str], ...]:
    """What a service's execution role needs to start a container and carry its logs away."""
    return (
        Statement(
            # A token is for the whole registry: IAM offers no resource to name here.
            sid="RegistryTokenHasNoResource",
            actions=("ecr:GetAuthorizationToken",),
            resources=("*",),
        ),
        Statement(
            sid="PullOwnImage",
            actions=(
                "ecr:BatchCheckLayerAvailability",
                "ecr:BatchGetImage",
                "ecr:GetDownloadUrlForLayer",
            ),
            resources=(repository_arn,),
        ),
        Statement(
            sid="WriteOwnLog",
            actions=("logs:CreateLogStream", "logs:PutLogEvents"),
            resources=tuple(f"{arn}:*" for arn in log_group_arns),
        ),
    )


def read_secrets(
    place: Place, secret_arns: tuple[Arn, ...], key_arn: Arn
) -> tuple[Statement[Arn], ...]:
    """What a role needs to read a service's own secrets, such as to inject them into a task."""
    return (
        Statement(
            sid="ReadOwnSecrets",
            actions=("secretsmanager:GetSecretValue",),
            resources=secret_arns,
        ),
        Statement(
            sid="DecryptOwnSecrets",
            actions=("kms:Decrypt",),
            resources=(key_arn,),
            conditions={
                "StringEquals": {"kms:ViaService": f"secretsmanager.{place.region}.amazonaws.com"}
            },
        ),
    )


def open_shell(exec_log_group_arn: str) -> tuple[Statement[str], ...]:
    """What a task role needs for ECS Exec, with each session's transcript in the audit log."""
    return (
        Statement(
            # Session channels have no ARN that a policy could name.
            sid="SessionChannelsHaveNoResource",
            actions=(
                "ssmmessages:CreateControlChannel",
                "ssmmessages:CreateDataChannel",
                "ssmmessages:OpenControlChannel",
                "ssmmessages:OpenDataChannel",
            ),
            resources=("*",),
        ),
        Statement(
            # This call lists all groups of the account and takes no resource.
            sid="FindingTheAuditLogHasNoResource",
            actions=("logs:DescribeLogGroups",),
            resources=("*",),
        ),
        Statement(
            sid="WriteTheAuditLog",
            actions=("logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"),
            resources=(f"{exec_log_group_arn}:*",),
        ),
    )


def encrypt_shell(key_arn: Arn) -> tuple[Statement[Arn], ...]:
    """What a task role needs to open an encrypted ECS Exec session."""
    return (Statement(sid="DecryptOwnSessions", actions=("kms:Decrypt",), resources=(key_arn,)),)


def send_to(*queue_arns: str) -> tuple[Statement[str], ...]:
    """Put messages on queues."""
    return (
        Statement(
            sid="SendToQueues",
            actions=("sqs:GetQueueAttributes", "sqs:SendMessage"),
            resources=queue_arns,
        ),
    )


def consume(*queue_arns: str) -> tuple[Statement[str], ...]:
    """Take messages from queues."""
    return (Statement(sid="ConsumeQueues", actions=_CONSUME, resources=queue_arns),)


def publish_metrics(namespace: str) -> tuple[Statement[str], ...]:
    """Put data points into one namespace of CloudWatch, and into none that AWS's services use."""
    return (
        Statement(
            # Metrics have no ARN; the namespace is what a policy can name instead.
            sid="MetricsHaveNoResource",
            actions=("cloudwatch:PutMetricData",),
            resources=("*",),
            conditions={"StringEquals": {"cloudwatch:namespace": namespace}},
        ),
    )
