"""The bench as a command: what it measures, where the figures go, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from toolchain import bench as command
from toolchain.bench_others import Plan
from toolchain.bench_page import BEGINS, ENDS, PAGE
from toolchain.errors import ToolchainError

OTHERS: dict[str, object] = {
    "versions": {},
    "costs": [],
    "missing": {},
    "not_measured": [],
    "agreement": {},
}
LOAD: dict[str, object] = {
    "rules": 9,
    "resource_rules": 4,
    "stack_rules": 5,
    "stacks": [],
    "growth": {kind: {"exponent": 1.0} for kind in ("resource_rules", "stack_rules")},
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """What the parts of the bench were asked to measure; nothing is measured."""
    found: dict[str, object] = {}

    def previews(stack: str, rounds: int) -> dict[str, object]:
        found["previews"] = (stack, rounds)
        keys = ("preview_with_pack", "preview_without_pack", "pack_wall", "pack_cpu")
        return {"stack": stack, "rounds": rounds, **{f"{key}_seconds": 1.0 for key in keys}}

    def load(sizes: Sequence[int], *, rounds: int) -> dict[str, object]:
        found["load"] = ([*sizes], rounds)
        return LOAD

    def compare(plan: Plan, tools: Sequence[str]) -> dict[str, object]:
        found["others"] = ([*plan.sizes], plan.rounds, plan.patience, [*tools])
        return OTHERS

    for name, part in (("previews", previews), ("load", load), ("compare", compare)):
        monkeypatch.setattr(command, name, part)
    return found


def test_a_quick_bench_measures_each_part_once(asked: dict[str, object], tmp_path: Path) -> None:
    out = tmp_path / "figures.json"

    code = command.bench(
        ["--quick", "--stack", "dev", "--sizes", "900", "30", "30", "--out", str(out)]
    )

    assert code == 0
    assert asked == {
        "previews": ("dev", 1),
        "load": ([30, 900], 1),
        "others": ([30, 900], 1, command.DEFAULT_PATIENCE, ["checkov", "opa"]),
    }
    assert json.loads(out.read_text())["load"] == LOAD


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [(["--others"], {"previews", "load"}), (["--sizes"], {"previews"})],
)
def test_parts_can_be_left_out(
    asked: dict[str, object], tmp_path: Path, arguments: list[str], parts: set[str]
) -> None:
    _ = command.bench([*arguments, "--out", str(tmp_path / "figures.json")])

    assert asked.keys() == parts


def test_machines_get_the_figures_as_they_are_in_the_file(
    asked: dict[str, object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "figures.json"

    _ = command.bench(["--json", "--out", str(out)])

    assert asked
    assert json.loads(capsys.readouterr().out) == json.loads(out.read_text())


@pytest.mark.parametrize(("slow", "code"), [(True, 0), (False, 1)])
def test_the_bench_fails_where_a_tool_failed_and_not_where_it_was_slow(
    asked: dict[str, object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    slow: bool,
    code: int,
) -> None:
    failure = {"tool": "opa", "asked": "it", "resources": 9, "reason": "why", "slow": slow}

    def compare(_plan: Plan, _tools: Sequence[str]) -> dict[str, object]:
        return {**OTHERS, "not_measured": [failure]}

    monkeypatch.setattr(command, "compare", compare)

    assert command.bench(["--out", str(tmp_path / "figures.json")]) == code
    assert asked


def test_only_a_whole_bench_into_its_own_file_writes_the_page(
    asked: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[object] = []
    own = tmp_path / "bench.json"
    monkeypatch.setattr(command, "write", written.append)
    monkeypatch.setattr(command, "DEFAULT_FILE", own)

    _ = command.bench(["--out", str(tmp_path / "figures.json")])
    _ = command.bench(["--others"])
    before = len(written)
    _ = command.bench([])

    assert asked
    assert before == 0
    assert written == [json.loads(own.read_text())]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--rounds", "0"], "a median needs at least one"),
        (["--sizes", "0"], "a stack has one resource or more"),
    ],
)
def test_what_cannot_be_measured_is_refused_before_anything_runs(
    asked: dict[str, object], arguments: list[str], said: str
) -> None:
    with pytest.raises(ToolchainError, match=said):
        _ = command.bench(arguments)

    assert asked == {}


def test_the_page_has_one_place_for_figures_and_figures_in_it() -> None:
    text = PAGE.read_text()

    assert text.count(BEGINS) == text.count(ENDS) == 1
    shown = text.partition(BEGINS)[2].partition(ENDS)[0]
    assert "| same questions | plumbline |" in shown
    assert "| grows with the power |" in shown
