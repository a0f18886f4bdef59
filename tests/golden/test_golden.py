"""What each stack declares is what was reviewed, to the byte."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from graph.model import Declaration, Graph
from graph.raw import Raw
from tests.golden.differences import applied, difference
from tests.golden.entries import COMMON_TAGS, Entries, Value, entries
from tests.golden.files import golden_file, neighbour
from tests.golden.rendering import WRITE_ANEW, changes, declared, golden_text, rendered
from tests.kit.sharing import FOLDER
from tests.unit.infra.recorded import STACKS, recording

ROOT = Path(__file__).parents[2]
_SHOWN = 20


def test_every_stack_is_compared_under_another_hash_seed_than_its_file_was_written_with() -> None:
    # Files are written under the seed 0; this process has a random one unless somebody fixed it.
    assert sys.flags.hash_randomization == 1, "run the tests without PYTHONHASHSEED=0"


def test_a_process_with_a_fixed_hash_seed_says_the_same() -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "20261", "PYTHONPATH": str(ROOT)}
    # It records the stack itself: what this run has recorded is of this process's seed.
    del environment[FOLDER]

    # The arguments are this file's own.
    said = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.golden", "check", "dev"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        check=False,
        text=True,
        timeout=300,
    )

    assert said.stderr == ""
    assert said.returncode == 0


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_declares_what_was_reviewed(stack: str) -> None:
    now = golden_text(stack)

    if not golden_file(stack).exists() or golden_file(stack).read_text(encoding="utf-8") != now:
        pytest.fail(_told(stack, changes(stack, now)), pytrace=False)


def _told(stack: str, changed: list[str]) -> str:
    listed = [f"  {line}" for line in changed[:_SHOWN]]
    if len(changed) > _SHOWN:
        listed.append(f"  ... and {len(changed) - _SHOWN} more")
    return "\n".join(
        [
            f"Stack '{stack}' no longer declares what {golden_file(stack).name} says:",
            *listed,
            f"If that is what you meant: {WRITE_ANEW}, and review the difference with the change.",
        ]
    )


def test_there_is_no_golden_of_a_stack_that_is_gone() -> None:
    files = {file.name for file in golden_file("*").parent.glob(golden_file("*").name)}

    assert files == {golden_file(stack).name for stack in STACKS}


@pytest.mark.parametrize("stack", STACKS)
def test_the_order_of_resources_makes_no_difference(stack: str) -> None:
    graph = recording(stack).declared()
    declarations = [_reordered(resource.declaration) for resource in graph.resources]
    random.Random(7).shuffle(declarations)  # noqa: S311 - an order, not a secret

    shuffled = entries(Graph(graph.stack, declarations))

    assert _text(stack, shuffled) == golden_text(stack)


def _reordered(declaration: Declaration) -> Declaration:
    """The same resource with the keys of all its mappings the other way round."""
    return replace(
        declaration,
        inputs=cast("dict[str, Raw]", _reversed(declaration.inputs or {})),
        property_dependencies=dict(reversed([*declaration.property_dependencies.items()])),
    )


def _reversed(raw: Raw) -> Raw:
    if isinstance(raw, list):
        return [_reversed(item) for item in raw]
    if isinstance(raw, dict):
        return {key: _reversed(value) for key, value in reversed(raw.items())}
    return raw


@pytest.mark.parametrize("stack", STACKS)
def test_no_secret_is_in_the_file(stack: str) -> None:
    text = golden_file(stack).read_text(encoding="utf-8")

    assert "MadeUpPassword" not in text


def test_a_secret_is_shown_as_one() -> None:
    group = declared("dev")[_titled("dev", "aws:elasticache/replicationGroup:ReplicationGroup")]

    assert cast("dict[str, dict[str, Value]]", group)["inputs"]["authToken"] == "[secret]"


@pytest.mark.parametrize("stack", STACKS)
def test_every_resource_has_an_entry_of_its_own(stack: str) -> None:
    assert len(declared(stack)) == len(recording(stack).graph.resources) + 1


@pytest.mark.parametrize("stack", [stack for stack in STACKS if neighbour(stack)])
def test_what_is_kept_of_a_size_makes_it_of_its_neighbour(stack: str) -> None:
    old, new = declared(neighbour(stack) or ""), declared(stack)

    made = difference(dict(old), dict(new))

    assert applied(dict(old), made) == new


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (1, 1.0),
        (1, True),
        ("1", 1),
        (None, {}),
        ({"a": None}, {}),
        ({"a": {"b": [1, 2]}}, {"a": {"b": [2, 1]}}),
        ([1, 2, 3], [1, 3]),
        ([1, 3], [0, 1, 2, 3, 4]),
        ([{"a": 1}, {"a": 2}], [{"a": 1}, {"a": 3}, {"b": 4}]),
        ([[1], [2]], [[1], [3]]),
    ],
)
def test_any_difference_is_kept_and_makes_the_new_of_the_old(old: Value, new: Value) -> None:
    made = difference(old, new)

    assert made is not None
    assert repr(applied(old, made)) == repr(new)


@pytest.mark.parametrize("stack", STACKS)
def test_a_change_of_any_input_of_any_resource_shows(stack: str) -> None:
    graph = recording(stack).declared()
    before = declared(stack)

    after = entries(
        Graph(graph.stack, [_with_one_more_input(one.declaration) for one in graph.resources])
    )

    assert [title for title in before if after[title] == before[title]] == [COMMON_TAGS]


def _with_one_more_input(declaration: Declaration) -> Declaration:
    return replace(declaration, inputs={**(declaration.inputs or {}), "surprise": 1})


def test_a_failure_names_the_resources_and_says_how_to_write_the_file_anew() -> None:
    whole = dict(declared("dev"))
    title = _titled("dev", "aws:lb/loadBalancer:LoadBalancer")
    gone = _titled("dev", "aws:rds/instance:Instance")
    del whole[gone]
    whole |= {title: {"inputs": {"idleTimeout": 60}}, "aws:x/y:Z new": {"inputs": {}}}

    told = _told("dev", changes("dev", _text("dev", whole)))

    assert f"changed: {title}" in told
    assert f"gone: {gone}" in told
    assert "new: aws:x/y:Z new" in told
    assert "Stack 'dev'" in told
    assert ".venv/bin/python -m tests.golden" in told


def _text(stack: str, whole: Entries) -> str:
    other = neighbour(stack)
    return rendered(stack, whole, {other: declared(other)} if other else {})


def _titled(stack: str, kind: str) -> str:
    (title,) = [title for title in declared(stack) if title.startswith(f"{kind} ")]
    return title
