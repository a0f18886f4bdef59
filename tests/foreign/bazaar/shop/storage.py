"""Buckets, and the repository of images."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from .identity import Statement, document
from .settings import Settings, faulty

# Which bucket has which fault to plant.
_PLANTABLE = frozenset(
    {
        "assets-public-access-not-blocked",
        "logs-never-expire",
        "uploads-unversioned",
        "uploads-without-access-log",
        "uploads-without-tls",
    }
)


def _faulty(name: str) -> bool:
    return name in _PLANTABLE and faulty(name)


class Bucket(pulumi.ComponentResource):
    """A private, versioned, encrypted, logged bucket; its policy is set once its readers are known."""

    def __init__(
        self,
        name: str,
        shop: Settings,
        *,
        key: aws.kms.Key | None,
        logs: Bucket | None,
        expire_days: int | None,
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("bazaar:storage:Bucket", name, None, opts)
        self._name = name
        self._mine = pulumi.ResourceOptions(parent=self)
        self.bucket = aws.s3.Bucket(
            name,
            bucket=f"bazaar-{name}-{shop.account}-{shop.suffix}",
            opts=pulumi.ResourceOptions(
                parent=self, protect=True, aliases=[pulumi.Alias(name=f"{name}-bucket")]
            ),
        )
        shut = not _faulty(f"{name}-public-access-not-blocked")
        self.block = aws.s3.BucketPublicAccessBlock(
            name,
            bucket=self.bucket.id,
            block_public_acls=shut,
            block_public_policy=shut,
            ignore_public_acls=shut,
            restrict_public_buckets=shut,
            opts=self._mine,
        )
        aws.s3.BucketVersioning(
            name,
            bucket=self.bucket.id,
            versioning_configuration={
                "status": "Suspended" if _faulty(f"{name}-unversioned") else "Enabled"
            },
            opts=self._mine,
        )
        by_key: aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgsDict = (
            {"sse_algorithm": "AES256"}
            if key is None
            else {"sse_algorithm": "aws:kms", "kms_master_key_id": key.arn}
        )
        aws.s3.BucketServerSideEncryptionConfiguration(
            name,
            bucket=self.bucket.id,
            rules=[
                {
                    "apply_server_side_encryption_by_default": by_key,
                    "bucket_key_enabled": key is not None,
                }
            ],
            opts=self._mine,
        )
        self._lifecycle(expire_days)
        if logs is not None and not _faulty(f"{name}-without-access-log"):
            aws.s3.BucketLogging(
                name,
                bucket=self.bucket.id,
                target_bucket=logs.bucket.id,
                target_prefix=f"s3/{name}/",
                opts=self._mine,
            )
        self.register_outputs({"bucket": self.bucket.id})

    def _lifecycle(self, expire_days: int | None) -> None:
        name = self._name
        rules: list[aws.s3.BucketLifecycleConfigurationRuleArgsDict] = [
            {
                "id": "tidy",
                "status": "Enabled",
                "filter": {"prefix": ""},
                "noncurrent_version_expiration": {"noncurrent_days": 30},
                "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
            }
        ]
        if expire_days is not None:
            rules.append(
                {
                    "id": "expire",
                    "status": "Disabled" if _faulty(f"{name}-never-expire") else "Enabled",
                    "filter": {"prefix": ""},
                    "expiration": {"days": expire_days},
                }
            )
        aws.s3.BucketLifecycleConfiguration(
            name, bucket=self.bucket.id, rules=rules, opts=self._mine
        )

    def allow(self, statements: Sequence[Statement] = ()) -> None:
        """Set the bucket's policy: TLS for all, and what these statements say."""
        everything = [self.bucket.arn, self.bucket.arn.apply(lambda arn: f"{arn}/*")]
        secure: Statement = {
            "Sid": "OnlyOverTls",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": everything,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
        first = [] if _faulty(f"{self._name}-without-tls") else [secure]
        all_of_them = [*first, *statements]
        if not all_of_them:
            return
        aws.s3.BucketPolicy(
            self._name,
            bucket=self.bucket.id,
            policy=document(all_of_them),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self.block]),
        )


def log_bucket(shop: Settings) -> Bucket:
    """Where access logs go: S3's and CloudFront's, which can use neither a key of ours nor a policy."""
    logs = Bucket("logs", shop, key=None, logs=None, expire_days=400, opts=shop.here())
    # CloudFront's log delivery grants itself access by ACL.
    aws.s3.BucketOwnershipControls(
        "logs",
        bucket=logs.bucket.id,
        rule={"object_ownership": "BucketOwnerPreferred"},
        opts=pulumi.ResourceOptions(parent=logs),
    )
    logs.allow(
        [
            {
                "Sid": "ServerAccessLogs",
                "Effect": "Allow",
                "Principal": {"Service": "logging.s3.amazonaws.com"},
                "Action": "s3:PutObject",
                "Resource": logs.bucket.arn.apply(lambda arn: f"{arn}/s3/*"),
                "Condition": {"StringEquals": {"aws:SourceAccount": shop.account}},
            }
        ]
    )
    return logs


def image_repository(shop: Settings, key: aws.kms.Key) -> aws.ecr.Repository:
    """The images of the catalog."""
    repository = aws.ecr.Repository(
        "catalog",
        name=shop.named("bazaar/catalog"),
        image_tag_mutability="MUTABLE" if faulty("images-mutable") else "IMMUTABLE",
        image_scanning_configuration={"scan_on_push": not faulty("images-unscanned")},
        encryption_configurations=[{"encryption_type": "KMS", "kms_key": key.arn}],
        opts=shop.here(),
    )
    # Lambda pulls by itself, and only for functions of this account and region.
    aws.ecr.RepositoryPolicy(
        "catalog",
        repository=repository.name,
        policy=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "lambda.amazonaws.com"},
                        "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
                        "Condition": {
                            "ArnLike": {"aws:SourceArn": shop.arn("lambda", "function:*")}
                        },
                    }
                ],
            }
        ),
        opts=shop.here(),
    )
    if not faulty("images-kept-for-ever"):
        old = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 50}
        aws.ecr.LifecyclePolicy(
            "catalog",
            repository=repository.name,
            policy=json.dumps(
                {"rules": [{"rulePriority": 1, "selection": old, "action": {"type": "expire"}}]}
            ),
            opts=shop.here(),
        )
    return repository
