"""For each rule the examples of its page: the first fixtures that a program says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policies.engine.judging import Verdict
from policies.engine.rules import Rule
from policies.testing.fixtures import Case, Fixtures
from tests.policy.pages.references import UnwritableError
from tests.policy.pages.running import Trial, graph_of_recorded, judge, run
from tests.policy.pages.snippets import snippet


@dataclass(frozen=True)
class Choice:
    """Which fixture of a kind a page shows, and how; `reason` says why it is no program."""

    case: int = 0
    ready: bool = True
    reason: str = ""


@dataclass(frozen=True)
class Chosen:
    """What a page shows as passing and as failing."""

    passes: Choice
    fails: Choice


class _Search:
    """The search for one example: candidate programs one after the other, until one is right."""

    def __init__(
        self, rule: Rule, fixtures: Fixtures, cases: Sequence[Case], wanted: Verdict
    ) -> None:
        self.found: Choice | None = None
        self._rule = rule
        self._fixtures = fixtures
        self._wanted = wanted
        self._reason = ""
        self._candidates = self._written(cases)

    def candidate(self) -> tuple[Choice, Trial] | None:
        """The next program to try; None once one was right or none is left."""
        if self.found is not None:
            return None
        following = next(self._candidates, None)
        if following is None:
            self.found = Choice(reason=self._reason)
        return following

    def take(self, choice: Choice, problem: str, verdict: Verdict) -> None:
        """What came of a program."""
        if not problem and verdict is not self._wanted:
            problem = f"with the provider's defaults it is a case of {verdict}"
        if problem:
            self._reason = self._reason or problem
        else:
            self.found = choice

    def _written(self, cases: Sequence[Case]) -> Iterator[tuple[Choice, Trial]]:
        for number, case in enumerate(cases):
            before = ""
            for ready in (True, False):
                try:
                    written = snippet(case, ready=ready)
                except UnwritableError as error:
                    self._reason = self._reason or str(error)
                    break
                if written.code != before:
                    before = written.code
                    yield Choice(number, ready), Trial(self._rule, self._fixtures, written)


def choose(rules: Sequence[tuple[Rule, Fixtures]]) -> dict[str, Chosen]:
    """The examples of each rule, the programs recorded together, round by round."""
    searches = {
        rule.name: (
            _Search(rule, fixtures, fixtures.passes, Verdict.PASS),
            _Search(rule, fixtures, fixtures.fails, Verdict.FAIL),
        )
        for rule, fixtures in rules
    }
    every = [one for pair in searches.values() for one in pair]
    while _try([(one, new) for one in every if (new := one.candidate()) is not None]):
        pass
    return {name: Chosen(_found(one), _found(two)) for name, (one, two) in searches.items()}


def _try(candidates: Sequence[tuple[_Search, tuple[Choice, Trial]]]) -> bool:
    recordings = run([trial for _, (_, trial) in candidates])
    for (search, (choice, trial)), recorded in zip(candidates, recordings, strict=True):
        verdict = Verdict.NOT_APPLICABLE
        if not recorded.problem:
            graph = graph_of_recorded(trial, recorded)
            verdict = judge(trial.rule, trial.fixtures, graph).verdict(trial.rule.name)
        search.take(choice, recorded.problem, verdict)
    return bool(candidates)


def _found(search: _Search) -> Choice:
    assert search.found is not None, "a search ends only with a choice"
    return search.found
