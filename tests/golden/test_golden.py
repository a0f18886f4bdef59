"""What each stack declares is what was reviewed, to the byte."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from graph.model import Graph
from tests.golden.files import golden_file
from tests.golden.rendering import declared, render
from tests.unit.infra.recorded import STACKS

ROOT = Path(__file__).parents[2]


@cache
def graph(stack: str) -> Graph:
    return declared(stack)


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_declares_what_was_reviewed(stack: str) -> None:
    expected = golden_file(stack).read_text(encoding="utf-8").splitlines()

    actual = render(graph(stack).resources).splitlines()

    assert actual == expected, (
        "what the program declares has changed: run `python -m tests.golden`, "
        "and review the difference with the change"
    )


@pytest.mark.parametrize("stack", STACKS)
def test_the_order_of_resources_makes_no_difference(stack: str) -> None:
    resources = list(graph(stack).resources)
    random.Random(7).shuffle(resources)  # noqa: S311 - an order, not a secret

    assert render(resources) == render(graph(stack).resources)


def test_another_process_with_another_hash_seed_says_the_same() -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "20261", "PYTHONPATH": str(ROOT)}

    # The arguments are this file's own.
    said = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.golden", "print", "prod"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        check=True,
        text=True,
        timeout=300,
    )

    assert said.stdout == golden_file("prod").read_text(encoding="utf-8")


@pytest.mark.parametrize("stack", STACKS)
def test_no_secret_is_in_the_file(stack: str) -> None:
    text = golden_file(stack).read_text(encoding="utf-8")

    assert "MadeUpPassword" not in text
    assert '"authToken": "[secret]"' in text


@pytest.mark.parametrize("stack", STACKS)
def test_every_resource_has_an_entry_of_its_own(stack: str) -> None:
    text = render(graph(stack).resources)

    assert text.count('\n "') == len(graph(stack).resources)
