"""Buckets and their settings."""

import json

from integration.emulated.samples.kinds import RETAGGED, TAGS, Of, Sample

SAMPLES: dict[str, Sample] = {
    "bucket": Sample(
        "aws:s3/bucket:Bucket", {"forceDestroy": True, "tags": TAGS}, {"tags": RETAGGED}
    ),
    "bucket-policy": Sample(
        "aws:s3/bucketPolicy:BucketPolicy",
        {
            "bucket": Of("bucket", "id"),
            "policy": json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": "arn:aws:iam::156460612806:root"},
                            "Action": "s3:PutObject",
                            "Resource": "arn:aws:s3:::sample/*",
                        }
                    ],
                }
            ),
        },
    ),
    "bucket-block": Sample(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        {"bucket": Of("bucket", "id"), "blockPublicAcls": True, "blockPublicPolicy": True},
        {"ignorePublicAcls": True},
    ),
    "bucket-encryption": Sample(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        {
            "bucket": Of("bucket", "id"),
            "rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}],
        },
    ),
    "bucket-versioning": Sample(
        "aws:s3/bucketVersioning:BucketVersioning",
        {"bucket": Of("bucket", "id"), "versioningConfiguration": {"status": "Enabled"}},
        {"versioningConfiguration": {"status": "Suspended"}},
    ),
    "bucket-lifecycle": Sample(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        {
            "bucket": Of("bucket", "id"),
            "rules": [{"id": "old", "status": "Enabled", "expiration": {"days": 30}}],
        },
    ),
    "bucket-ownership": Sample(
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        {"bucket": Of("bucket", "id"), "rule": {"objectOwnership": "BucketOwnerEnforced"}},
    ),
    "bucket-logging": Sample(
        "aws:s3/bucketLogging:BucketLogging",
        {
            "bucket": Of("bucket", "id"),
            "targetBucket": Of("bucket", "id"),
            "targetPrefix": "log/",
        },
    ),
}
