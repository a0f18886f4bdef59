"""IAM policy documents: their statements, whoever holds them and however they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from graph.model import Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types

# Resource types that hold permissions, with the property that has the document.
_DOCUMENTS = {
    types.ROLE_POLICY: "policy",
    types.POLICY: "policy",
    types.USER_POLICY: "policy",
    types.GROUP_POLICY: "policy",
    "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy": "inlinePolicy",
}
PERMISSION_HOLDERS = (*_DOCUMENTS, types.ROLE)
MANAGED_ATTACHMENTS = (
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment",
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
    "aws:iam/policyAttachment:PolicyAttachment",
)
# What else hands out managed policies, with the property that names them.
MANAGED_LISTS = {
    types.ROLE: "managedPolicyArns",
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": "policyArns",
    "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive": "policyArns",
    "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive": "policyArns",
    "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment": "managedPolicyArn",
}

# Actions that AWS gives no narrower resource than "*" (Service Authorization Reference).
_UNSCOPED = re.compile(
    r"""\A(?:
        ecr:GetAuthorizationToken | ecr-public:GetAuthorizationToken | sts:GetCallerIdentity
      | sts:GetServiceBearerToken | cloudwatch:PutMetricData | cloudwatch:GetMetricData
      | cloudwatch:GetMetricStatistics | cloudwatch:ListMetrics | cloudwatch:DescribeAlarms
      | xray:(?:Put(?:TraceSegments|TelemetryRecords|\*)|GetSampling\w+|GetSampling\*)
      | ssmmessages:(?:Create|Open)(?:Control|Data)Channel | ssmmessages:\*
      | ec2messages:[\w*]+ | ssm:UpdateInstanceInformation | ssm:DescribeParameters
      | ec2:(?:Describe[\w*]+|CreateNetworkInterface|DeleteNetworkInterface
           |AssignPrivateIpAddresses|UnassignPrivateIpAddresses)
      | logs:DescribeLogGroups | logs:DescribeResourcePolicies | logs:PutResourcePolicy
      | logs:(?:Create|Get|Update|Delete|List)LogDeliver\w+
      | s3:ListAllMyBuckets | s3:GetAccountPublicAccessBlock | kms:ListAliases | kms:ListKeys
      | dynamodb:List(?:Streams|Tables) | kinesis:ListStreams
      | kms:GenerateRandom | secretsmanager:ListSecrets | secretsmanager:GetRandomPassword
      | sqs:ListQueues | sns:ListTopics | elasticloadbalancing:Describe[\w*]+ | ecs:ListClusters
      | ecs:ListTaskDefinitions | ecs:DescribeTaskDefinition | ecs:RegisterTaskDefinition
      | ecs:DeregisterTaskDefinition | application-autoscaling:Describe[\w*]+ | tag:Get[\w*]+
      | autoscaling:Describe[\w*]+ | route53:ListHostedZones\w* | route53:GetChange | ce:\w+
      | servicediscovery:List\w+ | servicediscovery:DiscoverInstances\w* | rds:DescribeDB\w+
      | acm:ListCertificates | cloudfront:List\w+ | budgets:View\w+ | health:Describe\w+
    )\Z""",
    re.VERBOSE | re.IGNORECASE,
)
# Granted on "*" only, but AWS lets a condition narrow these.
_CONDITIONAL = frozenset({"cloudwatch:putmetricdata"})
# A Sid that ends so states why the statement reaches wide ("AnyKeyBecauseCallersBringTheirOwn").
_REASON = r"Because[A-Za-z0-9]{8,}\Z"
# Everything, everything of a service, or everything of one kind (`role/*`, `secret:*`, `*/*`). What
# stands before the slash is no kind where it names a bucket or an API.
_EVERYTHING = (
    r"\A(\*|arn:[\w*-]+:[^:]*:[^:]*:[^:]*:(\*|\*[/:]\*)"
    r"|arn:[\w*-]+:(?!s3:|execute-api:)[^:]*:[^:]*:[^:]*:[\w-]+[/:]\*)\Z"
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a document."""

    tree: Property

    @property
    def allows(self) -> Truth:
        """Whether it allows; a statement without an effect is refused by AWS."""
        return self.tree["Effect"].equals("Allow")

    @property
    def actions(self) -> list[Property]:
        """The actions, one each; unknown ones as they are."""
        return listed(self.tree["Action"])

    @property
    def resources(self) -> list[Property]:
        """The resources, one each; unknown ones as they are."""
        return listed(self.tree["Resource"])

    @property
    def conditional(self) -> Truth:
        """Whether a condition narrows it."""
        condition = self.tree["Condition"]
        return Truth.UNKNOWN if condition.unknown else Truth.of(bool(condition.entries()))

    @property
    def reason(self) -> Truth:
        """Whether its Sid states why it is wide: …Because and at least eight letters."""
        return self.tree["Sid"].matches(_REASON)

    @property
    def label(self) -> str:
        """What to call it in a message."""
        sid = self.tree["Sid"].scalar()
        return f"statement {sid}" if isinstance(sid, str) and sid else "a statement"


def listed(value: Property) -> list[Property]:
    """The elements where a document may have one value or a list of them."""
    if value.absent:
        return []
    return [value] if value.unknown or value.scalar() is not None else value.items()


def is_everything(resource: Property) -> Truth:
    """Whether a resource of a statement stands for all there are, of a service or of a kind."""
    return resource.matches(_EVERYTHING)


def needs_star(action: str, conditional: Truth) -> Truth:
    """Whether AWS lets the action be granted on the resource "*" only.

    Where a condition can narrow such an action it has to.
    """
    if _UNSCOPED.match(action) is None:
        return Truth.NO
    return conditional if action.lower() in _CONDITIONAL else Truth.YES


def statements(document: Property) -> Iterator[Statement]:
    """The statements of a document, given as text or as a tree; UndecidedError while unknown."""
    held = document.json()["Statement"]
    if held.unknown:
        held.items()
    entries = held.items() or ([held] if held.entries() else [])
    yield from (Statement(entry) for entry in entries)


def documents(resource: Resource) -> list[Property]:
    """The permission documents that a resource holds: its own or its inline policies."""
    if resource.type == types.ROLE:
        inline = resource["inlinePolicies"]
        return [inline] if inline.unknown else [one["policy"] for one in inline.items()]
    held = resource[_DOCUMENTS[resource.type]]
    return [] if held.absent else [held]
