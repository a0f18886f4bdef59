"""Keys and shared parameters: who may decrypt, and what of an account is shown to the world."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Resource
from graph.truth import Truth
from policies.aws.allowing import grants, is_public
from policies.aws.iam import PERMISSION_HOLDERS, documents, statements
from policies.engine import Check, Level, Parameters, Severity, rule

_KEYS = ("aws:kms/key:Key", "aws:kms/keyPolicy:KeyPolicy", "aws:kms/replicaKey:ReplicaKey")
_SETTING = ("aws:ssm/serviceSetting:ServiceSetting",)
_EVERY_KEY = r"\A(\*|arn:[\w*-]+:kms:[^:]*:[^:]*:(\*|(key|alias)/\*))\Z"
_SHARING = "/ssm/documents/console/public-sharing-permission"
_SCRIPT_LOGS = "/ssm/automation/customer-script-log-destination"


@rule(
    "kms-key-policy-closed",
    applies_to=_KEYS,
    title="No key is open to everybody",
    why="Whoever may use the key reads everything that is encrypted with it.",
    requirement="AWS FSBP KMS.5",
    mend="Name a Principal in the policy, or add a Condition on kms:CallerAccount or aws:SourceArn.",
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    controls=("FSBP KMS.5",),
)
def kms_key_policy_closed(resource: Resource, _: Parameters) -> Iterator[Check]:
    """No statement lets principal "*" in, unless a condition ties it to known callers."""
    for statement in statements(resource["policy"]):
        yield Check(~is_public(statement), f"{statement.label} lets everybody in", "policy")


@rule(
    "iam-no-decrypting-everything",
    applies_to=PERMISSION_HOLDERS,
    title="No policy allows decrypting with every key",
    why="One taken-over role would read what every other system of the account encrypted.",
    requirement="AWS FSBP KMS.1, KMS.2",
    mend="Put the ARN of the aws.kms.Key in the statement's Resource.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP KMS.1", "FSBP KMS.2"),
)
def iam_no_decrypting_everything(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Neither kms:Decrypt nor kms:ReEncryptFrom is allowed on all keys, conditions or not."""
    for document in documents(resource):
        for statement in statements(document):
            decrypts = grants(statement, "kms:Decrypt") | grants(statement, "kms:ReEncryptFrom")
            everywhere = Truth.any(one.matches(_EVERY_KEY) for one in statement.resources)
            everywhere |= statement.tree["NotResource"].is_set()
            message = f"{statement.label} allows decrypting with every key"
            yield Check(~(statement.allows & decrypts & everywhere), message, statement.tree.path)


@rule(
    "ssm-documents-not-public",
    applies_to=("aws:ssm/document:Document",),
    title="Documents of Systems Manager are not shared with everybody",
    why="They show how servers are set up and reached to every account in the world.",
    requirement="AWS FSBP SSM.4",
    mend="Name the accounts in permissions={'type': 'Share', 'account_ids': '123456789012'}.",
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    controls=("FSBP SSM.4",),
)
def ssm_documents_not_public(resource: Resource, _: Parameters) -> Iterator[Check]:
    """`All` is not among the accounts: one text with commas, all others of which are numbers."""
    shared = resource["permissions"]
    accounts = shared["accountIds"] if shared["account_ids"].absent else shared["account_ids"]
    public = accounts.matches("(?i)all")
    yield Check(~public, "it is shared with everybody", "permissions")


@rule(
    "ssm-sharing-blocked",
    applies_to=_SETTING,
    title="The account's documents cannot be shared with everybody",
    why="The setting stops a mistake in any single document.",
    requirement="AWS FSBP SSM.7",
    mend="Set setting_value='Disable' for the setting public-sharing-permission.",
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    controls=("FSBP SSM.7",),
)
def ssm_sharing_blocked(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Where the program sets the sharing permission, it switches it off."""
    yield from _set_to(resource, _SHARING, "Disable")


@rule(
    "ssm-scripts-logged",
    applies_to=_SETTING,
    title="Scripts of Systems Manager Automation are logged",
    why="What a script did to a server is otherwise known to nobody.",
    requirement="AWS FSBP SSM.6",
    mend="Set setting_value='CloudWatch' for the setting customer-script-log-destination.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP SSM.6",),
)
def ssm_scripts_logged(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Where the program sets the log destination, it is CloudWatch."""
    yield from _set_to(resource, _SCRIPT_LOGS, "CloudWatch")


def _set_to(resource: Resource, setting: str, wanted: str) -> Iterator[Check]:
    named = resource["settingId"].matches(setting)
    if named is Truth.NO:
        return
    value = resource["settingValue"]
    yield Check(~named | value.equals(wanted), f"it is set to {value.text()}", "settingValue")
