"""Judging a mutant of rules: the fixtures of the rules that it reaches, until one notices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from types import ModuleType

from policies.engine.errors import PackError
from policies.engine.evaluation import Dispatcher, Evaluation
from policies.engine.judging import Finding
from policies.engine.profiles import Profile, Setting, activate, known_profiles
from policies.engine.rules import Level, Rule
from tests.mutation.loading import load, noticed_within
from tests.mutation.mutants import Mutant, MutatedModule
from tests.mutation.outcomes import BaselineError, Outcome
from tests.mutation.trial import Trial

# A rule judges a fixture within a millisecond; whoever takes this long never comes back.
_CPU_SECONDS = 2.0


class RuleJury:
    """Judges the mutants of one module by the fixtures of its rules.

    A fixture notices a mutant by another verdict on the whole case, by a rule that crashes, or by
    one that says the same thing twice.
    """

    def __init__(
        self,
        module: MutatedModule,
        trials: Mapping[str, Sequence[Trial]],
        seconds: float = _CPU_SECONDS,
    ) -> None:
        self._module = module
        self._seconds = seconds
        self._trials = {name: list(own) for name, own in trials.items()}
        for rule in _rules(load(module, module.original())).values():
            try:
                noticed = self._noticed_by(rule)
            except ValueError as error:
                raise BaselineError(f"{module.name}, {rule.name}: {error}") from error
            if noticed is not None:
                raise BaselineError(f"{module.name}, unchanged, fails {noticed}: mend that first")

    def judge(self, mutant: Mutant) -> Outcome:
        """Whether a fixture notices the mutant."""
        try:
            rules = _rules(load(self._module, self._module.compiled(mutant)))
        except Exception:  # noqa: BLE001 (whatever a change at import raises)
            return Outcome.STILLBORN
        reached = self._module.reached(mutant)
        judged = [rule for name, rule in rules.items() if name in reached] or list(rules.values())
        noticed = noticed_within(
            self._seconds, lambda: any(self._noticed_by(rule) is not None for rule in judged)
        )
        return Outcome.KILLED if noticed else Outcome.SURVIVED

    def _noticed_by(self, rule: Rule) -> str | None:
        """The case that got another verdict, or on which the rule crashed; it comes first next."""
        trials = self._trials.get(rule.name, [])
        if not trials:
            return f"{rule.name}, which has no fixtures"
        dispatchers: dict[int, Dispatcher] = {}
        for index, trial in enumerate(trials):
            # Most trials of a rule share their settings.
            dispatcher = dispatchers.get(id(trial.parameters))
            if dispatcher is None:
                try:
                    dispatcher = dispatchers[id(trial.parameters)] = _dispatcher(rule, trial)
                except PackError as error:
                    return f"the settings of {rule.name}: {error}"
            said = [one for each in trial.analyzed for one in dispatcher.resource(each)]
            whole = Evaluation((*said, *dispatcher.stack(trial.graph)))
            if unsound(whole.findings) or str(whole.verdict(rule.name)) != trial.expected:
                trials.insert(0, trials.pop(index))
                return trial.name
        return None


def unsound(findings: Iterable[Finding]) -> bool:
    """Whether a rule crashed, or told one thing twice: no rule does, whatever it judges."""
    findings = list(findings)
    told = {(one.active.rule.name, one.urn, one.path, one.message) for one in findings}
    return len(told) < len(findings) or any(one.crashed for one in findings)


@cache
def _profiles() -> dict[str, Profile]:
    return known_profiles()


def _dispatcher(rule: Rule, trial: Trial) -> Dispatcher:
    profile = _profiles()[trial.profile]
    settings = {rule.name: Setting(Level.MANDATORY, trial.parameters)}
    return Dispatcher(activate([rule], profile, settings))


def _rules(module: ModuleType) -> dict[str, Rule]:
    return {name: value for name, value in vars(module).items() if isinstance(value, Rule)}
