"""Our rules as a program of their own: `python -m tests.policy.comparison.judge STATE [RULE…]`.

What it costs is compared with what other tools cost as programs, so it does what they do: it starts, reads a file,
judges every resource in it by the rules named, or by all, and prints the verdicts as JSON.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from graph.from_state import graph_of_state
from policies.engine.discovery import discover
from policies.engine.evaluation import Dispatcher
from policies.engine.profiles import ActiveRule
from policies.engine.rules import Level


def main(arguments: Sequence[str]) -> None:
    """Judge one exported state."""
    state, *named = arguments
    rules = [rule for rule in discover() if not named or rule.name in named]
    dispatcher = Dispatcher(ActiveRule(rule, Level.MANDATORY, rule.parameters()) for rule in rules)
    graph = graph_of_state(Path(state).read_text(encoding="utf-8"))
    judgements = [said for one in graph.analyzed() for said in dispatcher.resource(one)]
    judgements += dispatcher.stack(graph)
    findings = [
        {"rule": one.active.rule.name, "urn": one.urn, "path": one.path, "message": one.message}
        for judgement in judgements
        for one in judgement.findings
    ]
    verdicts = Counter(judgement.verdict for judgement in judgements)
    print(json.dumps({"rules": len(rules), "verdicts": verdicts, "findings": findings}))


if __name__ == "__main__":
    main(sys.argv[1:])
