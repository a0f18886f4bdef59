"""What is written about buckets beside their settings: policies, life cycles, and who logs there."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph, Resource
from graph.truth import Truth
from policies.aws import types
from policies.aws.allowing import grants, is_public
from policies.aws.distributions import DISTRIBUTION
from policies.aws.iam import listed, statements
from policies.aws.inputs import given, written
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
_LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
_LOGGING = "aws:s3/bucketLogging:BucketLogging"
_ENCRYPTION = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
)
_WEBSITE = "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration"
_CLASSIC = "aws:elb/loadBalancer:LoadBalancer"
# Who writes a load balancer's logs: a service today, in older regions an account of AWS's.
_WRITERS = r"\A((logdelivery\.elasticloadbalancing|delivery\.logs)\.amazonaws\.com(\.cn)?)\Z"
_OLD_WRITERS = r"\A(\d{12}|arn:[\w-]+:iam::\d{12}:root)\Z"


@stack_rule(
    "s3-policy-closed",
    title="No bucket's policy is for everybody, even behind a block",
    why="A block refuses such a policy when it is set, and whoever lifts the block opens the bucket.",
    requirement="AWS S3 user guide: Blocking public access, BlockPublicPolicy; catalog spec, "
    "Deployment Requirements: block public access",
    mend="Name a Principal, or add a Condition on aws:SourceArn or aws:PrincipalOrgID.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
)
def s3_policy_closed(graph: Graph, _: Parameters) -> Iterator[Check]:
    """No statement of a bucket's policy lets everybody in; websites are judged by s3-not-public."""
    for holder in graph.of_type(_POLICY, types.BUCKET):
        policy = written(holder, "policy", types.BUCKET)
        buckets = holder.references("bucket", types.BUCKET) if holder.type == _POLICY else [holder]
        if policy.absent or any(_is_website(one) for one in buckets):
            continue
        if policy.json()["Statement"].unknown:
            yield Check(Truth.UNKNOWN, "its policy is not known yet", "policy", holder)
            continue
        for statement in statements(policy):
            message = f"{statement.label} lets everybody in"
            yield Check(~is_public(statement), message, "policy", holder)


def _is_website(bucket: Resource) -> bool:
    split = bucket.referrers(_WEBSITE, property="bucket")
    return bool(split) or not given(bucket, "website").absent


@rule(
    "s3-lifecycle-rules-on",
    applies_to=(_LIFECYCLE,),
    title="Life-cycle rules that are written are switched on",
    why="Everybody who reads the rule thinks that objects expire, while all of them are kept.",
    requirement="catalog spec, 13 S3 Buckets: lifecycle policies",
    mend="Set 'status': 'Enabled' in the rule, or remove it.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
)
def s3_lifecycle_rules_on(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Each rule of the configuration is enabled."""
    for one in resource["rules"].items():
        name = one["id"].text()
        yield Check(one["status"].equals("Enabled"), f"rule {name} is disabled", one.path)


@stack_rule(
    "alb-log-bucket-admits",
    title="The bucket of a load balancer's logs lets them in",
    why="AWS refuses to switch the logs on, or none of them ever arrives.",
    requirement="chat spec 001, Load Balancing: Access logs to S3; AWS ELB guide: bucket policy",
    mend="Allow logdelivery.elasticloadbalancing.amazonaws.com s3:PutObject in an "
    "aws.s3.BucketPolicy of the bucket.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def alb_log_bucket_admits(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A statement of the bucket's policy allows the service, or AWS's account, to put objects."""
    for balancer in graph.of_type(types.ALB, _CLASSIC):
        for bucket in balancer.references("accessLogs", types.BUCKET):
            holders = [bucket, *bucket.referrers(_POLICY, property="bucket")]
            answers = [_lets_write(holder) for holder in holders]
            message = f"{bucket.name} does not let its logs in"
            yield Check(Truth.any(answers), message, "accessLogs", balancer)


def _lets_write(holder: Resource) -> Truth:
    policy = written(holder, "policy", types.BUCKET)
    if policy.json()["Statement"].unknown:
        return Truth.UNKNOWN
    answers: list[Truth] = []
    for statement in statements(policy):
        principal = statement.tree["Principal"]
        writer = Truth.any(one.matches(_WRITERS) for one in listed(principal["Service"]))
        writer |= Truth.any(one.matches(_OLD_WRITERS) for one in listed(principal["AWS"]))
        answers.append(statement.allows & writer & grants(statement, "s3:PutObject"))
    return Truth.any(answers)


@stack_rule(
    "s3-own-key",
    title="Buckets are encrypted with a key of one's own",
    why="With S3's own key whoever may read the bucket reads it: no second permission guards it.",
    requirement="AWS Security Hub S3.17; catalog spec, 13 S3 Buckets: AES-256 or KMS",
    mend="Set 'sse_algorithm': 'aws:kms' and 'kms_master_key_id': key.arn in the bucket's "
    "aws.s3.BucketServerSideEncryptionConfiguration.",
    severity=Severity.LOW,
    # S3 encrypts every object; most buckets need no more, and the spec takes either.
    level=Level.DISABLED,
    controls=("SecurityHub S3.17",),
)
def s3_own_key(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The default algorithm is KMS's; buckets that AWS's services log into cannot have it."""
    logs = {
        one.urn
        for kind, key in (
            (types.ALB, "accessLogs"),
            (_CLASSIC, "accessLogs"),
            (DISTRIBUTION, "loggingConfig"),
            (_LOGGING, "targetBucket"),
        )
        for user in graph.of_type(kind)
        for one in user.references(key, types.BUCKET)
    }
    for bucket in graph.of_type(types.BUCKET):
        if bucket.urn in logs:
            continue
        inline = given(bucket, "serverSideEncryptionConfiguration")["rule"]
        held = [inline]
        for one in bucket.referrers(_ENCRYPTION, property="bucket"):
            entries = given(one, "rules")
            held += [entries] if entries.unknown else entries.items()
        answers = [
            one["applyServerSideEncryptionByDefault"]["sseAlgorithm"].matches("aws:kms")
            for one in held
        ]
        yield Check(Truth.any(answers), "its key is S3's own", resource=bucket)
