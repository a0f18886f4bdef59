"""What a program costs, measured from outside; and ratios that drift of the machine does not touch."""

import resource
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

_Answer = TypeVar("_Answer")

# What is quicker is not measured better than this, in seconds: a ratio to it would tell nothing.
_SHORTEST: Final = 1e-3


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What one run took, in seconds; `cpu` is of the program and all that it started."""

    wall: float
    cpu: float

    def beyond(self, start: "Cost") -> "Cost":
        """What is left of it without another run's cost."""
        return Cost(wall=self.wall - start.wall, cpu=self.cpu - start.cpu)


def cost_of(work: Callable[[], _Answer]) -> tuple[Cost, _Answer]:
    """Do some work that runs other programs to their end: what these cost, and what came of it."""
    before, started = _children_cpu(), time.perf_counter()
    answer = work()
    wall, cpu = time.perf_counter() - started, _children_cpu() - before
    return Cost(wall=wall, cpu=cpu), answer


def median_cost(costs: Sequence[Cost]) -> Cost:
    """The median of each figure."""
    return Cost(
        wall=statistics.median(one.wall for one in costs),
        cpu=statistics.median(one.cpu for one in costs),
    )


def times(costs: Sequence[Cost], others: Sequence[Cost]) -> dict[str, float]:
    """How many times as much the first took as the second: medians over pairs measured one after the other."""
    pairs = list(zip(costs, others, strict=False))
    return {
        "cpu": rounded(_median_ratio([(a.cpu, b.cpu) for a, b in pairs])),
        "wall": rounded(_median_ratio([(a.wall, b.wall) for a, b in pairs])),
    }


def rounded(figure: float) -> float:
    """A figure for the file: to a thousandth, seconds and ratios alike."""
    return round(figure, 3)


def _median_ratio(pairs: Sequence[tuple[float, float]]) -> float:
    return statistics.median(max(a, _SHORTEST) / max(b, _SHORTEST) for a, b in pairs)


def _children_cpu() -> float:
    """CPU seconds of every process that we started and that has ended, theirs included."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
