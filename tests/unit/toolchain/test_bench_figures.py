"""What the bench makes of what it measures: medians of pairs, ratios to ours, and reasons where there is no figure."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from toolchain.bench import failed
from toolchain.bench_contenders import EVERYTHING, OURS, SAME, Asked, Contender, ours
from toolchain.bench_costs import Cost, cost_of, times
from toolchain.bench_others import Measured, Plan, available, entries, run_all
from toolchain.bench_page import BEGINS, ENDS, renewed
from toolchain.bench_previews import figures
from toolchain.bench_table import show
from toolchain.errors import TookTooLongError, ToolchainError
from toolchain.launch import Invocation, run_silently

ASKED = Asked(questions=("sns-encrypted",), rego=Path("q.rego"), query="data", checks=("CKV_1",))


def quiet(_folder: Path, _seconds: float) -> str:
    return "{}"


def contender(tool: str, run: Callable[[Path, float], str] = quiet, asked: str = SAME) -> Contender:
    return Contender(tool=tool, version="1", asked=asked, run=run)


def costs(*seconds: float) -> list[Cost]:
    return [Cost(cpu=one, wall=2 * one) for one in seconds]


def measured(tool: str, start: Sequence[float], at_300: Sequence[float]) -> Measured:
    return Measured(contender=contender(tool), runs={1: costs(*start), 300: costs(*at_300)})


def test_a_cost_has_the_cpu_time_of_what_was_started_and_not_of_who_waits() -> None:
    busy = "import time\nwhile time.process_time() < 0.3: pass"
    run = Invocation(command=(sys.executable, "-c", busy), directory=Path.cwd(), environment={})

    cost, (code, _) = cost_of(lambda: run_silently(run))
    idle, _ = cost_of(lambda: sum(range(100_000)))

    assert code == 0
    assert cost.cpu >= 0.3
    assert idle.cpu == 0


def test_a_ratio_is_the_median_over_pairs_measured_one_after_the_other() -> None:
    # The machine was ten times as slow in the second round, for both.
    assert times(costs(2, 30, 2), costs(1, 10, 1)) == {"cpu": 2.0, "wall": 2.0}


def test_what_the_pack_adds_to_a_preview_is_told_pair_by_pair() -> None:
    told = figures(costs(3, 5, 9), costs(2, 3, 8))

    assert told["rounds"] == 3
    assert (told["pack_cpu_seconds"], told["pack_wall_seconds"]) == (1, 2)
    assert told["preview_with_pack_seconds"] == 10
    assert told["cpu_ratio_with_to_without"] == 1.5


def test_another_tool_is_told_as_so_many_times_ours_with_and_without_its_start() -> None:
    mine = measured(OURS, start=[0.5, 0.5], at_300=[1.0, 1.5])
    theirs = measured("checkov", start=[4.0, 4.0], at_300=[6.0, 6.0])

    (entry,) = entries(theirs, [mine, theirs])

    assert entry["seconds"] == {"cpu": 6.0, "wall": 12.0}
    assert entry["seconds_after_start"] == {"cpu": 2.0, "wall": 4.0}
    assert entry["times_ours"] == {"cpu": 5.0, "wall": 5.0}
    assert entry["times_ours_after_start"] == {"cpu": 3.0, "wall": 3.0}


def test_ours_has_no_ratio_to_itself_and_other_questions_are_no_measure() -> None:
    mine = measured(OURS, start=[0.5], at_300=[1.0])
    everything = Measured(
        contender=contender("checkov", asked=EVERYTHING), runs={1: costs(4), 300: costs(9)}
    )

    (own,), (other,) = entries(mine, [mine, everything]), entries(everything, [mine, everything])

    assert "times_ours" not in own
    assert "times_ours" not in other


def test_our_rules_are_asked_the_questions_and_once_everything() -> None:
    assert [one.asked for one in ours(ASKED)] == [SAME, EVERYTHING]


def test_a_tool_that_cannot_be_had_is_named_with_the_reason_and_the_others_are_measured() -> None:
    def find(tool: str, _asked: Asked) -> Sequence[Contender]:
        if tool == "opa":
            raise ToolchainError("no go on PATH")
        return [contender(tool)]

    found, missing = available(["opa", "checkov"], ASKED, find)

    assert [one.tool for one in found] == [OURS, OURS, "checkov"]
    assert missing == {"opa": "no go on PATH"}


def test_small_stacks_are_judged_every_round_and_large_ones_once_in_turn(tmp_path: Path) -> None:
    ran: list[tuple[str, str]] = []

    def running(tool: str) -> Callable[[Path, float], str]:
        return lambda folder, _: ran.append((tool, folder.name)) or "{}"

    both = [Measured(contender=contender(tool, running(tool))) for tool in (OURS, "checkov")]
    for size in (1, 300, 3000):
        (tmp_path / str(size)).mkdir()

    run_all(Plan(sizes=[300, 3000], rounds=2, patience=1), both, tmp_path)

    one_round = [(tool, size) for size in ("1", "300") for tool in (OURS, "checkov")]
    assert ran == [*one_round, (OURS, "3000"), ("checkov", "3000"), *one_round]
    assert (tmp_path / "3000" / "checkov.json").read_text() == "{}"


@pytest.mark.parametrize(
    ("error", "fails"), [(TookTooLongError("600 s"), False), (ToolchainError("crashed"), True)]
)
def test_a_slow_tool_is_a_result_and_one_that_crashes_is_a_failure(
    tmp_path: Path, error: ToolchainError, *, fails: bool
) -> None:
    def run(folder: Path, _: float) -> str:
        if folder.name == "300":
            raise error
        return "{}"

    one = Measured(contender=contender("checkov", run))
    for size in (1, 300, 3000):
        (tmp_path / str(size)).mkdir()

    run_all(Plan(sizes=[300, 3000], rounds=1, patience=1), [one], tmp_path)

    assert one.failed[300].reason == str(error)
    assert one.failed[3000].reason == "not tried: it failed on 300 resources"
    told = [{"slow": failure.slow} for failure in one.failed.values()]
    assert failed({"others": {"not_measured": told}}) is fails


def told() -> dict[str, object]:
    """Figures as a whole bench has them."""
    mine, theirs = measured(OURS, [0.5], [1.0]), measured("checkov", [4.0], [6.0])
    stack = {"resources": 300, "resource_rules_cpu_seconds": 0.25, "stack_rules_cpu_seconds": 0.75}
    growth = {kind: {"exponent": 1.04} for kind in ("resource_rules", "stack_rules")}
    load = {"rules": 9, "resource_rules": 4, "stack_rules": 5, "stacks": [stack], "growth": growth}
    return {
        "machine": {"cpus": 2, "python": "3.11.7", "load_average_before": 0.4},
        "stack": "prod",
        **figures(costs(3), costs(2)),
        "load": load,
        "others": {
            "versions": {"checkov": "3.3.30"},
            "costs": [one for each in (mine, theirs) for one in entries(each, [mine, theirs])],
            "missing": {"opa": "no go\non PATH"},
            "not_measured": [],
            "agreement": {"300": {"checkov": {"same": 98, "verdicts": 99}}},
        },
    }


def test_the_tables_tell_each_figure_and_each_reason(capsys: pytest.CaptureFixture[str]) -> None:
    show(told())

    said = capsys.readouterr().out
    assert "0.75 s" in said
    assert "1.04" in said
    assert "6.0" in said
    assert "opa was not measured: no go" in said
    assert "checkov gave 98 of 99 verdicts as we do on 300 resources." in said


def test_the_page_has_the_figures_in_the_place_of_the_last_ones() -> None:
    page = f"before\n{BEGINS}\nold\n{ENDS}\nafter\n"

    text = renewed(page, told())

    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "old" not in text
    assert "| 300 | 0.25 s | 0.75 s |" in text
    assert "| same questions | checkov 3.3.30 | 6.00 s (6.0x), 2.00 s (4.0x) |" in text
    assert "| same questions | plumbline | 1.00 s, 0.50 s |" in text
    assert "opa was not there: no go on PATH" in text
    assert renewed(text, told()) == text


def test_a_page_without_a_place_for_figures_is_told() -> None:
    with pytest.raises(ToolchainError, match="has lost the lines"):
        _ = renewed("nothing", told())
