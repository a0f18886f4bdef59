"""Buckets, repositories and keys: closed to the public, encrypted, recoverable."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.allowing import is_public
from policies.aws.iam import Statement, listed, statements
from policies.aws.inputs import given, written
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
_ACCOUNT_BLOCK = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"
_BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
_VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
_WEBSITE = "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration"
_READS = ("s3:GetObject", "s3:GetObjectVersion")
_ACL = "aws:s3/bucketAcl:BucketAcl"
# Everybody, and everybody who has an account with AWS, in lists of grants.
_EVERYBODY = r"/groups/global/(AllUsers|AuthenticatedUsers)"
_ENCRYPTION = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
)
_OBJECTS = ("aws:s3/bucketObjectv2:BucketObjectv2", "aws:s3/bucketObject:BucketObject")
_REPOSITORY = "aws:ecr/repository:Repository"
_FLAGS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
_REST = "chat spec 001, Security: Encryption at rest for all data stores"


@stack_rule(
    "s3-public-access-blocked",
    title="Buckets block public access",
    why="One careless policy or ACL must not publish a bucket.",
    requirement="AWS FSBP S3.8; chat spec 000: production-ready baseline",
    mend="Create an aws.s3.BucketPublicAccessBlock of the bucket with all four settings True.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    controls=("FSBP S3.8",),
)
def s3_public_access_blocked(graph: Graph, _: Parameters) -> Iterator[Check]:
    """All four blocks are on by the bucket's own resource; the account's may be lifted later."""
    for bucket in graph.of_type(types.BUCKET):
        own = [_blocks(one) for one in bucket.referrers(_BLOCK, property="bucket")]
        truth = Truth.all(own) if own else Truth.NO
        yield Check(truth, "it does not block all public access", resource=bucket)


def _blocks(block: Resource) -> Truth:
    return Truth.all(given(block, flag).is_true(default=False) for flag in _FLAGS)


@stack_rule(
    "s3-not-public",
    title="No bucket is public",
    why="A public bucket is found and copied within hours.",
    requirement="AWS FSBP S3.2, S3.3; chat spec 000: production-ready baseline",
    mend="Remove the public ACL, or name a Principal in the bucket policy.",
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    controls=("FSBP S3.2", "FSBP S3.3"),
)
def s3_not_public(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Neither an ACL, its own or an object's, nor a policy opens the bucket, or a block undoes it.

    A bucket that is configured as a website may let everybody read objects by its policy.
    """
    account = [_blocks(one) for one in graph.of_type(_ACCOUNT_BLOCK)]
    for bucket in graph.of_type(types.BUCKET):
        blocked = [_blocks(one) for one in bucket.referrers(_BLOCK, property="bucket")]
        shut = Truth.any([*blocked, *account])
        acls = [given(bucket, "acl")]
        acls += [given(one, "acl") for one in bucket.referrers(_ACL, *_OBJECTS, property="bucket")]
        opened = Truth.any(acl.matches("public-read|authenticated-read") for acl in acls)
        opened |= _grants_everybody(bucket)
        yield Check(~opened | shut, "an ACL opens it", "acl", bucket)
        site = _is_website(bucket)
        for holder in (bucket, *bucket.referrers(_BUCKET_POLICY, property="bucket")):
            message = "its policy opens it to everybody"
            opened = _lets_everybody(written(holder, "policy", types.BUCKET), site=site)
            yield Check(~opened | shut, message, "policy", holder)


