"""Secrets: none in plaintext anywhere a program, a stack file or a state can keep one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.inputs import all_given
from policies.aws.leaves import Leaf, assigned_secrets, leaves, suspicion
from policies.aws.sensitive import known_format, names_a_secret, plausible_secret
from policies.aws.servers import script_of
from policies.aws.sources import (
    comes_from,
    depends_on_another,
    plain_config_key,
    process_environment,
    secret_config,
)
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_SPEC = "chat spec 000, Secrets & Config: No secrets in Pulumi plaintext"
_USE_SECRETS = (
    "Keep it in aws.secretsmanager or an SSM SecureString and hand the container "
    "secrets=[{'name': …, 'valueFrom': secret.arn}] instead of environment."
)
# What the provider keeps secret under a name that does not say so.
_SENSITIVE = frozenset(
    {
        *("secretString", "secretBinary", "passwords", "plaintext", "keyMaterialBase64"),
        *("platformCredential", "basicAuthCredentials", "hostKeyBody"),
        *("tunnel1PresharedKey", "tunnel2PresharedKey"),
    }
)
# Kept for programs to read: the value may be set by hand after the deployment.
_DOCUMENTS = frozenset({"secretString", "secretStringWo", "secretBinary", "value", "valueWo"})
_PARAMETER = "aws:ssm/parameter:Parameter"


@rule(
    "no-plaintext-container-secrets",
    applies_to=(types.TASK_DEFINITION, types.LAMBDA),
    title="Containers and functions get no secret as a plain environment variable",
    why="Whoever may describe the task definition or function reads every variable of it.",
    requirement=f"{_SPEC}; Inject into ECS tasks securely (AWS FSBP ECS.8)",
    mend=_USE_SECRETS,
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    covers=("CHAT-000-39",),
)
def no_plaintext_container_secrets(resource: Resource, _: Parameters) -> Iterator[Check]:
    """No variable with a secret's name or format, even if Pulumi itself keeps it encrypted."""
    if resource.type == types.LAMBDA:
        yield from _variables(resource["environment"]["variables"])
    else:
        for container in resource["containerDefinitions"].json().items():
            yield from _variables(container["environment"])


def _variables(environment: Property) -> Iterator[Check]:
    for leaf in leaves(environment, environment=True):
        path = leaf.value.path
        if leaf.value.unknown:
            named = names_a_secret(leaf.name) or leaf.value.path == environment.path
            truth = Truth.UNKNOWN if named else Truth.YES
            yield Check(truth, f"{leaf.name or 'the environment'} is not known yet", path)
        else:
            why = suspicion(leaf)
            yield Check(Truth.of(why is None), f"the environment has in plaintext: {why}", path)


@rule(
    "no-plaintext-secrets",
    applies_to=("*",),
    title="No property of any resource holds a secret in plaintext",
    why="Plain properties are stored readable in the state, in previews and in logs.",
    requirement=_SPEC,
    mend="Read it with pulumi.Config().require_secret(…) or from Secrets Manager, or wrap it in "
    "pulumi.Output.secret; rotate it if it was ever committed.",
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    covers=("CHAT-000-40",),
)
def no_plaintext_secrets(resource: Resource, _: Parameters) -> Iterator[Check]:
    """No text outside Pulumi's encryption looks like a credential by its name or its format.

    Inputs of components count: an `environment` handed to one ends as a plain variable, so
    there not even Pulumi's encryption is an excuse.
    """
    # Those have a rule of their own, which tells of it once.
    if resource.type in (types.TASK_DEFINITION, types.LAMBDA):
        own: frozenset[str] = frozenset({"containerDefinitions", "environment"})
    else:
        own = frozenset()
    unknown = False
    for key, value in resource.properties.entries():
        if key in own or (resource.type == _PARAMETER and key == "value"):
            continue
        for leaf in leaves(value, key, environment=key in ("environment", "env")):
            if leaf.value.unknown:
                # Under `secrets` stand references; what the provider itself names it encrypts.
                plain = leaf.free or (not resource.custom and key != "secrets")
                unknown = unknown or (plain and names_a_secret(leaf.name))
            elif (leaf.environment and not resource.custom) or not leaf.value.secret:
                why = suspicion(leaf)
                yield Check(Truth.of(why is None), f"it has in plaintext: {why}", leaf.value.path)
    truth = Truth.UNKNOWN if unknown else Truth.YES
    yield Check(truth, "a value under a secret's name is not known yet")


