"""Whether the tools gave the same verdicts: `python -m tests.policy.comparison.agreement FOLDER`.

FOLDER is one that `files` wrote, with what the tools answered on its plan beside it: `opa.json`, `checkov.json`, or
one of them. Prints the counts as JSON. What either cannot decide is no verdict, and not compared.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias, cast

from graph.from_state import graph_of_state
from graph.model import Graph
from graph.truth import Truth
from policies.engine.discovery import discover
from policies.engine.rules import Rule
from reports.checkov.answers import read_answers
from reports.terraform.plan import Plan, plan_of
from tests.policy.answers import answers_of
from tests.policy.comparison.files import STATE
from tests.policy.comparison.questions import QUESTIONS, checks

# By question, and then by URN (after its stack's label, where there are several), whether a resource is good.
Verdicts: TypeAlias = "Mapping[str, Mapping[str, bool]]"


@dataclass(slots=True)
class Agreement:
    """How many verdicts of another tool are ours; where they differ, and where only one of both has one."""

    same: Counter[str] = field(default_factory=Counter[str])
    differ: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    only_ours: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    only_theirs: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def told(self) -> dict[str, object]:
        """The figures for the file: of all questions together, and by question what is not the same."""
        return {
            "questions": len({*self.same, *self.differ}),
            "verdicts": self.same.total() + sum(map(len, self.differ.values())),
            "same": self.same.total(),
            "different": _counts(self.differ),
            "only_ours": _counts(self.only_ours),
            "only_theirs": _counts(self.only_theirs),
        }


def _counts(found: Mapping[str, Sequence[str]]) -> dict[str, int]:
    return {question: len(urns) for question, urns in sorted(found.items())}


def ours(graph: Graph, label: str = "") -> Verdicts:
    """The verdicts of our rules; a label is that of one stack of a plan of several."""
    return {
        rule.name: {
            f"{label} {urn}".strip(): truth is Truth.YES
            for urn, truth in answers_of(rule, graph, rule.parameters()).items()
            if truth is not Truth.UNKNOWN
        }
        for rule in _rules()
    }


@cache
def _rules() -> tuple[Rule, ...]:
    return tuple(rule for rule in discover() if rule.name in QUESTIONS)


def of_opa(text: str, plan: Plan) -> Verdicts:
    """The verdicts in what `opa eval --format raw` printed."""
    keys = planned(plan)
    told = cast("Mapping[str, Mapping[str, bool]]", json.loads(text))
    return {
        question: {keys[address]: passed for address, passed in verdicts.items()}
        for question, verdicts in told.items()
    }


def of_checkov(text: str, plan: Plan) -> Verdicts:
    """The verdicts in checkov's report; where several checks ask one question, all must pass."""
    keys = planned(plan)
    questions = {check: question for question, paired in checks().items() for check in paired}
    found: dict[str, dict[str, bool]] = {}
    for answer in read_answers(text):
        if answer.check in questions:
            verdicts = found.setdefault(questions[answer.check], {})
            key = keys[answer.resource]
            verdicts[key] = answer.passed and verdicts.get(key, True)
    return found


def planned(plan: Plan) -> Mapping[str, str]:
    """By address, the URN of each resource of a plan, after its stack's label where there are several."""
    return {one.address: f"{one.label} {one.resource.urn}".strip() for one in plan.planned}


def compared(mine: Verdicts, theirs: Verdicts, urns: Collection[str]) -> Agreement:
    """Compare the verdicts on every resource that both were given."""
    agreement = Agreement()
    for question in QUESTIONS:
        own, other = mine.get(question, {}), theirs.get(question, {})
        for urn in sorted({*own, *other}.intersection(urns)):
            if urn not in other:
                agreement.only_ours.setdefault(question, []).append(urn)
            elif urn not in own:
                agreement.only_theirs.setdefault(question, []).append(urn)
            elif own[urn] is other[urn]:
                agreement.same[question] += 1
            else:
                agreement.differ.setdefault(question, []).append(urn)
    return agreement


_READERS: Final[Mapping[str, Callable[[str, Plan], Verdicts]]] = {
    "opa": of_opa,
    "checkov": of_checkov,
}


def main(arguments: Sequence[str]) -> None:
    """Compare the answers in one folder."""
    folder = Path(arguments[0])
    graph = graph_of_state((folder / STATE).read_text(encoding="utf-8"))
    plan, mine = plan_of(graph), ours(graph)
    urns = set(planned(plan).values())
    told: dict[str, object] = {}
    for tool, read in _READERS.items():
        file = folder / f"{tool}.json"
        if file.exists():
            theirs = read(file.read_text(encoding="utf-8"), plan)
            told[tool] = compared(mine, theirs, urns).told()
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1:])