@stack_rule(
    "s3-websites-behind-cloudfront",
    title="Not even websites let everybody read their bucket",
    why="Who reads the bucket itself goes around TLS, the firewall and the log of the distribution.",
    requirement="AWS FSBP S3.2",
    mend="Serve the bucket by an aws.cloudfront.Distribution with an OriginAccessControl, and let "
    "the policy admit cloudfront.amazonaws.com only.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP S3.2",),
)
def s3_websites_behind_cloudfront(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The policy of a bucket that is a website admits nobody unknown, unless a block undoes it."""
    account = [_blocks(one) for one in graph.of_type(_ACCOUNT_BLOCK)]
    for bucket in graph.of_type(types.BUCKET):
        if not _is_website(bucket):
            continue
        blocked = [_blocks(one) for one in bucket.referrers(_BLOCK, property="bucket")]
        holders = (bucket, *bucket.referrers(_BUCKET_POLICY, property="bucket"))
        policies_ = [written(holder, "policy", types.BUCKET) for holder in holders]
        opened = Truth.any(_lets_everybody(one, site=False) for one in policies_)
        truth = ~opened | Truth.any([*blocked, *account])
        yield Check(truth, "everybody may read it", "policy", bucket)


def _is_website(bucket: Resource) -> bool:
    split = bucket.referrers(_WEBSITE, property="bucket")
    return bool(split) or not given(bucket, "website").absent


def _grants_everybody(bucket: Resource) -> Truth:
    """Whether a list of grants, the bucket's own or its ACL's, names everybody."""
    named = [given(bucket, "grants").any(lambda one: one["uri"].matches(_EVERYBODY))]
    for acl in bucket.referrers(_ACL, property="bucket"):
        grants = given(acl, "accessControlPolicy")["grants"]
        named.append(grants.any(lambda one: one["grantee"]["uri"].matches(_EVERYBODY)))
    return Truth.any(named)


@stack_rule(
    "s3-tls-only",
    title="Buckets refuse requests without TLS",
    why="A plain request shows both the data and the signature to the network.",
    requirement="AWS FSBP S3.5; chat spec 000: production-ready baseline",
    mend="Add a Deny statement on aws:SecureTransport=false to the aws.s3.BucketPolicy.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP S3.5",),
)
def s3_tls_only(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A policy of the bucket denies everybody everything where aws:SecureTransport is false."""
    for bucket in graph.of_type(types.BUCKET):
        holders = (bucket, *bucket.referrers(_BUCKET_POLICY, property="bucket"))
        answers = [_denies_plain(written(holder, "policy", types.BUCKET)) for holder in holders]
        yield Check(Truth.any(answers), "no policy denies requests without TLS", resource=bucket)


def _denies_plain(policy: Property) -> Truth:
    if _is_late(policy):
        return Truth.UNKNOWN
    return Truth.any(_refuses_plain(one) for one in statements(policy))


def _refuses_plain(statement: Statement) -> Truth:
    """Whether it denies everybody everything, on the objects too, that does not come by TLS."""
    tree, condition = statement.tree, statement.tree["Condition"]
    principal = tree["Principal"]
    callers = [principal, *listed(principal["AWS"])]
    blocks = Truth.any(
        value.matches(r"(?i)false")
        for operator, block in condition.entries()
        if operator.lower() in ("bool", "boolifexists")
        for key, values in block.entries()
        if key.lower() == "aws:securetransport"
        for value in listed(values)
    )
    return (
        tree["Effect"].equals("Deny")
        & blocks
        & Truth.any(one.equals("*") for one in callers)
        & Truth.any(one.matches(r"(?i)\A(s3:)?\*\Z") for one in statement.actions)
        & Truth.any(one.matches(r"\*\Z") for one in statement.resources)
    )


def _is_late(policy: Property) -> bool:
    return policy.json()["Statement"].unknown


def _lets_everybody(policy: Property, *, site: bool) -> Truth:
    if _is_late(policy):
        return Truth.UNKNOWN
    answers: list[Truth] = []
    for statement in statements(policy):
        reads = Truth.all(one.is_in(_READS) for one in statement.actions)
        meant = reads & Truth.of(bool(statement.actions)) if site else Truth.NO
        answers.append(is_public(statement) & ~meant)
    return Truth.any(answers)


@stack_rule(
    "s3-versioning",
    title="Buckets keep old versions",
    why="An overwritten or deleted object can then be brought back.",
    requirement="AWS Security Hub S3.14; chat spec 000: production-ready baseline",
    mend="Create an aws.s3.BucketVersioning with versioning_configuration={'status': 'Enabled'}.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    controls=("SecurityHub S3.14",),
)
def s3_versioning(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Versioning is enabled, by the split resource or the bucket's own property."""
    for bucket in graph.of_type(types.BUCKET):
        answers = [given(bucket, "versioning")["enabled"].is_true(default=False)]
        for one in bucket.referrers(_VERSIONING, property="bucket"):
            status = given(one, "versioningConfiguration")["status"]
            answers.append(status.equals("Enabled"))
        yield Check(Truth.any(answers), "versioning is not enabled", resource=bucket)


@rule(
    "s3-encryption-not-weakened",
    applies_to=(_ENCRYPTION, types.BUCKET),
    title="Encryption of buckets uses a known algorithm, and names its key",
    why="A KMS algorithm without a key of one's own falls back to a key that all share.",
    requirement=f"{_REST}; AWS Security Hub S3.17",
    mend="Set apply_server_side_encryption_by_default={'sse_algorithm': 'aws:kms', "
    "'kms_master_key_id': key.arn}, or 'AES256' where only that is supported.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
)
def s3_encryption_not_weakened(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Each rule has a default: AES256, or a KMS algorithm together with a key."""
    inline = resource["serverSideEncryptionConfiguration"]["rule"]
    for entry in resource["rules"].items() if inline.absent else [inline]:
        default = entry["applyServerSideEncryptionByDefault"]
        algorithm, key = default["sseAlgorithm"], default["kmsMasterKeyId"]
        plain = algorithm.equals("AES256")
        keyed = algorithm.is_in(("aws:kms", "aws:kms:dsse")) & key.is_set()
        message = f"algorithm is {algorithm.text()}, key is {key.text()}"
        yield Check(plain | keyed, message, algorithm.path)


@stack_rule(
    "ecr-scan-on-push",
    title="Container images are scanned when they are pushed",
    why="Known holes in an image are found before it runs.",
    requirement="AWS FSBP ECR.1; chat spec 004, 07 ECR",
    mend="Set image_scanning_configuration={'scan_on_push': True} on the aws.ecr.Repository.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP ECR.1",),
)
def ecr_scan_on_push(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Each repository scans on push, or the registry's own configuration scans them all."""
    registry = graph.of_type("aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration")
    whole = [
        given(one, "rules").any(
            lambda entry: entry["scanFrequency"].is_in(("SCAN_ON_PUSH", "CONTINUOUS_SCAN"))
        )
        for one in registry
    ]
    for repository in graph.of_type(_REPOSITORY):
        own = given(repository, "imageScanningConfiguration")["scanOnPush"].is_true(default=False)
        path = "imageScanningConfiguration.scanOnPush"
        yield Check(Truth.any([own, *whole]), "pushed images are not scanned", path, repository)


@rule(
    "ecr-immutable-tags",
    applies_to=(_REPOSITORY,),
    title="Image tags cannot be overwritten",
    why="What was tested must be what runs: a tag that moves breaks rollbacks.",
    requirement="AWS FSBP ECR.2; chat spec 004, 07 ECR",
    mend="Set image_tag_mutability='IMMUTABLE' on the aws.ecr.Repository.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP ECR.2",),
    covers=("CHAT-001-163",),
)
def ecr_immutable_tags(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Tags are immutable, without exceptions; AWS's default is mutable."""
    mutability = resource["imageTagMutability"]
    fixed = mutability.equals("IMMUTABLE")
    yield Check(fixed, f"tag mutability is {mutability.text()}", "imageTagMutability")


@rule(
    "kms-key-rotation",
    applies_to=("aws:kms/key:Key",),
    title="KMS keys rotate every year",
    why="A key that never changes protects ever more data with one secret.",
    requirement=f"AWS Security Hub KMS.4; {_REST}",
    mend="Set enable_key_rotation=True on the aws.kms.Key.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("SecurityHub KMS.4",),
)
def kms_key_rotation(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Symmetric encryption keys rotate; AWS's default is that they do not, others cannot."""
    spec, usage = resource["customerMasterKeySpec"], resource["keyUsage"]
    asymmetric = spec.is_set() & ~spec.equals("SYMMETRIC_DEFAULT")
    signs = usage.is_set() & ~usage.equals("ENCRYPT_DECRYPT")
    if (asymmetric | signs) is Truth.YES:
        return
    rotates = resource["enableKeyRotation"].is_true(default=False)
    yield Check(rotates, "it does not rotate", "enableKeyRotation")
