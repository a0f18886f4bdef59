"""What judging costs: `python -m tests.policy.load 300 3000 10000` prints CPU seconds as JSON.

Each stack is made of the rules' own fixtures, those that pass and those that fail in turn, under
new names again and again until it is as large as asked for; every rule of the pack judges it.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, islice, pairwise
from typing import Final

from graph.model import Declaration, Graph, Stack
from policies.engine.discovery import discover
from policies.engine.evaluation import Dispatcher
from policies.engine.judging import judge_stack
from policies.engine.profiles import ActiveRule
from policies.engine.rules import Level
from policies.engine.serving import collect_seldom
from tests.policy.copies import copies
from tests.policy.pages.files import rules_with_fixtures

# Rules that are named as the costliest of a size.
_NAMED: Final = 8
_APART: Final = 9
# What is quicker is not measured better than this, in seconds.
_SHORTEST: Final = 1e-3
# What is demanded: so many resources within so many seconds, resource rules and stack rules each.
_DEMANDED: Final = (300, 1.0)


@dataclass(frozen=True, kw_only=True)
class Judged:
    """CPU seconds of one run of all rules over one stack."""

    over_resources: float
    by_stack_rule: Mapping[str, float]

    @property
    def over_stack(self) -> float:
        """Of all stack rules."""
        return sum(self.by_stack_rule.values())


@dataclass(frozen=True, kw_only=True)
class Cost:
    """CPU seconds of judging a stack of some size, the medians of several runs."""

    resources: int
    over_resources: float
    over_stack: float
    costliest: Mapping[str, float]

    def told(self) -> dict[str, object]:
        """The figures for the file."""
        return {
            "resources": self.resources,
            "resource_rules_cpu_seconds": round(self.over_resources, 3),
            "stack_rules_cpu_seconds": round(self.over_stack, 3),
            "costliest_stack_rules_cpu_seconds": {
                name: round(seconds, 3) for name, seconds in self.costliest.items()
            },
        }


class _Options(argparse.Namespace):
    sizes: list[int]
    rounds: int


def resources() -> Iterator[Declaration]:
    """Resources of fixtures without end, no two with one name."""
    told = [case for _, one in rules_with_fixtures() for case in (one.passes[0], one.fails[0])]
    # Rules are sorted by name, so also by service: a small stack is to have of all of them.
    cases = [case for start in range(_APART) for case in told[start::_APART]]
    for number in count():
        for place, case in enumerate(cases):
            yield from copies(case, 1, f"{number}-{place}")


def stack_of_size(size: int) -> Graph:
    """A stack of so many resources."""
    return Graph(Stack(project="load", name="test"), list(islice(resources(), size)))


def judged(declarations: Sequence[Declaration], active: Sequence[ActiveRule]) -> Judged:
    """Judge one stack by each rule in turn; a graph that has been judged has its indexes made."""
    graph = Graph(Stack(project="load", name="test"), declarations)
    dispatcher = Dispatcher(active)
    analyzed = list(graph.analyzed())
    # As the pack has it when it serves.
    collect_seldom()
    started = time.process_time()
    for resource in analyzed:
        _ = dispatcher.resource(resource)
    over_resources = time.process_time() - started
    costs: dict[str, float] = {}
    for one in active:
        if one.rule.on_stack is not None:
            started = time.process_time()
            _ = judge_stack(one, graph)
            costs[one.rule.name] = time.process_time() - started
    return Judged(over_resources=over_resources, by_stack_rule=costs)


def measured(size: int, active: Sequence[ActiveRule], rounds: int) -> Cost:
    """What judging a stack of this size costs."""
    declarations = [one.declaration for one in stack_of_size(size).resources]
    runs = [judged(declarations, active) for _ in range(rounds)]
    costs = {
        name: statistics.median(one.by_stack_rule[name] for one in runs)
        for name in runs[0].by_stack_rule
    }
    costliest = sorted(costs, key=lambda name: -costs[name])[:_NAMED]
    return Cost(
        resources=size,
        over_resources=statistics.median(one.over_resources for one in runs),
        over_stack=statistics.median(one.over_stack for one in runs),
        costliest={name: costs[name] for name in costliest},
    )


def demanded(costs: Sequence[Cost]) -> dict[str, object]:
    """Whether each kind of rules judges a stack of the size asked for in time; nothing where none was judged."""
    resources, seconds = _DEMANDED
    found = [one for one in costs if one.resources == resources]
    if not found:
        return {}
    held = max(found[0].over_resources, found[0].over_stack) <= seconds
    told = {"resources": resources, "cpu_seconds_of_each_kind": seconds, "held": held}
    return {"demanded": told}


def exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """The power of the number of resources with which a cost grows; 1 is linear.

    The slope of the straight line that comes nearest to all points, size and cost as logarithms.
    """
    across = [math.log(size) for size in sizes]
    up = [math.log(max(one, _SHORTEST)) for one in seconds]
    return round(statistics.linear_regression(across, up).slope, 2)


def growth(costs: Sequence[Cost]) -> dict[str, object]:
    """How resource rules and stack rules grow: over all sizes, and from each to the next."""
    told: dict[str, object] = {}
    for name in ("resource_rules", "stack_rules"):
        seconds = [one.over_stack if name == "stack_rules" else one.over_resources for one in costs]
        sizes = [float(one.resources) for one in costs]
        steps = pairwise(zip(sizes, seconds, strict=True))
        told[name] = {
            "exponent": exponent(sizes, seconds),
            **{
                f"{small[0]:.0f}_to_{large[0]:.0f}": exponent(*zip(small, large, strict=True))
                for small, large in steps
            },
        }
    return told


def main() -> None:
    """Measure stacks of the sizes given, the smallest first."""
    parser = argparse.ArgumentParser(prog="python -m tests.policy.load")
    parser.add_argument("sizes", nargs="*", type=int, default=[300], help="resources of the stacks")
    parser.add_argument("--rounds", type=int, default=3, help="runs of which medians are taken")
    options = parser.parse_args(namespace=_Options())
    started = time.process_time()
    active = [ActiveRule(one, Level.MANDATORY, one.parameters()) for one in discover()]
    loading = time.process_time() - started
    sizes = sorted(set(options.sizes))
    _ = measured(min(sizes[0], 300), active, 1)  # Fills caches; not counted.
    costs = [measured(size, active, options.rounds) for size in sizes]
    said: dict[str, object] = {
        "rules": len(active),
        "resource_rules": sum(1 for one in active if one.rule.on_resource is not None),
        "stack_rules": sum(1 for one in active if one.rule.on_stack is not None),
        "rounds": options.rounds,
        "loading_rules_cpu_seconds": round(loading, 3),
        "stacks": [one.told() for one in costs],
        **demanded(costs),
    }
    if len(costs) > 1:
        said["growth"] = growth(costs)
    print(json.dumps(said))


if __name__ == "__main__":
    main()
