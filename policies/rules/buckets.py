"""Buckets further: who may change their rules, where access is logged, how long objects stay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.iam import Statement, listed, statements
from policies.aws.inputs import given, written
from policies.aws.principals import is_own, own_accounts
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
_ACCOUNT_BLOCK = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"
_ACCESS_POINT = "aws:s3/accessPoint:AccessPoint"
_MULTI_REGION = "aws:s3control/multiRegionAccessPoint:MultiRegionAccessPoint"
_LOGGING = "aws:s3/bucketLogging:BucketLogging"
_OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
_ACL = "aws:s3/bucketAcl:BucketAcl"
_LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
_DIRECTORY = "aws:s3/directoryBucket:DirectoryBucket"
_ENCRYPTION = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
)
_FLAGS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
_SPEC = "catalog spec, 13 S3 Buckets"
# What gives a bucket away: who may do this may do anything with it.
_GIVES_AWAY = (
    r"(?i)\A(\*|s3:(\*|(Delete|Put)\*|DeleteBucket(Policy|\*)|PutBucket(Acl|Policy|\*)"
    r"|PutEncryptionConfiguration|PutObject(Acl|\*)))\Z"
)


@rule(
    "s3-account-blocked",
    applies_to=(_ACCOUNT_BLOCK,),
    title="The account blocks public access to all its buckets",
    why="The account's block holds for buckets that nobody thought of, too.",
    requirement="AWS FSBP S3.1; catalog spec, Deployment Requirements: block public access",
    mend="Set all four settings of the aws.s3.AccountPublicAccessBlock to True.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    controls=("FSBP S3.1",),
)
def s3_account_blocked(resource: Resource, _: Parameters) -> Iterator[Check]:
    """All four settings are on; AWS's default is off."""
    for flag in _FLAGS:
        on = resource[flag].is_true(default=False)
        yield Check(on, f"{flag} is {resource[flag].text()}", flag)


@rule(
    "s3-access-point-blocked",
    applies_to=(_ACCESS_POINT, _MULTI_REGION),
    title="Access points block public access",
    why="A public access point opens its bucket, whatever the bucket's own block says, and its "
    "settings cannot be changed later.",
    requirement="AWS FSBP S3.19, S3.24",
    mend="Leave public_access_block_configuration out, or set all four settings to True.",
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    controls=("FSBP S3.19", "FSBP S3.24"),
)
def s3_access_point_blocked(resource: Resource, _: Parameters) -> Iterator[Check]:
    """None of the four settings is off; AWS's default is on."""
    if resource.type == _ACCESS_POINT:
        block = resource["publicAccessBlockConfiguration"]
    else:
        block = resource["details"]["publicAccessBlock"]
    for flag in _FLAGS:
        on = block[flag].is_true(default=True)
        yield Check(on, f"{flag} is off", block[flag].path)


@stack_rule(
    "s3-policy-keeps-control",
    title="A bucket's policy gives nobody the power to change its rules",
    why="Who may change a bucket's policy, ACLs or encryption may do anything with it.",
    requirement="AWS FSBP S3.6; catalog spec, IAM Roles: least-privilege",
    mend="Name the actions that are needed (s3:GetObject, s3:PutObject) in the aws.s3.BucketPolicy.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    controls=("FSBP S3.6",),
)
def s3_policy_keeps_control(graph: Graph, _: Parameters) -> Iterator[Check]:
    """No statement allows a principal outside of the stack's account what gives the bucket away."""
    own = own_accounts(graph)
    for holder in graph.of_type(_POLICY, types.BUCKET):
        policy = written(holder, "policy", types.BUCKET)
        if policy.json()["Statement"].unknown:
            yield Check(Truth.UNKNOWN, "its policy is not known yet", "policy", holder)
            continue
        for statement in statements(policy):
            opened = statement.allows & _to_strangers(statement, own)
            if not statement.tree["NotAction"].absent:
                message = f"{statement.label} allows others all actions but some"
                yield Check(~opened, message, "policy", holder)
            for action in statement.actions:
                given_away = opened & action.matches(_GIVES_AWAY)
                message = f"{statement.label} allows others {action.text()}"
                yield Check(~given_away, message, "policy", holder)


def _to_strangers(statement: Statement, own: frozenset[str]) -> Truth:
    """Whether a statement is for anybody beside AWS's services and the stack's own account."""
    named = statement.tree["Principal"]
    others = Truth.any(~is_own(one, own) for one in listed(named["AWS"]))
    return others | named.equals("*") | statement.tree["NotPrincipal"].is_set()


