"""Judging a mutant: the fixtures of the rules that it reaches, until one notices."""

from __future__ import annotations

import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from types import CodeType, FrameType, ModuleType

from graph.model import Graph, Resource
from policies.engine.evaluation import Dispatcher, Evaluation
from policies.engine.profiles import Profile, Setting, activate, known_profiles
from policies.engine.rules import Level, Rule
from policies.testing.fixtures import Case, Fixtures, graph_of
from tests.mutation.mutants import Mutant, MutatedModule
from tests.policy.test_rules import CASES, profile_of

# A rule judges a fixture within a millisecond; whoever takes this long never comes back.
_CPU_SECONDS = 2.0


class Outcome(StrEnum):
    """What became of a mutant; one that cannot be loaded says nothing of the fixtures."""

    KILLED = "killed"
    SURVIVED = "survived"
    STILLBORN = "stillborn"


class BaselineError(Exception):
    """The unchanged rules do not pass their own fixtures: no mutant can be judged by them."""


class _EndlessError(BaseException):
    """A mutant takes too long; no rule's own `except Exception` may catch it."""


@dataclass(frozen=True, eq=False)
class Trial:
    """One case of a rule's fixtures with the verdict that it must get."""

    fixtures: Fixtures
    case: Case
    expected: str
    name: str

    @cached_property
    def graph(self) -> Graph:
        """The case's graph; no rule changes it, so all mutants are judged on the same."""
        return graph_of(self.case)

    @cached_property
    def analyzed(self) -> tuple[Resource, ...]:
        """Each resource as the engine has it analyzed."""
        return tuple(self.graph.analyzed())


@cache
def _trials() -> dict[str, list[Trial]]:
    found: dict[str, list[Trial]] = {}
    for fixtures, case, expected, name in CASES:
        found.setdefault(fixtures.rule, []).append(Trial(fixtures, case, expected, name))
    return found


@cache
def _profiles() -> dict[str, Profile]:
    return known_profiles()


class Jury:
    """Judges the mutants of one module by the fixtures of its rules."""

    def __init__(self, module: MutatedModule) -> None:
        self._module = module
        self._trials = {name: list(trials) for name, trials in _trials().items()}
        rules = _rules(_load(module, module.original()))
        noticed = [one for rule in rules.values() if (one := self._noticed_by(rule)) is not None]
        if noticed:
            raise BaselineError(f"{module.name}, unchanged, fails {noticed[0]}: mend that first")

    def judge(self, mutant: Mutant) -> Outcome:
        """Whether a fixture notices the mutant."""
        try:
            with _time_limit():
                return self._judged(mutant)
        except _EndlessError:
            return Outcome.KILLED

    def _judged(self, mutant: Mutant) -> Outcome:
        try:
            rules = _rules(_load(self._module, self._module.compiled(mutant)))
        except Exception:  # noqa: BLE001 (whatever a change at import raises)
            return Outcome.STILLBORN
        reached = self._module.reached(mutant)
        judged = [rule for name, rule in rules.items() if name in reached] or list(rules.values())
        if any(self._noticed_by(rule) is not None for rule in judged):
            return Outcome.KILLED
        return Outcome.SURVIVED

    def _noticed_by(self, rule: Rule) -> str | None:
        """The case that got another verdict, or on which the rule crashed; it comes first next."""
        trials = self._trials.get(rule.name, [])
        if not trials:
            return f"{rule.name} without fixtures"
        try:
            dispatcher = _dispatcher(rule, trials[0].fixtures)
        except Exception as error:  # noqa: BLE001 (settings that no longer fit)
            return f"its settings: {error}"
        for index, trial in enumerate(trials):
            said = [one for each in trial.analyzed for one in dispatcher.resource(each)]
            whole = Evaluation((*said, *dispatcher.stack(trial.graph)))
            crashed = any(finding.crashed for finding in whole.findings)
            if crashed or str(whole.verdict(rule.name)) != trial.expected:
                trials.insert(0, trials.pop(index))
                return trial.name
        return None


def _dispatcher(rule: Rule, fixtures: Fixtures) -> Dispatcher:
    profile = _profiles()[profile_of(rule)]
    settings = {rule.name: Setting(Level.MANDATORY, fixtures.parameters)}
    return Dispatcher(activate([rule], profile, settings))


def _load(module: MutatedModule, code: CodeType) -> ModuleType:
    """Run a module's code under its own name, as the types of its settings are looked up there."""
    loaded = ModuleType(module.name)
    loaded.__file__ = module.path
    sys.modules[module.name] = loaded
    exec(code, vars(loaded))  # noqa: S102 (running changed code is what this is for)
    return loaded


def _rules(module: ModuleType) -> dict[str, Rule]:
    return {name: value for name, value in vars(module).items() if isinstance(value, Rule)}


@contextmanager
def _time_limit() -> Generator[None]:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise _EndlessError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, _CPU_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
