"""Buckets: access logs, statements for customers, artefacts of deployments."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .common import Settings, document, faulty
from .keys import Keys


class Bucket(pulumi.ComponentResource):
    """A private, versioned, encrypted bucket with everything that S3 keeps apart from it."""

    def __init__(
        self,
        what: str,
        settings: Settings,
        *,
        key: aws.kms.Key | None,
        logs: aws.s3.Bucket | None,
        versioned: bool = True,
        expires: bool = True,
        blocked: bool = True,
        tls_only: bool = True,
        statements: list[Mapping[str, object]] | None = None,
        extra_tags: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__("exchange:storage:Bucket", what)
        child = pulumi.ResourceOptions(parent=self)
        self.bucket = aws.s3.Bucket(
            what,
            bucket=settings.account.apply(lambda account: f"{settings.called(what)}-{account}"),
            tags=settings.tags(what, **(extra_tags or {})),
            opts=pulumi.ResourceOptions(parent=self, protect=True),
        )
        name = self.bucket.id
        block = aws.s3.BucketPublicAccessBlock(
            what,
            bucket=name,
            block_public_acls=blocked,
            block_public_policy=blocked,
            ignore_public_acls=blocked,
            restrict_public_buckets=blocked,
            opts=child,
        )
        aws.s3.BucketOwnershipControls(
            what, bucket=name, rule={"object_ownership": "BucketOwnerEnforced"}, opts=child
        )
        aws.s3.BucketServerSideEncryptionConfiguration(
            what,
            bucket=name,
            rules=[
                {
                    "apply_server_side_encryption_by_default": {
                        "sse_algorithm": "aws:kms" if key else "AES256",
                        "kms_master_key_id": key.arn if key else None,
                    },
                    "bucket_key_enabled": key is not None,
                }
            ],
            opts=child,
        )
        versioning = aws.s3.BucketVersioning(
            what,
            bucket=name,
            versioning_configuration={"status": "Enabled" if versioned else "Suspended"},
            opts=child,
        )
        if expires:
            _lifecycle(what, self.bucket, versioning, self)
        if logs is not None:
            aws.s3.BucketLogging(
                what,
                bucket=name,
                target_bucket=logs.id,
                target_prefix=f"s3/{what}/",
                opts=child,
            )
        rules = [*([_tls_only(self.bucket)] if tls_only else []), *(statements or [])]
        rules += self._own_rules(settings) if what == "access-logs" else []
        if what == "statements" and faulty("bucket-policy-public"):
            rules.append(
                {
                    "Sid": "Downloads",
                    "Effect": "Allow",
                    "Principal": "*",
                    "Action": "s3:GetObject",
                    "Resource": pulumi.Output.concat(self.bucket.arn, "/*"),
                }
            )
        if rules:
            aws.s3.BucketPolicy(
                what,
                bucket=name,
                policy=document(*rules),
                opts=pulumi.ResourceOptions(parent=self, depends_on=[block]),
            )
        self.register_outputs({"bucket": name})

    def _own_rules(self, settings: Settings) -> list[Mapping[str, object]]:
        """Who delivers logs: load balancers, S3 itself, CloudTrail."""
        arn = self.bucket.arn
        mine = {"StringEquals": {"aws:SourceAccount": settings.account}}
        trail = settings.arn("cloudtrail", f"trail/{settings.called('audit')}")
        put: dict[str, object] = {"Effect": "Allow", "Action": "s3:PutObject"}
        rules: list[Mapping[str, object]] = [
            {
                **put,
                "Sid": "ServerAccessLogs",
                "Principal": {"Service": "logging.s3.amazonaws.com"},
                "Resource": pulumi.Output.concat(arn, "/s3/*"),
                "Condition": mine,
            },
            {
                "Sid": "TrailLooks",
                "Effect": "Allow",
                "Principal": {"Service": "cloudtrail.amazonaws.com"},
                "Action": "s3:GetBucketAcl",
                "Resource": arn,
                "Condition": {"StringEquals": {"aws:SourceArn": trail}},
            },
            {
                **put,
                "Sid": "TrailWrites",
                "Principal": {"Service": "cloudtrail.amazonaws.com"},
                "Resource": pulumi.Output.concat(arn, "/trail/AWSLogs/", settings.account, "/*"),
                "Condition": {
                    "StringEquals": {
                        "aws:SourceArn": trail,
                        "s3:x-amz-acl": "bucket-owner-full-control",
                    }
                },
            },
        ]
        if not faulty("access-logs-not-allowed"):
            rules.append(
                {
                    **put,
                    "Sid": "BalancerLogs",
                    "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
                    "Resource": pulumi.Output.concat(
                        arn, "/balancer/AWSLogs/", settings.account, "/*"
                    ),
                }
            )
        return rules


def _lifecycle(
    what: str,
    bucket: aws.s3.Bucket,
    versioning: aws.s3.BucketVersioning,
    parent: pulumi.Resource,
) -> None:
    aws.s3.BucketLifecycleConfiguration(
        what,
        bucket=bucket.id,
        rules=[
            {
                "id": "age",
                "status": "Enabled",
                "filter": {"prefix": ""},
                "transitions": [{"days": 90, "storage_class": "STANDARD_IA"}],
                "expiration": {"days": 2555},
                "noncurrent_version_expiration": {"noncurrent_days": 180},
                "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
            }
        ],
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[versioning]),
    )


def _tls_only(bucket: aws.s3.Bucket) -> Mapping[str, object]:
    return {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket.arn, pulumi.Output.concat(bucket.arn, "/*")],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


@dataclass(frozen=True)
class Buckets:
    logs: Bucket
    statements: Bucket
    artefacts: Bucket


def make_buckets(settings: Settings, keys: Keys) -> Buckets:
    # Load balancers deliver only into buckets with S3's own keys.
    logs = Bucket("access-logs", settings, key=None, logs=None)
    statements = Bucket(
        "statements",
        settings,
        key=None if faulty("bucket-without-kms") else keys.data,
        logs=None if faulty("bucket-unlogged") else logs.bucket,
        blocked=not faulty("bucket-public-block-off"),
        tls_only=not faulty("bucket-over-plain-http"),
        extra_tags={"Backup": "daily"},
    )
    artefacts = Bucket(
        "artefacts",
        settings,
        key=keys.data,
        logs=logs.bucket,
        versioned=not faulty("bucket-unversioned"),
        expires=not faulty("bucket-without-lifecycle"),
    )
    return Buckets(logs, statements, artefacts)
