"""Programs run against the recording monitor, many in one recording, and judged."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import pulumi
from pulumi.runtime.settings import get_root_resource, set_root_resource

from graph.model import Declaration, Graph, SourceLocation
from graph.raw import UNKNOWN, Raw
from graph.recording import NewResource, record
from policies.engine.evaluation import Evaluation, evaluate
from policies.engine.profiles import Setting, known_profiles
from policies.engine.rules import Level, Rule
from policies.testing.fixtures import PROJECT, Fixtures, stack_of
from tests.kit.provider import OfflineProvider
from tests.policy.pages.snippets import Snippet
from tests.policy.pages.values import agrees

FILE = "__main__.py"


@dataclass(frozen=True)
class Trial:
    """A program that is to be judged by one rule."""

    rule: Rule
    fixtures: Fixtures
    snippet: Snippet


@dataclass(frozen=True)
class Recorded:
    """What a program declared; `problem` says why it is not what its fixture says."""

    declarations: Sequence[Declaration] = ()
    problem: str = ""


# The SDK waits for all calls of a program at once, again and again: many at once cost more each.
_TOGETHER = 40


def run(trials: Sequence[Trial]) -> list[Recorded]:
    """Each program's resources, or why there are none."""
    starts = range(0, len(trials), _TOGETHER)
    return [one for start in starts for one in _run(trials[start : start + _TOGETHER])]


def _run(trials: Sequence[Trial]) -> list[Recorded]:
    """Records programs together; one that brings down the recording is told apart by halving."""
    batch = _Batch(trials)
    try:
        return batch.recorded()
    # A program is anybody's: whatever the SDK raises in it is the reason why it is not shown.
    except Exception as error:  # noqa: BLE001
        if len(trials) == 1:
            return [Recorded(problem=_said(error))]
        half = len(trials) // 2
        return _run(trials[:half]) + _run(trials[half:])


def judge(rule: Rule, fixtures: Fixtures, graph: Graph) -> Evaluation:
    """What a rule says with the settings of its fixtures, in a profile that has it."""
    settings = {rule.name: Setting(Level.MANDATORY, dict[str, object](fixtures.parameters))}
    profile = known_profiles()[_profile_of(rule)]
    return evaluate(graph, [rule], profile, settings=settings)


def _profile_of(rule: Rule) -> str:
    suited = [
        name
        for name, one in known_profiles().items()
        if rule.in_profile(name) and rule.name not in one.without
    ]
    return "common" if "common" in suited else suited[0]


class _Scope(pulumi.ComponentResource):
    """Stands in for the stack while one program runs, so that names of others may be the same."""

    def __init__(self, number: int) -> None:
        super().__init__(f"snippet:n{number}:Case", "case")


class _Batch:
    """Programs that are recorded together."""

    def __init__(self, trials: Sequence[Trial]) -> None:
        self._trials = trials
        self._provider = OfflineProvider()
        self._given: dict[tuple[str, str], Mapping[str, Raw]] = {}
        self._problems: dict[int, str] = {}

    def recorded(self) -> list[Recorded]:
        graph = record(
            self._run_all,
            project=PROJECT,
            stack="test",
            checks=self._provider.checks,
            outputs=self._outputs,
            invokes=self._provider.invokes,
            preview=True,
        )
        parts: dict[int, list[Declaration]] = {}
        for one in graph.resources:
            kind = one.urn.split("::")[2]
            number, scoped, _ = kind.removeprefix("snippet:n").partition(":Case$")
            if scoped:
                parts.setdefault(int(number), []).append(_alone(one.declaration, int(number)))
        return [self._told(number, parts.get(number, [])) for number in range(len(self._trials))]

    def _run_all(self) -> None:
        stack = get_root_resource()
        assert stack is not None, "a program runs in a stack"
        for number, trial in enumerate(self._trials):
            set_root_resource(stack)
            set_root_resource(_Scope(number))
            secrets = {f"{PROJECT}:{key}": text for key, text in trial.snippet.secrets.items()}
            pulumi.runtime.set_all_config(secrets, list(secrets))
            try:
                _execute(trial.snippet.code)
            # As in `_run`: the reason why this one is not shown.
            except Exception as error:  # noqa: BLE001
                self._problems[number] = _said(error)
        set_root_resource(stack)

    def _outputs(self, new: NewResource) -> Mapping[str, Raw]:
        if new.type == "pulumi:pulumi:StackReference":
            return {"outputs": UNKNOWN, "secretOutputNames": []}
        return self._provider.outputs(new)

    def _told(self, number: int, declarations: list[Declaration]) -> Recorded:
        if number in self._problems:
            return Recorded(problem=self._problems[number])
        by_name = {one.name: one for one in declarations}
        for name, meant in self._trials[number].snippet.declares.items():
            if name not in by_name:
                return Recorded(problem=f"{name!r} is never registered")
            said = by_name[name].inputs or {}
            for key, value in meant.items():
                if value is not None and not agrees(said.get(key), value):
                    return Recorded(problem=f"the SDK changes {key}")
        return Recorded(declarations)


def _execute(code: str) -> None:
    with warnings.catch_warnings():
        # Types that the SDK calls old are judged too.
        warnings.simplefilter("ignore", DeprecationWarning)
        exec(compile(code, FILE, "exec"), {"__name__": "__main__"})  # noqa: S102 (our own text)


def _said(error: Exception) -> str:
    refused = re.search(r"unexpected keyword argument '(\w+)'", str(error))
    if refused is not None:
        return f"{refused[1]} is nothing that a program can set"
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def _alone(declaration: Declaration, number: int) -> Declaration:
    """A declaration as it is without the stand-in for the stack."""
    scope = f"snippet:n{number}:Case"
    bare = partial(_without, scope)
    source = declaration.source
    return replace(
        declaration,
        urn=bare(declaration.urn),
        parent="" if f"::{scope}::" in declaration.parent else bare(declaration.parent),
        source=None if source is None else SourceLocation(FILE, source.line),
        dependencies=frozenset(map(bare, declaration.dependencies)),
        property_dependencies={
            key: frozenset(map(bare, urns))
            for key, urns in declaration.property_dependencies.items()
        },
    )


def _without(scope: str, urn: str) -> str:
    return urn.replace(f"::{scope}$", "::")


def graph_of_recorded(trial: Trial, recorded: Recorded) -> Graph:
    """The graph of a program under the stack configuration of its case."""
    return Graph(stack_of(trial.snippet.case), recorded.declarations)
