"""How passwords of the database are renewed: by the function that AWS publishes for it.

It is an application of the AWS Serverless Application Repository, deployed into this account as
a CloudFormation stack. Sources: AWS Secrets Manager user guide, "Rotation function templates";
the publishing accounts of each partition as the AWS CDK lists them (`SecretRotationApplication`).
"""

from __future__ import annotations

import string

from infra.plan.context import Place

DAYS = 30
"""How old a password of the database gets."""

CAPABILITIES = ("CAPABILITY_IAM", "CAPABILITY_RESOURCE_POLICY")
"""The application makes a role for its function, and lets Secrets Manager call it."""

EXCLUDED_CHARACTERS = string.punctuation
"""None in a password: RDS refuses some, and URLs, shells and JSON each mistake others. What 32
letters and digits lack in variety they have in length."""

_NAME = "SecretsManagerRDSPostgreSQLRotationSingleUser"
_PUBLISHERS = {
    "aws": "us-east-1:297356227824",
    "aws-cn": "cn-north-1:193023089310",
    "aws-us-gov": "us-gov-west-1:023102451235",
}
_SUFFIXES = {"aws-cn": "amazonaws.com.cn"}


def application_id(partition: str) -> str:
    """The ARN of the application, which AWS publishes once for each partition.

    Raises ValueError for a partition without it.
    """
    publisher = _PUBLISHERS.get(partition)
    if publisher is None:
        raise ValueError(
            f"AWS publishes no rotation of passwords in partition {partition!r}, "
            f"only in {', '.join(_PUBLISHERS)}: deploy to a region of one of these"
        )
    return f"arn:{partition}:serverlessrepo:{publisher}:applications/{_NAME}"


def endpoint(place: Place) -> str:
    """The address at which the function calls Secrets Manager."""
    suffix = _SUFFIXES.get(place.partition, "amazonaws.com")
    return f"https://secretsmanager.{place.region}.{suffix}"
