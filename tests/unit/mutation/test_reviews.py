"""Survivors that were looked at: what their reviews must say, and what they change of the figures."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.mutation.mutants import Identity
from tests.mutation.outcomes import Judged, Outcome
from tests.mutation.reporting import entries, figures_of, page, report
from tests.mutation.reviews import Kind, Review, ReviewError, load, stale

ALIVE = Identity("policies.rules.small", "small", "number", "f(1)", "f(2)")
SAME = Identity("policies.rules.small", "small", "condition", "if a", "if True", 2)
DEAD = Identity("policies.rules.small", "small", "text", "'a'", "'XXa'")
JUDGED = [
    Judged(ALIVE, 3, Outcome.SURVIVED),
    Judged(SAME, 4, Outcome.SURVIVED),
    Judged(DEAD, 5, Outcome.KILLED),
    Judged(DEAD, 6, Outcome.KILLED),
    Judged(DEAD, 7, Outcome.STILLBORN),
]
REVIEWS = {SAME: Review(SAME, Kind.EQUIVALENT, "a is always true here")}


def written(folder: Path, text: str) -> Path:
    _ = (folder / "small.yaml").write_text(text, encoding="utf-8")
    return folder


def test_an_equivalent_counts_neither_as_killed_nor_as_survived() -> None:
    figures = figures_of(JUDGED, REVIEWS)

    assert (figures.mutants, figures.killed, figures.survived) == (4, 2, 1)
    assert (figures.equivalent, figures.stillborn) == (1, 1)
    assert round(figures.score, 2) == 66.67
    assert figures.as_json()["score"] == 66.66


def test_one_that_is_kept_counts_as_survived_and_has_its_reason() -> None:
    kept = {ALIVE: Review(ALIVE, Kind.KEPT, "AWS takes no other")}

    assert figures_of(JUDGED, kept).survived == 2
    assert "    kept: AWS takes no other" in page(JUDGED, kept)


def test_a_survivor_is_told_with_its_place_and_both_codes() -> None:
    told = page(JUDGED, REVIEWS)

    assert "policies/rules/small.py:3: policies.rules.small, small, number: f(1) → f(2)" in told
    assert "if True" not in told


def test_the_figures_file_names_each_survivor_with_its_reason() -> None:
    figures = report(JUDGED, REVIEWS, 1.5)

    assert figures["survivors"] == [
        {
            "place": "policies/rules/small.py:3",
            "function": "small",
            "operator": "number",
            "before": "f(1)",
            "after": "f(2)",
            "reason": "nobody has looked at it yet",
        }
    ]
    assert "a is always true here" in str(figures["equivalents"])


def test_an_entry_that_is_printed_can_be_read_once_it_has_its_reason(tmp_path: Path) -> None:
    printed = entries(JUDGED, {})
    reasoned = [{**entry, "reason": "it\n is so"} for entry in yaml.safe_load(printed)]

    reviews = load(written(tmp_path, yaml.safe_dump(reasoned)))

    assert list(reviews) == [ALIVE, SAME]
    assert reviews[SAME] == Review(SAME, Kind.EQUIVALENT, "it is so")


def test_a_review_of_what_no_longer_survives_is_stale() -> None:
    reviews = [Review(one, Kind.EQUIVALENT, "so") for one in (ALIVE, DEAD)]
    judged = ["policies.rules.small"]

    assert stale(reviews, judged, [ALIVE]) == [reviews[1]]
    assert stale(reviews, ["policies.rules.other"], []) == []


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("- text", "small.yaml, entry 1 is no map"),
        ("- {module: a, function: b, operator: c, before: d, after: e}", "lacks reason"),
        (
            "- {module: a, function: b, operator: c, before: d, after: e, reason: f, line: 3}",
            "line",
        ),
        (
            "- {module: a, function: b, operator: c, before: d, after: e, reason: f, kind: g}",
            "kind",
        ),
    ],
)
def test_a_review_that_says_too_little_is_refused(tmp_path: Path, entry: str, said: str) -> None:
    with pytest.raises(ReviewError, match=said):
        _ = load(written(tmp_path, entry))


def test_two_reviews_of_one_survivor_are_refused(tmp_path: Path) -> None:
    entry = "- {module: a, function: b, operator: c, before: d, after: e, reason: f}\n"

    with pytest.raises(ReviewError, match="entry 2 is another one's double"):
        _ = load(written(tmp_path, entry * 2))


def test_the_reviews_of_this_repository_can_be_read() -> None:
    assert all(one.reason for one in load().values())
