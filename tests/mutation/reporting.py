"""The figures: how many mutants were noticed, and each that was not."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tests.mutation.mutants import Identity
from tests.mutation.outcomes import Judged, Outcome, path_of
from tests.mutation.reviews import Kind, Review, as_entry, told

# Percent of the mutants that count, which fixtures must notice.
BAR: Final = 95.0


@dataclass(frozen=True)
class Figures:
    """The mutants of one module, or of all; a mutant that cannot be loaded is none."""

    mutants: int
    killed: int
    survived: int
    equivalent: int
    stillborn: int

    @property
    def score(self) -> float:
        """Percent of the mutants that change something which were noticed; 100 of none."""
        counted = self.killed + self.survived
        return 100.0 * self.killed / counted if counted else 100.0

    def as_json(self) -> dict[str, object]:
        """The figures with the score in percent, rounded down so that it never says too much."""
        return {
            "score": int(self.score * 100) / 100,
            "mutants": self.mutants,
            "killed": self.killed,
            "survived": self.survived,
            "equivalent": self.equivalent,
            "stillborn": self.stillborn,
        }


def figures_of(judged: Iterable[Judged], reviews: Mapping[Identity, Review]) -> Figures:
    """Count; an equivalent is neither killed nor survived."""
    judged = list(judged)
    born = [one for one in judged if one.outcome is not Outcome.STILLBORN]
    alive = [one for one in born if one.outcome is Outcome.SURVIVED]
    same = sum(_kind(one, reviews) is Kind.EQUIVALENT for one in alive)
    return Figures(
        mutants=len(born),
        killed=len(born) - len(alive),
        survived=len(alive) - same,
        equivalent=same,
        stillborn=len(judged) - len(born),
    )


def report(
    judged: Sequence[Judged], reviews: Mapping[Identity, Review], seconds: float
) -> dict[str, object]:
    """What the figures file holds: totals, each module, and the survivors with their reasons."""
    by_module: dict[str, list[Judged]] = {}
    for one in judged:
        by_module.setdefault(one.identity.module, []).append(one)
    return {
        **figures_of(judged, reviews).as_json(),
        "bar": BAR,
        "seconds": round(seconds, 1),
        "modules": {
            name: figures_of(found, reviews).as_json() for name, found in sorted(by_module.items())
        },
        "survivors": [_survivor(one, reviews) for one in alive(judged, reviews, Kind.KEPT)],
        "equivalents": [_survivor(one, reviews) for one in alive(judged, reviews, Kind.EQUIVALENT)],
    }


def alive(judged: Iterable[Judged], reviews: Mapping[Identity, Review], kind: Kind) -> list[Judged]:
    """The survivors of a kind; one that nobody has looked at counts as kept."""
    found = [one for one in judged if one.outcome is Outcome.SURVIVED]
    return [one for one in found if (_kind(one, reviews) or Kind.KEPT) is kind]


def page(judged: Sequence[Judged], reviews: Mapping[Identity, Review]) -> str:
    """What a terminal shows: the survivors that count, each as it would be reviewed, and the score."""
    lines: list[str] = []
    for one in alive(judged, reviews, Kind.KEPT):
        review = reviews.get(one.identity)
        lines.append(f"{_place(one)}: {told(one.identity)}")
        if review is not None:
            lines.append(f"    kept: {review.reason}")
    figures = figures_of(judged, reviews)
    lines.append(
        f"{figures.score:.2f} %: {figures.killed} killed, {figures.survived} survived, "
        f"{figures.equivalent} equivalent, {figures.stillborn} could not be loaded"
    )
    return "\n".join(lines)


def entries(judged: Iterable[Judged], reviews: Mapping[Identity, Review]) -> str:
    """The survivors that nobody has looked at, as entries of a review that lack their reason."""
    found = [one.identity for one in alive(judged, reviews, Kind.KEPT)]
    return "".join(as_entry(one) for one in found if one not in reviews)


def as_text(report: Mapping[str, object]) -> str:
    """The figures file."""
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"


def _kind(one: Judged, reviews: Mapping[Identity, Review]) -> Kind | None:
    review = reviews.get(one.identity)
    return None if review is None else review.kind


def _place(one: Judged) -> str:
    return f"{path_of(one.identity.module.removeprefix('policies.'))}:{one.line}"


def _survivor(one: Judged, reviews: Mapping[Identity, Review]) -> dict[str, object]:
    review = reviews.get(one.identity)
    return {
        "place": _place(one),
        "function": one.identity.function,
        "operator": one.identity.operator,
        "before": one.identity.before,
        "after": one.identity.after,
        "reason": "nobody has looked at it yet" if review is None else review.reason,
    }
