"""The ledger of a run's waivers: which there are, which excused something, which are wrong."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date

from graph.model import Declaration, Stack
from policies.engine.evaluation import waive
from policies.engine.judging import Judgement
from policies.engine.rules import Rule
from policies.engine.waiver_entries import Waivers
from policies.engine.waivers_code import WAIVER_TYPE, waivers_of
from policies.engine.waiving import Waiver

LoadWaivers = Callable[[str], Waivers]


class Ledger:
    """Keeps the waivers of a stack, from the files and from the program's own code.

    What is wrong with them is told once a run, and as early as it can be known. Nothing in it
    locks: its session does.
    """

    def __init__(self, rules: Sequence[Rule], load: LoadWaivers, stack: Stack, today: date) -> None:
        self._rules: Mapping[str, Rule] = {rule.name: rule for rule in rules}
        self._load = load
        self._stack = stack
        self._today = today
        self._from_files: Waivers | None = None
        # Those in the program's own code, by the URN of the component that states them.
        self._in_code: dict[str, Waivers] = {}
        self._files_told = False
        self._problems: list[str] = []

    @property
    def problems(self) -> tuple[str, ...]:
        """Everything that was told to be wrong in this run."""
        return tuple(self._problems)

    def begin(self) -> None:
        """Begin another run."""
        self._in_code.clear()
        self._files_told = False
        self._problems = []

    def judge_by(self, stack: Stack) -> None:
        """Take over what became known of the stack: the files may say something else of it."""
        self._stack = stack
        self._from_files = None

    def take(self, declared: Iterable[Declaration]) -> tuple[str, ...]:
        """Take over what of this is a waiver and was not yet; what is wrong with it, if expired too."""
        problems: list[str] = []
        for one in declared:
            if one.type == WAIVER_TYPE:
                read = waivers_of([one], self._stack, self._rules, self._today)
                self._in_code[one.urn] = read
                problems += [*read.problems, *self._expired(read.valid)]
        self._problems += problems
        return tuple(problems)

    def take_late(self, declared: Iterable[Declaration]) -> tuple[str, ...]:
        """Take over the waivers that come only with the whole stack."""
        return self.take(one for one in declared if one.urn not in self._in_code)

    def wrong(self) -> tuple[str, ...]:
        """What is wrong with the files' waivers, the first time that this run asks."""
        if self._files_told:
            return ()
        self._files_told = True
        files = self._files()
        wrong = (*files.problems, *self._expired(self._named(files.valid)))
        self._problems += wrong
        return wrong

    def usable(self) -> list[Waiver]:
        """The waivers that have not expired."""
        return [waiver for waiver in self._all() if waiver.expires >= self._today]

    def excuse(self, said: Iterable[Judgement]) -> list[Judgement]:
        """The judgements, each finding that a waiver covers marked by it."""
        said = list(said)
        usable = self.usable() if any(one.findings for one in said) else []
        return [waive(one, usable, self._stack) for one in said]

    def excuse_late(self, said: dict[tuple[str, str], Judgement]) -> None:
        """Excuse what was judged before its waiver was seen, as where a graph has no order."""
        if not self._in_code:
            return
        usable = self.usable()
        for key, one in said.items():
            if any(finding.waiver is None for finding in one.findings):
                said[key] = waive(one, usable, self._stack)

    def unused(self, said: Iterable[Judgement], waiting: Collection[str]) -> tuple[str, ...]:
        """What to say of waivers that excused nothing, unless their rules are still `waiting`."""
        used = {
            finding.waiver for one in said for finding in one.findings if finding.waiver is not None
        }
        problems = tuple(
            f"{waiver.label} excuses nothing on {self._stack.name}: remove it or this stack"
            for waiver in self._named(self.usable())
            if waiver not in used and waiver.rule not in waiting
        )
        self._problems += [one for one in problems if one not in self._problems]
        return problems

    def _files(self) -> Waivers:
        if self._from_files is None:
            self._from_files = self._load(self._stack.project)
        return self._from_files

    def _all(self) -> list[Waiver]:
        in_code = [one for read in self._in_code.values() for one in read.valid]
        return [*self._files().valid, *in_code]

    def _named(self, waivers: Iterable[Waiver]) -> list[Waiver]:
        stack = self._stack
        return [one for one in waivers if one.names(stack.project, stack.name)]

    def _expired(self, waivers: Iterable[Waiver]) -> list[str]:
        return [
            f"{waiver.label} expired on {waiver.expires}: mend the stack or renew the waiver"
            for waiver in waivers
            if waiver.expires < self._today
        ]
