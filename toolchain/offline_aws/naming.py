"""Names by rule: Pulumi's camelCase, Terraform's snake_case, AWS's PascalCase."""

from __future__ import annotations

import re

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def snake(name: str) -> str:
    """`targetGroupArn` -> `target_group_arn`."""
    return _HUMP.sub("_", name).lower()


def camel(name: str) -> str:
    """`target_group_arn` and `TargetGroupArn` -> `targetGroupArn`."""
    if "_" in name:
        first, *rest = name.split("_")
        return first + "".join(part[:1].upper() + part[1:] for part in rest)
    leading = re.match(r"[A-Z]+(?![a-z])|[A-Z]", name)
    return name if leading is None else leading[0].lower() + name[leading.end() :]


def key(name: str) -> str:
    """What is left of a name when its style is taken away, for matching one style with another."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def singular(name: str) -> str:
    """A plain English singular of a `key`, good enough to match `subnets` with `subnet`."""
    if name.endswith("ies"):
        return name[:-3] + "y"
    if name.endswith(("sses", "xes", "ches", "shes", "uses")):
        return name[:-2]
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name
