"""Made-up stacks as files: `python -m tests.policy.comparison.files FOLDER SIZE…`.

`FOLDER/SIZE/state.json` is an exported state, as our rules read it; `plan.json` has the same resources as a Terraform
plan, as the others do. Prints as JSON what was written and what is to be asked.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from graph.decoding import SECRET, SIGNATURE, UNKNOWN_TEXTS, Json
from graph.from_state import graph_of_state
from graph.model import Graph, Resource
from graph.raw import Raw, Secret, Unknown
from reports.terraform.plan import plan_of
from tests.policy.comparison.questions import QUERY, QUESTIONS, REGO, checks
from tests.policy.load import stack_of_size

STATE: Final = "state.json"
PLAN: Final = "plan.json"
_UNKNOWN_TEXT: Final = min(UNKNOWN_TEXTS)


def state_of(graph: Graph) -> str:
    """A graph as the state that `pulumi stack export --show-secrets` would write of it."""
    entries = [_entry(one) for one in graph.resources]
    return json.dumps({"version": 3, "deployment": {"resources": entries}})


def write(folder: Path, size: int) -> Mapping[str, object]:
    """Write one stack both ways; how many resources it has, and how many of them Terraform has too."""
    folder.mkdir(parents=True, exist_ok=True)
    state = state_of(stack_of_size(size))
    plan = plan_of(graph_of_state(state))
    (folder / STATE).write_text(state, encoding="utf-8")
    (folder / PLAN).write_text(plan.text(), encoding="utf-8")
    return {"resources": size, "in_plan": len(plan.planned), "folder": str(folder)}


def main(arguments: Sequence[str]) -> None:
    """Write a stack of each size."""
    folder, *sizes = arguments
    written = [write(Path(folder) / size, int(size)) for size in sizes]
    asked = {
        "rego": str(REGO),
        "query": QUERY,
        "questions": QUESTIONS,
        "checks": sorted({check for paired in checks().values() for check in paired}),
    }
    print(json.dumps({"stacks": written, **asked}))


def _entry(resource: Resource) -> dict[str, Json]:
    declaration = resource.declaration
    told = _properties(declaration.properties)
    identity = declaration.id if isinstance(declaration.id, str) else None
    return {
        "urn": declaration.urn,
        "type": declaration.type,
        "custom": declaration.custom,
        **({"id": identity} if identity else {}),
        "inputs": told,
        "outputs": told,
        "parent": declaration.parent,
        "protect": declaration.options.protect,
        "dependencies": [*sorted(declaration.dependencies)],
        "propertyDependencies": {
            key: [*sorted(urns)] for key, urns in declaration.property_dependencies.items()
        },
    }


def _properties(properties: Mapping[str, Raw]) -> dict[str, Json]:
    return {key: _value(raw) for key, raw in properties.items()}


def _value(raw: Raw) -> Json:
    if isinstance(raw, Unknown):
        return _UNKNOWN_TEXT
    if isinstance(raw, Secret):
        return {SIGNATURE: SECRET, "plaintext": json.dumps(_value(raw.value))}
    if isinstance(raw, list):
        return [_value(item) for item in raw]
    return _properties(raw) if isinstance(raw, dict) else raw


if __name__ == "__main__":
    main(sys.argv[1:])
