"""Identity: roles that may do what they must and no more, and who may take them on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.allowing import covers, is_public, ties
from policies.aws.iam import (
    MANAGED_ATTACHMENTS,
    MANAGED_LISTS,
    PERMISSION_HOLDERS,
    Statement,
    documents,
    is_everything,
    listed,
    needs_star,
    statements,
)
from policies.aws.principals import is_own, own_accounts
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_LEAST = "chat spec 001, Security: IAM roles with minimal permissions"
_ADMIN_POLICIES = r"policy/(job-function/)?(AdministratorAccess|PowerUserAccess|IAMFullAccess|SystemAdministrator)\Z"


@rule(
    "iam-no-admin-policies",
    applies_to=(*MANAGED_ATTACHMENTS, *MANAGED_LISTS),
    title="No administrator policy of AWS's is attached",
    why="Whoever takes over one task would own the whole account.",
    requirement=f"{_LEAST}; AWS FSBP IAM.1",
    mend="Attach a policy that names the actions and resources that are needed.",
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    covers=("CHAT-001-122",),
)
def iam_no_admin_policies(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Neither AdministratorAccess nor its like, by attachment or by the role's own list."""
    for policy in listed(resource[MANAGED_LISTS.get(resource.type, "policyArn")]):
        # An ARN that is not known yet is one that this stack makes, not one of AWS's own.
        truth = Truth.YES if policy.unknown else ~policy.matches(_ADMIN_POLICIES)
        yield Check(truth, f"it attaches {policy.text()}", policy.path)


@rule(
    "iam-no-admin-statements",
    applies_to=PERMISSION_HOLDERS,
    title="No policy allows everything on everything",
    why="Whoever takes over one task would own the whole account.",
    requirement=f"{_LEAST}; AWS FSBP IAM.1",
    mend="Name the actions and the ARNs that are needed in Action and Resource.",
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    covers=("CHAT-001-122",),
    controls=("FSBP IAM.1",),
)
def iam_no_admin_statements(resource: Resource, _: Parameters) -> Iterator[Check]:
    """No statement allows Action "*" (or everything but a few) on Resource "*"."""
    for statement in _allowing(resource):
        everything = Truth.any(one.matches(r"\A[*:?]+\Z") for one in statement.actions)
        everything |= statement.tree["NotAction"].is_set()
        everywhere = Truth.any(one.matches(r"\A[*?]+\Z") for one in statement.resources)
        everywhere |= statement.tree["NotResource"].is_set()
        message = f"{statement.label} allows everything on everything"
        yield Check(~(statement.allows & everything & everywhere), message, statement.tree.path)


@dataclass(frozen=True)
class Wildcards(Parameters):
    """`partial`: whether `s3:Get*` counts as a wildcard too, not only `s3:*`."""

    partial: bool = False


@rule(
    "iam-no-wildcard-actions",
    applies_to=PERMISSION_HOLDERS,
    title="Policies name their actions",
    why="A wildcard grants what AWS adds tomorrow too.",
    requirement=f"{_LEAST}; AWS FSBP IAM.21",
    mend="List the actions in the statement, or state the reason in its Sid (…Because…).",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    parameters=Wildcards,
    covers=("CHAT-001-122",),
)
def iam_no_wildcard_actions(resource: Resource, parameters: Wildcards) -> Iterator[Check]:
    """No wildcard in the actions of an allowing statement, unless its Sid states a reason."""
    pattern = r"\*|\?" if parameters.partial else r"\A(\*|[\w-]+:\*)\Z"
    for statement in _allowing(resource):
        excused = ~statement.allows | statement.reason
        negated = statement.tree["NotAction"].is_set()
        message = f"{statement.label} allows all actions but some"
        yield Check(~negated | excused, message, statement.tree.path)
        for action in statement.actions:
            allowed = Truth.UNKNOWN
            text = action.scalar()
            if isinstance(text, str):
                allowed = ~action.matches(pattern) | needs_star(text, statement.conditional)
            yield Check(allowed | excused, f"{statement.label} allows {action.text()}", action.path)