@rule(
    "no-secrets-in-user-data",
    applies_to=(types.INSTANCE, types.LAUNCH_TEMPLATE, types.LAUNCH_CONFIGURATION),
    title="Start-up scripts assign no secrets",
    why="User data is readable by every process of the server and by ec2:Describe calls.",
    requirement=_SPEC,
    mend="Let the script fetch it: aws secretsmanager get-secret-value, by the instance's role.",
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    covers=("CHAT-000-40",),
)
def no_secrets_in_user_data(resource: Resource, _: Parameters) -> Iterator[Check]:
    """No line of a start-up script assigns a plain value to a secret's name, base64 or not."""
    script = script_of(resource)
    text = script.scalar()
    if script.unknown:
        yield Check(Truth.UNKNOWN, "the script is not known yet", script.path)
    elif isinstance(text, str):
        named = assigned_secrets(text)
        kind = known_format(text)
        said = ", ".join(named) if named else kind
        message = f"the script has in plaintext: {said}"
        yield Check(Truth.of(not named and kind is None), message, script.path)


@rule(
    "ssm-secure-string",
    applies_to=(_PARAMETER,),
    title="Secrets in Parameter Store are SecureStrings",
    why="A String parameter is stored and shown unencrypted to all who may read parameters.",
    requirement="chat spec 000, Secrets & Config: Secrets via SSM Parameter Store or Secrets "
    "Manager",
    mend="Set type='SecureString' (aws.ssm.ParameterType.SECURE_STRING) on the parameter.",
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    covers=("CHAT-000-38",),
)
def ssm_secure_string(resource: Resource, _: Parameters) -> Iterator[Check]:
    """A parameter whose name or value is a secret's has type SecureString."""
    secure = resource["type"].equals("SecureString")
    value, name = resource["value"], resource["name"]
    if value.absent:
        value = resource["insecureValue"]
    text = value.scalar()
    label = name.scalar() if isinstance(name.scalar(), str) else resource.name
    if isinstance(text, str):
        why = suspicion(Leaf(str(label), value))
        yield Check(secure | Truth.of(why is None), f"type is String, and it holds {why}", "type")
    elif value.unknown:
        named = Truth.UNKNOWN if name.unknown else Truth.of(names_a_secret(str(label)))
        # A secret's name decides even before the value is known.
        yield Check(secure | ~named, f"type is String and {label} names a secret", "type")


