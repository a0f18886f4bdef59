"""Levels that a policy configuration gives to many rules at once: by service, severity, profile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, cast

from policies.engine.rules import GENERAL, SERVICES, Level, Rule, Severity

BY_SERVICE: Final = "service"
BY_SEVERITY: Final = "severity"
BY_PROFILE: Final = "profile"


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """What is asked of the rules of a service, of a severity and of a profile.

    The most specific wins: a service's level over a severity's, and that over a profile's. A level
    that the configuration gives to a rule by name is above them all.
    """

    service: Mapping[str, Level] = field(default_factory=dict[str, Level])
    severity: Mapping[str, Level] = field(default_factory=dict[str, Level])
    profile: Mapping[str, Level] = field(default_factory=dict[str, Level])

    def of(self, rule: Rule, problems: list[str]) -> Level | None:
        """The level asked for a rule; None where nothing is. Two that differ are a problem."""
        if rule.service in self.service:
            return self.service[rule.service]
        if rule.severity in self.severity:
            return self.severity[rule.severity]
        asked = {name: self.profile[name] for name in rule.profiles if name in self.profile}
        if len(set(asked.values())) > 1:
            told = ", ".join(f"{name}: {level}" for name, level in sorted(asked.items()))
            problems.append(f"{rule.name}: it is in profiles of different levels ({told}); name it")
        return next(iter(asked.values()), None)


def levels_schema(profiles: Iterable[str]) -> dict[str, dict[str, object]]:
    """The properties of the configuration as a JSON schema."""
    known = _known(profiles)
    level = {"type": "string", "enum": [str(one) for one in Level]}
    return {
        kind: {
            "type": "object",
            "description": f"A level for every rule of a {kind}",
            "properties": dict.fromkeys(sorted(names), level),
            "additionalProperties": False,
        }
        for kind, names in known.items()
    }


def read_levels(
    values: Mapping[str, object], profiles: Iterable[str], problems: list[str]
) -> Levels:
    """The levels that a configuration states; what does not fit is added to `problems`."""
    known = _known(profiles)
    read: dict[str, dict[str, Level]] = {kind: {} for kind in known}
    for kind, stated in values.items():
        if kind not in known or not isinstance(stated, Mapping):
            problems.append(f"levels: {kind!r} is none of {', '.join(known)}, each an object")
            continue
        for name, asked in cast("Mapping[str, object]", stated).items():
            if name not in known[kind]:
                names = ", ".join(sorted(known[kind]))
                problems.append(f"levels: there is no {kind} {name!r} (known: {names})")
            elif not isinstance(asked, str) or asked not in set(Level):
                problems.append(
                    f"levels: {asked!r} for {kind} {name} is none of {', '.join(Level)}"
                )
            else:
                read[kind][name] = Level(asked)
    return Levels(service=read[BY_SERVICE], severity=read[BY_SEVERITY], profile=read[BY_PROFILE])


def _known(profiles: Iterable[str]) -> dict[str, set[str]]:
    return {
        BY_SERVICE: {*SERVICES, GENERAL},
        BY_SEVERITY: {str(one) for one in Severity},
        BY_PROFILE: set(profiles),
    }
