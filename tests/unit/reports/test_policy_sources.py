"""A finding's source is read from what the engine keeps of each resource, in states and previews."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from graph.from_state import StateError
from reports.results import Place
from reports.sources import places_of

CAPTURED = Path(__file__).parents[1] / "graph" / "captured" / "state.json"
URN = "urn:pulumi:dev::x::aws:sqs/queue:Queue::queue"


def entry(
    position: str | None, *stack: str, kind: str = "aws:sqs/queue:Queue"
) -> dict[str, object]:
    told = {} if position is None else {"sourcePosition": position}
    trace = [{"sourcePosition": one} if one else {} for one in stack]
    return {"urn": URN, "type": kind, **told, "stackTrace": trace}


def state(*entries: dict[str, object]) -> str:
    return json.dumps({"version": 3, "deployment": {"resources": entries}})


def preview(*entries: dict[str, object]) -> str:
    return json.dumps({"steps": [{"op": "create", "urn": URN, "newState": one} for one in entries]})


def read(text: str, folder: str = "") -> Sequence[str]:
    return [one.text for one in places_of(text, folder).get(URN, ())]


@pytest.mark.parametrize("form", [state, preview])
def test_a_resource_is_declared_in_one_line_and_called_from_others(form: object) -> None:
    assert callable(form)
    text = form(
        entry("project:///infra/a.py#12,3", "project:///infra/a.py#12,3", "project:///infra/b.py#7")
    )

    assert places_of(str(text)) == {URN: (Place("infra/a.py", 12, 3), Place("infra/b.py", 7))}


def test_what_is_installed_or_lies_elsewhere_declares_nothing() -> None:
    positions = (
        "project:///.venv/lib/python3.11/site-packages/pulumi_awsx/vpc.py#5",
        "project:///node_modules/x/index.js#5",
        "project:///../../root/.pyenv/versions/3.11.7/lib/python3.11/asyncio/events.py#80",
        "file:///somewhere/else.py#3",
        "",
    )

    text = state(entry(positions[0], *positions, "project:///own.py#9"))

    assert read(text) == ["own.py:9"]


def test_a_resource_of_which_nothing_is_known_has_no_source() -> None:
    assert places_of(state(entry(None), entry("nonsense"), entry("project:///x.py"))) == {}


def test_the_stack_itself_has_no_source() -> None:
    assert places_of(state(entry("project:///x.py#1", kind="pulumi:pulumi:Stack"))) == {}


def test_a_project_within_the_repository_has_its_files_below_its_folder() -> None:
    text = state(entry("project:///main.py#1", "project:///../shared/x.py#2"))

    assert read(text, "services/queue") == ["services/queue/main.py:1", "services/shared/x.py:2"]
    assert read(text) == ["main.py:1"]


def test_names_with_blanks_and_accents_are_read_as_they_are() -> None:
    assert read(state(entry("project:///my%20infra/%C3%BC.py#4"))) == ["my infra/ü.py:4"]


def test_a_resource_that_only_goes_is_known_by_its_old_state() -> None:
    text = json.dumps({"steps": [{"op": "delete", "oldState": entry("project:///a.py#1")}]})

    assert read(text) == ["a.py:1"]


def test_the_engines_own_state_names_the_lines_of_its_program() -> None:
    places = places_of(CAPTURED.read_text(encoding="utf-8"))

    assert places
    assert {one.file for each in places.values() for one in each} == {"__main__.py"}


@pytest.mark.parametrize(
    "text", ["[]", "1", "null", '{"deployment": 3}', '{"steps": [1, {"newState": []}]}']
)
def test_other_json_has_no_sources(text: str) -> None:
    assert places_of(text) == {}


@pytest.mark.parametrize(
    ("trace", "lines"),
    [
        # TypeScript: a component of the program's own, and one of a package that it uses.
        (
            ("lib/queue.ts#14,5", "index.ts#3,1", "node_modules/tsx/dist/loader.mjs#2,80"),
            ["lib/queue.ts:14", "index.ts:3"],
        ),
        (("node_modules/@pulumi/awsx/vpc.js#90,9", "index.ts#8,13"), ["index.ts:8"]),
        # Go: modules lie in the user's cache, or beside the program.
        (
            ("../../go/pkg/mod/example.com/queues@v1.2.0/queue.go#31", "main.go#20"),
            ["main.go:20"],
        ),
        (("vendor/example.com/queues/queue.go#31", "main.go#20"), ["main.go:20"]),
        # Python: a helper in a loop of a function.
        (
            ("helpers.py#7", "__main__.py#30", "__main__.py#41"),
            ["helpers.py:7", "__main__.py:30", "__main__.py:41"],
        ),
    ],
)
def test_programs_of_other_languages_are_told_by_their_own_lines(
    trace: Sequence[str], lines: Sequence[str]
) -> None:
    positions = [f"project:///{one}" for one in trace]

    assert read(state(entry(positions[0], *positions))) == lines


def test_a_program_in_yaml_has_no_lines_and_its_findings_stand_at_the_project() -> None:
    without = entry(None)
    del without["stackTrace"]

    assert read(state(without)) == []


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(StateError, match="no JSON"):
        places_of("{")