@stack_rule(
    "s3-access-logged",
    title="Buckets log who accesses them",
    why="After a leak nobody could tell what was read, and by whom.",
    requirement=f"AWS FSBP S3.9; {_SPEC}: logs",
    mend="Create an aws.s3.BucketLogging with bucket=bucket.id and target_bucket=logs.id.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP S3.9",),
)
def s3_access_logged(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Each bucket that is no target of logs itself has logging."""
    targets = {
        bucket.urn
        for one in graph.of_type(_LOGGING)
        for bucket in one.references("targetBucket", types.BUCKET)
    }
    for bucket in graph.of_type(types.BUCKET):
        targets.update(one.urn for one in bucket.references("logging", types.BUCKET))
    for bucket in graph.of_type(types.BUCKET):
        if bucket.urn in targets:
            continue
        inline = given(bucket, "logging")
        own = Truth.UNKNOWN if inline.unknown else inline["targetBucket"].is_set()
        split = Truth.of(bool(bucket.referrers(_LOGGING, property="bucket")))
        yield Check(own | split, "nothing logs who accesses it", "logging", bucket)


@stack_rule(
    "s3-no-acls",
    title="Buckets have no access control lists",
    why="Lists on single objects let others in past the policy that everybody reads.",
    requirement="AWS FSBP S3.12",
    mend="Remove acl, grants and the aws.s3.BucketAcl, and leave object_ownership at "
    "'BucketOwnerEnforced'.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP S3.12",),
)
def s3_no_acls(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Lists are switched off (AWS's default), and none is set."""
    for bucket in graph.of_type(types.BUCKET):
        for one in bucket.referrers(_OWNERSHIP, property="bucket"):
            kind = given(one, "rule")["objectOwnership"]
            message = f"its object ownership is {kind.text()}"
            yield Check(kind.equals("BucketOwnerEnforced"), message, "rule", one)
        opened = [_opens(given(bucket, "acl")), given(bucket, "grants").any(_to_others)]
        for one in bucket.referrers(_ACL, property="bucket"):
            canned = given(one, "acl")
            policy = given(one, "accessControlPolicy")["grants"]
            # AWS tells what a canned list amounts to: that says no more than its name.
            opened.append(policy.any(_to_others) if canned.absent else _opens(canned))
        yield Check(~Truth.any(opened), "it has an access control list", "acl", bucket)


def _opens(canned: Property) -> Truth:
    return Truth.NO if canned.absent else ~canned.equals("private")


def _to_others(grant: Property) -> Truth:
    """Whether a grant is another than the owner's own, which every bucket has."""
    kinds = (grant["type"], grant["grantee"]["type"])
    rights = [grant["permission"], *grant["permissions"].items()]
    own = Truth.any(one.equals("CanonicalUser") for one in kinds)
    return ~(own & Truth.any(one.equals("FULL_CONTROL") for one in rights))


@stack_rule(
    "s3-lifecycle",
    title="Buckets say how long objects stay",
    why="What nobody deletes is paid for, and may leak, for ever.",
    requirement=f"AWS FSBP S3.13, S3.25; {_SPEC}: lifecycle policies",
    mend="Create an aws.s3.BucketLifecycleConfiguration with an enabled rule.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    controls=("FSBP S3.13", "FSBP S3.25"),
)
def s3_lifecycle(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A rule of the bucket's life cycle is enabled."""
    for bucket in graph.of_type(types.BUCKET, _DIRECTORY):
        enabled = Truth.any(_enabled(one) for one in _rules(bucket))
        yield Check(enabled, "no rule of a life cycle is enabled", resource=bucket)


def _rules(bucket: Resource) -> list[Property]:
    """The rules of a bucket's life cycle, its own and those of its configuration."""
    found: list[Property] = []
    for one in bucket.referrers(_LIFECYCLE, property="bucket"):
        held = given(one, "rules")
        found += [held] if held.unknown else held.items()
    inline = given(bucket, "lifecycleRules")
    return found + ([inline] if inline.unknown else inline.items())


def _enabled(entry: Property) -> Truth:
    return entry["status"].equals("Enabled") | entry["enabled"].is_true(default=False)


@dataclass(frozen=True)
class Retention(Parameters):
    """After how many days objects expire."""

    days: int = 30


@stack_rule(
    "s3-expires",
    title="Objects expire after the days that were agreed",
    why="Logs and old releases that are kept longer cost money and hold what may leak.",
    requirement=f"{_SPEC}: lifecycle policies for 30-day retention; Constraints",
    mend="Set rules=[{'status': 'Enabled', 'expiration': {'days': 30}, …}] on an "
    "aws.s3.BucketLifecycleConfiguration of the bucket (of assets: "
    "noncurrent_version_expiration={'noncurrent_days': 30}).",
    severity=Severity.LOW,
    level=Level.MANDATORY,
    profiles=("catalog",),
    parameters=Retention,
)
def s3_expires(graph: Graph, parameters: Retention) -> Iterator[Check]:
    """An enabled rule lets objects, or their old versions, expire after just so many days."""
    keys = (
        ("expiration", "days"),
        ("noncurrentVersionExpiration", "noncurrentDays"),
        ("noncurrentVersionExpiration", "days"),
    )
    for bucket in graph.of_type(types.BUCKET):
        answers = [
            _enabled(one) & Truth.any(one[key][days].equals(parameters.days) for key, days in keys)
            for one in _rules(bucket)
        ]
        message = f"nothing of it expires after {parameters.days} days"
        yield Check(Truth.any(answers), message, resource=bucket)


@stack_rule(
    "s3-encryption-declared",
    title="Buckets say how they are encrypted",
    why="The specification names the algorithm; what is left to AWS's default cannot be reviewed.",
    requirement=f"{_SPEC}: server-side encryption with AES-256 or KMS; Security: Encryption",
    mend="Create an aws.s3.BucketServerSideEncryptionConfiguration of the bucket with 'AES256' or "
    "'aws:kms'.",
    severity=Severity.LOW,
    level=Level.MANDATORY,
    profiles=("catalog",),
)
def s3_encryption_declared(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The bucket's encryption is set, by its own property or the split resource."""
    for bucket in graph.of_type(types.BUCKET):
        own = given(bucket, "serverSideEncryptionConfiguration").is_set()
        split = Truth.of(bool(bucket.referrers(_ENCRYPTION, property="bucket")))
        yield Check(own | split, "it names no encryption", resource=bucket)
