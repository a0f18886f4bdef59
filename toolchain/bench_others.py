"""Our rules beside other tools: the same questions about the same resources, in one run, turn by turn."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

from toolchain.bench_contenders import OURS, SAME, Asked, Contender, others, ours
from toolchain.bench_costs import Cost, cost_of, median_cost, rounded, times
from toolchain.bench_load import answer_of
from toolchain.errors import TookTooLongError, ToolchainError
from toolchain.progress import step

# A stack of one resource: what a program costs before it judges anything worth mention.
_START: Final = 1
# Larger stacks are measured once: their runs are long, so chance has little part in them.
_SMALL: Final = 300
_FILES: Final = "tests.policy.comparison.files"
_AGREEMENT: Final = "tests.policy.comparison.agreement"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be measured: stacks of these sizes, so often, each run within so many seconds."""

    sizes: Sequence[int]
    rounds: int
    patience: float

    def rounds_of(self, size: int) -> int:
        """How often a stack of this size is judged by each."""
        return self.rounds if size <= _SMALL else 1


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why a stack could not be measured; whether it was for slowness alone, which is a result too."""

    reason: str
    slow: bool


@dataclass(kw_only=True)
class Measured:
    """The runs of one contender, by the size of the stack; and why there are none of a size."""

    contender: Contender
    runs: dict[int, list[Cost]] = field(default_factory=dict[int, list[Cost]])
    failed: dict[int, Failure] = field(default_factory=dict[int, Failure])


def compare(plan: Plan, tools: Sequence[str]) -> dict[str, object]:
    """Measure our rules and the tools that can be had; the figures, and for each other one the reason."""
    with tempfile.TemporaryDirectory(prefix="plumbline-bench-") as name:
        folder = Path(name)
        written = answer_of(_FILES, name, *(str(size) for size in (_START, *plan.sizes)))
        asked = _asked(written)
        contenders, missing = available(tools, asked)
        measured = [Measured(contender=one) for one in contenders]
        run_all(plan, measured, folder)
        agreement = {
            str(size): answer_of(_AGREEMENT, str(folder / str(size)))
            for size in plan.sizes
            if any((folder / str(size) / f"{tool}.json").exists() for tool in tools)
        }
    return {
        "questions": list(asked.questions),
        "stacks": [_stack(one) for one in cast("list[dict[str, object]]", written["stacks"])[1:]],
        "versions": {one.tool: one.version for one in contenders if one.tool != OURS},
        "missing": missing,
        "costs": [entry for one in measured for entry in entries(one, measured)],
        "not_measured": [entry for one in measured for entry in _failures(one)],
        "agreement": agreement,
    }


def available(
    tools: Sequence[str],
    asked: Asked,
    find: Callable[[str, Asked], Sequence[Contender]] = lambda tool, asked: [*others(tool, asked)],
) -> tuple[list[Contender], dict[str, str]]:
    """Ours and those tools that can be had; by tool, why another one cannot."""
    contenders, missing = [*ours(asked)], dict[str, str]()
    for tool in tools:
        try:
            contenders.extend(find(tool, asked))
        except (ToolchainError, OSError) as error:
            missing[tool] = str(error)
    return contenders, missing


def entries(one: Measured, measured: Sequence[Measured]) -> list[dict[str, object]]:
    """The figures of one contender: what each stack cost, and how many times as much as ours."""
    contender = one.contender
    mine = next(
        (
            other
            for other in measured
            if other.contender.tool == OURS and other.contender.asked == contender.asked
        ),
        None,
    )
    found: list[dict[str, object]] = []
    for size, runs in one.runs.items():
        if size == _START or not one.runs.get(_START):
            continue
        cost, start = median_cost(runs), median_cost(one.runs[_START])
        beyond = cost.beyond(start)
        entry: dict[str, object] = {
            "tool": contender.tool,
            "asked": contender.asked,
            "resources": size,
            "rounds": len(runs),
            "seconds": {"cpu": rounded(cost.cpu), "wall": rounded(cost.wall)},
            "seconds_to_start": {"cpu": rounded(start.cpu), "wall": rounded(start.wall)},
            "seconds_after_start": {"cpu": rounded(beyond.cpu), "wall": rounded(beyond.wall)},
        }
        if mine is not None and mine is not one and mine.runs.get(size):
            entry["times_ours"] = times(runs, mine.runs[size])
            entry["times_ours_after_start"] = times(_after(one, size), _after(mine, size))
        found.append(entry)
    return found


def _after(one: Measured, size: int) -> list[Cost]:
    """What each run on a stack took beyond the start of the same round."""
    starts = one.runs[_START]
    return [
        run.beyond(starts[min(number, len(starts) - 1)])
        for number, run in enumerate(one.runs[size])
    ]


def run_all(plan: Plan, measured: Sequence[Measured], folder: Path) -> None:
    """Every contender on every stack in turn, round by round, so that drift of the machine hits all alike."""
    sizes = (_START, *plan.sizes)
    rounds = {size: max(plan.rounds_of(size), 1) for size in sizes}
    total = sum(rounds.values()) * len(measured)
    tools = ", ".join(dict.fromkeys(one.contender.tool for one in measured))
    with step(f"Comparing {tools}", total) as one_more:
        for number in range(max(rounds.values())):
            for size in sizes:
                for one in measured if number < rounds[size] else ():
                    _run(one, size, folder / str(size), plan.patience)
                    one_more()


def _run(one: Measured, size: int, folder: Path, patience: float) -> None:
    contender = one.contender
    if one.failed and size >= min(one.failed):
        first = one.failed[min(one.failed)]
        reason = f"not tried: it failed on {min(one.failed)} resources"
        _ = one.failed.setdefault(size, Failure(reason=reason, slow=first.slow))
        return
    try:
        cost, answer = cost_of(lambda: contender.run(folder, patience))
    except ToolchainError as error:
        one.failed[size] = Failure(reason=str(error), slow=isinstance(error, TookTooLongError))
        return
    one.runs.setdefault(size, []).append(cost)
    if contender.asked == SAME and contender.tool != OURS:
        (folder / f"{contender.tool}.json").write_text(answer, encoding="utf-8")


def _failures(one: Measured) -> list[dict[str, object]]:
    return [
        {
            "tool": one.contender.tool,
            "asked": one.contender.asked,
            "resources": size,
            "reason": failure.reason,
            "slow": failure.slow,
        }
        for size, failure in one.failed.items()
    ]


def _asked(written: Mapping[str, object]) -> Asked:
    return Asked(
        questions=tuple(cast("list[str]", written["questions"])),
        rego=Path(str(written["rego"])),
        query=str(written["query"]),
        checks=tuple(cast("list[str]", written["checks"])),
    )


def _stack(written: Mapping[str, object]) -> dict[str, object]:
    return {"resources": written["resources"], "in_plan": written["in_plan"]}
