"""How often checkov and we agree, over every resource of every fixture: `python -m tests.policy.checkov_agreement`.

Both judge the same resources: a rule of ours the fixture's graph, checkov one Terraform plan of all fixtures. What
either cannot decide (unknown, not applicable) is no verdict, and not compared. Writes checkov-agreement.json beside
this file.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from graph.model import Graph
from graph.truth import Truth
from policies.engine.discovery import discover
from policies.engine.rules import Parameters, Rule
from policies.testing.fixtures import Case, Fixtures, graph_of
from reports.checkov.answers import PLAN, Answer, read_answers
from reports.terraform.plan import Plan, plan_of_all
from tests.policy.answers import answers_of
from tests.policy.checkov_pairs import LOOSER, PAIRS, STRICTER, Pair
from tests.policy.test_rules import FIXTURES
from toolchain.checkov.environment import checkov_python
from toolchain.checkov.running import judge

FIGURES: Final = Path(__file__).with_name("checkov-agreement.json")
AGREE: Final = "agree"
_WHOLE: Final = "the stack"


@dataclass(frozen=True, slots=True)
class Small:
    """A fixture's stack, and the settings that its rule is to have in it."""

    label: str
    rule: str
    graph: Graph
    parameters: Mapping[str, object]


@dataclass(slots=True)
class Compared:
    """What came of one pair: how many verdicts were the same, and where they were not."""

    pair: Pair
    counts: Counter[str] = field(default_factory=Counter[str])
    # By kind of difference, the fixtures in which it shows.
    where: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def add(self, *, ours: bool, theirs: bool, place: str) -> None:
        """Take one verdict of each."""
        kind = AGREE if ours == theirs else LOOSER if ours else STRICTER
        self.counts[kind] += 1
        if kind != AGREE:
            self.where.setdefault(kind, []).append(place)


def compare() -> list[Compared]:
    """Run both over all fixtures."""
    told = {one.label: one for one in stacks()}
    plan = plan_of_all({label: one.graph for label, one in told.items()})
    theirs = _verdicts(plan, _answers(plan))
    rules = {rule.name: rule for rule in discover()}
    return [_compared(pair, rules[pair.rule], told.values(), theirs) for pair in PAIRS]


def figures(compared: Iterable[Compared]) -> dict[str, object]:
    """The figures for the file: of each pair, and of all together."""
    told = list(compared)
    total = sum((one.counts for one in told), Counter[str]())
    verdicts = sum(total.values())
    return {
        "verdicts": verdicts,
        **{kind: total[kind] for kind in (AGREE, STRICTER, LOOSER)},
        "share": round(total[AGREE] / verdicts, 4),
        "pairs": [
            {
                "checks": list(one.pair.checks),
                "rule": one.pair.rule,
                **{kind: one.counts[kind] for kind in (AGREE, STRICTER, LOOSER)},
                "reasons": dict(sorted(one.pair.reasons.items())),
            }
            for one in told
        ],
    }


def stacks() -> Iterator[Small]:
    """Every case of every fixture, each a stack of its own."""
    for fixtures in FIXTURES:
        for number, case in enumerate(_cases(fixtures)):
            label = f"{fixtures.rule}-{number}"
            yield Small(label, fixtures.rule, graph_of(case), fixtures.parameters)


def _cases(fixtures: Fixtures) -> Iterator[Case]:
    yield from fixtures.passes
    yield from fixtures.fails
    yield from (case for case, _ in fixtures.lacks)
    yield from fixtures.unknown or ()


def _answers(plan: Plan) -> tuple[Answer, ...]:
    checks = sorted({check for pair in PAIRS for check in pair.checks})
    with tempfile.TemporaryDirectory(prefix="plumbline-agreement-") as folder:
        file = Path(folder) / "fixtures.json"
        file.write_text(plan.text(), encoding="utf-8")
        said = judge(checkov_python(), PLAN, [file], checks=checks)
    return read_answers(json.dumps(said))


def _verdicts(plan: Plan, answers: Iterable[Answer]) -> dict[tuple[str, str], dict[str, bool]]:
    """By check and fixture, checkov's verdict on each resource, by its URN."""
    planned = {one.address: one for one in plan.planned}
    found: dict[tuple[str, str], dict[str, bool]] = {}
    for answer in answers:
        one = planned[answer.resource]
        verdicts = found.setdefault((answer.check, one.label), {})
        verdicts[one.resource.urn] = answer.passed and verdicts.get(one.resource.urn, True)
    return found


def _compared(
    pair: Pair,
    rule: Rule,
    stacks: Iterable[Small],
    theirs: Mapping[tuple[str, str], Mapping[str, bool]],
) -> Compared:
    compared = Compared(pair)
    for stack in stacks:
        said: dict[str, bool] = {}
        for check in pair.checks:
            for urn, passed in theirs.get((check, stack.label), {}).items():
                said[urn] = passed and said.get(urn, True)
        if not said:
            continue
        ours = answers_of(rule, stack.graph, _parameters(rule, stack))
        if pair.whole:
            said = {_WHOLE: all(said.values())}
            ours = {_WHOLE: Truth.all(ours.values())} if ours else {}
        for urn, passed in said.items():
            truth = ours.get(urn, Truth.UNKNOWN)
            if truth is not Truth.UNKNOWN:
                place = f"{stack.label} {urn.split('::')[-1]}"
                compared.add(ours=truth is Truth.YES, theirs=passed, place=place)
    return compared


def _parameters(rule: Rule, stack: Small) -> Parameters:
    """A rule's defaults, and in its own fixtures what these set."""
    if stack.rule != rule.name:
        return rule.parameters()
    changed = stack.parameters.items()
    values = {key: tuple(one) if isinstance(one, list) else one for key, one in changed}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] (lists of plain values)
    return replace(rule.parameters(), **values)


def main() -> None:
    """Write the figures, and tell the differences."""
    compared = compare()
    FIGURES.write_text(json.dumps(figures(compared), indent=2) + "\n")
    for one in compared:
        for kind, places in one.where.items():
            reason = one.pair.reasons.get(kind, "UNEXPLAINED")
            print(f"{'+'.join(one.pair.checks)} {one.pair.rule}: {kind} {len(places)}: {reason}")
            print("    " + ", ".join(places[:8]))
    print({key: value for key, value in figures(compared).items() if key != "pairs"})


if __name__ == "__main__":
    main()
