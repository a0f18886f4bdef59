"""Schedule expressions of AWS: how often something happens."""

from __future__ import annotations

import re

from graph.truth import Truth
from graph.values import Property

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)\Z")
_CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)\Z")
_HOURS = {"minute": 1 / 60, "hour": 1, "day": 24}
_DAY, _WEEK = 24, 7 * 24
_EVERY = ("*", "?")


def daily(schedule: Property) -> Truth:
    """Whether it is once a day at least; AWS Backup's own schedule, when none is named, is."""
    return Truth.YES if schedule.absent else _within(schedule, _DAY)


def weekly(schedule: Property) -> Truth:
    """Whether it is once a week at least."""
    return Truth.YES if schedule.absent else _within(schedule, _WEEK)


def _within(schedule: Property, hours: int) -> Truth:
    text = schedule.scalar()
    if not isinstance(text, str):
        return Truth.UNKNOWN
    rate = _RATE.match(text.strip())
    if rate is not None:
        return Truth.of(int(rate[1]) * _HOURS[rate[2]] <= hours)
    cron = _CRON.match(text.strip())
    if cron is None:
        return Truth.UNKNOWN
    _, _, of_month, month, of_week, year = cron.groups()
    always = month == "*" and year == "*" and of_month in _EVERY
    return Truth.of(always and (of_week in _EVERY or hours >= _WEEK))
