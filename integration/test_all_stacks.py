"""`nox -s preview -- --all --json`, once: every stack by the real engine under the pack."""

import json
import subprocess
from collections.abc import Mapping
from typing import TypeAlias

import pytest

from integration.previewed import Previewed
from toolchain.locations import REPOSITORY
from toolchain.stacks import find_project

Figures: TypeAlias = Mapping[str, object]

STACKS = list(find_project(REPOSITORY).stack_files())
WITHOUT_WAIVERS = ("50k-dau", "100k-dau", "prod")


@pytest.fixture
def outcome(previewed: Previewed) -> subprocess.CompletedProcess[str]:
    """How the command ended."""
    return previewed.outcome


@pytest.fixture
def figures(outcome: subprocess.CompletedProcess[str]) -> dict[str, Figures]:
    """The figures by stack; stdout holds nothing but JSON."""
    stacks: list[dict[str, object]] = json.loads(outcome.stdout)["stacks"]
    return {str(stack["stack"]): stack for stack in stacks}


@pytest.mark.requirement("CHAT-000-58", "CHAT-001-043")
def test_all_eight_stacks_are_previewed_without_a_failure(
    outcome: subprocess.CompletedProcess[str], figures: dict[str, Figures]
) -> None:
    assert outcome.returncode == 0, outcome.stderr[-6000:]
    assert list(figures) == STACKS
    assert len(STACKS) == 8
    # A line for each in a log, and nothing that only a terminal can draw.
    assert len([line for line in outcome.stderr.splitlines() if line.startswith("Preview")]) == 8
    assert "\x1b" not in outcome.stderr


@pytest.mark.requirement("CHAT-000-54", "CHAT-000-58", "CHAT-001-099")
@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_has_no_violation_beyond_its_waivers(
    figures: dict[str, Figures], stack: str
) -> None:
    found = figures[stack]

    assert found["violations"] == 0
    assert int(str(found["resources"])) >= 150
    assert int(str(found["rules"])) >= 25
    assert float(str(found["seconds"])) > 0


@pytest.mark.requirement("CHAT-000-19")
@pytest.mark.parametrize("stack", STACKS)
def test_only_small_sizes_are_excused_from_anything(
    figures: dict[str, Figures], stack: str
) -> None:
    waived = int(str(figures[stack]["waived"]))

    assert (waived == 0) is (stack in WITHOUT_WAIVERS)
