"""Where a load balancer keeps its access logs."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.plan.access_logs import bucket_policy
from infra.plan.context import Context
from infra.plan.names import Kind

_UPLOAD_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessLogBucketArgs:
    """How long logs are kept (days), and whether the bucket is emptied when destroyed."""

    context: Context
    retention_days: int
    force_destroy: bool


class AccessLogBucket(Component):
    """A private, encrypted S3 bucket into which AWS's log delivery alone may write."""

    bucket: pulumi.Output[str]

    def __init__(
        self, name: str, args: AccessLogBucketArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("AccessLogBucket", name, args, opts)
        self._name = name
        bucket = aws.s3.Bucket(
            # Bucket names are shared by all accounts: the rest of the name is made up.
            args.context.name(Kind.BUCKET, "alb-logs"),
            force_destroy=args.force_destroy,
            tags=args.context.tags("alb-logs"),
            opts=self.child(),
        )
        self.bucket = bucket.bucket
        block = self._keep_private()
        self._expire(args.retention_days)
        aws.s3.BucketPolicy(
            f"{name}-policy",
            bucket=bucket.bucket,
            policy=pulumi.Output.json_dumps(
                bucket.bucket.apply(lambda actual: bucket_policy(args.context.place, actual))
            ),
            opts=self.child(depends_on=[block]),
        )
        self.register_outputs({"bucket": self.bucket})

    def _keep_private(self) -> aws.s3.BucketPublicAccessBlock:
        aws.s3.BucketOwnershipControls(
            f"{self._name}-ownership",
            bucket=self.bucket,
            rule={"object_ownership": "BucketOwnerEnforced"},
            opts=self.child(),
        )
        aws.s3.BucketServerSideEncryptionConfiguration(
            f"{self._name}-encryption",
            bucket=self.bucket,
            # Load balancers can't write to a bucket that is encrypted with a KMS key.
            rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}],
            opts=self.child(),
        )
        return aws.s3.BucketPublicAccessBlock(
            f"{self._name}-private",
            bucket=self.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=self.child(),
        )

    def _expire(self, days: int) -> None:
        versioning = aws.s3.BucketVersioning(
            f"{self._name}-versioning",
            bucket=self.bucket,
            versioning_configuration={"status": "Enabled"},
            opts=self.child(),
        )
        aws.s3.BucketLifecycleConfiguration(
            f"{self._name}-lifecycle",
            bucket=self.bucket,
            rules=[
                {
                    "id": "expire",
                    "status": "Enabled",
                    "filter": {"prefix": ""},
                    "expiration": {"days": days},
                    "noncurrent_version_expiration": {"noncurrent_days": days},
                    "abort_incomplete_multipart_upload": {"days_after_initiation": _UPLOAD_DAYS},
                }
            ],
            opts=self.child(depends_on=[versioning]),
        )
