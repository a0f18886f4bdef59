"""The single values in a resource, each with the name that its writer gave it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from graph.values import Property
from policies.aws.encoded import told_in
from policies.aws.sensitive import (
    holds_a_secret,
    known_format,
    looks_made_up,
    mentions_a_secret,
    plausible_secret,
)

_NAME_KEYS = ("name", "key", "Name", "Key", "parameterName", "parameterKey")
_VALUE_KEYS = ("value", "Value", "parameterValue")
_ENVIRONMENTS = frozenset({"env", "variables", "envvars"})
# Values of these kinds are names under which a secret is looked up.
_LOOKED_UP = frozenset({"PARAMETER_STORE", "SECRETS_MANAGER"})
# `NAME: value` at the start of a line, `NAME=value` wherever a word may start.
_ASSIGNMENT = re.compile(
    r"""(?mx)(?:^[ \t]*(?:-[ \t]+)?["']?(?P<key>[A-Za-z_][\w.-]*)["']?[ \t]*[:=][ \t]*
      | (?:^|[\s"';&|(])(?P<name>[A-Za-z_]\w*)=)
    (?P<quote>["']?)(?P<value>[^\s"'#;]+)(?P=quote)"""
)
# A document longer than this is data; parsing it for each preview would cost more than it finds.
_LONGEST = 400_000


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value: the name that it goes under, and whether a process gets it as environment.

    `free`: the writer made the name up (a variable, a configuration key); names that a service
    gives its properties often have a secret's word in them.
    """

    name: str
    value: Property
    environment: bool = False
    free: bool = False


def leaves(value: Property, name: str = "", *, environment: bool = False) -> list[Leaf]:
    """Every single value under a value, those in JSON documents and name-value pairs included."""
    found: list[Leaf] = []
    _gather(value, name, environment, found)
    return found


def _gather(value: Property, name: str, environment: bool, found: list[Leaf]) -> None:  # noqa: FBT001 (asked of every value of a stack; keywords would cost as much as the work)
    scalar = value.scalar()
    if scalar is None:
        if value.unknown:
            found.append(Leaf(name, value, environment, environment))
        elif not value.absent:
            _inside(value, name, environment, found)
        return
    if isinstance(scalar, str) and scalar[:1] in ("{", "[") and len(scalar) <= _LONGEST:
        tree = value.json()
        if not tree.absent and tree.scalar() is None:
            _inside(tree, name, environment, found)
            return
    found.append(Leaf(name, value, environment, environment))


def suspicion(leaf: Leaf) -> str | None:
    """What makes a known text look like a credential; None where nothing does.

    The answer names the name or the format, never the value.
    """
    text = leaf.value.scalar()
    if not isinstance(text, str) or not text:
        return None
    for part in told_in(text):
        kind = known_format(part)
        if kind is not None:
            return kind
    if (leaf.free and suspicious(leaf.name, text)) or holds_a_secret(leaf.name, text):
        return f"{leaf.name}, by its name a secret"
    return None


def suspicious(name: str, text: str) -> bool:
    """Whether a name that somebody made up and a text together look like a secret."""
    made_up = mentions_a_secret(name) and looks_made_up(text) and plausible_secret(text)
    return made_up or holds_a_secret(name, text)


def assigned_secrets(script: str) -> list[str]:
    """The secret-looking names to which lines of a script or an env file assign plain values."""
    found = [
        name
        for match in _ASSIGNMENT.finditer(script)
        if suspicious(name := match["key"] or match["name"], match["value"])
        # `aws secretsmanager get-secret-value …` fetches it when the script runs.
        if not match["value"].startswith("`")
    ]
    return list(dict.fromkeys(found))


def _inside(value: Property, name: str, environment: bool, found: list[Leaf]) -> None:  # noqa: FBT001 (as _gather)
    entries = value.entries()
    if not entries:
        for item in value.items():
            _gather(item, name, environment, found)
        return
    keys = dict(entries)
    label = next((keys[key].scalar() for key in _NAME_KEYS if key in keys), None)
    looked_up = "type" in keys and keys["type"].scalar() in _LOOKED_UP
    for key, inner in entries:
        pair = key in _VALUE_KEYS and isinstance(label, str)
        if pair and looked_up:
            continue
        below = environment or "environment" in key.lower() or key.lower() in _ENVIRONMENTS
        _gather(inner, str(label) if pair else key, below, found)
