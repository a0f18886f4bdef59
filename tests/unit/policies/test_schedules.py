"""How often a schedule expression of AWS comes round."""

from __future__ import annotations

import pytest

from graph.raw import UNKNOWN, Raw
from graph.truth import Truth
from graph.values import Property
from policies.aws.schedules import daily, weekly


@pytest.mark.parametrize(
    ("schedule", "each_day", "each_week"),
    [
        (None, Truth.YES, Truth.YES),
        ("cron(0 3 * * ? *)", Truth.YES, Truth.YES),
        ("cron(0 */6 ? * * *)", Truth.YES, Truth.YES),
        ("cron(0 4 ? * SUN *)", Truth.NO, Truth.YES),
        ("cron(0 4 1 * ? *)", Truth.NO, Truth.NO),
        ("cron(0 4 ? JAN SUN *)", Truth.NO, Truth.NO),
        ("cron(0 4 ? * SUN 2026)", Truth.NO, Truth.NO),
        ("rate(1440 minutes)", Truth.YES, Truth.YES),
        ("rate(1441 minutes)", Truth.NO, Truth.YES),
        ("rate(1 day)", Truth.YES, Truth.YES),
        ("rate(24 hours)", Truth.YES, Truth.YES),
        ("rate(25 hours)", Truth.NO, Truth.YES),
        ("rate(168 hours)", Truth.NO, Truth.YES),
        ("rate(169 hours)", Truth.NO, Truth.NO),
        (" rate(7 days) ", Truth.NO, Truth.YES),
        ("rate(8 days)", Truth.NO, Truth.NO),
        ("at(2026-11-21T03:00:00)", Truth.UNKNOWN, Truth.UNKNOWN),
        (UNKNOWN, Truth.UNKNOWN, Truth.UNKNOWN),
    ],
)
def test_a_schedule_says_how_often_it_comes_round(
    schedule: Raw, each_day: Truth, each_week: Truth
) -> None:
    assert daily(Property(schedule)) is each_day
    assert weekly(Property(schedule)) is each_week
