"""Exported states as users give them: read if they are one, and told what they are if not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Final, cast

from graph.from_state import StateError, graph_of_state
from graph.model import Graph

NEWEST: Final = 4
"""The newest version of a state's form that the Pulumi CLI writes."""
_ASKED: Final = "give the output of `pulumi stack export`"


def read_state(text: str, name: str) -> Graph:
    """The graph of an exported state; `name` stands for a stack that has nothing to tell its own.

    StateError where the text is something else, saying what it seems to be.
    """
    _refuse(text)
    graph = graph_of_state(text)
    if graph.stack.name:
        return graph
    # Nothing is left of a stack that was destroyed but its empty state.
    named = replace(graph.stack, project=graph.stack.project or "nameless", name=name or "empty")
    return Graph(named, [one.declaration for one in graph.resources])


def _refuse(text: str) -> None:
    """StateError for what is well known and no state of a form that is read here."""
    if not text.strip():
        raise StateError(f"it is empty: {_ASKED}")
    try:
        content = cast("object", json.loads(text))
    except (ValueError, RecursionError):
        return  # Whoever reads it says where it stops being JSON.
    if not isinstance(content, dict):
        return
    told = cast("Mapping[str, object]", content)
    if "terraform_version" in told or "planned_values" in told:
        raise StateError(f"it is Terraform's, not Pulumi's: {_ASKED}")
    if "steps" in told and "deployment" not in told:
        raise StateError(
            f"it is the JSON of a preview, which has no state yet: {_ASKED} of a deployed stack, "
            "or preview under the policy pack"
        )
    version = told.get("version", NEWEST)
    if not isinstance(version, int) or not 1 <= version <= NEWEST:
        raise StateError(
            f"its form has version {version!r}, and 1 to {NEWEST} are known: export it with a "
            "Pulumi CLI that these know, or bring this project up to date"
        )
