"""Finding the rules: every module of `policies.rules` is imported, none is listed anywhere."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterable
from types import ModuleType

import policies.rules
from policies.engine.rules import Rule

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")
# What Pulumi or the pack itself gives a meaning to.
_RESERVED = frozenset({"all", "profile", "waivers", "environments"})


class RuleError(Exception):
    """The rules themselves are at fault: two of one name, or a name that cannot be one."""


def discover() -> tuple[Rule, ...]:
    """Every rule of the pack, sorted by name."""
    found: list[tuple[str, Rule]] = []
    for module in pkgutil.iter_modules(policies.rules.__path__):
        found.extend(
            (module.name, rule)
            for rule in rules_of(importlib.import_module(f"policies.rules.{module.name}"))
        )
    return checked(found)


def rules_of(module: ModuleType) -> list[Rule]:
    """The rules that a module holds."""
    return [value for value in vars(module).values() if isinstance(value, Rule)]


def checked(found: Iterable[tuple[str, Rule]]) -> tuple[Rule, ...]:
    """The rules sorted by name; RuleError naming every clash and every name that is none."""
    by_name: dict[str, tuple[str, Rule]] = {}
    problems: list[str] = []
    for module, rule in found:
        if not _NAME.match(rule.name) or rule.name in _RESERVED:
            problems.append(f"{module}: {rule.name!r} is not a free kebab-case name")
        other = by_name.setdefault(rule.name, (module, rule))
        if other[1] is not rule:
            problems.append(f"{rule.name!r} is in {other[0]} and in {module}")
    if problems:
        raise RuleError("the pack's rules clash: " + "; ".join(problems))
    return tuple(by_name[name][1] for name in sorted(by_name))
