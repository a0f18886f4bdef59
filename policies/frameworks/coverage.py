"""How far a set of rules covers the frameworks: what is decided, what is open, what cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from policies.engine.rules import Rule
from policies.frameworks.model import BEST_PRACTICES, SECURITY_HUB, Control, Reference, Tables


@dataclass(frozen=True, slots=True)
class ServiceCoverage:
    """How many controls of the best practices there are for a service, and what became of them."""

    service: str
    controls: int
    undecidable: int
    decided: int
    open: int


@dataclass(frozen=True, slots=True)
class FrameworkCoverage:
    """How many entries of a framework controls of our services lead to, and rules decide."""

    framework: str
    entries: int
    related: int
    reached: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """Rules laid over tables: the rules of each control, the controls that lead to each entry."""

    tables: Tables
    rules: Mapping[str, tuple[Rule, ...]]
    leading: Mapping[str, tuple[Control, ...]]

    def of(self, control: Control) -> tuple[Rule, ...]:
        """The rules that decide a control."""
        return self.rules.get(control.label, ())

    def related(self, reference: Reference) -> tuple[Control, ...]:
        """The controls that lead to an entry of another framework."""
        return self.leading.get(reference.label, ())

    @property
    def missing(self) -> tuple[Control, ...]:
        """The controls of the best practices that code can decide and no rule does."""
        return tuple(
            one
            for one in self.tables.best_practices
            if one.undecidable is None and not self.of(one)
        )

    def services(self) -> tuple[ServiceCoverage, ...]:
        """The coverage of the best practices, service by service."""
        names = dict.fromkeys(one.service for one in self.tables.best_practices)
        return tuple(self._service(name) for name in names)

    def _service(self, name: str) -> ServiceCoverage:
        own = [one for one in self.tables.best_practices if one.service == name]
        undecidable = sum(one.undecidable is not None for one in own)
        decided = sum(bool(self.of(one)) for one in own)
        return ServiceCoverage(
            name, len(own), undecidable, decided, len(own) - undecidable - decided
        )

    def frameworks(self) -> tuple[FrameworkCoverage, ...]:
        """The coverage of the other frameworks: what AWS relates its controls to."""
        return tuple(
            self._framework(name)
            for name in self.tables.frameworks
            if name not in (BEST_PRACTICES, SECURITY_HUB)
        )

    def _framework(self, name: str) -> FrameworkCoverage:
        entries = self.tables.of_framework(name)
        related = [one for one in entries if self.related(one)]
        reached = [one for one in related if any(self.of(by) for by in self.related(one))]
        return FrameworkCoverage(name, len(entries), len(related), len(reached))


def coverage(tables: Tables, rules: Iterable[Rule]) -> Coverage:
    """What rules cover of the tables."""
    found: dict[str, list[Rule]] = {}
    for rule in rules:
        for label in rule.controls:
            found.setdefault(label, []).append(rule)
    leading: dict[str, list[Control]] = {}
    for control in tables.controls.values():
        for reference in control.relations:
            leading.setdefault(reference.label, []).append(control)
    return Coverage(
        tables,
        {label: tuple(held) for label, held in found.items()},
        {label: tuple(held) for label, held in leading.items()},
    )


def dangling(tables: Tables, rules: Sequence[Rule]) -> list[str]:
    """What rules name that is no control that code can decide, rule by rule; empty when all is."""
    told: list[str] = []
    for rule in rules:
        for label in rule.controls:
            control = tables.controls.get(label)
            if control is None:
                told.append(f"{rule.name} decides {label}, and there is no such control")
            elif control.undecidable is not None:
                told.append(f"{rule.name} decides {label}, which code cannot decide")
    return told
