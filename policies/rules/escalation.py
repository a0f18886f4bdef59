"""Escalation: permissions that let their holder take more of them."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph, Resource
from graph.truth import Truth
from policies.aws import types
from policies.aws.allowing import denied, grants, is_wide
from policies.aws.iam import MANAGED_ATTACHMENTS, Statement, documents, statements
from policies.aws.principals import held, statements_of
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_LEAST = "chat spec 001 and trading spec, Security: least-privilege IAM"
# Each of these alone raises its holder's rights, or lends another's.
_ALONE = (
    *("iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", "iam:AttachRolePolicy"),
    *("iam:AttachUserPolicy", "iam:AttachGroupPolicy", "iam:PutRolePolicy", "iam:PutUserPolicy"),
    *("iam:PutGroupPolicy", "iam:AddUserToGroup", "iam:UpdateAssumeRolePolicy"),
    *("iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile"),
    *("iam:DeleteRolePermissionsBoundary", "iam:DeleteUserPermissionsBoundary"),
    *("sts:AssumeRole", "lambda:UpdateFunctionCode", "ssm:SendCommand"),
)
# With these a role that may be passed is put to work.
_WITH_LENT_ROLE = (
    *("ecs:RunTask", "ecs:StartTask", "ecs:CreateService", "ecs:UpdateService"),
    *("lambda:CreateFunction", "ec2:RunInstances", "ec2:AssociateIamInstanceProfile"),
    *("cloudformation:CreateStack", "codebuild:CreateProject", "states:CreateStateMachine"),
    *("glue:CreateJob", "glue:CreateDevEndpoint", "sagemaker:CreateNotebookInstance"),
    *("autoscaling:CreateAutoScalingGroup", "datapipeline:CreatePipeline"),
)
_LEND = "iam:PassRole"


@stack_rule(
    "iam-no-escalation",
    title="No role, user or group can raise its own rights",
    why="Whoever takes over the smallest part of the system then owns the account.",
    requirement=f"{_LEAST}; AWS IAM user guide: security best practices",
    mend="Name the roles, policies or functions in the statement's Resource, or take the action out.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
)
def iam_no_escalation(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Of all its policies together, none lends rights over every resource.

    A statement under a condition does not count, but for iam:PassRole, whose usual condition
    names only the service that the role is passed to.
    """
    for one in held(graph):
        if not one.holders:
            continue
        found, complete = statements_of(one)
        ways = list(_ways(found))
        certain = [way for way, truth in ways if truth is Truth.YES]
        unsure = Truth.any(truth for _, truth in ways) is Truth.UNKNOWN or not complete
        truth = Truth.NO if certain else Truth.UNKNOWN if unsure else Truth.YES
        more = f" and {len(certain) - 3} more ways" if len(certain) > 3 else ""  # noqa: PLR2004
        message = f"it can raise its rights by {', '.join(certain[:3])}{more}"
        yield Check(truth, message, resource=one.principal)


def _ways(found: list[Statement]) -> Iterator[tuple[str, Truth]]:
    """Every way up with whether it is open."""
    # Most principals reach nothing widely; then there is nothing to look for.
    wide = [(one, one.allows & is_wide(one)) for one in found]
    wide = [(one, reach) for one, reach in wide if reach is not Truth.NO]
    if not wide:
        return
    for action in _ALONE:
        truth = Truth.any(reach & ~one.conditional & grants(one, action) for one, reach in wide)
        yield action, truth & ~denied(found, action)
    passing = Truth.any(reach & _any_role(one) & grants(one, _LEND) for one, reach in wide)
    passing &= ~denied(found, _LEND)
    for action in _WITH_LENT_ROLE:
        starting = Truth.any(one.allows & grants(one, action) for one in found)
        yield f"{_LEND} with {action}", passing & starting & ~denied(found, action)


def _any_role(statement: Statement) -> Truth:
    """Whether no condition narrows it but the one on the service that a role is passed to."""
    condition = statement.tree["Condition"]
    if condition.unknown:
        return Truth.UNKNOWN
    keys = [key.lower() for _, block in condition.entries() for key, _ in block.entries()]
    return Truth.of(all(key == "iam:passedtoservice" for key in keys))


@rule(
    "iam-no-service-wildcards",
    applies_to=(types.POLICY,),
    title="Managed policies allow no service as a whole",
    why="A policy that many may hold grants each of them what AWS adds to the service tomorrow.",
    requirement="AWS FSBP IAM.21",
    mend="List the actions of the service that are needed in place of `service:*`.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    controls=("FSBP IAM.21",),
)
def iam_no_service_wildcards(resource: Resource, _: Parameters) -> Iterator[Check]:
    """No statement allows `service:*`, whatever its resources, conditions and Sid say."""
    for document in documents(resource):
        for statement in statements(document):
            for action in statement.actions:
                whole = action.matches(r"\A([\w-]+:)?\*\Z")
                message = f"{statement.label} allows {action.text()}"
                yield Check(~(statement.allows & whole), message, action.path)
            if statement.tree["NotAction"].absent:
                continue
            message = f"{statement.label} allows all actions but some"
            yield Check(~statement.allows, message, statement.tree.path)


@rule(
    "iam-users-by-group",
    applies_to=(types.USER_POLICY, MANAGED_ATTACHMENTS[1], MANAGED_ATTACHMENTS[3]),
    title="Users get their rights by groups and roles only",
    why="Rights of single users are forgotten when people change their work.",
    requirement="AWS FSBP IAM.2",
    mend="Attach the policy to an aws.iam.Group or Role, and put the user in the group.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    controls=("FSBP IAM.2",),
)
def iam_users_by_group(resource: Resource, _: Parameters) -> Iterator[Check]:
    """No policy is a user's own, and none is attached to a user."""
    if resource.type == MANAGED_ATTACHMENTS[3]:
        none = resource["users"].all(lambda _: Truth.NO)
        yield Check(none, "it gives rights to single users", "users")
    else:
        yield Check(Truth.NO, "it gives rights to a single user")


@rule(
    "iam-password-policy",
    applies_to=("aws:iam/accountPasswordPolicy:AccountPasswordPolicy",),
    title="Passwords of the account's users are long and mixed",
    why="A short password is guessed, and the console is open to the world.",
    requirement="AWS FSBP IAM.7",
    mend="Set minimum_password_length=14 and the four require_* arguments to True.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP IAM.7",),
)
def iam_password_policy(resource: Resource, _: Parameters) -> Iterator[Check]:
    """All four kinds of characters and at least eight of them; AWS demands six of any kind."""
    length = resource["minimumPasswordLength"]
    said = f"minimumPasswordLength is {length.text()}"
    yield Check(length.at_least(8), said, "minimumPasswordLength")
    for kind in ("UppercaseCharacters", "LowercaseCharacters", "Symbols", "Numbers"):
        key = f"require{kind}"
        yield Check(resource[key].is_true(default=False), f"{key} is not set", key)
