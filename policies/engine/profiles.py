"""Profiles: which rules a system is judged by, at which level and with which settings."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import policies.profiles
from policies.engine.crashes import CRASHES
from policies.engine.errors import PackError
from policies.engine.levels import Levels
from policies.engine.parameters import build
from policies.engine.rules import COMMON, Level, Parameters, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What one spec changes about the rules; the rules say themselves which profile uses them."""

    name: str
    parameters: Mapping[str, Mapping[str, object]] = field(
        default_factory=dict[str, Mapping[str, object]]
    )
    levels: Mapping[str, Level] = field(default_factory=dict[str, Level])
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """What a policy configuration says about one rule; None where it says nothing."""

    level: Level | None = None
    parameters: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True)
class ActiveRule:
    """A rule with the level and the settings at which it judges."""

    rule: Rule
    level: Level
    parameters: Parameters


def known_profiles() -> dict[str, Profile]:
    """Every profile of the pack by name; PackError for a module of them that cannot be loaded."""
    found: dict[str, Profile] = {COMMON: Profile(name=COMMON)}
    for module in pkgutil.iter_modules(policies.profiles.__path__):
        try:
            loaded = importlib.import_module(f"policies.profiles.{module.name}")
        except CRASHES as error:
            problem = f"{module.name}: {type(error).__name__}: {error}"
            raise PackError("A profile cannot be loaded:", [problem]) from error
        for value in vars(loaded).values():
            if isinstance(value, Profile):
                found[value.name] = value
    return found


def activate(
    rules: Iterable[Rule],
    profile: Profile,
    settings: Mapping[str, Setting] | None = None,
    levels: Levels | None = None,
) -> list[ActiveRule]:
    """The rules that judge under a profile, the user's settings over the profile's own.

    A level that the user gives to one rule is above those given to many (`levels`).

    Raises PackError with every setting that does not fit.
    """
    settings = settings or {}
    problems: list[str] = []
    active: list[ActiveRule] = []
    for rule in rules:
        setting = settings.get(rule.name, Setting())
        misfits: list[str] = []
        parameters = build(
            rule.parameters,
            profile.parameters.get(rule.name, {}),
            setting.parameters,
            problems=misfits,
        )
        problems.extend(f"{rule.name}: {misfit}" for misfit in misfits)
        asked = asked_level(rule, setting, levels, problems)
        level = asked or profile.levels.get(rule.name, rule.level)
        if level is Level.DISABLED or rule.name in profile.without:
            continue
        if rule.in_profile(profile.name):
            active.append(ActiveRule(rule, level, parameters))
    if problems:
        raise PackError("The configuration of the policy pack does not fit its rules:", problems)
    return active


def asked_level(
    rule: Rule, setting: Setting | None, levels: Levels | None, problems: list[str]
) -> Level | None:
    """The level that the user asked for, by the rule's name or together with others."""
    if setting is not None and setting.level is not None:
        return setting.level
    return None if levels is None else levels.of(rule, problems)


def unknown_rules(profile: Profile, rules: Iterable[Rule]) -> list[str]:
    """The names in a profile that are no rule's."""
    named = {*profile.parameters, *profile.levels, *profile.without}
    return sorted(named - {rule.name for rule in rules})