@rule(
    "iam-no-wildcard-resources",
    applies_to=PERMISSION_HOLDERS,
    title="Policies name the resources that they are about",
    why="A permission on every resource reaches other systems' data in the same account.",
    requirement=_LEAST,
    mend="Put the ARNs in Resource, or state the reason in the statement's Sid (…Because…).",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    covers=("CHAT-001-122",),
)
def iam_no_wildcard_resources(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Resource "*" only for actions that AWS grants no other way, or with a reason in the Sid."""
    for statement in _allowing(resource):
        wide = Truth.any(is_everything(one) for one in statement.resources)
        wide |= statement.tree["NotResource"].is_set()
        unavoidable = Truth.all(
            needs_star(text, statement.conditional) if isinstance(text, str) else Truth.UNKNOWN
            for text in (action.scalar() for action in statement.actions)
        )
        unavoidable &= Truth.of(bool(statement.actions))
        excused = ~statement.allows | unavoidable | statement.reason
        message = f"{statement.label} is about every resource"
        yield Check(~wide | excused, message, statement.tree.path)


def _allowing(resource: Resource) -> Iterator[Statement]:
    for document in documents(resource):
        for statement in statements(document):
            if statement.allows is not Truth.NO:
                yield statement


@dataclass(frozen=True)
class Accounts(Parameters):
    """Twelve-digit ids of the accounts that may take on roles without a condition."""

    trusted: tuple[str, ...] = ()


@rule(
    "iam-trust-closed",
    applies_to=(types.ROLE,),
    title="Roles are not open to everybody",
    why="A role with an open trust policy belongs to whoever finds its ARN.",
    requirement=f"{_LEAST}; AWS IAM user guide: trust policies",
    mend="Name a service or a role as Principal in assume_role_policy.",
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    covers=("CHAT-001-122",),
)
def iam_trust_closed(resource: Resource, _: Parameters) -> Iterator[Check]:
    """No statement lets principal "*" assume the role, unless a condition names who may."""
    for statement in statements(resource["assumeRolePolicy"]):
        yield Check(~is_public(statement), "everybody may assume it", "assumeRolePolicy")


@stack_rule(
    "iam-trust-known-accounts",
    title="Other accounts assume roles only under a condition",
    why="Without an external id a third party can be talked into using its access for another.",
    requirement=f"{_LEAST}; AWS IAM: the confused deputy problem",
    mend="Add a Condition on sts:ExternalId or aws:PrincipalOrgID, or list the account as trusted.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    parameters=Accounts,
)
def iam_trust_known_accounts(graph: Graph, parameters: Accounts) -> Iterator[Check]:
    """A principal written as another account's number or ARN comes with a condition."""
    own = own_accounts(graph)
    for role in graph.of_type(types.ROLE):
        trust = role["assumeRolePolicy"]
        if trust.json()["Statement"].unknown:
            yield Check(Truth.UNKNOWN, "its trust is not known yet", "assumeRolePolicy", role)
            continue
        for statement in statements(trust):
            for principal in _principals(statement.tree["Principal"]):
                named = principal.matches(r"\A(\d{12}|arn:[\w-]+:(iam|sts)::\d{12}:)")
                trusted = Truth.any(principal.contains(one) for one in parameters.trusted)
                trusted |= is_own(principal, own) | ties(statement.tree["Condition"])
                truth = ~(named & statement.allows) | trusted
                yield Check(truth, f"{principal.text()} may assume it", "assumeRolePolicy", role)


@rule(
    "iam-trust-federated-narrow",
    applies_to=(types.ROLE,),
    title="Roles for tokens of an identity provider say whose tokens",
    why="A provider such as GitHub signs tokens for all its users: each of them could assume it.",
    requirement=f"{_LEAST}; AWS IAM user guide: roles for OIDC federation",
    mend="Add a Condition such as StringEquals on token.actions.githubusercontent.com:sub to the "
    "statement of assume_role_policy.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
)
def iam_trust_federated_narrow(resource: Resource, _: Parameters) -> Iterator[Check]:
    """A statement for web identities has a condition on the token's subject.

    Where the audience is one's own, as one of Cognito's pools is, that will do.
    """
    for statement in statements(resource["assumeRolePolicy"]):
        by_token = Truth.any(
            covers(action, "sts:AssumeRoleWithWebIdentity") for action in statement.actions
        )
        if (statement.allows & by_token) is Truth.NO:
            continue
        condition = statement.tree["Condition"]
        own = Truth.any(
            Truth.of(key.lower() == "cognito-identity.amazonaws.com:aud")
            for _operator, block in ([] if condition.unknown else condition.entries())
            for key, _value in block.entries()
        )
        closed = ~(statement.allows & by_token) | ties(condition) | own
        yield Check(closed, "any user of its identity provider may assume it", "assumeRolePolicy")


def _principals(principal: Property) -> Iterator[Property]:
    if principal.scalar() is not None:
        yield principal
    else:
        yield from listed(principal["AWS"])


@stack_rule(
    "ecs-separate-roles",
    title="Each service has a task role of its own, apart from its execution role",
    why="A shared role gives every service the permissions of all of them.",
    requirement=f"{_LEAST}; chat spec 004, 06 IAM: Roles and permissions for ECS tasks",
    mend="Create one aws.iam.Role a service for task_role_arn and another for execution_role_arn.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    covers=("CHAT-000-56", "CHAT-001-122"),
)
def ecs_separate_roles(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Task definitions of different families share no task role, and none with ECS itself."""
    taken: dict[str, str] = {}
    for definition in graph.of_type(types.TASK_DEFINITION):
        task, execution = (_role(definition, key) for key in ("taskRoleArn", "executionRoleArn"))
        path = "executionRoleArn"
        yield Check(Truth.of(execution is not None), f"{path} is not set", path, definition)
        if task is None:
            yield Check(Truth.NO, "taskRoleArn is not set", "taskRoleArn", definition)
            continue
        message = "its task role is its execution role too"
        yield Check(Truth.of(task != execution), message, "taskRoleArn", definition)
        owner = taken.setdefault(task, definition.name)
        shared = owner != definition.name
        message = f"it shares its task role with {owner}"
        yield Check(Truth.of(not shared), message, "taskRoleArn", definition)


def _role(definition: Resource, key: str) -> str | None:
    """What tells the role apart: its URN, else its ARN, else which property is not known yet."""
    roles = definition.references(key, types.ROLE)
    if roles:
        return roles[0].urn
    value = definition[key]
    if value.absent:
        return None
    text = value.scalar()
    return text if isinstance(text, str) else definition.urn + key
