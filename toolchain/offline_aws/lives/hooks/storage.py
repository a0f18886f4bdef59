"""Buckets."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from typing_extensions import override

from toolchain.offline_aws.lives.aws import AwsError
from toolchain.offline_aws.lives.hooks.base import Hook, items, named, only
from toolchain.offline_aws.places import BALANCER_ZONES
from toolchain.offline_aws.wire import Properties, Value

if TYPE_CHECKING:
    from toolchain.offline_aws.lives.run import Run

_HOME = "us-east-1"
"""The one region whose name CreateBucket refuses as a constraint."""


@named("bucket")
class Bucket(Hook):
    """Made in a region, tagged as a whole, emptied first if the program says so."""

    @override
    def arguments(self, run: Run, call: str, arguments: dict[str, object]) -> dict[str, object]:
        if call == "create_bucket" and run.region != _HOME:
            arguments["CreateBucketConfiguration"] = {"LocationConstraint": run.region}
        return arguments

    def _tag(self, run: Run) -> None:
        tags = run.inputs.get("tags")
        entries = [
            {"Key": name, "Value": str(value)}
            for name, value in (tags.items() if isinstance(tags, dict) else ())
        ]
        if entries:
            run.aws_call("put_bucket_tagging", {"Bucket": run.id, "Tagging": {"TagSet": entries}})
        else:
            run.aws_call("delete_bucket_tagging", {"Bucket": run.id})

    @override
    def created(self, run: Run) -> None:
        if run.inputs.get("tags"):
            self._tag(run)

    @override
    def changed(self, run: Run, changed: set[str], old: Properties) -> None:
        if "tags" in changed:
            self._tag(run)

    @override
    def outputs(self, run: Run, out: Properties, found: dict[str, object]) -> None:
        try:
            tags = items(run.aws_call("get_bucket_tagging", {"Bucket": run.id}).get("TagSet"))
        except AwsError:
            tags = []
        out["tags"] = {str(tag["Key"]): tag.get("Value") for tag in tags}
        out["hostedZoneId"] = BALANCER_ZONES.get(run.region, "")

    @override
    def delete(self, run: Run) -> bool:
        if run.state.get("forceDestroy") is not True:
            return False
        try:
            found = run.aws_call("list_object_versions", {"Bucket": run.id})
            there = items(found.get("Versions")) + items(found.get("DeleteMarkers"))
            for one in there:
                run.aws_call(
                    "delete_object",
                    only(
                        {
                            "Bucket": run.id,
                            "Key": one.get("Key"),
                            "VersionId": one.get("VersionId"),
                        }
                    ),
                )
        except AwsError as error:
            if not error.gone:
                raise
        return False


def _block(value: object) -> dict[str, Value]:
    return cast("dict[str, Value]", value) if isinstance(value, dict) else {}


@named("encryption")
class Encryption(Hook):
    """Its rules in S3's spelling."""

    @override
    def arguments(self, run: Run, call: str, arguments: dict[str, object]) -> dict[str, object]:
        rules: list[dict[str, object]] = []
        for rule in items(run.inputs.get("rules")):
            default = _block(rule.get("applyServerSideEncryptionByDefault"))
            rules.append(
                only(
                    {
                        "ApplyServerSideEncryptionByDefault": only(
                            {
                                "SSEAlgorithm": default.get("sseAlgorithm"),
                                "KMSMasterKeyID": default.get("kmsMasterKeyId"),
                            }
                        ),
                        "BucketKeyEnabled": rule.get("bucketKeyEnabled"),
                    }
                )
            )
        return {**arguments, "ServerSideEncryptionConfiguration": {"Rules": rules}}


@named("versioning")
class Versioning(Hook):
    """Can be suspended, never taken away."""

    @override
    def arguments(self, run: Run, call: str, arguments: dict[str, object]) -> dict[str, object]:
        block = _block(run.inputs.get("versioningConfiguration"))
        given = only({"Status": block.get("status"), "MFADelete": block.get("mfaDelete")})
        return {"Bucket": run.inputs.get("bucket"), "VersioningConfiguration": given}

    @override
    def delete(self, run: Run) -> bool:
        suspended = {"Bucket": run.id, "VersioningConfiguration": {"Status": "Suspended"}}
        try:
            run.aws_call("put_bucket_versioning", suspended)
        except AwsError as error:
            if not error.gone:
                raise
        return True


def _days(block: object) -> dict[str, object]:
    values = _block(block)
    return only(
        {
            "Days": values.get("days"),
            "Date": values.get("date"),
            "ExpiredObjectDeleteMarker": values.get("expiredObjectDeleteMarker"),
            "StorageClass": values.get("storageClass"),
        }
    )


def _noncurrent(block: object) -> dict[str, object]:
    values = _block(block)
    return only(
        {
            "NoncurrentDays": values.get("noncurrentDays"),
            "NewerNoncurrentVersions": values.get("newerNoncurrentVersions"),
            "StorageClass": values.get("storageClass"),
        }
    )


@named("lifecycle")
class Lifecycle(Hook):
    """Its rules in S3's spelling."""

    @override
    def arguments(self, run: Run, call: str, arguments: dict[str, object]) -> dict[str, object]:
        rules = [self._rule(rule) for rule in items(run.inputs.get("rules"))]
        return {"Bucket": run.inputs.get("bucket"), "LifecycleConfiguration": {"Rules": rules}}

    @staticmethod
    def _rule(rule: dict[str, Value]) -> dict[str, object]:
        chosen = _block(rule.get("filter"))
        abort = _block(rule.get("abortIncompleteMultipartUpload"))
        out = only(
            {
                "ID": rule.get("id"),
                "Status": rule.get("status"),
                "Expiration": _days(rule.get("expiration")),
                "Transitions": [_days(one) for one in items(rule.get("transitions"))],
                "NoncurrentVersionExpiration": _noncurrent(rule.get("noncurrentVersionExpiration")),
                "NoncurrentVersionTransitions": [
                    _noncurrent(one) for one in items(rule.get("noncurrentVersionTransitions"))
                ],
                "AbortIncompleteMultipartUpload": only(
                    {"DaysAfterInitiation": abort.get("daysAfterInitiation")}
                ),
            }
        )
        out["Filter"] = {"Prefix": chosen.get("prefix") or rule.get("prefix") or ""}
        return out