@stack_rule(
    "no-literal-passwords",
    title="No password stands in the program",
    why="Whoever reads the repository has the password, and so has its whole history.",
    requirement=_SPEC,
    mend="Let AWS make it (manage_master_user_password=True), generate it with "
    "random.RandomPassword, or read it with pulumi.Config().require_secret(…). A password that the "
    "program looks up is told from a literal by what the lookup depends on: give it "
    "opts=pulumi.InvokeOutputOptions(depends_on=[…]).",
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    covers=("CHAT-000-40",),
)
def no_literal_passwords(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A password of a resource comes from secret configuration, a resource, or the environment.

    The provider's SDK marks such properties as secret whatever they hold, so the mark proves
    nothing: a known value with none of these origins stands as a literal in the program.
    """
    safe = secret_config(graph) | process_environment()
    for resource in graph.resources:
        if not resource.custom or resource.type.startswith("pulumi:"):
            continue
        for key, value in all_given(resource):
            for leaf in leaves(value, key):
                if _is_password(resource, key, leaf):
                    yield _sourced(graph, resource, key, leaf, safe)


def _is_password(resource: Resource, key: str, leaf: Leaf) -> bool:
    if resource.type == _PARAMETER and key in ("value", "valueWo"):
        return resource["type"].equals("SecureString") is not Truth.NO
    if leaf.name.removesuffix("Wo") in _SENSITIVE:
        return True
    if leaf.value.unknown:
        # Without a dependency it is an output that the provider computes, no input.
        return depends_on_another(resource, key) and names_a_secret(leaf.name)
    written_only = leaf.name.endswith("Wo")
    return (leaf.value.secret or written_only) and names_a_secret(leaf.name.removesuffix("Wo"))


def _sourced(graph: Graph, resource: Resource, key: str, leaf: Leaf, safe: set[str]) -> Check:
    value = leaf.value.scalar()
    text = "" if value is None else str(value)
    message, truth = f"{leaf.name} is a password in plaintext in the program", Truth.YES
    # A document may still wait for its value; what is a password itself is one whatever it says.
    counts = plausible_secret(text) if leaf.name in _DOCUMENTS else bool(text)
    if counts and not depends_on_another(resource, key):
        truth = Truth.of(comes_from(text, safe))
        plain = plain_config_key(graph, text)
        if truth is Truth.NO and plain is not None:
            message = f"{leaf.name} stands in plaintext in the stack's configuration as {plain}"
    return Check(truth, message, leaf.value.path, resource)


@dataclass(frozen=True)
class ConfigKeys(Parameters):
    """Configuration keys that look like secrets and are none."""

    harmless: tuple[str, ...] = ()


@stack_rule(
    "no-plaintext-config",
    title="No secret stands in plaintext in the stack's configuration",
    why="The stack file is committed; a plain value in it is published to all who can clone it.",
    requirement=_SPEC,
    mend="Set it again with: pulumi config set --secret KEY (and rotate the old value).",
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    parameters=ConfigKeys,
    covers=("CHAT-000-40", "CHAT-001-042"),
)
def no_plaintext_config(graph: Graph, parameters: ConfigKeys) -> Iterator[Check]:
    """No configuration value outside Pulumi's encryption is a secret's by name or format."""
    for key, one in sorted(graph.stack.config.items()):
        name = key.partition(":")[2] or key
        if one.secret or key in parameters.harmless or name in parameters.harmless:
            yield Check(Truth.YES, f"{key} is encrypted")
            continue
        found = leaves(Property(one.value, key), name, environment=True)
        why = next((said for leaf in found if (said := suspicion(leaf)) is not None), None)
        yield Check(Truth.of(why is None), f"configuration {key} has in plaintext: {why}", key)


@stack_rule(
    "no-plaintext-outputs",
    title="No stack output shows a secret",
    why="Outputs are printed after every deployment and read by other stacks.",
    requirement=f"{_SPEC} (outputs)",
    mend="Export it as pulumi.Output.secret(…), or better its ARN.",
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    covers=("CHAT-000-40",),
)
def no_plaintext_outputs(graph: Graph, _: Parameters) -> Iterator[Check]:
    """No output outside Pulumi's encryption is a secret's by its name or format."""
    for stack in graph.of_type(types.STACK):
        for leaf in leaves(stack.properties, environment=True):
            path, truth = leaf.value.path, Truth.YES
            message = f"{leaf.name} is not known yet, and its name is a secret's"
            if leaf.value.unknown:
                if names_a_secret(leaf.name) and not leaf.value.secret:
                    truth = Truth.UNKNOWN
            elif not leaf.value.secret:
                why = suspicion(leaf)
                truth, message = Truth.of(why is None), f"output {path} has in plaintext: {why}"
            yield Check(truth, message, path, stack)
