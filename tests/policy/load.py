"""What judging costs: `python -m tests.policy.load 300 3000 10000` prints CPU seconds as JSON.

Each stack is made of the rules' own fixtures, those that pass and those that fail in turn, under
new names again and again until it is as large as asked for; every rule of the pack judges it.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count, islice
from typing import Final

from graph.model import Declaration, Graph, Stack
from policies.engine.discovery import discover
from policies.engine.evaluation import Dispatcher
from policies.engine.judging import judge_stack
from policies.engine.profiles import ActiveRule
from policies.engine.rules import Level
from policies.testing.fixtures import Case, FixtureResource, declarations
from tests.policy.pages.files import rules_with_fixtures

# Rules that are named as the costliest of a size.
_NAMED: Final = 8
_APART: Final = 9


def resources() -> Iterator[Declaration]:
    """Resources of fixtures without end, no two with one name."""
    told = [case for _, one in rules_with_fixtures() for case in (one.passes[0], one.fails[0])]
    # Rules are sorted by name, so also by service: a small stack is to have of all of them.
    cases = [case for start in range(_APART) for case in told[start::_APART]]
    for number in count():
        for place, case in enumerate(cases):
            yield from declarations(_renamed(case, f"-{number}-{place}"))


def stack_of_size(size: int) -> Graph:
    """A stack of so many resources."""
    return Graph(Stack(project="load", name="test"), list(islice(resources(), size)))


def _renamed(case: Case, ending: str) -> list[FixtureResource]:
    return [
        replace(
            one,
            name=one.name + ending,
            parent=one.parent and one.parent + ending,
            refs={key: [name + ending for name in names] for key, names in one.refs.items()},
        )
        for one in case
        if isinstance(one, FixtureResource)
    ]


def measured(size: int, active: Sequence[ActiveRule]) -> dict[str, object]:
    """CPU seconds of resource rules and of stack rules on a stack, and the costliest of these."""
    graph = stack_of_size(size)
    dispatcher = Dispatcher(active)
    analyzed = list(graph.analyzed())
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
    costliest = sorted(costs, key=lambda name: -costs[name])[:_NAMED]
    return {
        "resources": size,
        "resource_rules_cpu_seconds": round(over_resources, 3),
        "stack_rules_cpu_seconds": round(sum(costs.values()), 3),
        "costliest_stack_rules_cpu_seconds": {name: round(costs[name], 3) for name in costliest},
    }


def judging(figures: dict[str, object]) -> float:
    """The CPU seconds of all rules on a stack."""
    keys = ("resource_rules_cpu_seconds", "stack_rules_cpu_seconds")
    return sum(float(str(figures[key])) for key in keys)


def growth(small: dict[str, object], large: dict[str, object], key: str) -> float:
    """The power of the number of resources with which a cost grows; 1 is linear."""
    more = float(str(large["resources"])) / float(str(small["resources"]))
    dearer = max(float(str(large[key])), 1e-3) / max(float(str(small[key])), 1e-3)
    return round(math.log(dearer) / math.log(more), 2)


def main(arguments: Sequence[str]) -> None:
    """Measure stacks of the sizes given, the smallest first."""
    started = time.process_time()
    active = [ActiveRule(one, Level.MANDATORY, one.parameters()) for one in discover()]
    loading = time.process_time() - started
    sizes = sorted(int(size) for size in arguments) or [300]
    _ = measured(min(sizes[0], 300), active)  # Fills caches; not counted.
    figures = [measured(size, active) for size in sizes]
    said: dict[str, object] = {
        "rules": len(active),
        "loading_rules_cpu_seconds": round(loading, 3),
        # Of all that the pack does for the smallest stack.
        "loading_share": round(loading / (loading + judging(figures[0])), 2),
        "stacks": figures,
    }
    if len(figures) > 1:
        said["growth_of_resource_rules"] = growth(
            figures[0], figures[-1], "resource_rules_cpu_seconds"
        )
        said["growth_of_stack_rules"] = growth(figures[0], figures[-1], "stack_rules_cpu_seconds")
    print(json.dumps(said))


if __name__ == "__main__":
    main(sys.argv[1:])
