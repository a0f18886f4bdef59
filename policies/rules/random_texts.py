"""Random texts: what looks like a key and goes by a harmless name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.encoded import decoded
from policies.aws.leaves import Leaf, leaves, suspicion
from policies.aws.randomness import Limits, may_hold_a_key, random_part
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_SPEC = "chat spec 000, Secrets & Config: No secrets in Pulumi plaintext"
_PARAMETER = "aws:ssm/parameter:Parameter"
# Under these names stand scripts and command lines: anything may be said in them.
_SCRIPTS = frozenset(
    {"userData", "userDataBase64", "command", "entryPoint", "commands", "buildspec", "script"}
)


@dataclass(frozen=True)
class Randomness(Parameters):
    """From when on a text is as random as a key, and names under which it is none.

    `shortest` counts characters; the two limits are Shannon's entropy in bits a character, of
    letters with digits and of hexadecimal texts.
    """

    shortest: int = 20
    bits: float = 3.7
    hexadecimal_bits: float = 3.0
    harmless: tuple[str, ...] = ()

    def said_of(self, leaf: Leaf, *, free: bool) -> str | None:
        """What is random in a value, without the value; None if nothing is, or it is told elsewhere."""
        text = leaf.value.scalar()
        if not isinstance(text, str) or leaf.name in self.harmless or leaf.value.secret:
            return None
        limits = Limits(self.shortest, self.bits, self.hexadecimal_bits)
        said = random_part(leaf.name, decoded(text) or text, limits, free=free)
        return None if said is None or suspicion(leaf) is not None else said


@rule(
    "no-random-plaintext",
    applies_to=("*",),
    title="No property holds in plaintext a text as random as a key",
    why="Keys go by any name; in plaintext they are readable in the state, in previews and in logs.",
    requirement=_SPEC,
    mend="Keep it in Secrets Manager or read it with pulumi.Config().require_secret(…); where it is "
    "none, name its property in this rule's `harmless`.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    parameters=Randomness,
)
def no_random_plaintext(resource: Resource, parameters: Randomness) -> Iterator[Check]:
    """No value outside Pulumi's encryption is random, but for digests, identifiers and certificates.

    Known formats and names that mean a secret have rules of their own.
    """
    for key, value in resource.properties.entries():
        if resource.type == types.STACK or not any(map(may_hold_a_key, value.texts())):
            continue
        for leaf in leaves(value, key, environment=key in ("environment", "env")):
            free = leaf.free or leaf.name in _SCRIPTS
            free |= resource.type == _PARAMETER and key == "value"
            said = parameters.said_of(leaf, free=free)
            if said is not None:
                yield Check(Truth.NO, f"it has in plaintext: {said} (entropy)", leaf.value.path)
    yield Check(Truth.YES, "nothing in it is random")


@stack_rule(
    "no-random-outputs",
    title="No output or configuration shows a text as random as a key",
    why="Outputs are printed after every deployment, and the stack file is committed.",
    requirement=f"{_SPEC} (outputs)",
    mend="Export it as pulumi.Output.secret(…), set it with pulumi config set --secret KEY; where it "
    "is none, name it in this rule's `harmless`.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    parameters=Randomness,
)
def no_random_outputs(graph: Graph, parameters: Randomness) -> Iterator[Check]:
    """No output, and no plain value of the stack's configuration, is random."""
    for stack in graph.of_type(types.STACK):
        for leaf in leaves(stack.properties, environment=True):
            said = parameters.said_of(leaf, free=False)
            message = f"output {leaf.value.path} has in plaintext: {said} (entropy)"
            yield Check(Truth.of(said is None), message, leaf.value.path, stack)
    for key, one in sorted(graph.stack.config.items()):
        if one.secret or key in parameters.harmless:
            yield Check(Truth.YES, f"{key} is encrypted, or harmless")
            continue
        found = leaves(Property(one.value, key), key.rpartition(":")[2], environment=True)
        said = next(filter(None, (parameters.said_of(leaf, free=True) for leaf in found)), None)
        message = f"configuration {key} has in plaintext: {said} (entropy)"
        yield Check(Truth.of(said is None), message, key)
