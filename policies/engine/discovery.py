"""Finding the rules: every module of `policies.rules` is imported, none is listed anywhere."""

from __future__ import annotations

import importlib
import pkgutil
import re
import traceback
from collections.abc import Iterable
from types import ModuleType

import policies.rules
from policies.engine.crashes import CRASHES
from policies.engine.errors import PackError
from policies.engine.rules import Rule

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")
_REQUIREMENT = re.compile(r"[A-Z]+-\d{3}-\d{2,3}\Z")
_CONTROL = re.compile(r"(FSBP|SecurityHub) [A-Z][A-Za-z0-9]*\.[1-9]\d*\Z")
# What Pulumi or the pack itself gives a meaning to.
_RESERVED = frozenset(
    {"all", "levels", "profile", "remediation", "undecided", "waivers", "environments"}
)


def discover(package: ModuleType = policies.rules) -> tuple[Rule, ...]:
    """Every rule of a package, sorted by name.

    PackError naming every module that cannot be loaded and every clash: a pack that left rules
    out would pass what they forbid.
    """
    found: list[tuple[str, Rule]] = []
    problems: list[str] = []
    for module in pkgutil.iter_modules(package.__path__):
        try:
            loaded = importlib.import_module(f"{package.__name__}.{module.name}")
        # A module of rules is somebody's code: whatever it raises is told with its place.
        except CRASHES as error:
            problems.append(f"{module.name}: {type(error).__name__}: {error}{_line(error)}")
            continue
        found.extend((module.name, rule) for rule in rules_of(loaded))
    if problems:
        raise PackError("Modules of rules cannot be loaded:", problems)
    return checked(found)


def rules_of(module: ModuleType) -> list[Rule]:
    """The rules that a module holds."""
    return [value for value in vars(module).values() if isinstance(value, Rule)]


def checked(found: Iterable[tuple[str, Rule]]) -> tuple[Rule, ...]:
    """The rules sorted by name; PackError naming every clash and every name that is none."""
    by_name: dict[str, tuple[str, Rule]] = {}
    problems: list[str] = []
    for module, rule in found:
        if not isinstance(rule, Rule):  # pyright: ignore[reportUnnecessaryIsInstance] (another pack hands it over)
            problems.append(f"{module}: {rule!r} is no rule")
            continue
        if not _NAME.match(rule.name) or rule.name in _RESERVED:
            problems.append(f"{module}: {rule.name!r} is not a free kebab-case name")
        problems.extend(
            f"{module}: {rule.name} covers {one!r}, which is no requirement id (as CHAT-000-07)"
            for one in rule.covers
            if not _REQUIREMENT.match(one)
        )
        problems.extend(
            f"{module}: {rule.name} decides {one!r}, which is no control's id (as FSBP ECS.2)"
            for one in rule.controls
            if not _CONTROL.match(one)
        )
        other = by_name.setdefault(rule.name, (module, rule))
        if other[1] is not rule:
            problems.append(f"{rule.name!r} is in {other[0]} and in {module}")
    if problems:
        raise PackError("The pack's rules clash:", problems)
    return tuple(by_name[name][1] for name in sorted(by_name))


def _line(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "importlib" not in frame.filename]
    last = own[-1] if own else None
    if last is None or last.filename == __file__ or isinstance(error, SyntaxError):
        return ""
    return f" (line {last.lineno} of {last.filename})"
