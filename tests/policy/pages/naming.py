"""The names that Pulumi's SDK for Python has for what the engine names otherwise."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Container
from typing import Final

_BOUNDARY: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_TOKEN: Final = re.compile(r"aws:(\w+)/\w+:(\w+)\Z")
_ENDING: Final = re.compile(r"(Ids?|Arns?|Names?|s)\Z")
TAKEN: Final = frozenset({*keyword.kwlist, *dir(builtins), "aws", "config", "json", "pulumi"})


def argument(key: str) -> str:
    """The name in Python of a property: `idleTimeout` is `idle_timeout`."""
    name = _BOUNDARY.sub("_", key).lower()
    return f"{name}_" if keyword.iskeyword(name) else name


def constructor(token: str) -> str | None:
    """The class of a type of AWS, `aws.lb.LoadBalancer`; None for what is not AWS's."""
    found = _TOKEN.match(token)
    if found is None:
        return None
    module = found[1].lower()
    return f"aws.{module}_.{found[2]}" if keyword.iskeyword(module) else f"aws.{module}.{found[2]}"


def variable(name: str, used: set[str]) -> str:
    """A variable for a resource by its logical name, unlike those that are used already."""
    plain = re.sub(r"\W+", "_", argument(name)).strip("_") or "resource"
    plain = f"the_{plain}" if plain in TAKEN or plain[0].isdigit() else plain
    free, number = plain, 2
    while free in used:
        free, number = f"{plain}_{number}", number + 1
    used.add(free)
    return free


def named_by(key: str, token: str) -> bool:
    """Whether a property's name speaks of a type: `vpcSecurityGroupIds` of a SecurityGroup."""
    stem = _ENDING.sub("", _ENDING.sub("", key)).lower()
    kind = token.rpartition(":")[2].lower()
    return bool(stem) and (kind in stem or stem in kind)


def handle(key: str, outputs: Container[str]) -> str:
    """The output of a resource by which a property usually names it."""
    wanted = "arn" if key.endswith(("Arn", "Arns", "arn")) else "name"
    return wanted if wanted in outputs and (wanted == "arn" or key.endswith("Name")) else "id"
