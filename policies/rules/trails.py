"""CloudTrail: a record of who did what, everywhere, which nobody can change unseen."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Resource
from policies.engine import Check, Level, Parameters, Severity, rule

_TRAIL = "aws:cloudtrail/trail:Trail"


@rule(
    "trail-every-region",
    applies_to=(_TRAIL,),
    title="A trail records all regions, and records",
    why="Who has stolen a key works where nobody looks.",
    requirement="AWS Security Hub, control CloudTrail.1",
    mend="Set is_multi_region_trail=True on the aws.cloudtrail.Trail, and leave enable_logging and "
    "include_global_service_events as they are.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
)
def trail_every_region(resource: Resource, _: Parameters) -> Iterator[Check]:
    """It is of many regions, switched on, and has the events of services without a region."""
    everywhere = resource["isMultiRegionTrail"].is_true()
    yield Check(everywhere, "it records one region", "isMultiRegionTrail")
    on = resource["enableLogging"].is_true(default=True)
    yield Check(on, "it records nothing", "enableLogging")
    globally = resource["includeGlobalServiceEvents"].is_true(default=True)
    message = "it leaves out IAM, STS and CloudFront"
    yield Check(globally, message, "includeGlobalServiceEvents")


@rule(
    "trail-encrypted",
    applies_to=(_TRAIL,),
    title="A trail's files are encrypted with a key of one's own",
    why="Whoever may read the bucket would read who did what, and with which requests.",
    requirement="AWS Security Hub, control CloudTrail.2",
    mend="Set kms_key_id=key.arn on the aws.cloudtrail.Trail.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def trail_encrypted(resource: Resource, _: Parameters) -> Iterator[Check]:
    """It names a key."""
    yield Check(resource["kmsKeyId"].is_set(), "it names no key", "kmsKeyId")


@rule(
    "trail-validated",
    applies_to=(_TRAIL,),
    title="A trail's files show whether they were changed",
    why="An intruder's last act is to mend the record; digests tell that it was done.",
    requirement="AWS Security Hub, control CloudTrail.4",
    mend="Set enable_log_file_validation=True on the aws.cloudtrail.Trail.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def trail_validated(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Digests of the files are written."""
    truth = resource["enableLogFileValidation"].is_true()
    yield Check(truth, "nothing tells when a file was changed", "enableLogFileValidation")
